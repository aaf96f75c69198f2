"""Dates as cases know them: a day, a month, "ultimo", "næste møde"; kept as written, with their bounds."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from kdflow.domain.errors import Unreadable

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


class Precision(StrEnum):
    """How much of a date is known."""

    DAY = "day"
    MONTH = "month"
    SEASON = "season"
    HALF_YEAR = "half-year"
    YEAR = "year"
    PERIOD = "period"
    LATEST = "latest"
    RELATIVE = "relative"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class FuzzyDate:
    """A date with its precision and bounds (both included; None: no bound), shown as `text`."""

    earliest: date | None
    latest: date | None
    precision: Precision
    text: str

    @classmethod
    def day(cls, day: date) -> FuzzyDate:
        """One known day."""
        return cls(earliest=day, latest=day, precision=Precision.DAY, text=day.isoformat())

    @classmethod
    def unknown(cls, text: str = "") -> FuzzyDate:
        """Nothing is known but the words, if any ("næste møde")."""
        precision = Precision.RELATIVE if text else Precision.UNKNOWN
        return cls(earliest=None, latest=None, precision=precision, text=text)

    @property
    def exact(self) -> date | None:
        """The day, where one day is known."""
        return self.earliest if self.precision is Precision.DAY else None

    def surely_before(self, other: FuzzyDate) -> bool:
        """Whether every day this can be lies before every day `other` can be."""
        return self.latest is not None and other.earliest is not None and self.latest < other.earliest


_SEASONS = {"vinter": (12, 2), "forår": (3, 5), "sommer": (6, 8), "efterår": (9, 11)}
_MONTHS = (
    "januar februar marts april maj juni juli august september oktober november december".split()  # noqa: SIM905
)
_WEEKDAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")
_LEAD = rf"(?:(?:{'|'.join(f'{name}|{name[:4]}|{name[:3]}' for name in _WEEKDAYS)})\.?,? )?(?:den |d\. ?)?"
_PLAIN = re.compile(rf"^(?:{_LEAD}(?=\d{{4}}-\d{{2}}-\d{{2}}$))?(\d{{4}})(?:-(\d{{2}}))?(?:-(\d{{2}}))?$")
_NAMES = rf"(?:{'|'.join(_MONTHS)}|(?:{'|'.join(name[:3] for name in _MONTHS)}|sept)\.?)"
_MONTH = re.compile(rf"^(?:(primo|medio|ultimo) )?({_NAMES}) (\d{{4}})$")
_DANISH = re.compile(rf"^(?:[a-zæøå]+\.?,? )?(?:den |d\. ?)?(\d{{1,2}})\.? ({_NAMES}) (\d{{4}})$")
_NUMBERS = re.compile(rf"^{_LEAD}(\d{{1,2}})[./-] ?(\d{{1,2}})(?:[.-]|\.? )(\d{{4}})$")
_TWO_DIGITS = re.compile(
    rf"^(?:[a-zæøå]+\.?,? )?(?:den |d\. ?)?\d{{1,2}}(?:[./-] ?\d{{1,2}}(?:[.-]|\.? )|\.? {_NAMES} )'?\d{{2}}$"
)
_SEASON = re.compile(rf"^({'|'.join(_SEASONS)})(?:en|et)? (\d{{4}})$")
_HALF = re.compile(r"^([12])\. halvår (\d{4})$")
_THIRDS = {"primo": (1, 10), "medio": (11, 20), "ultimo": (21, 31)}


def read_date(text: str) -> FuzzyDate:
    """Read "2020-01-24", "24. januar 2020", "24. jan. 2020", "24.1.2020", "24/1-2020", "24/1 2020", all of them
    with their weekday, too ("fredag, den 24. januar 2020", "fre. 24.1.2020"), "2021-09", "2022",
    "2022-01/2022-06", "senest 2020-10-15", "efterår 2021", "ultimo januar 2020", "2. halvår 2022", or any of the
    words that name no day ("næste møde").

    Raises:
        Unreadable: it looks like a date but is none (30 February), or is not the weekday that it says.
    """
    words = " ".join(text.lower().split())
    if words.startswith("senest "):
        end = read_date(words.removeprefix("senest "))
        return FuzzyDate(earliest=None, latest=end.latest, precision=Precision.LATEST, text=text)
    if "/" in words and not (_NUMBERS.match(words) or _TWO_DIGITS.match(words)):
        first, last = (read_date(part) for part in words.split("/", 1))
        if last.surely_before(first):
            raise Unreadable(f"{text!r} ends before it begins")
        return FuzzyDate(earliest=first.earliest, latest=last.latest, precision=Precision.PERIOD, text=text)
    if known := _known(words, text):
        return known
    if _TWO_DIGITS.match(words):
        raise Unreadable(f"{text!r} is not a date: write the year with four digits", "short-year")
    if re.match(r"^\d", words):
        raise Unreadable(f"{text!r} is not a date: write 2020-01-24, 2020-01, 2020 or 2020-01/2020-06")
    return FuzzyDate.unknown(text)


def _known(words: str, text: str) -> FuzzyDate | None:
    """A date in one of the forms that have bounds of their own."""
    for pattern, reader in (
        (_DANISH, _danish),
        (_NUMBERS, _numbers),
        (_PLAIN, _plain),
        (_MONTH, _month),
        (_SEASON, _season),
        (_HALF, _half),
    ):
        if match := pattern.match(words):
            try:
                start, end_day, precision = reader(match)
            except ValueError as error:
                raise Unreadable(f"{text!r} is not a date: {error}") from error
            if precision is Precision.DAY:
                _check_weekday(words, start, text)
            return FuzzyDate(earliest=start, latest=end_day, precision=precision, text=text)
    return None


def _check_weekday(words: str, day: date, text: str) -> None:
    """Refuse another weekday than that of the day; "fre." will do for "fredag"."""
    word = words.split()[0].rstrip(".,")
    if any(name.startswith(word) for name in _WEEKDAYS) and not in_words(day).startswith(word):
        raise Unreadable(f"{text!r}: that day is {in_words(day)}", "weekday")


_Read = tuple[date, date, Precision]


def _span(year: int, first: int, last: int) -> tuple[date, date]:
    end_year = year + 1 if last < first else year
    return date(year, first, 1), date(end_year, last, calendar.monthrange(end_year, last)[1])


def _plain(match: re.Match[str]) -> _Read:
    year, month, day = match.groups()
    if day:
        exact = date(int(year), int(month), int(day))
        return exact, exact, Precision.DAY
    if month:
        return *_span(int(year), int(month), int(month)), Precision.MONTH
    return *_span(int(year), 1, 12), Precision.YEAR


def _month_number(name: str) -> int:
    return next(number for number, month in enumerate(_MONTHS, start=1) if month[:3] == name[:3])


def _danish(match: re.Match[str]) -> _Read:
    day, name, year = match.groups()
    exact = date(int(year), _month_number(name), int(day))
    return exact, exact, Precision.DAY


def _numbers(match: re.Match[str]) -> _Read:
    exact = date(int(match[3]), int(match[2]), int(match[1]))
    return exact, exact, Precision.DAY


def _month(match: re.Match[str]) -> _Read:
    third, name, year = match.groups()
    start, end = _span(int(year), _month_number(name), _month_number(name))
    if third:
        low, high = _THIRDS[third]
        return start.replace(day=low), start.replace(day=min(high, end.day)), Precision.PERIOD
    return start, end, Precision.MONTH


def _season(match: re.Match[str]) -> _Read:
    name, year = match.groups()
    first, last = _SEASONS[name]
    return *_span(int(year) - 1 if name == "vinter" else int(year), first, last), Precision.SEASON


def _half(match: re.Match[str]) -> _Read:
    half, year = match.groups()
    return *_span(int(year), 1 if half == "1" else 7, 6 if half == "1" else 12), Precision.HALF_YEAR


def local_day(instant: datetime) -> date:
    """The calendar day in Copenhagen at an aware instant."""
    return instant.astimezone(COPENHAGEN).date()


def local_instant(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """The UTC instant of a wall-clock time in Copenhagen; a time in the spring gap moves one hour on."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=COPENHAGEN).astimezone(UTC)


def wall_instant(wall: datetime, zone: ZoneInfo = COPENHAGEN) -> datetime:
    """The UTC instant of a wall-clock time that somebody gives; of an hour that comes twice it is the first.

    Raises:
        Unreadable: there is no such hour on that day, since the clocks go forward over it.
    """
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != wall:
        raise Unreadable(f"there is no {wall:%H:%M} on {wall:%Y-%m-%d}: the clocks go forward", "hour-gap")
    return instant


def next_day(instant: datetime, days: int) -> datetime:
    """The same wall-clock time in Copenhagen `days` later, as a UTC instant."""
    local = instant.astimezone(COPENHAGEN) + timedelta(days=days)
    return local.astimezone(UTC)


def is_weekend(day: date) -> bool:
    """Saturday or Sunday."""
    return day.weekday() >= 5


def in_words(day: date) -> str:
    """A day as it stands on an agenda: "fredag den 24. januar 2020"."""
    return f"{_WEEKDAYS[day.weekday()]} den {day.day}. {_MONTHS[day.month - 1]} {day.year}"
