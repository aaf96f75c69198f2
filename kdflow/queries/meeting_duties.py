"""The agendas and minutes of the bodies that somebody serves: what is overdue, and what is to be sent soon."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from kdflow.domain.authority import PersonId
from kdflow.domain.departures import DAY, civil
from kdflow.domain.duties import Duty, duties_of_meeting, lately_held
from kdflow.domain.situation import World
from kdflow.domain.timetable import Body, Meeting

SOON = 7 * DAY
"""How far ahead it is looked, in minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingDuty:
    """Something that a meeting asks for, and whether it should have been done."""

    body: Body
    meeting: Meeting
    duty: Duty
    is_over: bool


def meeting_duties(world: World, viewer: PersonId) -> tuple[MeetingDuty, ...]:
    """The agendas and minutes that the meetings of the bodies that `viewer` is secretary of ask for, the first
    first; the calendars alone say so. Decisions that are missing wait for the secretary as sager."""
    minute = civil(world.now)
    found = (
        MeetingDuty(body=body, meeting=one, duty=duty, is_over=duty.due < minute)
        for body in _served(world, viewer)
        for one in _near(world, body)
        for duty in duties_of_meeting(one, body, (), world.now)
        if duty.due < minute + SOON
    )
    return tuple(sorted(found, key=lambda one: (one.duty.due, one.meeting.id, one.duty.kind)))


def _served(world: World, viewer: PersonId) -> Iterator[Body]:
    for body in world.bodies.values():
        if body.valid.covers(world.today) and viewer in world.authority.secretaries(body):
            yield body


def _near(world: World, body: Body) -> Iterator[Meeting]:
    """The meetings lately held, and those soon enough that something can be due."""
    yield from lately_held(body, world)
    last = world.today + timedelta(days=60)
    for one in world.timetable.coming(body.key, after=world.today - timedelta(days=1)):
        if one.begins_on and one.begins_on <= last:
            yield one
