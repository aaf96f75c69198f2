"""What has become of a meeting, said with all that follows from it."""

from __future__ import annotations

from dataclasses import replace

from kdflow.domain.authority import Acting
from kdflow.domain.calendar_change import CalendarChange, ChangeKind, Details
from kdflow.domain.impact import shift_of
from kdflow.domain.impact_told import Telling, events_of
from kdflow.domain.sag import Event
from kdflow.domain.situation import World
from kdflow.domain.timetable import Meeting, MeetingStatus
from kdflow.store import meetings
from kdflow.store.database import Tx
from kdflow.store.rescheduling import reschedule


def set_status(tx: Tx, meeting: Meeting, status: MeetingStatus, world: World, acting: Acting) -> tuple[Event, ...]:
    """Say what has become of a meeting, if that is new, and plan those again whom it concerns."""
    if meeting.status is status:
        return ()
    details = replace(Details.of(meeting), status=status)
    change = CalendarChange(kind=ChangeKind.EDIT, body=meeting.body, meeting=meeting.id, details=details)
    shift = shift_of([change], world, by=acting.person)
    made = shift.made[0]
    if made.old is not None:
        meetings.change(tx, made.old, made.new, by=shift.by, reason=None, now=world.now)
    tally = reschedule(tx, shift, Telling(shift))
    return events_of(shift, hits=tally.hits, told=tally.told)
