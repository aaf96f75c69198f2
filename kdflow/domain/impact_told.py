"""What people are told of a changed calendar: one notice to each person, with all that is new to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from kdflow.domain.authority import PersonId
from kdflow.domain.calendar_change import EVENTS, ChangeKind, hour_of
from kdflow.domain.capacity import Limit, Room, limit_of
from kdflow.domain.departures import DAY, NEVER, day_of
from kdflow.domain.impact import Hit, Shift, seated
from kdflow.domain.notices import KINDS, Notice
from kdflow.domain.planner import Leg
from kdflow.domain.replanning import Change
from kdflow.domain.sag import Event, Sag, SagId, Step
from kdflow.domain.timetable import Meeting, MeetingId, MeetingStatus, Timetable, has_begun
from kdflow.domain.visibility import may_see
from kdflow.domain.workflow import Definitions

SeatWord = Literal["", "kept", "moved", "lost", "back"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What is new at one station of a sag, in plain values: a page shows it, and a notice keeps it.

    `old_on` and `new_on` are dates as they are written (None: it cannot be), with the hour and the submission
    deadline (a civil minute) where there is one; `days` says how much later it is. `seat` says what becomes of the
    step's place at a meeting; `overtaken`: that meeting now comes before what the step waits for, and `new_on` is
    the first that does not. `room` says that the old meeting is full now, or that the new one no longer is;
    `crowded` is the date of the meeting that the step is submitted to where that has no room for it.
    """

    station: str
    body: str
    old_on: str | None = None
    old_at: str | None = None
    old_due: int | None = None
    new_on: str | None = None
    new_at: str | None = None
    new_due: int | None = None
    days: int | None = None
    seat: SeatWord = ""
    overtaken: bool = False
    room: Room | None = None
    crowded: str | None = None

    def plain(self) -> dict[str, object]:
        """The same as a notice keeps it."""
        return {name: getattr(self, name) for name in self.__slots__}


def lines(found: Hit, shift: Shift) -> tuple[Line, ...]:
    """What is new to a sag, station by station."""
    return tuple(_line(change, shift, found.room.get(change.station)) for change in found.changes)


def _line(change: Change, shift: Shift, room: Room | None) -> Line:
    old, new = change.old, change.new
    leg = new if new and new.is_possible else old or new
    can = old and new and old.is_possible and new.is_possible
    old_on, old_at = _when(old, shift.before)
    new_on, new_at = _when(new, shift.world.timetable)
    seat = _seat(old, new)
    by_room = room is not None and seat == "kept"
    return Line(
        station=change.station,
        body=shift.world.short(leg.body) if leg else change.station,
        old_on=old_on,
        old_at=old_at,
        old_due=_due(old),
        new_on=new_on,
        new_at=new_at,
        new_due=_due(new),
        days=new.decides // DAY - old.decides // DAY if can and old and new else None,
        seat="" if by_room else seat,
        overtaken=bool(new and new.is_overtaken),
        room=room,
        crowded=None if by_room else _crowded(new, shift.world.timetable),
    )


def _when(leg: Leg | None, timetable: Timetable) -> tuple[str | None, str | None]:
    """The date of a leg as it is written, and the hour of its meeting."""
    if leg is None or not leg.is_possible:
        return None, None
    meeting = timetable.find(leg.meeting)
    if meeting is None:
        return day_of(leg.decides).isoformat(), None
    hour = hour_of(meeting)
    return meeting.on.text, hour.strftime("%H.%M") if hour else None


def _due(leg: Leg | None) -> int | None:
    is_open = leg is not None and leg.kind == "meeting" and 0 < leg.submits < NEVER
    return leg.submits if leg and is_open else None


def _crowded(leg: Leg | None, timetable: Timetable) -> str | None:
    """The date of the meeting that a leg is submitted to without room, as it is written."""
    meeting = timetable.find(leg.seat.meeting) if leg and leg.seat and leg.is_crowded_out else None
    return meeting.on.text if meeting else None


