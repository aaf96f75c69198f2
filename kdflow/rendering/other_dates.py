"""Dates that are no day, in another language than they were written in, by their bounds: "in September 2021"."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date

from kdflow.domain.dates import FuzzyDate, Precision
from kdflow.rendering import language
from kdflow.rendering.vocabulary import words

_THIRDS = (10, 20, 31)
_WITHIN = frozenset({Precision.MONTH, Precision.SEASON, Precision.HALF_YEAR, Precision.YEAR})


def said(on: FuzzyDate) -> str:
    """A date as far as it is known: "September 2021"; words that name no day stay as they were written."""
    first, last = on.earliest, on.latest
    table = words()["dates"]["spans"]
    if on.precision is Precision.LATEST and last:
        return str(table["latest"]).format(last=_day(last))
    if first is None or last is None:
        return on.text
    if on.precision is Precision.YEAR:
        return str(first.year)
    if _is_in_a_month(on):
        return _month(first, last)
    if on.precision is Precision.HALF_YEAR:
        return str(table["halves"][first.month // 7]).format(year=first.year)
    if on.precision is Precision.SEASON:
        return str(table["seasons"][first.month // 3 % 4]).format(year=first.year)
    return str(table["period"]).format(first=_day(first), last=_day(last))


def when(on: FuzzyDate) -> str:
    """The same as it stands after "the meeting": "in September 2021"."""
    is_within = on.precision in _WITHIN or _is_in_a_month(on)
    return str(words()["dates"]["spans"]["within"]).format(span=said(on)) if is_within else said(on)


def _is_in_a_month(on: FuzzyDate) -> bool:
    """Whether a date is a month, or a third of one."""
    if on.precision is Precision.MONTH:
        return True
    first, last = on.earliest, on.latest
    return bool(first and last and first.replace(day=1) == last.replace(day=1) and first.day % 10 == 1)


def _month(first: date, last: date) -> str:
    name = format_date(first, "MMMM y", locale=language.LOCALES[language.spoken()])
    if last.day - first.day > _THIRDS[1]:
        return name
    part = next(number for number, end in enumerate(_THIRDS) if last.day <= end)
    return str(words()["dates"]["spans"]["thirds"][part]).format(month=name)


def _day(on: date) -> str:
    return format_date(on, "d MMMM y", locale=language.LOCALES[language.spoken()])
