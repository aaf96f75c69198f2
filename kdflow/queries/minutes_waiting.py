"""Minutes that wait for somebody to approve them: as chair, co-chair, vice-chair or stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from kdflow.domain.authority import Acting, PersonId
from kdflow.domain.dates import local_day
from kdflow.domain.deadlines import DeadlineKind
from kdflow.domain.departures import NEVER, civil
from kdflow.domain.duties import deadline_of
from kdflow.domain.situation import World
from kdflow.domain.timetable import Body, Meeting
from kdflow.queries.scene import bodies_served
from kdflow.store import minutes
from kdflow.store.database import Tx

MOST = 50
"""More minutes than can wait for one person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesWaiting:
    """Minutes that somebody can approve, and in what capacity; since when they wait (`in_days`: how far off that
    is, never ahead), and by when they must be sent (a civil minute; None: the body has no such rule)."""

    meeting: Meeting
    body: Body
    acting: Acting
    asked_at: datetime
    in_days: int
    due: int | None
    is_over: bool


def minutes_waiting(tx: Tx, world: World, viewer: PersonId) -> tuple[MinutesWaiting, ...]:
    """What waits for `viewer`, the longest first, by one statement; none is sent where they lead nothing."""
    return tuple(_waiting(tx, world, viewer))


def _waiting(tx: Tx, world: World, viewer: PersonId) -> Iterator[MinutesWaiting]:
    authority, served = world.authority, bodies_served(world, viewer)
    led = {key: acting[0] for key in served if (acting := authority.as_leaders(viewer, key))}
    asked = minutes.at_chair(tx, tuple(led), limit=MOST) if led else ()
    for key, at in asked:
        if meeting := world.timetable.find(key):
            body = world.bodies[meeting.body]
            due = deadline_of(meeting, body, DeadlineKind.MINUTES)
            yield MinutesWaiting(
                meeting=meeting,
                body=body,
                acting=led[meeting.body],
                asked_at=at,
                in_days=min(0, (local_day(at) - world.today).days),
                due=due if due < NEVER else None,
                is_over=due < civil(world.now),
            )
