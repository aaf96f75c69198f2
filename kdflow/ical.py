"""iCalendar text from values, for calendar programs that subscribe; the one door to icalendar besides reading."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import cast

from icalendar import Alarm, Calendar, Event, Timezone, vText
from icalendar.enums import STATUS, TRANSP

from kdflow.domain.dates import COPENHAGEN

PRODID = "-//kdflow//kdflow//DA"
REFRESH = timedelta(hours=1)

ZONE = b"""BEGIN:VTIMEZONE
TZID:Europe/Copenhagen
BEGIN:DAYLIGHT
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
"""
"""Danish time by the rule that holds since 1996: a tenth of what icalendar writes when it lists every change."""

_ENTRY = b"BEGIN:VEVENT\r\n"
"""How an entry begins: no text has such a line, for what goes on from line to line is indented."""

_UNSHOWN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_BLANK = re.compile(r"[\x00-\x20\x7f]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry of a feed: whole days (date), or an hour (aware datetime). What is `tentative` has no day yet: it
    stands on every day that it can be, and keeps nobody busy.

    `ends` is of the same sort as `starts`: the last day (included), or the hour it ends. `sequence` rises whenever
    the entry changes, `alarm_minutes` count back from its beginning, and a deadline does not make anybody busy.
    """

    uid: str
    starts: date | datetime
    summary: str
    last_changed: datetime
    sequence: int = 0
    ends: date | datetime | None = None
    description: str | None = None
    place: str | None = None
    url: str | None = None
    cancelled: bool = False
    tentative: bool = False
    is_deadline: bool = False
    alarm_minutes: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Programs would read an hour without a zone each in its own way."""
        if self.ends is not None and isinstance(self.starts, datetime) != isinstance(self.ends, datetime):
            raise ValueError(f"{self.uid}: starts and ends must both be days, or both hours")
        for moment in (self.starts, self.ends, self.last_changed):
            if isinstance(moment, datetime) and moment.tzinfo is None:
                raise ValueError(f"{self.uid}: an hour without a zone")


def feed(name: str, entries: Sequence[FeedEntry], *, now: datetime) -> bytes:
    """The calendar `name` with these entries.

    The same entries give the same bytes, in whatever order and whenever they are asked for; `now` is only a
    ceiling for their stamps, as the house's clock can be set back.
    """
    calendar = Calendar.new(prodid=PRODID, method="PUBLISH", refresh_interval=REFRESH)
    del calendar["UID"]  # a new random one each time
    calendar["NAME"] = calendar["X-WR-CALNAME"] = vText(_text(name))  # Calendar.new(name=) would not escape it
    calendar["REFRESH-INTERVAL"].params["VALUE"] = "DURATION"
    calendar.add("X-PUBLISHED-TTL", "PT1H")
    for entry in sorted(entries, key=lambda entry: (entry.uid, entry.sequence)):
        calendar.add_component(_event(entry, min(entry.last_changed, now).astimezone(UTC)))
    text: bytes = calendar.to_ical()
    if any(isinstance(entry.starts, datetime) for entry in entries):
        text = text.replace(b"\r\n" + _ENTRY, b"\r\n" + _zone() + _ENTRY, 1)
    return text


def etag(data: bytes) -> str:
    """A strong entity tag: it changes when any byte does."""
    return f'"{hashlib.sha256(data).hexdigest()[:32]}"'


@cache
def _zone() -> bytes:
    """Danish time as it stands in every feed with an hour in it: written once."""
    text: bytes = cast(Timezone, Timezone.from_ical(ZONE)).to_ical()
    return text


def _event(entry: FeedEntry, stamp: datetime) -> Event:
    event = Event.new(
        uid=_BLANK.sub("", _text(entry.uid)),
        sequence=entry.sequence,
        stamp=stamp,
        last_modified=stamp,
        start=_moment(entry.starts),
        end=_end(entry),
        summary=_text(entry.summary),
        description=_text(entry.description or "") or None,
        location=_text(entry.place or "") or None,
        url=_BLANK.sub("", _text(entry.url or "")) or None,
        status=_status(entry),
        transparency=TRANSP.TRANSPARENT if entry.is_deadline or entry.tentative else TRANSP.OPAQUE,
    )
    for minutes in () if entry.cancelled else sorted(set(entry.alarm_minutes)):
        event.add_component(Alarm.new_display(_text(entry.summary), timedelta(minutes=-minutes)))
    return event


def _status(entry: FeedEntry) -> STATUS:
    if entry.cancelled:
        return STATUS.CANCELLED
    return STATUS.TENTATIVE if entry.tentative else STATUS.CONFIRMED


def _end(entry: FeedEntry) -> date | datetime | None:
    """The end as iCalendar has it: of whole days it is the first day after them."""
    if isinstance(entry.starts, datetime):
        return _moment(entry.ends) if entry.ends else None
    return (entry.ends or entry.starts) + timedelta(days=1)


def _moment(moment: date | datetime) -> date | datetime:
    """A day as it is, an hour in Danish time. The hour that comes twice in October is, the second time, in UTC."""
    if not isinstance(moment, datetime):
        return moment
    local = moment.astimezone(COPENHAGEN)
    return local.astimezone(UTC) if local.fold else local


def _text(text: str) -> str:
    """Without what no calendar program shows, and what could begin a line of its own."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode()
    return _UNSHOWN.sub("", lines)
