"""The wheel and the bars: well-formed, everything in its place, the same heard as seen, no name becomes markup."""

from __future__ import annotations

import math
import re
from datetime import date, timedelta
from typing import get_args
from xml.etree import ElementTree

import pytest

from kdflow import drawing
from kdflow.drawing import Bar, Mark, MarkKind, Ring
from kdflow.drawing.wheel import COLOURS, SHADE, SPAN, STRIPE, shape

SVG = "{http://www.w3.org/2000/svg}"
NASTY = """<script>alert("x")</script> & 'y' ]]> --> "z\x00" """
KINDS: tuple[MarkKind, ...] = get_args(MarkKind)


def ring(name: str, *days: str, kind: MarkKind = "meeting") -> Ring:
    """A ring with marks of one kind."""
    return Ring(
        name=name,
        marks=tuple(Mark(on=date.fromisoformat(day), kind=kind, said=f"{name}: {day}") for day in days),
    )


def wheel(*rings: Ring, year: int = 2020, **more: object) -> ElementTree.Element:
    """The wheel as a tree."""
    source = drawing.year_wheel(year, rings, title="Årshjul", said="Det samme i ord", **more)  # type: ignore[arg-type]
    assert not re.search(r"<style|style=|<script|\son\w+=|href", source)
    return ElementTree.fromstring(source)  # noqa: S314


def titles(root: ElementTree.Element) -> list[str]:
    """What the parts of a picture say of themselves."""
    return [str(one.text) for group in root for one in group if one.tag == SVG + "title"]


def place(root: ElementTree.Element, said: str) -> tuple[float, float]:
    """Distance from the centre, and degrees clockwise from the top, of a mark."""
    for group in root.iter(SVG + "g"):
        if group.findtext(SVG + "title") == said:
            x, y = map(float, re.findall(r"[\d.]+", str(group.get("transform")))[:2])
            middle = float(str(root.get("width"))) / 2
            return math.hypot(x - middle, y - middle), math.degrees(math.atan2(x - middle, middle - y)) % 360
    raise AssertionError(said)


def test_every_mark_of_the_year_is_there_and_no_other() -> None:
    root = wheel(ring("KD-Net", "2019-12-31", "2020-01-24", "2020-12-31"), ring("KKR", "2020-02-05", "2021-01-01"))
    marks = [title for title in titles(root) if ":" in title]
    assert marks == ["KD-Net: 2020-01-24", "KD-Net: 2020-12-31", "KKR: 2020-02-05"]


def test_days_go_clockwise_and_bodies_inward() -> None:
    days = ["2020-01-01", "2020-03-01", "2020-07-01", "2020-12-31"]
    root = wheel(ring("A", *days), ring("B", *days))
    degrees = [place(root, f"A: {day}")[1] for day in days]
    assert degrees == sorted(degrees)
    assert degrees[0] < 1
    assert 299 < degrees[-1] < 300
    for day in days:
        (outer, first), (inner, second) = place(root, f"A: {day}"), place(root, f"B: {day}")
        assert outer > inner
        assert first == pytest.approx(second, abs=0.2)


@pytest.mark.parametrize("year", [2019, 2020])
@pytest.mark.parametrize("count", [0, 1, 8, 30])
def test_nothing_lies_outside_the_picture(year: int, count: int) -> None:
    days = [str(date(year, 1, 1) + timedelta(days=number)) for number in range(0, 365, 7)]
    root = wheel(*(ring(f"B{n}", *days) for n in range(count)), year=year, today=date(year, 7, 1))
    size = float(str(root.get("width")))
    for text in root.iter(SVG + "text"):
        assert 0 < float(str(text.get("x"))) < size
        assert 0 < float(str(text.get("y"))) < size
        assert float(str(text.get("font-size"))) >= 18
    assert len(titles(root)) == count * (len(days) + 1) + 1  # the marks, the names of the rings, and today


def test_the_months_the_year_and_the_bodies_are_named() -> None:
    root = wheel(ring("KD-Net", "2020-01-24"))
    words = [text.text for text in root.iter(SVG + "text")]
    assert [word for word in words if word in drawing.wheel.MONTHS] == list(drawing.wheel.MONTHS)
    assert {"KD-Net", "2020"} <= set(words)


def test_closed_days_and_today_are_marked() -> None:
    own = Ring(name="KD-Net", marks=(), closed=((date(2020, 12, 24), "juleaften"), (date(2021, 1, 1), "x")))
    root = wheel(own, holidays=((date(2020, 1, 1), "nytår"),), today=date(2020, 1, 20))
    assert titles(root) == ["nytår", "juleaften", "KD-Net", "I dag, 20. jan"]
    assert "I dag, 20. jan" not in titles(wheel(own, today=date(2021, 1, 20)))


