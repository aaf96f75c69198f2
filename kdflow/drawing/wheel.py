"""A year as a wheel: the months clockwise from the top, a ring for each body, a mark for each thing that happens.

The year fills ten twelfths of the circle; in the gap before January stand the names of the rings.
"""

from __future__ import annotations

import calendar
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from kdflow.drawing.parts import BLUE, GREY, INK, PAPER, Point, document, line_of, safe

INNER, RING, RIM = 150.0, 38.0, 64.0
"""The radius of the hole, the width of a ring, and the room for the months outside the rings; in user units."""

ARC = 300.0
"""Degrees that the year fills."""

MONTHS = "jan feb mar apr maj jun jul aug sep okt nov dec".split()  # noqa: SIM905
SHADE, STRIPE, SPAN, CLOSED, TODAY = "#e9eef3", "#f8fafb", "#cfe0f3", "#dcd3c4", "#b3141c"

MarkKind = Literal["meeting", "moved", "was", "cancelled", "unsure", "submission", "agenda", "minutes"]

COLOURS: dict[MarkKind, str] = {
    "meeting": BLUE,
    "moved": BLUE,
    "was": GREY,
    "cancelled": "#b3141c",
    "unsure": BLUE,
    "submission": "#8a5300",
    "agenda": "#2a7d2e",
    "minutes": "#6a2c91",
}
OFFSET: dict[MarkKind, float] = {"submission": 7, "agenda": -7}
"""How far from the middle of its ring a mark stands: neighbours in time do not cover each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something on one day of a ring, with what it is in words."""

    on: date
    kind: MarkKind
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """A body with its marks, the days on which it alone is closed, and for each meeting the days from its first
    deadline to its last: a band that ties its marks together. `pauses` run from one day to another. Closed days
    and pauses come with what they are in words."""

    name: str
    marks: tuple[Mark, ...]
    spans: tuple[tuple[date, date], ...] = ()
    closed: tuple[tuple[date, str], ...] = ()
    pauses: tuple[tuple[date, date, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Wheel:
    """The measures of one wheel."""

    year: int
    rings: int

    @property
    def hole(self) -> float:
        """The radius inside the innermost ring."""
        return INNER * (1 + (self.scale - 1) / 2)

    @property
    def rim(self) -> float:
        """The radius outside the outermost ring."""
        return self.hole + RING * max(self.rings, 1)

    @property
    def middle(self) -> float:
        """Where the centre lies, both ways."""
        return self.rim + RIM * self.scale

    @property
    def scale(self) -> float:
        """How much larger words must be drawn in a large wheel to come out alike on the page."""
        return max(1.0, (INNER + RING * self.rings + RIM) / 500)

    def angle(self, day: date, *, end: bool = False) -> float:
        """Degrees clockwise from the top; of the middle of a day, or of its end."""
        passed = (day - date(self.year, 1, 1)).days + (1 if end else 0.5)
        return ARC * passed / (366 if calendar.isleap(self.year) else 365)

    def point(self, radius: float, degrees: float) -> Point:
        """The point at a distance from the centre."""
        turn = math.radians(degrees)
        return round(self.middle + radius * math.sin(turn), 1), round(self.middle - radius * math.cos(turn), 1)

    def ring(self, number: int) -> tuple[float, float]:
        """The inner and the outer radius of a ring; the first one lies outermost."""
        outer = self.rim - RING * number
        return outer - RING, outer

    def band(self, inner: float, outer: float, start: float, stop: float) -> str:
        """The outline of a piece of a ring."""
        (x1, y1), (x2, y2) = self.point(outer, start), self.point(outer, stop)
        (x3, y3), (x4, y4) = self.point(inner, stop), self.point(inner, start)
        large = int(stop - start > 180)
        return (
            f"M{x1:g} {y1:g}A{outer:g} {outer:g} 0 {large} 1 {x2:g} {y2:g}"
            f"L{x3:g} {y3:g}A{inner:g} {inner:g} 0 {large} 0 {x4:g} {y4:g}Z"
        )


def year_wheel(
    year: int,
    rings: Sequence[Ring],
    *,
    title: str,
    said: str,
    holidays: Sequence[tuple[date, str]] = (),
    today: date | None = None,
) -> str:
    """The wheel of a year; what lies outside the year is left out. `said` tells the same in words."""
    wheel = _Wheel(year, len(rings))
    size = (2 * wheel.middle, 2 * wheel.middle)
    return document(
        f"aarshjul-{year}",
        size,
        title,
        said,
        (
            *_months(wheel),
            *_closed(wheel, holidays, wheel.hole, wheel.rim),
            *(
                line
                for number, ring in enumerate(rings)
                for line in _closed(wheel, ring.closed, *wheel.ring(number))
            ),
            *_frame(wheel),
            *(line for number, ring in enumerate(rings) for line in _ring(wheel, number, ring)),
            *_today(wheel, today),
            line_of(wheel.middle, wheel.middle + 18 * wheel.scale, str(year), 52 * wheel.scale, INK, 700),
        ),
    )


def _months(wheel: _Wheel) -> Iterator[str]:
    for number, name in enumerate(MONTHS, start=1):
        first, last = date(wheel.year, number, 1), date(wheel.year, number, _days(wheel.year, number))
        start, stop = wheel.angle(first) - wheel.angle(date(wheel.year, 1, 1)), wheel.angle(last, end=True)
        shade = SHADE if number % 2 else STRIPE
        yield f'<path d="{wheel.band(wheel.hole, wheel.rim, start, stop)}" fill="{shade}"/>'
        x, y = wheel.point(wheel.rim + 24 * wheel.scale, (start + stop) / 2)
        yield line_of(x, y + 7 * wheel.scale, name, 20 * wheel.scale, INK, 600)


def _days(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def _closed(wheel: _Wheel, days: Sequence[tuple[date, str]], inner: float, outer: float) -> Iterator[str]:
    for day, said in days:
        if day.year == wheel.year:
            stop = wheel.angle(day, end=True)
            band = wheel.band(inner, outer, 2 * wheel.angle(day) - stop, stop)
            yield f'<path d="{band}" fill="{CLOSED}"><title>{safe(said)}</title></path>'


def _frame(wheel: _Wheel) -> Iterator[str]:
    """The circles between the rings."""
    for number in range(wheel.rings + 1):
        radius = wheel.rim - RING * number
        (x1, y1), (x2, y2) = wheel.point(radius, 0), wheel.point(radius, ARC)
        yield (
            f'<path d="M{x1:g} {y1:g}A{radius:g} {radius:g} 0 1 1 {x2:g} {y2:g}" fill="none" '
            f'stroke="#c3ccd5" stroke-width="1"/>'
        )


def _today(wheel: _Wheel, today: date | None) -> Iterator[str]:
    if today is None or today.year != wheel.year:
        return
    degrees = wheel.angle(today)
    (x1, y1), (x2, y2) = wheel.point(wheel.hole - 10, degrees), wheel.point(wheel.rim + 6, degrees)
    x, y = wheel.point(wheel.hole - 34 * wheel.scale, degrees)
    yield (
        f'<g><title>{safe(f"I dag, {_short(today)}")}</title><path d="M{x1:g} {y1:g}L{x2:g} {y2:g}" '
        f'stroke="{TODAY}" stroke-width="{2.5 * wheel.scale:g}" stroke-dasharray="8 4"/>'
        f"{line_of(x, y + 6 * wheel.scale, 'i dag', 18 * wheel.scale, TODAY, 700)}</g>"
    )


def _ring(wheel: _Wheel, number: int, ring: Ring) -> Iterator[str]:
    inner, outer = wheel.ring(number)
    middle = (inner + outer) / 2
    x, y = wheel.point(middle, 0)
    letters = min(18 * wheel.scale, 0.7 * RING)
    room = int((x - 10) / (0.6 * letters))
    name = ring.name if len(ring.name) <= room else f"{ring.name[: room - 1].rstrip()}…"
    line = line_of(x - 10, y + letters / 3, name, letters, INK, 600, "end")
    yield f"<g><title>{safe(ring.name)}</title>{line}</g>"
    for start, stop, said in ring.pauses:
        for line in _arc(wheel, middle, start, stop, f'stroke="{GREY}" stroke-width="3" stroke-dasharray="2 7"'):
            yield f"<g><title>{safe(said)}</title>{line}</g>"
    for start, stop in ring.spans:
        yield from _arc(wheel, middle, start, stop, f'stroke="{SPAN}" stroke-width="28"')
    size = min(wheel.scale, 1.4)
    for mark in sorted(ring.marks, key=lambda one: (one.kind in ("meeting", "moved"), one.on)):
        if mark.on.year == wheel.year:
            yield _mark(wheel, middle, mark, size)


def _arc(wheel: _Wheel, radius: float, start: date, stop: date, stroke: str) -> Iterator[str]:
    """A line along a ring from one day to another, as far as it lies in the year."""
    first, last = max(start, date(wheel.year, 1, 1)), min(stop, date(wheel.year, 12, 31))
    if first < last:
        (x1, y1), (x2, y2) = wheel.point(radius, wheel.angle(first)), wheel.point(radius, wheel.angle(last))
        yield (
            f'<path d="M{x1:g} {y1:g}A{radius:g} {radius:g} 0 0 1 {x2:g} {y2:g}" fill="none" {stroke} '
            f'stroke-linecap="round"/>'
        )


def _mark(wheel: _Wheel, radius: float, mark: Mark, size: float) -> str:
    degrees = wheel.angle(mark.on)
    x, y = wheel.point(radius + OFFSET.get(mark.kind, 0), degrees)
    return (
        f'<g transform="translate({x:g} {y:g}) scale({size:g})"><title>{safe(mark.said)}</title>'
        f"{shape(mark.kind)}</g>"
    )


def shape(kind: MarkKind) -> str:
    """The mark of a kind about the point (0, 0): every kind has a form of its own beside its colour."""
    colour = COLOURS[kind]
    edge = f'stroke="{PAPER}" stroke-width="1.5"'
    return {
        "meeting": f'<circle r="9" fill="{colour}" {edge}/>',
        "moved": f'<circle r="9" fill="{colour}" {edge}/><path d="M-4.5 0H3.5M0-4 4 0 0 4" fill="none" '
        f'stroke="{PAPER}" stroke-width="2"/>',
        "was": f'<circle r="7.5" fill="{PAPER}" stroke="{colour}" stroke-width="2" stroke-dasharray="3 2.5"/>',
        "cancelled": f'<circle r="8" fill="{PAPER}" stroke="{colour}" stroke-width="2"/>'
        f'<path d="M-4-4 4 4M4-4-4 4" stroke="{colour}" stroke-width="2.5"/>',
        "unsure": f'<circle r="8" fill="{PAPER}" stroke="{colour}" stroke-width="2.5"/>',
        "submission": f'<path d="M0-7.5 7 5.5H-7Z" fill="{colour}" {edge}/>',
        "agenda": f'<path d="M-5.5-5.5h11v11h-11z" fill="{colour}" {edge}/>',
        "minutes": f'<path d="M0-7.5 7.5 0 0 7.5-7.5 0Z" fill="{colour}" {edge}/>',
    }[kind]


def mark_alone(kind: MarkKind) -> str:
    """The mark of a kind for a legend beside its word."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-11 -11 22 22" width="22" height="22" '
        f'aria-hidden="true">{shape(kind)}</svg>'
    )


def _short(day: date) -> str:
    return f"{day.day}. {MONTHS[day.month - 1]}"
