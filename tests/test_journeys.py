"""The picture of many plans is well-formed, keeps everything inside it, and never lets a title become markup."""

from __future__ import annotations

import re
from datetime import date
from xml.etree import ElementTree

from kdflow import drawing
from kdflow.drawing import Journey
from tests.test_timeline import NASTY, SVG, root

TODAY, LAST = date(2020, 1, 20), date(2020, 10, 20)
ROWS = (
    Journey(
        name="Klimaplan",
        meetings=(date(2020, 3, 13), date(2020, 6, 17)),
        dues=(date(2020, 2, 28),),
        ends=date(2020, 6, 17),
        said="KD-Net 13. mar. 2020, KKR 17. jun. 2020",
    ),
    Journey(name="Kan ikke", meetings=(), dues=(), ends=None, said="nås ikke"),
    Journey(name="Meget senere", meetings=(date(2023, 3, 1),), dues=(), ends=date(2023, 3, 1), said="i 2023"),
    Journey(name=NASTY * 5, meetings=(), dues=(), ends=TODAY, said=NASTY),
)


def draw(*rows: Journey) -> ElementTree.Element:
    """The picture of some plans, as a tree."""
    return root(drawing.journeys("planer", rows, title="Planer", first=TODAY, last=LAST, today=TODAY))


def words(tree: ElementTree.Element) -> list[str]:
    """Everything that is written in it."""
    return ["".join(one.itertext()) for one in tree.iter(f"{SVG}text")]


def test_each_sag_has_its_bar_its_marks_and_its_end() -> None:
    tree = draw(*ROWS)
    assert {"i dag", "17. jun", "nås ikke", "1. mar 2023", "20. jan"} <= set(words(tree))
    bars = [one for one in tree.iter(f"{SVG}path") if one.get("stroke-width") == "10"]
    assert len(bars) == len(ROWS)
    marks = [one for one in tree.iter(f"{SVG}g") if one.get("transform")]
    assert len(marks) == 3  # two meetings and a deadline; what lies beyond the last day has none


def test_it_is_heard_in_words_and_a_title_is_never_markup() -> None:
    tree = draw(*ROWS)
    said = tree.findtext(f"{SVG}desc") or ""
    assert said.startswith("Klimaplan: KD-Net 13. mar. 2020, KKR 17. jun. 2020\nKan ikke: nås ikke")
    assert not list(tree.iter(f"{SVG}script"))


def test_everything_lies_inside() -> None:
    tree = draw(*ROWS)
    width, height = float(tree.get("width", "0")), float(tree.get("height", "0"))
    for one in tree.iter(f"{SVG}path"):
        for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", one.get("d", "")):
            assert -16 <= float(x) <= width
            assert -16 <= float(y) <= height
    for text in tree.iter(f"{SVG}text"):
        assert 0 <= float(text.get("x", "-1")) <= width
        assert 0 <= float(text.get("y", "-1")) <= height
