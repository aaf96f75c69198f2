"""Single values in calendars that people send: days, hours, words; each is read as it stands, or is a fault."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, time
from typing import TypeVar
from zoneinfo import ZoneInfo

from kdflow.domain.dates import COPENHAGEN, FuzzyDate, read_date, wall_instant
from kdflow.domain.errors import Unreadable

SIZE_LIMIT = 1024 * 1024
LINES_AT_MOST = 50_000
TEXT_LIMIT = 500
DATE_LIMIT = 60
YEARS = range(1900, 2200)

DATE_HINT = "write the date as 24. januar 2020, 24.1.2020 or 2020-01-24; a month as 2021-09"
HOUR_HINT = "write the hour it begins: 10:00, 10.00 or kl. 10"

_HOUR = re.compile(r"^(?:kl\.? ?)?(\d{1,2})(?:[:.](\d{2}))?(?::00)?$", re.ASCII)
_UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_Word = TypeVar("_Word")


class Fault(Exception):
    """Why something cannot be read, and what to do about it; `line` where it is not that of the row.

    `code` names the sentence that a page shows instead, where there is one (a key of `words.calendar.flaws`).
    """

    def __init__(self, message: str, hint: str, line: int | None = None, code: str = "") -> None:
        self.message, self.hint, self.line, self.code = message, hint, line, code
        super().__init__(message)


def lines_of(data: bytes) -> list[str]:
    """The lines of a text in UTF-8, or in what Danish Windows writes (cp1252)."""
    if len(data) > SIZE_LIMIT:
        raise Fault(f"larger than {SIZE_LIMIT // 1024} kB", "send a shorter period")
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(0)) + 1
        raise Fault("not a text file", "save it as text in UTF-8", line, "no-text")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        text = _windows_text(data, error.start)
    lines = re.split(r"\r\n|\r|\n", text)
    if len(lines) > LINES_AT_MOST:
        raise Fault(f"more than {LINES_AT_MOST} lines", "send a shorter period", LINES_AT_MOST)
    return lines


def _windows_text(data: bytes, start: int) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        line = data.count(b"\n", 0, start) + 1
        raise Fault("neither UTF-8 nor Windows text (cp1252)", "save the file as UTF-8", line) from None


def day_of(text: str) -> FuzzyDate:
    """A date that says when a meeting is, with the precision it is written with."""
    if len(text) > DATE_LIMIT:
        raise Fault(f"{text[:DATE_LIMIT]!r} is not a date", DATE_HINT, code="date")
    try:
        on = read_date(text)
    except Unreadable as error:
        if error.code == "weekday":
            raise Fault(str(error), "mend the weekday, or the date", code="weekday") from None
        raise Fault(str(error), DATE_HINT, code="date") from None
    if on.earliest is None or on.latest is None:
        raise Fault(f"{text!r} says nothing about when the meeting is", DATE_HINT, code="date")
    if not (on.earliest.year in YEARS and on.latest.year in YEARS):
        raise Fault(f"{text!r}: the year is not one of our time", "mend the year", code="year")
    return FuzzyDate.day(on.exact) if on.exact else on


def hour_of(text: str) -> time:
    """An hour as Danes write it: 10:00, 10.00, kl. 10."""
    found = _HOUR.match(" ".join(text.lower().split()))
    try:
        if found:
            return time(int(found[1]), int(found[2] or 0))
    except ValueError:
        pass
    raise Fault(f"{text!r:.60} is not an hour", HOUR_HINT, code="hour")


def starts_at(on: FuzzyDate, hour: time) -> datetime:
    """The instant of an hour on a day in Denmark."""
    if on.exact is None:
        raise Fault("an hour without a day", "write the day, or leave out the hour", code="hour-alone")
    return instant_of(datetime.combine(on.exact, hour), COPENHAGEN)


def instant_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a wall-clock time."""
    try:
        return wall_instant(wall, zone)
    except Unreadable as error:
        raise Fault(str(error), "mend the hour", code="hour-gap") from None


def text_of(text: str, what: str) -> str:
    """Text on one line, without what cannot be shown."""
    plain = _UNSHOWN.sub("", " ".join(text.split()))
    if len(plain) > TEXT_LIMIT:
        raise Fault(f"{what} is longer than {TEXT_LIMIT} characters", "shorten it", code="long")
    return plain


def word_of(text: str, words: Mapping[str, _Word]) -> _Word:
    """One of some words, in small letters or not."""
    found = words.get(" ".join(text.lower().split()))
    if found is None:
        raise Fault(f"{text!r:.60} is not allowed", f"write one of: {', '.join(words)}", code="word")
    return found
