"""A plan as a timeline: a row for each step, with its wait, its deadline and its meeting."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from kdflow.drawing.axis import Axis, placed, short
from kdflow.drawing.parts import BLUE, GREY, INK, document, line_of, safe
from kdflow.drawing.wheel import TODAY, shape

LEFT, ROOM, RIGHT, TOP, ROW = 200.0, 440.0, 110.0, 56.0, 50.0
"""The room for the names, for the days and for the last date; the height of the axis and of a row."""

LETTERS = 22
"""Letters of a name that fit on one line."""

BELOW = 14.0
"""How far below its line a deadline stands, so that the meeting after it does not cover it."""

NOT_REACHED = "nås ikke"
FROM = "fra {day}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One step: it can come from the day `start` on, is submitted by `due`, and treated on `on` (a meeting, or
    the end of its work). None: not known, or it cannot be. `said` tells it in words; where the day of the meeting
    is not known (`is_undated`), `on` is the first that it can be."""

    name: str
    start: date | None
    due: date | None
    on: date | None
    is_meeting: bool
    said: str
    is_undated: bool = False


def timeline(
    name: str,
    spans: Sequence[Span],
    *,
    title: str,
    first: date,
    last: date,
    today: date,
    by: date | None = None,
) -> str:
    """The steps of a plan in route order, from the day `first` to `last`; `by` is the day to be done by."""
    height = TOP + ROW * len(spans)
    axis = Axis(first, last, LEFT, ROOM, TOP, height)
    said = "\n".join(f"{span.name}: {span.said}" for span in spans)
    content = (
        *axis.months(),
        *axis.line(today, "i dag"),
        *(axis.line(by, f"senest {short(by)}") if by else ()),
        *(line for number, span in enumerate(spans) for line in _span(axis, TOP + ROW * number, span)),
    )
    return document(name, (LEFT + ROOM + RIGHT, height + 8), title, said, content)


def _span(axis: Axis, top: float, span: Span) -> Iterator[str]:
    middle = top + ROW / 2
    yield f"<g><title>{safe(f'{span.name}: {span.said}')}</title>"
    yield f'<path d="M0 {top:g}H{LEFT + ROOM + RIGHT:g}" stroke="#eef1f4" stroke-width="1"/>'
    lines = textwrap.wrap(span.name, LETTERS, max_lines=2, placeholder=" …") or [span.name[:LETTERS]]
    for number, words in enumerate(lines):
        yield line_of(0, middle + 6 + 20 * number - 10 * (len(lines) - 1), words, 16, INK, 600, "start")
    yield from _wait(axis, middle, span)
    yield from _marks(axis, middle, span)
    yield "</g>"


def _wait(axis: Axis, middle: float, span: Span) -> Iterator[str]:
    """A dashed line while a meeting is waited for, a thick full one while there is work."""
    if span.start is None:
        return
    x1, x2 = axis.at(span.start), axis.at(span.on or axis.last)
    if x2 - x1 < 1:
        return
    pen = f'stroke="{GREY}" stroke-width="3" stroke-dasharray="3 6"'
    if not span.is_meeting:
        pen = f'stroke="{BLUE}" stroke-width="10"'
    yield f'<path d="M{x1:.1f} {middle:g}H{x2:.1f}" {pen}/>'


def _marks(axis: Axis, middle: float, span: Span) -> Iterator[str]:
    if span.on is None:
        yield placed(axis.at(axis.last), middle, shape("cancelled"))
        yield line_of(axis.at(axis.last) + 14, middle + 6, NOT_REACHED, 16, TODAY, 600, "start")
        return
    if span.due and axis.holds(span.due):
        yield placed(axis.at(span.due), middle + BELOW, shape("submission"))
    if span.is_meeting:
        yield placed(axis.at(span.on), middle, shape("meeting"))
    else:
        yield f'<path d="M{axis.at(span.on):.1f} {middle - 9:g}v18" stroke="{BLUE}" stroke-width="4"/>'
    label = FROM.format(day=short(span.on)) if span.is_undated else short(span.on)
    yield line_of(axis.at(span.on) + 14, middle + 6, label, 16, INK, 600, "start")