def _seat(old: Leg | None, new: Leg | None) -> SeatWord:
    was = old.seat.meeting if old and old.seat else None
    now = new.seat.meeting if new and new.seat else None
    if was and now:
        return "kept" if was == now else "moved"
    return "lost" if was else "back" if now else ""


Heard = dict[PersonId, dict[SagId, dict[str, Line]]]


@dataclass
class Telling:
    """Collects who hears what: the owner of a sag all that is new to it, the secretaries and leaders of a body
    what concerns the steps that are open there, and of a meeting itself its `readers`, who have its agenda. Nobody
    hears of their own doing."""

    shift: Shift
    readers: Mapping[MeetingId, Sequence[PersonId]] = field(default_factory=dict)
    heard: Heard = field(default_factory=dict)
    numbers: dict[SagId, str] = field(default_factory=dict)
    _answering: dict[str, tuple[PersonId, ...]] = field(default_factory=dict)
    _told: dict[tuple[Change, ...], tuple[Line, ...]] = field(default_factory=dict)

    def hear(self, found: Hit) -> tuple[Line, ...]:
        """Note what people have to hear of one sag; what is new to it is returned."""
        self.numbers[found.sag.id] = found.sag.number
        new = self._lines(found)
        for line in new:
            for person in self._concerned(found, line.station):
                if person != self.shift.by:
                    self.heard.setdefault(person, {}).setdefault(found.sag.id, {})[line.station] = line
        for step in seated(found.sag, found.route, self._put_right):
            for person in self._concerned(found, step.station):
                if person != self.shift.by:
                    self.heard.setdefault(person, {}).setdefault(found.sag.id, {})
        return new

    @cached_property
    def _put_right(self) -> frozenset[MeetingId]:
        """The coming meetings of which something changes that moves no date: where and how they are held, and what
        is noted. Those hear of it who have an item there."""
        now = self.shift.world.now
        return frozenset(
            one.new.id
            for one in self.shift.made
            if one.old and _manner(one.old) != _manner(one.new) and not has_begun(one.new, now)
        )

    def hears_of(self, sag: SagId) -> bool:
        """Whether anybody hears of a sag."""
        return any(sag in sager for sager in self.heard.values())

    def _lines(self, found: Hit) -> tuple[Line, ...]:
        """The lines of a sag, which are those of any other with the same changes."""
        if found.room:
            return lines(found, self.shift)
        if found.changes not in self._told:
            self._told[found.changes] = lines(found, self.shift)
        return self._told[found.changes]

    def _concerned(self, found: Hit, station: str) -> Iterator[PersonId]:
        yield found.before.owner
        for step in _open_at(found.before, station, found.route):
            for person in self._of_body(step.body):
                if may_see(found.sag, person, found.route, self.shift.world):
                    yield person

    def _of_body(self, key: str) -> tuple[PersonId, ...]:
        if key not in self._answering:
            authority = self.shift.world.authority
            secretaries = authority.secretaries(self.shift.world.bodies[key])
            self._answering[key] = tuple(dict.fromkeys([*secretaries, *authority.answers_for(key)]))
        return self._answering[key]

    def notices(self) -> tuple[Notice, ...]:
        """One notice for each person about the changes of the calendars, and what they do to their sager."""
        data = {"changes": self._about, "reason": self.shift.reason}
        kind = KINDS[EVENTS[ChangeKind.EDIT]]
        heard = [self.notice(person, kind, data) for person in self.heard]
        return (*heard, *(self._to_reader(person, kind) for person in self._only_readers()))

    @cached_property
    def _about(self) -> list[dict[str, object]]:
        return about(self.shift)

    @cached_property
    def _read_anew(self) -> tuple[MeetingId, ...]:
        return read_anew(self.shift)

    def _only_readers(self) -> Iterable[PersonId]:
        """Who has the agenda of a meeting that is another one now, and hears of no sag."""
        found = dict.fromkeys(person for one in self._read_anew for person in self.readers.get(one, ()))
        return (person for person in found if person != self.shift.by and person not in self.heard)

    def _to_reader(self, person: PersonId, kind: str) -> Notice:
        """What is new of the meetings whose agenda somebody has, about no sag."""
        theirs = [one for one in self._read_anew if person in self.readers.get(one, ())]
        told = [one for one in self._about if one["meeting"] in theirs]
        data = {"changes": told, "reason": self.shift.reason, "meeting_id": theirs[0]}
        return Notice(kind=kind, person=person, sag=None, data=data)

    def notice(self, person: PersonId, kind: str, data: Mapping[str, object], sag: SagId | None = None) -> Notice:
        """A notice to one person with all that is new to their sager; it is about `sag`, or else the first."""
        sager = self.heard.get(person, {})
        first = min(sager, key=lambda one: self.numbers[one]) if sag is None else sag
        return Notice(kind=kind, person=person, sag=first, data={**data, "sager": self._sager(sager)})

    def _sager(self, sager: Mapping[SagId, Mapping[str, Line]]) -> list[dict[str, object]]:
        ordered = sorted(sager, key=lambda sag: self.numbers[sag])
        return [
            {"sag": sag, "number": self.numbers[sag], "lines": [line.plain() for line in sager[sag].values()]}
            for sag in ordered
        ]


