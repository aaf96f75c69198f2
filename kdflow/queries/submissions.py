"""By when a sag must be submitted to which meeting: where a meeting is chosen, and where a sag is opened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from kdflow.domain.deadlines import Deadline, DeadlineKind, deadlines
from kdflow.domain.departures import TAKES_NOTHING, workdays_of
from kdflow.domain.situation import World
from kdflow.domain.timetable import Body, Meeting, MeetingId
from kdflow.store.database import Database
from kdflow.store.world import whole_world

SHOWN = 3
"""Meetings of a body that are shown to somebody who opens a sag."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """A meeting that can still be submitted to, and until when."""

    meeting: Meeting
    due: Deadline


def due_of(meeting: Meeting, body: Body) -> Deadline | None:
    """The deadline for submitting to a meeting; None where its date or the rule of its body is not known."""
    found = deadlines(body.rules, meeting.on, workdays_of(body))
    return next((one for one in found if one.kind is DeadlineKind.SUBMISSION), None)


def dues(meetings: Iterable[Meeting], world: World) -> Mapping[MeetingId, Deadline]:
    """The deadlines of those meetings that are not over."""
    coming = (one for one in meetings if one.on.latest is None or one.on.latest >= world.today)
    found = ((one.id, due_of(one, world.bodies[one.body])) for one in coming)
    return {meeting: due for meeting, due in found if due}


def chances(db: Database, now: datetime) -> Mapping[str, tuple[Chance, ...]]:
    """For each body with meetings that can still be submitted to, the next of them."""
    with db.read() as tx:
        world = whole_world(tx, now)
    found = {body.key: tuple(_chances(body, world))[:SHOWN] for body in world.bodies.values()}
    return {body: some for body, some in found.items() if some}


def _chances(body: Body, world: World) -> Iterable[Chance]:
    for meeting in world.timetable.coming(body.key, after=world.today - timedelta(days=1)):
        due = due_of(meeting, body)
        if meeting.status in TAKES_NOTHING or not (meeting.begins_on and body.valid.covers(meeting.begins_on)):
            continue
        if due and due.at >= world.now:
            yield Chance(meeting=meeting, due=due)
