"""Calendars as calendar programs export them (iCalendar): every event is a meeting, nothing is unrolled.

The library reads single lines, never the whole file: it would keep what one file says of a time zone, and read
the next file by it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from icalendar.parser import Contentline
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from kdflow.domain.dates import COPENHAGEN, FuzzyDate, local_day
from kdflow.domain.deadlines import DeadlineKind
from kdflow.domain.timetable import MeetingStatus
from kdflow.reading.sheet import ReadMeeting, Sheet, Unit, made
from kdflow.reading.values import YEARS, Fault, instant_of, lines_of, text_of

LINE_LIMIT = 2000
AGAIN = "export the calendar again"
START_HINT = "DTSTART is 20200124, 20200124T100000 or 20200124T090000Z"

_SERIES = ("RRULE", "RDATE", "EXRULE", "RECURRENCE-ID")
_READ = ("BEGIN", "END", "UID", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "STATUS", *_SERIES)
_PROPERTY = re.compile(rf"^({'|'.join(_READ)})[:;](.*)", re.IGNORECASE | re.DOTALL)
_STAMP = re.compile(r"^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$", re.ASCII)
_NO_MEETING = re.compile(rf"^UID:(?:{'|'.join(DeadlineKind)})-|-sag-\d{{4}}-\d+-", re.IGNORECASE)
"""What the UIDs in our own feeds say of deadlines, and of the meetings of one sag."""
_CONTENT_LINE: Any = Contentline  # the library gives no types here


@dataclass(slots=True)
class _Event:
    """The properties of an event that are read, each with its line; `depth` counts the parts open within it."""

    line: int
    found: dict[str, tuple[int, str]] = field(default_factory=dict)
    twice: tuple[int, str] | None = None
    depth: int = 0

    def add(self, line: int, name: str, text: str) -> None:
        """Go on with the next property; what stands in an alarm is not the event's own."""
        if name in ("BEGIN", "END"):
            self.depth += 1 if name == "BEGIN" else -1
        elif not self.depth and name in self.found:
            self.twice = self.twice or (line, name)
        elif not self.depth:
            self.found[name] = (line, text)


def units(sheet: Sheet, data: bytes, names: Collection[str]) -> Iterator[Unit]:
    """The events; of one of our own feeds only the meetings of bodies, and those only that have a day."""
    lines = lines_of(data)
    if not any(line.strip().upper() == "BEGIN:VCALENDAR" for line in lines):
        raise Fault("not an iCalendar file", "export the calendar as .ics", code="no-ics")
    for event in _events(sheet, _unfolded(lines)):
        if not (_is_ours(event) and (_NO_MEETING.search(_uid(event)) or _has_no_day(event))):
            yield event.line, partial(_meeting, event, sheet.body, names)


def _uid(event: _Event) -> str:
    return event.found.get("UID", (0, ""))[1].strip()


def _is_ours(event: _Event) -> bool:
    return _uid(event).endswith("@kdflow")


def _is_tentative(event: _Event) -> bool:
    return event.found.get("STATUS", (0, ""))[1].rpartition(":")[2].strip().upper() == "TENTATIVE"


def _has_no_day(event: _Event) -> bool:
    """Whether it stands on every day that its meeting can be: it says no more than the calendar does."""
    if not _is_tentative(event) or "DTSTART" not in event.found or "DTEND" not in event.found:
        return False
    try:
        (_, first), (_, end) = (_start(*event.found[name]) for name in ("DTSTART", "DTEND"))
    except Fault:
        return False  # it is told when the event is read
    return (end - first).days > 1


