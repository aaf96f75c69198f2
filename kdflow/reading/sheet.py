"""What has been read of one calendar file: the meetings with their ids, and the flaws with their lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, count
from typing import Any

from kdflow.domain.consistency import MEETING_ID
from kdflow.domain.dates import COPENHAGEN, FuzzyDate, Precision
from kdflow.domain.errors import LocatedFlaw
from kdflow.domain.timetable import Meeting, MeetingId, MeetingStatus
from kdflow.reading.values import DATE_HINT, Fault

TOLD_AT_MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMeeting:
    """A meeting as a file has it.

    `says` names the fields of the meeting that the file speaks of: from silence about a place nothing follows.
    `id` is among them where the file gives one; otherwise it is made from the body and the date.
    """

    line: int
    meeting: Meeting
    uid: str | None = None
    says: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarReading:
    """What could be read of a file, in its order, and everything that could not, by line."""

    meetings: tuple[ReadMeeting, ...] = ()
    flaws: tuple[LocatedFlaw, ...] = ()


Unit = tuple[int, Callable[[], ReadMeeting]]
"""A row or an event: its line, and how to read it."""


@dataclass(slots=True, kw_only=True)
class Sheet:
    """What has been read so far of a file."""

    file: str
    body: str
    meetings: list[ReadMeeting] = field(default_factory=list)
    flaws: list[LocatedFlaw] = field(default_factory=list)
    _lines: dict[tuple[object, ...], int] = field(default_factory=dict)
    _ids: set[MeetingId] = field(default_factory=set)

    def tell(self, fault: Fault, line: int) -> None:
        """Note a fault."""
        self.flaws.append(LocatedFlaw(self.file, fault.line or line, fault.message, fault.hint, fault.code))

    def take(self, line: int, read: Callable[[], ReadMeeting]) -> None:
        """Read one row; add it, or what is wrong with it."""
        try:
            one = read()
            marks = _marks(one)
            for mark, message in marks.items():
                if mark in self._lines:
                    first = f"{message}; the first is on line {self._lines[mark]}"
                    raise Fault(first, "keep one of them", code="twice")
            key = one.meeting.id or self._new_id(one.meeting.on)
        except Fault as fault:
            self.tell(fault, line)
            return
        self._lines |= dict.fromkeys((*marks, ("id", key)), line)
        self._ids.add(key)
        self.meetings.append(replace(one, meeting=replace(one.meeting, id=key)))

    def _new_id(self, on: FuzzyDate) -> MeetingId:
        """`<body>-<date>` as `MeetingEntry.id_at` makes it; a second meeting on the day gets `-2`."""
        found = free_id(f"{self.body}-{_written(on)}", self._ids)
        if not MEETING_ID.match(found):
            raise Fault(f"no id can be made from {on.text!r}", DATE_HINT)
        return found

    def done(self) -> CalendarReading:
        """Everything, the flaws by line; of very many only the first."""
        told = sorted(self.flaws, key=lambda flaw: flaw.line)
        more = len(told) - TOLD_AT_MOST
        if more > 0:
            line = told[TOLD_AT_MOST].line
            told[TOLD_AT_MOST:] = [LocatedFlaw(self.file, line, f"{more} more flaws", "mend the first ones")]
        return CalendarReading(meetings=tuple(self.meetings), flaws=tuple(told))


def _marks(one: ReadMeeting) -> Mapping[tuple[object, ...], str]:
    """What no two meetings of a file share, and what to say of the second."""
    meeting = one.meeting
    found: dict[tuple[object, ...], str] = {}
    if meeting.status is not MeetingStatus.CANCELLED:
        hour = f" at {meeting.starts_at.astimezone(COPENHAGEN):%H:%M}" if meeting.starts_at else ""
        mark = ("time", meeting.on.earliest, meeting.on.latest, meeting.starts_at)
        found[mark] = f"a second meeting on {meeting.on.text}{hour}"
    if meeting.id:
        found["id", meeting.id] = f"the id {meeting.id!r} stands twice"
    if one.uid:
        found["uid", one.uid] = f"the UID {one.uid!r:.80} stands twice"
    return found


def _written(on: FuzzyDate) -> str:
    """What an id says of a date: 2020-01-24, 2021-09, ultimo-januar-2020."""
    if on.precision is Precision.MONTH and on.earliest:
        return f"{on.earliest:%Y-%m}"
    plain = on.text.lower().translate({ord("æ"): "ae", ord("ø"): "oe", ord("å"): "aa"})
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def free_id(base: str, taken: Container[object]) -> MeetingId:
    """The id `base`, or where it is taken `base-2` and so on."""
    ids = chain((base,), (f"{base}-{number}" for number in count(2)))
    return MeetingId(next(one for one in ids if one not in taken))


def made(line: int, body: str, on: FuzzyDate, said: Mapping[str, Any], uid: str | None = None) -> ReadMeeting:
    """A meeting from what a row says; its id follows when the row is taken."""
    meeting = Meeting(id=MeetingId(""), body=body, on=on, **said)
    return ReadMeeting(line=line, meeting=meeting, uid=uid, says=frozenset(said))
