"""Many plans over the same days: a bar for each sag, with its meetings, its deadlines and today."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from kdflow.drawing.axis import Axis, placed, short
from kdflow.drawing.parts import GREY, INK, document, line_of, safe
from kdflow.drawing.timeline import BELOW, NOT_REACHED
from kdflow.drawing.wheel import TODAY, shape

LEFT, ROOM, RIGHT, TOP, ROW = 320.0, 640.0, 120.0, 56.0, 58.0
"""The room for the titles, for the days and for the last date; the height of the axis and of a row."""

LETTERS = 35
"""Letters of a title that fit on one line."""

BAR = "#bcd3ec"


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """One sag: its meetings, the deadlines before them, and the day it ends (None: it does not come to its end).
    `said` tells it in words."""

    name: str
    meetings: tuple[date, ...]
    dues: tuple[date, ...]
    ends: date | None
    said: str


def journeys(name: str, rows: Sequence[Journey], *, title: str, first: date, last: date, today: date) -> str:
    """The plans of some sager, one below the other, from the day `first` to `last`."""
    height = TOP + ROW * len(rows)
    axis = Axis(first, last, LEFT, ROOM, TOP, height)
    said = "\n".join(f"{one.name}: {one.said}" for one in rows)
    content = (
        *axis.months(),
        *(line for number, one in enumerate(rows) for line in _row(axis, TOP + ROW * number, one, today)),
        *axis.line(today, "i dag"),
    )
    return document(name, (LEFT + ROOM + RIGHT, height + 8), title, said, content)


def _row(axis: Axis, top: float, one: Journey, today: date) -> Iterator[str]:
    middle = top + ROW / 2
    yield f"<g><title>{safe(f'{one.name}: {one.said}')}</title>"
    yield f'<path d="M0 {top:g}H{LEFT + ROOM + RIGHT:g}" stroke="#eef1f4" stroke-width="1"/>'
    lines = textwrap.wrap(one.name, LETTERS, max_lines=2, placeholder=" …") or [one.name[:LETTERS]]
    for number, words in enumerate(lines):
        yield line_of(0, middle + 6 + 20 * number - 10 * (len(lines) - 1), words, 16, INK, 600, "start")
    x1, x2 = axis.at(today), axis.at(one.ends or axis.last)
    dashes = "" if one.ends else ' stroke-dasharray="4 6"'
    yield f'<path d="M{x1:.1f} {middle:g}H{max(x2, x1 + 2):.1f}" stroke="{BAR}" stroke-width="10"{dashes}/>'
    yield from (placed(axis.at(due), middle + BELOW, shape("submission")) for due in one.dues if axis.holds(due))
    yield from (placed(axis.at(on), middle, shape("meeting")) for on in one.meetings if axis.holds(on))
    words, colour = (short(one.ends), INK) if one.ends else (NOT_REACHED, TODAY)
    later = one.ends is not None and one.ends > axis.last
    words = f"{words} {one.ends.year}" if later and one.ends else words
    yield line_of(x2 + 16, middle + 6, words, 16, GREY if later else colour, 600, "start")
    yield "</g>"
