"""The timeline of a plan is well-formed, keeps everything inside it, and never lets a name become markup."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from kdflow import drawing
from kdflow.drawing import Span

SVG = "{http://www.w3.org/2000/svg}"
NASTY = """<script>alert("x")</script> & 'y' ]]> --> \x00\x0b"""
TODAY = date(2020, 1, 20)


def span(name: str, start: date | None, due: date | None, on: date | None, *, is_meeting: bool = True) -> Span:
    """A step as data."""
    return Span(name=name, start=start, due=due, on=on, is_meeting=is_meeting, said=f"{name} i ord")


SPANS = (
    span("KD-Net", TODAY, None, date(2020, 1, 24)),
    span("Et meget langt navn på et organ uden ende", date(2020, 1, 24), date(2020, 2, 28), date(2020, 3, 13)),
    span("Arbejde", date(2020, 3, 13), None, date(2020, 4, 1), is_meeting=False),
    span("Aldrig", None, None, None),
)


def draw(*spans: Span, title: str = "Planen", last: date = date(2020, 10, 20), by: date | None = None) -> str:
    """The picture of some steps."""
    return drawing.timeline("plan-1", spans, title=title, first=TODAY, last=last, today=TODAY, by=by)


def root(source: str) -> ElementTree.Element:
    """The picture as a tree."""
    return ElementTree.fromstring(source)  # noqa: S314


def test_every_step_is_told_in_words() -> None:
    tree = root(draw(*SPANS))
    named = {element.get("id"): element.text for element in tree if element.get("id")}
    assert [named[label] for label in str(tree.get("aria-labelledby")).split()] == [
        "Planen",
        "\n".join(f"{one.name}: {one.said}" for one in SPANS),
    ]


def test_a_name_is_data_and_nothing_else() -> None:
    tree = root(draw(span(NASTY, TODAY, None, date(2020, 2, 1)), title=NASTY))
    assert SVG + "script" not in {element.tag for element in tree.iter()}
    assert not re.search(r"<style|style=|<script|\son\w+=|href", draw(*SPANS))


def test_wait_deadline_and_meeting_differ_by_form_and_not_by_colour_alone() -> None:
    source = draw(*SPANS)
    assert source.count('stroke-dasharray="3 6"') == 2  # two meetings are waited for
    assert source.count("<circle") == 3  # two meetings, and the one that is not reached
    assert source.count('d="M0-7.5 7 5.5H-7Z"') == 1  # one deadline
    assert source.count('stroke-width="10"') == 1  # one stretch of work
    assert drawing.NOT_REACHED in source


def test_today_and_the_day_to_be_done_by_are_named() -> None:
    said = [text.text for text in root(draw(*SPANS, by=date(2020, 10, 15))).iter(SVG + "text")]
    assert "i dag" in said
    assert "senest 15. okt" in said
    assert "senest 15. okt" not in [text.text for text in root(draw(*SPANS)).iter(SVG + "text")]


@pytest.mark.parametrize("last", [TODAY, date(2020, 2, 1), date(2021, 6, 1), date(2029, 12, 31)])
def test_nothing_lies_outside_and_months_keep_apart(last: date) -> None:
    tree = root(draw(*SPANS, last=last, by=last))
    _, _, width, height = map(float, str(tree.get("viewBox")).split())
    months = [float(str(t.get("x"))) for t in tree.iter(SVG + "text") if t.get("y") == "18"]
    assert all(later - earlier >= 38 for earlier, later in pairwise(months))
    for text in tree.iter(SVG + "text"):
        assert 0 <= float(str(text.get("x"))) < width
        assert 0 < float(str(text.get("y"))) < height


def test_a_plan_without_steps_can_be_drawn() -> None:
    assert root(draw()).tag == SVG + "svg"