def _manner(meeting: Meeting) -> tuple[object, ...]:
    """Where and how a meeting is held, and what is noted of it."""
    return meeting.format, meeting.place, meeting.note


def read_anew(shift: Shift) -> tuple[MeetingId, ...]:
    """The meetings of which whoever has their agenda must hear: they are held on another day, at another hour, in
    another place or manner, or not at all. Of one that is over nobody does."""
    now = shift.world.now
    changed = ((one.old, one.new) for one in shift.made if one.old)
    return tuple(
        new.id
        for old, new in changed
        if _as_read(old) != _as_read(new) and not (has_begun(old, now) and has_begun(new, now))
    )


def _as_read(meeting: Meeting) -> tuple[object, ...]:
    is_off = meeting.status is MeetingStatus.CANCELLED
    return meeting.on.text, hour_of(meeting), is_off, *_manner(meeting)


def _open_at(sag: Sag, station: str, route: Definitions) -> Iterable[Step]:
    step = sag.at(station)
    is_over = step is None or route.procedure_of(station).by_state[step.state].final
    return () if step is None or is_over else (step,)


def about(shift: Shift) -> list[dict[str, object]]:
    """What changed in the calendars themselves, in plain values."""
    return [
        {
            "what": EVENTS[change.kind],
            "body": shift.world.short(change.body),
            "meeting": one.new.id,
            "old": plain_meeting(one.old, limit_of(shift.old, one.old.id)) if one.old else None,
            "new": plain_meeting(one.new, limit_of(shift.new, one.new.id)),
        }
        for change, one in zip(shift.changes, shift.made, strict=True)
    ]


def plain_meeting(meeting: Meeting, most: Limit | None) -> dict[str, str | int | None]:
    """What people are told of a meeting that takes `most`, in plain values."""
    hour = hour_of(meeting)
    return {
        "on": meeting.on.text,
        "at": hour.strftime("%H.%M") if hour else None,
        "format": meeting.format,
        "place": meeting.place,
        "status": meeting.status,
        "note": meeting.note,
        "most_items": most.items if most else None,
        "most_minutes": most.minutes if most else None,
    }


def events_of(shift: Shift, *, hits: int, told: int) -> tuple[Event, ...]:
    """How the history tells of the changes: what each meeting was and is, and how many sager and people they
    concern, all together."""
    return tuple(
        Event(
            machine="record",
            move=str(entry["what"]),
            old=one.old.on.text if one.old else "",
            new=one.new.on.text,
            reason=shift.reason,
            data={**entry, "body": one.new.body, "hits": hits, "told": told},
        )
        for entry, one in zip(about(shift), shift.made, strict=True)
    )
