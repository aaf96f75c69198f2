"""Figures as bars: one row a name, a full bar, and where wanted a hatched one on to a larger figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kdflow.drawing.parts import BLUE, GREY, INK, Point, document, line_of, safe

ROOM, ROW, BAR = 500.0, 46.0, 24.0
"""The room for the longest bar; the height of a row and of a bar."""

LETTERS, WIDE = 17, 10.0
"""The size of letters, and the room that one takes at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One row: a figure, what it reaches on to (the same: nothing), and the words after it."""

    name: str
    value: float
    reach: float
    said: str


def bars(name: str, rows: Sequence[Bar], *, title: str) -> str:
    """The bars in the order given, the longest filling the room."""
    longest = max((max(row.value, row.reach) for row in rows), default=0) or 1
    left = 20 + WIDE * max((len(row.name) for row in rows), default=0)
    right = 20 + WIDE * max((len(row.said) for row in rows), default=0)
    size = (left + ROOM + right, ROW * len(rows) + 12)
    said = "\n".join(f"{row.name}: {row.said}" for row in rows)
    hatch = (
        f'<defs><pattern id="{name}-skraveret" width="8" height="8" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="8" height="8" fill="#eaf2fb"/>'
        f'<rect width="3" height="8" fill="{BLUE}"/></pattern></defs>'
    )
    content = (
        line for place, row in enumerate(rows) for line in _row(name, (left, ROW * place), row, ROOM / longest)
    )
    return document(name, size, title, said, (hatch, *content))


def _row(name: str, corner: Point, row: Bar, unit: float) -> Iterator[str]:
    left, top = corner[0], corner[1] + 6 + (ROW - BAR) / 2
    full, reach = max(row.value * unit, 3), max(row.value, row.reach) * unit
    yield line_of(left - 14, top + BAR / 2 + 6, row.name, LETTERS, INK, 600, "end")
    yield f"<g><title>{safe(f'{row.name}: {row.said}')}</title>"
    if reach > full:
        yield (
            f'<rect x="{left:g}" y="{top:g}" width="{reach:.1f}" height="{BAR:g}" rx="3" '
            f'fill="url(#{name}-skraveret)" stroke="{BLUE}" stroke-width="1"/>'
        )
    yield f'<rect x="{left:g}" y="{top:g}" width="{full:.1f}" height="{BAR:g}" rx="3" fill="{BLUE}"/></g>'
    yield line_of(left + max(full, reach) + 12, top + BAR / 2 + 6, row.said, LETTERS, GREY, 400, "start")
