"""Days, instants and dates not quite known, in words: as on an agenda, in a narrow line, in a sentence."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Literal

from babel.dates import format_date

from kdflow.domain import date_words
from kdflow.domain.dates import COPENHAGEN, FuzzyDate
from kdflow.domain.departures import DAY, day_of, instant_of
from kdflow.rendering import language, other_dates
from kdflow.rendering.vocabulary import words

# --- days and instants -----------------------------------------------------------------------------------------


def _local(value: date | datetime) -> date | datetime:
    return value.astimezone(COPENHAGEN) if isinstance(value, datetime) else value


def day(value: date) -> str:
    """As on an agenda: "fredag den 24. januar 2020"."""
    return _written(_local(value), "day")


def weekday(value: date) -> str:
    """In a line that has little room: "fre. 24. jan. 2020"."""
    return _written(_local(value), "weekday")


def short_day(value: date) -> str:
    """On the metro line: "24. jan. 2020"."""
    return _written(_local(value), "short_day")


def _written(value: date, pattern: str) -> str:
    return _in(language.spoken(), value, pattern)


@lru_cache(maxsize=16384)
def _in(spoken: str, value: date, pattern: str) -> str:
    form = str(words(spoken)["dates"]["forms"][pattern])
    return format_date(value, form, locale=language.LOCALES[spoken])


def instant(value: datetime) -> str:
    """In Copenhagen: "fredag den 24. januar 2020 kl. 10.00"."""
    return f"{day(value)} {time_full(value)}"


def rfc3339(value: datetime) -> str:
    """As programs read it: "2020-01-24T09:00:00Z"."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def clock(value: time) -> str:
    """A time of day: "kl. 12", "kl. 12.30"."""
    form = str(words()["dates"]["clock"]["full" if value.minute else "hour"])
    return form.format(hour=value.hour, minute=f"{value.minute:02d}")


def time_of_day(value: datetime) -> str:
    """The time of day of an instant, in Copenhagen: "kl. 10.42"."""
    return clock(value.astimezone(COPENHAGEN).time())


def time_full(value: datetime) -> str:
    """The same with its minutes, as in a calendar: "kl. 10.00"."""
    at = value.astimezone(COPENHAGEN)
    form = str(words()["dates"]["clock"]["full"])
    return form.format(hour=f"{at.hour:02d}", minute=f"{at.minute:02d}")


def at_clock(text: str) -> str:
    """A kept time of day, "10.00" or "10:00", as in a calendar: "kl. 10.00"."""
    hour, minute = re.split("[.:]", text)[:2]
    return str(words()["dates"]["clock"]["full"]).format(hour=hour, minute=minute)


def in_days(days: int) -> str:
    """How far off a day is: "i dag", "om 3 dage", "for 2 dage siden"."""
    table = words()["in_days"]
    if str(days) in table:
        return str(table[str(days)])
    return str(table["past" if days < 0 else "coming"]).format(days=abs(days))


# --- civil minutes ---------------------------------------------------------------------------------------------


def civil_day(minute: int) -> str:
    """The day of a civil minute, as on an agenda."""
    return day(day_of(minute))


def civil_short(minute: int) -> str:
    """The day of a civil minute, where there is little room."""
    return short_day(day_of(minute))


def civil_time(minute: int) -> str:
    """A civil minute with its time of day: "onsdag den 13. maj 2026 kl. 12"; the last of a day is just the day."""
    if minute % DAY == DAY - 1:
        return civil_day(minute)
    at = instant_of(minute)
    return f"{day(at)} {clock(at.timetz())}"


# --- beside another day ----------------------------------------------------------------------------------------


def near_day(value: date | int, beside: date | int) -> str:
    """A day or civil minute, without its year where the one beside it has the same: "fredag den 13. marts"."""
    return day_of_year(_as_day(value), _as_day(beside).year)


def near_date(value: date | int, beside: date | int) -> str:
    """The same without the weekday: "13. marts"."""
    on = _as_day(value)
    return _written(on, "date_of_year" if on.year == _as_day(beside).year else "date")


def near_time(minute: int, beside: date | int) -> str:
    """The same for a civil minute with its time of day: "onsdag den 29. januar kl. 12"."""
    return f"{near_day(minute, beside)} {clock(instant_of(minute).timetz())}"


def _as_day(value: date | int) -> date:
    return day_of(value) if isinstance(value, int) else value


def day_of_year(value: date, year: int) -> str:
    """A day, without its year where that has just been said."""
    return _written(value, "day_of_year" if value.year == year else "day")


# --- dates that may not be a day -------------------------------------------------------------------------------


Style = Literal["day", "weekday", "short_day"]


def fuzzy(value: FuzzyDate | str | None, style: Style = "day") -> str:
    """A date as far as it is known: a day in words, anything else as it was written ("september 2021")."""
    on = known(value)
    if on.exact:
        return _days(on.exact, style)
    return date_words.said(on) if language.spoken() == language.DANISH else other_dates.said(on)


def held(value: FuzzyDate | str | None, style: Style = "day") -> str:
    """The same as it stands after "mødet": "fredag den 24. januar 2020", "i september 2021"."""
    on = known(value)
    if on.exact:
        return str(words()["dates"]["spans"]["on"]).format(day=_days(on.exact, style))
    return date_words.when(on) if language.spoken() == language.DANISH else other_dates.when(on)


def bounds(value: FuzzyDate) -> str:
    """The bounds of a date that is no day: "tidligst 1. sep. 2021, senest 30. sep. 2021"; else nothing."""
    if value.exact or value.earliest is None or value.latest is None:
        return ""
    said = str(words()["dates"]["bounds"])
    return said.format(first=short_day(value.earliest), last=short_day(value.latest))


def known(value: FuzzyDate | str | None) -> FuzzyDate:
    """A date, also where a notice has only kept what was written; "" and None are no date at all."""
    return value if isinstance(value, FuzzyDate) else date_words.read_words(value or "")


def _days(on: date, style: Style) -> str:
    return {"day": day, "weekday": weekday, "short_day": short_day}[style](on)
