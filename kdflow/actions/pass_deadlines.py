"""Look at what has come due: remind people of their duties, and let a sag that missed its meeting slide.

Any number of processes may do it at the same time: what is due is claimed, looked at anew, and told and marked in
one transaction. Asked again, there is nothing left to tell.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from kdflow.domain.dates import local_day
from kdflow.domain.departures import civil
from kdflow.domain.duties import Watched
from kdflow.domain.sag import SagId
from kdflow.domain.timetable import MeetingId
from kdflow.domain.watch import Look, look_at_meeting, look_at_sag
from kdflow.store import beats, duties, outbox, plans
from kdflow.store.database import Database, Tx
from kdflow.store.world import network_of, whole_world, with_routes

BATCH = 200
"""How many sager, or meetings, are looked at in one transaction."""

TRIED_AGAIN = 60
"""Minutes after which something is looked at again that could not be."""

LOG = logging.getLogger("kdflow.sweep")

SWEEP = "sweep"
"""The name of this part of the heartbeat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What one sweep did: how many sager and meetings it looked at, and how many notices it wrote."""

    sager: int = 0
    meetings: int = 0
    notices: int = 0

    def __add__(self, other: Swept) -> Swept:
        return Swept(
            sager=self.sager + other.sager,
            meetings=self.meetings + other.meetings,
            notices=self.notices + other.notices,
        )


def pass_deadlines(
    db: Database, *, now: datetime, batch: int = BATCH, stop: Callable[[], bool] = lambda: False
) -> Swept:
    """Look at everything that is due at `now`, batch by batch, each a transaction of its own; when `stop` says so,
    the rest is left to whoever comes next."""
    total = Swept()
    while not stop():
        with db.write() as tx:
            done, is_more = _batch(tx, now, batch)
        total += done
        if not is_more:
            break
    return total


Found = list[tuple[SagId | MeetingId, list[Watched], Look]]


def _batch(tx: Tx, now: datetime, size: int) -> tuple[Swept, bool]:
    """What was done, and whether there may be more to do; what others have in hand is theirs."""
    plans.lock(tx)
    minute = civil(now)
    sager, are_more = duties.awake_sager(tx, minute, limit=size)
    duties.wake_meetings_of(tx, sager, local_day(now))
    meetings = duties.awake_meetings(tx, minute, limit=size)
    looks = _looks(tx, sager, meetings, now) if sager or meetings else []
    plans.save(tx, [look.planned for _, _, look in looks if look.planned])
    duties.keep(tx, looks)
    notices = [notice for _, _, look in looks for notice in look.notices]
    outbox.add(tx, notices, now)
    beats.mark(tx, SWEEP, now)
    is_more = are_more or len(meetings) == size
    return Swept(sager=len(sager), meetings=len(meetings), notices=len(notices)), bool(looks) and is_more


def _looks(tx: Tx, sager: tuple[SagId, ...], meetings: tuple[MeetingId, ...], now: datetime) -> Found:
    world = whole_world(tx, now)
    net, kept = network_of(tx, world), duties.of(tx, [*sager, *meetings])
    undecided = duties.undecided_at(tx, meetings)
    asked: list[tuple[SagId | MeetingId, Callable[[], Look]]] = [
        (sag.id, partial(look_at_sag, sag, route, net, world, kept[sag.id]))
        for sag, route in with_routes(tx, sager)
    ]
    for one in meetings:
        meeting = world.timetable.by_id[one]
        asked.append((one, partial(look_at_meeting, meeting, undecided[one], world, kept[one])))
    return [(subject, kept[subject], _look(subject, look, kept[subject], now)) for subject, look in asked]


def _look(subject: SagId | MeetingId, look: Callable[[], Look], kept: list[Watched], now: datetime) -> Look:
    """One look. Where it fails, all others go on, and this one is tried again in an hour."""
    try:
        return look()
    except Exception:
        LOG.exception("%s cannot be looked at", duties.subject_of(subject))
        return Look(kept=tuple(kept), notices=(), wake_at=civil(now) + TRIED_AGAIN)
