"""Terms of office: elections on the third Tuesday of November, and the weeks round them in which no body meets."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from kdflow.domain.departures import DAY, NEVER, Departures, day_of

LONGEST_PAUSE = 60
"""Days between two meetings, with a new term between them, from which on the pause is named."""

LAST_MEETINGS = timedelta(days=120)
"""How long before a new term a body's last meeting may be for the election to be why it does not meet after it."""

SETTLING_IN = timedelta(days=60)
"""How long into a term a body may still be waiting for its first meeting."""


class DeadWindow(NamedTuple):
    """A pause round the beginning of a term: the last meeting before, the first after (None: not known yet)."""

    election: date
    last: date
    first: date | None

    @property
    def days(self) -> int | None:
        """How long the pause is."""
        return None if self.first is None else (self.first - self.last).days

    @property
    def term(self) -> date:
        """The first day of the new term."""
        return date(self.election.year + 1, 1, 1)

    @property
    def is_of_election(self) -> bool:
        """Whether the election explains it: a gap from long before, or until long after, has another reason."""
        ends_soon = self.first is None or self.first < self.term + SETTLING_IN
        return ends_soon and self.last >= self.term - LAST_MEETINGS

    def covers(self, day: date) -> bool:
        """Whether no meeting can be planned on a day because of it."""
        return self.is_of_election and self.last < day < (self.first or self.term + SETTLING_IN)

    def touches(self, year: int) -> bool:
        """Whether some of it lies in a year."""
        return self.last.year <= year <= (self.first or self.term).year


def election_day(year: int) -> date | None:
    """The day of the municipal and regional elections in a year; None when there are none.

    Source: kommunal- og regionalvalgloven § 6: every fourth year, the third Tuesday of November.
    """
    if year % 4 != 1:
        return None
    first = date(year, 11, 1)
    return first + timedelta(days=(1 - first.weekday()) % 7 + 14)


def dead_windows(table: Departures, ends: date | None = None) -> Iterator[DeadWindow]:
    """The pauses round elections in the calendar of a body that `ends` on a day (None: it goes on), oldest first.

    The last may be open: the calendar ends shortly before a new term, whose meetings are not known yet.
    """
    days = [day_of(begins) for begins in sorted(table.begins) if begins < NEVER]
    for last, first in pairwise(days):
        election = _election_between(last, first)
        if election and (first - last).days >= LONGEST_PAUSE:
            yield DeadWindow(election, last, first)
    if days:
        election = _election_between(days[-1], days[-1] + LAST_MEETINGS)
        if election and (ends is None or ends >= date(election.year + 1, 1, 1)):
            yield DeadWindow(election, days[-1], None)


def _election_between(last: date, first: date) -> date | None:
    """The election whose new term begins between two days (on 1 January after it)."""
    for year in range(last.year, first.year):
        election = election_day(year)
        if election and last < date(year + 1, 1, 1) <= first:
            return election
    return None


_TERMS = tuple(date(year + 1, 1, 1).toordinal() * DAY for year in range(1981, 2101) if election_day(year))


def crosses_term(submits: int, decides: int) -> bool:
    """Whether a new term begins between a submission and its meeting (civil minutes).

    Then nothing is submitted on condition: what one term has yet to decide is no ground to go to the next one on.
    """
    return bisect_right(_TERMS, submits) != bisect_right(_TERMS, decides)
