"""Days from left to right: where each lies, a line for each month, and lines for days that matter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from kdflow.drawing.parts import GREY, line_of
from kdflow.drawing.wheel import MONTHS, TODAY

CLOSEST = 38.0
"""The least room between two months that both are named."""


@dataclass(frozen=True, slots=True)
class Axis:
    """The days of one picture, `room` wide, from `left` on; lines run from `top` to `bottom`."""

    first: date
    last: date
    left: float
    room: float
    top: float
    bottom: float

    def at(self, day: date) -> float:
        """Where the middle of a day lies; days outside stand at the edge."""
        passed = min(max((day - self.first).days, 0), self.days)
        return self.left + self.room * passed / self.days

    @property
    def days(self) -> int:
        """How many days the room holds."""
        return max((self.last - self.first).days, 1)

    def holds(self, day: date | None) -> bool:
        """Whether a day lies in the picture."""
        return day is not None and self.first <= day <= self.last

    def months(self) -> Iterator[str]:
        """A thin line for each month, named where there is room; January with its year."""
        named = self.left - CLOSEST
        day = self.first.replace(day=1)
        while day <= self.last:
            if day >= self.first:
                x = self.at(day)
                yield f'<path d="M{x:.1f} {self.top - 8:g}V{self.bottom:g}" stroke="#d5dce3" stroke-width="1"/>'
                if x - named >= CLOSEST:
                    yield line_of(x + 3, 18, _month(day), 16, GREY, 400, "start")
                    named = x + (24 if day.month == 1 else 0)
            day = (day + timedelta(days=32)).replace(day=1)

    def line(self, day: date, words: str) -> Iterator[str]:
        """A line at a day that matters, with its words above."""
        if not self.holds(day):
            return
        x = self.at(day)
        pen = f'stroke="{TODAY}" stroke-width="2" stroke-dasharray="8 4"'
        yield f'<path d="M{x:.1f} {self.top - 20:g}V{self.bottom:g}" {pen}/>'
        if x < self.left + self.room / 3:
            yield line_of(x + 5, self.top - 16, words, 16, TODAY, 700, "start")
        else:
            yield line_of(x - 5, self.top - 16, words, 16, TODAY, 700, "end")


def placed(x: float, y: float, content: str) -> str:
    """A mark where it belongs."""
    return f'<g transform="translate({x:.1f} {y:g})">{content}</g>'


def short(day: date) -> str:
    """A day where there is little room: "24. jan"."""
    return f"{day.day}. {MONTHS[day.month - 1]}"


def _month(day: date) -> str:
    return MONTHS[day.month - 1] + (f" {day.year}" if day.month == 1 else "")
