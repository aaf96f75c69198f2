"""Terms of office: elections on the third Tuesday of November, and the weeks round them in which no body meets."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from kdflow.domain.departures import DAY, NEVER, Departures

LONGEST_PAUSE = 60
"""Days between two meetings, with a new term between them, from which on the pause is named."""

LAST_MEETINGS = timedelta(days=120)
"""How long before a new term a body's last meeting may be for the election to be why it does not meet after it."""

CAMPAIGN = timedelta(days=28)
"""How long before an election no meeting is called any more, where the body's last meeting was long before."""

SETTLING_IN = timedelta(days=60)
"""How long into a term a body may still be waiting for its first meeting."""


class DeadWindow(NamedTuple):
    """A pause round the beginning of a term: the last meeting before, the first after (None: not known yet)."""

    election: date
    last: date
    first: date | None

    @property
    def days(self) -> int | None:
        """How long the body does not meet."""
        return None if self.first is None else (self.first - self.last).days

    @property
    def term(self) -> date:
        """The first day of the new term."""
        return date(self.election.year + 1, 1, 1)

    @property
    def starts(self) -> date:
        """The day from which on the election is why it does not meet."""
        return _starts(self.election, self.last)

    @property
    def ends(self) -> date:
        """The first day on which a meeting can be planned again, even where the calendar goes on later still."""
        return _ends(self.election, self.first)

    @property
    def is_of_election(self) -> bool:
        """Whether the election explains all of it: a gap from long before, or to long after, has more reasons."""
        return self.starts == self.last and self.first in (None, self.ends)

    def touches(self, year: int) -> bool:
        """Whether some of it lies in a year."""
        return self.starts.year <= year <= (self.ends if self.first else self.term).year


@dataclass(frozen=True, slots=True)
class Pauses:
    """What elections make of a body's calendar: the days of its meetings in order, and the day it `ends` on (None:
    it goes on). Whoever names a pause, or asks whether a meeting can be proposed on a day, asks here."""

    days: tuple[int, ...]
    ends: date | None = None

    @classmethod
    def of(cls, table: Departures, ends: date | None = None) -> Pauses:
        """Of the departures from a body's stations."""
        return cls(tuple(sorted(begins // DAY for begins in table.begins if begins < NEVER)), ends)

    def closed(self, day: date) -> bool:
        """Whether no meeting can be proposed on a day: it lies between the body's meetings before and after a new
        term, and not before the campaign or after the settling in, however long, or short, that gap is."""
        place = bisect_right(_TERM_DAYS, day.toordinal() - SETTLING_IN.days)
        if place == len(_TERM_DAYS):
            return False
        election, last, first = self._round(_TERM_DAYS[place])
        return self._goes_on(_TERM_DAYS[place]) and _starts(election, last) < day < _ends(election, first)

    def waited_out(self, come: date, treated: date | None) -> tuple[DeadWindow, ...]:
        """The pauses between the day a sag comes and the day it is treated (None: never), oldest first."""
        if treated is None:
            until = max(come.toordinal(), max(self.days, default=0)) + LAST_MEETINGS.days
        else:
            until = treated.toordinal()
        low = bisect_right(_TERM_DAYS, come.toordinal() - SETTLING_IN.days)
        terms = _TERM_DAYS[low : bisect_right(_TERM_DAYS, until, low)]
        end = treated or date.max
        found = self._named(terms) if terms else ()
        return tuple(one for one in found if come < one.ends and (one.first or date.max) <= end)

    def in_year(self, year: int) -> tuple[DeadWindow, ...]:
        """The pauses that lie partly in a year, oldest first."""
        begins = (date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())
        terms = _TERM_DAYS[bisect_left(_TERM_DAYS, begins[0]) : bisect_right(_TERM_DAYS, begins[1])]
        return tuple(one for one in self._named(terms) if one.touches(year))

    def _named(self, terms: tuple[int, ...]) -> Iterator[DeadWindow]:
        """The pauses round the beginnings of some terms; two meetings close together make none."""
        for term in terms:
            election, last, first = self._round(term)
            if last is None or (first is None and not self._goes_on(term)):
                continue
            if first is None or (first - last).days >= LONGEST_PAUSE:
                yield DeadWindow(election, last, first)

    def _round(self, term: int) -> tuple[date, date | None, date | None]:
        """The election before a new term, the last meeting before it and the first in it."""
        place = bisect_left(self.days, term)
        last = date.fromordinal(self.days[place - 1]) if place else None
        first = date.fromordinal(self.days[place]) if place < len(self.days) else None
        return _ELECTIONS[term], last, first

    def _goes_on(self, term: int) -> bool:
        return self.ends is None or self.ends.toordinal() >= term


def _starts(election: date, last: date | None) -> date:
    is_near = last is not None and last >= date(election.year + 1, 1, 1) - LAST_MEETINGS
    return last if last is not None and is_near else election - CAMPAIGN


def _ends(election: date, first: date | None) -> date:
    settled = date(election.year + 1, 1, 1) + SETTLING_IN
    return settled if first is None else min(first, settled)


def election_day(year: int) -> date | None:
    """The day of the municipal and regional elections in a year; None when there are none.

    Source: kommunal- og regionalvalgloven § 6: every fourth year, the third Tuesday of November.
    """
    if year % 4 != 1:
        return None
    first = date(year, 11, 1)
    return first + timedelta(days=(1 - first.weekday()) % 7 + 14)


_ELECTIONS = {
    date(year + 1, 1, 1).toordinal(): election for year in range(1981, 2101) if (election := election_day(year))
}
"""The elections by the first day of the term after them."""

_TERM_DAYS = tuple(_ELECTIONS)
_TERMS = tuple(day * DAY for day in _TERM_DAYS)


def near_a_term(come: int, treated: int) -> bool:
    """Whether a new term begins, or has not yet settled in, between two days (ordinals): else no pause is."""
    place = bisect_right(_TERM_DAYS, come - SETTLING_IN.days)
    return place < len(_TERM_DAYS) and _TERM_DAYS[place] <= treated


def crosses_term(submits: int, decides: int) -> bool:
    """Whether a new term begins between a submission and its meeting (civil minutes).

    Then nothing is submitted on condition: what one term has yet to decide is no ground to go to the next one on.
    """
    return bisect_right(_TERMS, submits) != bisect_right(_TERMS, decides)
