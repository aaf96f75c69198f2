"""What a calendar that was sent would change in the meetings we know; nothing is ever removed by it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from kdflow.domain.timetable import Meeting, MeetingId, MeetingStatus
from kdflow.reading.sheet import ReadMeeting, free_id

OVER = (MeetingStatus.HELD, MeetingStatus.MINUTES_SENT, MeetingStatus.CANCELLED)
_NONE: Mapping[str, MeetingId] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A known meeting, and what it is by the file; what the file does not speak of stays as it was."""

    line: int
    old: Meeting
    new: Meeting


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDiff:
    """What a file would change; each known or read meeting stands in one place.

    `added` bear ids that are free. A meeting that is cancelled is in `cancelled`, one of another date or hour in
    `moved`, whatever else changes with it. `absent` are meetings to come that the file does not hold: only told.
    """

    added: tuple[ReadMeeting, ...] = ()
    moved: tuple[Change, ...] = ()
    changed: tuple[Change, ...] = ()
    cancelled: tuple[Change, ...] = ()
    same: tuple[Meeting, ...] = ()
    absent: tuple[Meeting, ...] = ()


def compare(
    known: Sequence[Meeting],
    read: Sequence[ReadMeeting],
    *,
    today: date | None = None,
    uids: Mapping[str, MeetingId] = _NONE,
) -> CalendarDiff:
    """Compare a body's meetings with those of a file.

    A read meeting is the known one that its own id or its UID names (`uids`, or a UID as our feeds have it:
    `<id>@...`); else the one of the same day and hour, of the same id, or of the same day. To come is what is not
    over and begins `today` or later; without `today`, what begins no earlier than the first meeting of the file.
    """
    pairs = _paired(known, read, uids)
    changes = [
        Change(line=read[at].line, old=old, new=_merged(old, read[at])) for at, old in sorted(pairs.items())
    ]
    kinds = [(_kind(change), change) for change in changes]
    return CalendarDiff(
        added=_added(known, [one for at, one in enumerate(read) if at not in pairs]),
        moved=tuple(change for kind, change in kinds if kind == "moved"),
        changed=tuple(change for kind, change in kinds if kind == "changed"),
        cancelled=tuple(change for kind, change in kinds if kind == "cancelled"),
        same=tuple(change.old for kind, change in kinds if kind == "same"),
        absent=_absent(known, read, {old.id for old in pairs.values()}, today),
    )


_Key = tuple[object, ...] | None


def _paired(
    known: Sequence[Meeting], read: Sequence[ReadMeeting], uids: Mapping[str, MeetingId]
) -> dict[int, Meeting]:
    """The known meeting of each read one, by its index; meetings that take place choose first."""
    by_id = {meeting.id: meeting for meeting in known}
    order = sorted(range(len(read)), key=lambda at: _is_cancelled(read[at].meeting))
    ways: tuple[tuple[Callable[[Meeting], _Key], Callable[[ReadMeeting], _Key]], ...] = (
        (lambda old: (old.id,), lambda one: _named(one, by_id, uids)),
        (_time, lambda one: _time(one.meeting) if "id" not in one.says else None),
        (lambda old: (old.id,), lambda one: (one.meeting.id,) if "id" not in one.says else None),
        (_day, lambda one: _day(one.meeting) if "id" not in one.says else None),
    )
    pairs: dict[int, Meeting] = {}
    for key_of_known, key_of_read in ways:
        taken = {old.id for old in pairs.values()}
        free: dict[_Key, list[Meeting]] = {}
        for old in sorted(known, key=_is_cancelled):
            if old.id not in taken:
                free.setdefault((old.body, key_of_known(old)), []).append(old)
        for at in order:
            key = None if at in pairs else key_of_read(read[at])
            if key and (found := free.get((read[at].meeting.body, key))):
                pairs[at] = found.pop(0)
    return pairs


def _named(one: ReadMeeting, by_id: Mapping[MeetingId, Meeting], uids: Mapping[str, MeetingId]) -> _Key:
    if "id" in one.says:
        return (one.meeting.id,)
    if one.uid is None:
        return None
    names = (uids.get(one.uid, ""), one.uid, one.uid.rpartition("@")[0])
    return next(((name,) for name in names if name in by_id), None)


def _is_cancelled(meeting: Meeting) -> bool:
    return meeting.status is MeetingStatus.CANCELLED


def _time(meeting: Meeting) -> _Key:
    return meeting.on.earliest, meeting.on.latest, meeting.starts_at


def _day(meeting: Meeting) -> _Key:
    return meeting.on.earliest, meeting.on.latest


def _merged(old: Meeting, one: ReadMeeting) -> Meeting:
    """The known meeting with what the file says of it. On another day the old hour does not hold."""
    new, is_same_day = one.meeting, _day(old) == _day(one.meeting)
    said = {name: getattr(new, name) for name in one.says - {"id", "starts_at", "status"}}
    keeps_hour = is_same_day and "starts_at" not in one.says
    return replace(
        old,
        on=old.on if is_same_day else new.on,
        starts_at=old.starts_at if keeps_hour else new.starts_at,
        status=_status(old.status, one),
        **said,
    )


def _status(old: MeetingStatus, one: ReadMeeting) -> MeetingStatus:
    """The status by the file. A meeting it holds is not cancelled; one that was moved is planned too."""
    said = one.meeting.status
    if "status" not in one.says:
        return MeetingStatus.PLANNED if old is MeetingStatus.CANCELLED else old
    return old if (old, said) == (MeetingStatus.MOVED, MeetingStatus.PLANNED) else said


def _kind(change: Change) -> str:
    old, new = change.old, change.new
    if new == old:
        return "same"
    if new.status is MeetingStatus.CANCELLED and old.status is not MeetingStatus.CANCELLED:
        return "cancelled"
    return "changed" if _time(old) == _time(new) else "moved"


def _added(known: Sequence[Meeting], new: Sequence[ReadMeeting]) -> tuple[ReadMeeting, ...]:
    """The read meetings that are not known; an id that a known meeting bears is made another."""
    ids = {meeting.id for meeting in known}
    taken = ids | {one.meeting.id for one in new}
    found = []
    for one in new:
        key = free_id(one.meeting.id, taken) if one.meeting.id in ids else one.meeting.id
        taken.add(key)
        found.append(replace(one, meeting=replace(one.meeting, id=key)))
    return tuple(found)


def _absent(
    known: Sequence[Meeting], read: Sequence[ReadMeeting], paired: set[MeetingId], today: date | None
) -> tuple[Meeting, ...]:
    bodies = {one.meeting.body for one in read} or {meeting.body for meeting in known}
    days = [one.meeting.begins_on for one in read if one.meeting.begins_on]
    first = today or min(days, default=date.min)
    return tuple(
        meeting
        for meeting in known
        if meeting.id not in paired and meeting.body in bodies and meeting.status not in OVER
        if meeting.begins_on is None or meeting.begins_on >= first
    )
