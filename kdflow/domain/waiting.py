"""How long sager are at a body: the parts of one treatment, and the figures that many of them make."""

from __future__ import annotations

import calendar
import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from kdflow.domain.dates import local_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """One step from the day it was opened until it was handed on, with when it was first submitted to a meeting
    (None: it never was) and last decided."""

    body: str
    opened_at: datetime
    submitted_at: datetime | None
    decided_at: datetime | None
    left_at: datetime

    @property
    def days(self) -> int:
        """From its opening until it was handed on."""
        return days_between(self.opened_at, self.left_at)

    @property
    def preparing(self) -> int:
        """From its opening until it was submitted; without a meeting, until it was decided."""
        return days_between(self.opened_at, self.submitted_at or self.decided_at or self.left_at)

    @property
    def at_meetings(self) -> int:
        """From its submission until it was decided: over the meetings it was put off to, too."""
        return days_between(self.submitted_at, self.decided_at) if self.submitted_at and self.decided_at else 0

    @property
    def lying(self) -> int:
        """From the decision until it was handed on: consent, minutes, nobody thinking of it."""
        return days_between(self.decided_at, self.left_at) if self.decided_at else 0


def months_before(day: date, months: int) -> date:
    """The same day so many months before; the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def days_between(start: datetime, end: datetime) -> int:
    """Days in Copenhagen from one instant to another."""
    return max((local_day(end) - local_day(start)).days, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What some numbers of days come to: how many they are, their median, and what nine of ten keep within."""

    count: int
    median: float
    ninety: int
    longest: int


def figures(days: Iterable[int]) -> Figures | None:
    """The figures of some days; None when there are none. The 90th percentile is one of them (nearest rank)."""
    found = sorted(days)
    if not found:
        return None
    return Figures(
        count=len(found),
        median=statistics.median(found),
        ninety=found[math.ceil(0.9 * len(found)) - 1],
        longest=found[-1],
    )