def test_a_span_is_drawn_as_far_as_it_lies_in_the_year() -> None:
    def spans(*found: tuple[date, date]) -> int:
        root = wheel(Ring(name="A", marks=(), spans=found))
        return sum(path.get("stroke") == SPAN for path in root.iter(SVG + "path"))

    assert spans((date(2020, 1, 10), date(2020, 2, 3)), (date(2019, 12, 20), date(2020, 1, 5))) == 2
    assert spans((date(2021, 1, 10), date(2021, 2, 3)), (date(2020, 5, 1), date(2020, 5, 1))) == 0


def test_the_picture_can_be_heard() -> None:
    root = wheel(ring("KD-Net", "2020-01-24"))
    named = {element.get("id"): element.text for element in root if element.get("id")}
    assert root.get("role") == "img"
    assert [named[label] for label in str(root.get("aria-labelledby")).split()] == ["Årshjul", "Det samme i ord"]


def test_a_long_name_is_cut_where_the_picture_ends_and_heard_whole() -> None:
    name = "Arbejdsmarkedsstyregruppen (til og med 2021), og mere endnu"
    root = wheel(Ring(name=name, marks=()))
    (shown,) = [str(text.text) for text in root.iter(SVG + "text") if str(text.text).startswith("Arbejds")]
    assert shown.endswith("…")
    assert len(shown) < 35
    assert name in titles(root)
    wide = bars(Bar(name=name, value=1, reach=1, said=name))
    for text in wide.iter(SVG + "text"):
        start = float(str(text.get("x"))) - (len(name) * 9.5 if text.get("text-anchor") == "end" else 0)
        assert start >= 0
        assert start + len(name) * 9.5 <= float(str(wide.get("width")))


def test_every_kind_has_a_form_of_its_own_and_a_colour_that_is_seen() -> None:
    forms = {re.sub(r'"#\w+"', "", shape(kind)) for kind in KINDS}
    assert len(forms) == len(KINDS)
    for kind in KINDS:
        for ground in (SHADE, STRIPE, SPAN, "#ffffff"):
            assert contrast(COLOURS[kind], ground) >= 3, (kind, ground)
        ElementTree.fromstring(drawing.mark_alone(kind))  # noqa: S314


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, as WCAG 2.2 reckons it."""

    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_a_name_is_data_and_nothing_else() -> None:
    bad = Ring(name=NASTY, marks=(Mark(on=date(2020, 1, 1), kind="meeting", said=NASTY),))
    trees = [
        wheel(bad, holidays=((date(2020, 1, 1), NASTY),)),
        bars(Bar(name=NASTY, value=1, reach=2, said=NASTY)),
    ]
    for root in trees:
        assert {element.tag for element in root.iter()}.isdisjoint({SVG + "script"})
        assert any(NASTY.replace("\x00", "") in str(title.text) for title in root.iter(SVG + "title"))
        assert any(str(text.text).startswith("<script>") for text in root.iter(SVG + "text"))


def bars(*rows: Bar) -> ElementTree.Element:
    """The bars as a tree."""
    return ElementTree.fromstring(drawing.bars("b", rows, title="Søjler"))  # noqa: S314


def test_bars_are_as_long_as_their_figures() -> None:
    root = bars(Bar(name="A", value=10, reach=40, said="10"), Bar(name="B", value=20, reach=20, said="20"))
    widths = [float(str(bar.get("width"))) for bar in root.iter(SVG + "rect") if bar.get("rx")]
    assert widths == [500, 125, 250]
    assert root.findtext(SVG + "desc") == "A: 10\nB: 20"
    assert titles(root) == ["A: 10", "B: 20"]


def test_no_bars_and_bars_of_nothing_can_be_drawn() -> None:
    assert list(bars().iter(SVG + "text")) == []
    (bar,) = [one for one in bars(Bar(name="A", value=0, reach=0, said="0")).iter(SVG + "rect") if one.get("rx")]
    assert float(str(bar.get("width"))) > 0


def test_a_picture_is_the_same_every_time() -> None:
    days = [f"2020-0{month}-01" for month in range(1, 10)]
    first, second = (
        drawing.year_wheel(2020, [ring("A", *found)], title="t", said="s") for found in (days, days[::-1])
    )
    assert first == second