def _unfolded(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Whole properties, each with the line it begins on: a long one is folded into several lines."""
    number = 0
    while number < len(lines):
        first, parts = number, [lines[number]]
        number += 1
        while number < len(lines) and lines[number][:1] in (" ", "\t"):
            parts.append(lines[number][1:])
            number += 1
        yield first + 1, "".join(parts)


def _events(sheet: Sheet, properties: Iterable[tuple[int, str]]) -> Iterator[_Event]:
    """The events that begin and end; one that does not, or holds another, is told."""
    event: _Event | None = None
    for line, text in properties:
        if not (found := _PROPERTY.match(text)):
            continue
        match found[1].upper(), found[2].strip().upper():
            case "BEGIN", "VEVENT":
                _tell_open(sheet, event, "the event does not end before the next begins")
                event = _Event(line)
            case "END", "VEVENT":
                if event and not event.depth:
                    yield event
                else:
                    _tell_open(sheet, event, "a part of the event does not end")
                event = None
            case name, _ if event:
                event.add(line, name, text)
    _tell_open(sheet, event, "the file ends within this event")


def _tell_open(sheet: Sheet, event: _Event | None, message: str) -> None:
    if event:
        sheet.tell(Fault(message, AGAIN), event.line)


def _meeting(event: _Event, body: str, names: Collection[str]) -> ReadMeeting:
    if series := next((event.found[name] for name in _SERIES if name in event.found), None):
        raise Fault("a recurring event", "export its meetings as single events", series[0], "series")
    if event.twice:
        raise Fault(f"{event.twice[1]} stands twice in one event", AGAIN, event.twice[0])
    if "DTSTART" not in event.found:
        raise Fault("the event does not say when it begins", AGAIN)
    starts_at, day = _start(*event.found["DTSTART"])
    texts = {name: _value(*place)[1] for name, place in event.found.items() if name not in ("DTSTART", "DTEND")}
    note = text_of(texts.get("SUMMARY", ""), "the title")
    is_our_word = _is_ours(event) and _is_tentative(event)
    is_cancelled = texts.get("STATUS", "").strip().upper() == "CANCELLED"
    said = {
        "starts_at": starts_at,
        "place": text_of(texts.get("LOCATION", ""), "the place"),
        "note": note if _says_more(note, (body, *names)) and not is_our_word else None,
        "status": MeetingStatus.CANCELLED if is_cancelled else None,
    }
    uid = text_of(texts.get("UID", ""), "the UID") or None
    return made(event.line, body, FuzzyDate.day(day), {name: value for name, value in said.items() if value}, uid)


def _value(line: int, text: str) -> tuple[Mapping[str, Any], str]:
    """The parameters of a property, and its value without escapes."""
    if len(text) > LINE_LIMIT:
        raise Fault(f"a property longer than {LINE_LIMIT} characters", "shorten it", line)
    try:
        _, parameters, value = _CONTENT_LINE(text).parts()
    except ValueError:
        raise Fault("the property cannot be read", AGAIN, line) from None
    return parameters, value


def _start(line: int, text: str) -> tuple[datetime | None, date]:
    """The instant an event begins (None: it is of the whole day), and its day in Denmark."""
    parameters, value = _value(line, text)
    found = _STAMP.match(value.strip())
    if found is None:
        raise Fault(f"{value!r:.60} is not a date with or without an hour", START_HINT, line)
    try:
        wall = datetime(*(int(part or 0) for part in found.groups()[:6]))  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError as error:
        raise Fault(f"{value!r:.60} is not a date: {error}", START_HINT, line) from None
    if wall.year not in YEARS:
        raise Fault(f"{value!r:.60}: the year is not one of our time", "mend the year", line)
    if found[4] is None:
        return None, wall.date()
    instant = wall.replace(tzinfo=UTC) if found[7] else instant_of(wall, _zone(parameters.get("TZID"), line))
    return instant, local_day(instant)


def _zone(tzid: object, line: int) -> ZoneInfo:
    """The zone by its name, or by its Windows name; an hour without a zone is Danish time."""
    if tzid is None:
        return COPENHAGEN
    name = str(tzid).strip()
    for candidate in (name, WINDOWS_TO_OLSON.get(name), "/".join(name.split("/")[-2:])):  # /vendor/Europe/Paris
        try:
            if candidate:
                return ZoneInfo(candidate)
        except (KeyError, ValueError, OSError):
            continue
    raise Fault(f"unknown time zone {name!r:.60}", "export in Europe/Copenhagen, or in UTC", line)


def _says_more(title: str, names: Iterable[str]) -> bool:
    """Whether a title says more than that a body of these names meets."""
    return _plain(title) not in {"", *map(_plain, names)}


def _plain(text: str) -> str:
    words = re.findall(r"[^\W_]+", text.lower())
    return "".join(word for word in words if word not in ("møde", "mødet", "i", "meeting"))
