"""Terms of office: elections on the third Tuesday of November, and the weeks round them in which no body meets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from kdflow.domain.departures import NEVER, Departures, day_of

LONGEST_PAUSE = 60
"""Days between two meetings, with a new term between them, from which on the pause is named."""


class DeadWindow(NamedTuple):
    """A pause round the beginning of a term: the last meeting before, the first after (None: not known yet)."""

    election: date
    last: date
    first: date | None

    @property
    def days(self) -> int | None:
        """How long the pause is."""
        return None if self.first is None else (self.first - self.last).days


def election_day(year: int) -> date | None:
    """The day of the municipal and regional elections in a year; None when there are none.

    Source: kommunal- og regionalvalgloven § 6: every fourth year, the third Tuesday of November.
    """
    if year % 4 != 1:
        return None
    first = date(year, 11, 1)
    return first + timedelta(days=(1 - first.weekday()) % 7 + 14)


def dead_windows(table: Departures) -> Iterator[DeadWindow]:
    """The pauses round elections in a calendar, oldest first."""
    days = [day_of(begins) for begins in sorted(table.begins) if begins < NEVER]
    for last, first in pairwise(days):
        election = _election_between(last, first)
        if election and (first - last).days >= LONGEST_PAUSE:
            yield DeadWindow(election, last, first)


def _election_between(last: date, first: date) -> date | None:
    """The election whose new term begins between two days (on 1 January after it)."""
    for year in range(last.year, first.year):
        election = election_day(year)
        if election and last < date(year + 1, 1, 1) <= first:
            return election
    return None
