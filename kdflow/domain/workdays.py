"""Which days are worked in Denmark, and counting by them: public holidays, closing days, Saturday by setting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

FIRST_YEAR, LAST_YEAR = 2000, 2060
"""The years that can be counted in; outside them nothing is planned."""

_FIRST = date(FIRST_YEAR, 1, 1).toordinal()
_LAST = date(LAST_YEAR, 12, 31).toordinal()


@lru_cache(maxsize=1)
def danish_holidays() -> Mapping[date, str]:
    """Public holidays by the rule of their year (Store bededag until 2023), with their Danish names.

    Source: the library `holidays`; its import takes most of a second, so it is made at the first question.
    """
    import holidays  # noqa: PLC0415

    found = holidays.country_holidays("DK", language="da", years=range(FIRST_YEAR, LAST_YEAR + 1))
    return MappingProxyType({day: _short(name) for day, name in found.items()})


def _short(name: str) -> str:
    """ "Anden pinsedag" as people write it: "2. pinsedag"."""
    first, _, rest = name.partition(" ")
    return f"2. {rest}" if first == "Anden" else name


class Workdays:
    """The working days of a body: Monday to Friday (and Saturday where set), less holidays and closing days.

    Every question is answered from two arrays, in constant time. Counting is by whole days: a rule that kept the
    time of day would make a later start arrive earlier (Saturday 23:59 + 1 and Sunday 00:00 + 1).
    """

    __slots__ = ("_rank", "_worked", "closed", "saturday")

    def __init__(self, closed: Mapping[date, str], *, saturday: bool = False) -> None:
        self.closed = closed
        self.saturday = saturday
        weekdays = 6 if saturday else 5
        shut = {day.toordinal() for day in closed}
        self._worked: list[int] = []
        self._rank: list[int] = []  # for each day, how many days before it are worked
        for ordinal in range(_FIRST, _LAST + 1):
            self._rank.append(len(self._worked))
            if (ordinal - 1) % 7 < weekdays and ordinal not in shut:
                self._worked.append(ordinal)
        self._rank.append(len(self._worked))

    def is_worked(self, day: date) -> bool:
        """Whether `day` is a working day."""
        ordinal = day.toordinal()
        rank = self._rank[_within(ordinal) - _FIRST]
        return rank < len(self._worked) and self._worked[rank] == ordinal

    def add(self, day: date, count: int) -> date:
        """The `count`-th working day after `day` (before it, when negative); `day` itself is not counted."""
        return date.fromordinal(self.add_to_ordinal(day.toordinal(), count))

    def add_to_ordinal(self, ordinal: int, count: int) -> int:
        """The same for proleptic Gregorian ordinals."""
        if count == 0:
            return ordinal
        if count < 0:
            place = self._rank[_within(ordinal) - _FIRST] + count
            return self._worked[max(place, 0)]
        place = self._rank[_within(ordinal + 1) - _FIRST] + count - 1
        return self._worked[min(place, len(self._worked) - 1)]

    def between(self, start: date, end: date) -> int:
        """How many working days lie after `start`, up to and with `end`; negative when `end` comes first."""
        after = self._rank[_within(end.toordinal() + 1) - _FIRST]
        return after - self._rank[_within(start.toordinal() + 1) - _FIRST]

    def skipped(self, start: date, end: date) -> tuple[tuple[date, str], ...]:
        """The closed days strictly between two days that would else be worked, with their names, in order."""
        week = 6 if self.saturday else 5
        days = (start + timedelta(days=n) for n in range(1, (end - start).days))
        return tuple((day, self.closed[day]) for day in days if day in self.closed and day.weekday() < week)


def _within(ordinal: int) -> int:
    return min(max(ordinal, _FIRST), _LAST + 1)


@lru_cache(maxsize=256)
def workdays(closing_days: frozenset[tuple[date, str]] = frozenset(), *, saturday: bool = False) -> Workdays:
    """The working days of Denmark less some closing days of one's own, with their names."""
    return Workdays({**danish_holidays(), **dict(sorted(closing_days))}, saturday=saturday)


def yearly(days: Iterable[tuple[int, int, str]]) -> frozenset[tuple[date, str]]:
    """Closing days that come every year, given as (month, day, name)."""
    return frozenset(
        (date(year, month, day), name)
        for month, day, name in days
        for year in range(FIRST_YEAR, LAST_YEAR + 1)
        if (month, day) != (2, 29) or year % 4 == 0
    )
