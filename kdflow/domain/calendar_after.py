"""The calendar of a body after a change of it, and the meeting that the change makes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from typing import NamedTuple

from kdflow.domain.authority import PersonId
from kdflow.domain.calendar_change import (
    CalendarChange,
    ChangeKind,
    Details,
    against_kind,
    against_meeting,
    against_time,
    facts_of,
    hour_of,
    reason_of,
)
from kdflow.domain.dates import FuzzyDate, wall_instant
from kdflow.domain.errors import NotFound, Refused, Unreadable
from kdflow.domain.timetable import Body, Meeting, MeetingId, MeetingStatus, Timetable


class Applied(NamedTuple):
    """What a change makes of a calendar; `old` is None for an added meeting."""

    timetable: Timetable
    old: Meeting | None
    new: Meeting


def applied(timetable: Timetable, body: Body, change: CalendarChange, *, by: PersonId, now: datetime) -> Applied:
    """The calendar after a change of the calendar of `body`.

    Raises:
        Refused: with one reason for each rule that says no.
        NotFound: the body has no such meeting.
    """
    old = None
    if change.kind is not ChangeKind.ADD:
        old = timetable.find(change.meeting)
        if old is None or old.body != change.body:
            raise NotFound("meeting", change.meeting)
    if reasons := against_kind(old, change):
        raise Refused(reasons)
    new = _new(timetable, old, change, by, now)
    if reasons := (*against_meeting(timetable, body, new, change.kind), *against_time(old, new, change, now)):
        raise Refused(reasons)
    if old is not None:
        new = replace(new, version=old.version + 1)
    return Applied(timetable.changed(new), old, new)


def _new(
    timetable: Timetable, old: Meeting | None, change: CalendarChange, by: PersonId, now: datetime
) -> Meeting:
    if old is None:
        return _added(timetable, change, _as_day(change.on or FuzzyDate.unknown()))
    if change.kind is ChangeKind.MOVE:
        return _moved(old, change, by, now)
    if change.kind is ChangeKind.CANCEL:
        return replace(old, status=MeetingStatus.CANCELLED)
    if change.kind is ChangeKind.RESTORE:
        return replace(old, status=_planned(old))
    return _edited(old, change.details or Details.of(old))


def _as_day(on: FuzzyDate) -> FuzzyDate:
    """One day is kept in one way, however it was written."""
    return FuzzyDate.day(on.exact) if on.exact else on


def _added(timetable: Timetable, change: CalendarChange, on: FuzzyDate) -> Meeting:
    details = change.details or Details()
    return Meeting(
        id=_free_id(timetable, change, on),
        body=change.body,
        on=on,
        starts_at=_instant(on, details.at),
        format=details.format,
        place=details.place,
        status=details.status,
        note=details.note,
        most_items=details.most_items,
        most_minutes=details.most_minutes,
    )


def _free_id(timetable: Timetable, change: CalendarChange, on: FuzzyDate) -> MeetingId:
    """The id that was given, or one as calendars have them, `<body>-<day>`; numbered where it is taken."""
    days = dict.fromkeys(day.isoformat() for day in (on.earliest, on.latest) if day)
    stem = change.meeting or "-".join([change.body, *days])
    number = 1
    while timetable.find(MeetingId(stem if number == 1 else f"{stem}-{number}")):
        number += 1
    return MeetingId(stem if number == 1 else f"{stem}-{number}")


def _moved(old: Meeting, change: CalendarChange, by: PersonId, now: datetime) -> Meeting:
    """The meeting on another date: it says which one it had, when it was moved and by whom."""
    on = _as_day(change.on or old.on)
    stays = hour_of(old) if on.exact else None
    moved = replace(old, on=on, starts_at=_instant(on, change.details.at if change.details else stays))
    if facts_of(moved) == facts_of(old):
        return moved
    status = MeetingStatus.MOVED if old.status is MeetingStatus.PLANNED else old.status
    return replace(moved, status=status, was=old.on, moved_at=now, moved_by=by)


def _edited(old: Meeting, details: Details) -> Meeting:
    is_planned = details.status is MeetingStatus.PLANNED
    return replace(
        old,
        starts_at=_instant(old.on, details.at),
        format=details.format,
        place=details.place,
        note=details.note,
        status=_planned(old) if is_planned else details.status,
        most_items=details.most_items,
        most_minutes=details.most_minutes,
    )


def _planned(meeting: Meeting) -> MeetingStatus:
    return MeetingStatus.MOVED if meeting.was else MeetingStatus.PLANNED


def _instant(on: FuzzyDate, at: time | None) -> datetime | None:
    """An hour of a period is kept on its first day, so that the rule against it can see it.

    Raises:
        Refused: the day has no such hour.
    """
    if at is None or on.earliest is None:
        return None
    try:
        return wall_instant(datetime.combine(on.earliest, at))
    except Unreadable as error:
        raise Refused([reason_of("hour_exists")]) from error
