"""What is looked at now and then: calendars that run out, and bodies that end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from kdflow.domain.authority import Office
from kdflow.domain.notices import Notice
from kdflow.domain.running_out import Ending, RunningOut, endings, running_out
from kdflow.domain.situation import World
from kdflow.store import beats, outbox
from kdflow.store.database import Database
from kdflow.store.needs import needs_of
from kdflow.store.world import network_of, whole_world

HOUSEKEEPING = "housekeeping"
"""The name of this part of the heartbeat."""

RUNNING_OUT = "calendar-running-out"
BODY_ENDING = "body-ending"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What one round found: calendars that run out, and bodies that end."""

    running_out: int
    ending: int


def keep_house(db: Database, *, now: datetime) -> Kept:
    """Tell the secretaries of calendars that run out and of bodies that end; each of them once a month."""
    with db.write() as tx:
        world = whole_world(tx, now)
        net = network_of(tx, world)
        needs = needs_of(tx, net, world)
        out = tuple(running_out(net, needs, world.today))
        ending = tuple(endings(net, needs, world.today))
        notices = [notice for one in out for notice in _of_calendar(one, world)]
        notices += [notice for one in ending for notice in _of_ending(one, world)]
        outbox.add(tx, notices, now)
        beats.mark(tx, HOUSEKEEPING, now)
    return Kept(running_out=len(out), ending=len(ending))


def _of_calendar(one: RunningOut, world: World) -> Iterator[Notice]:
    data = {
        "body": world.short(one.body),
        "last": one.last.isoformat() if one.last else None,
        "sager": one.sager,
        "stranded": one.stranded,
    }
    yield from _told(RUNNING_OUT, one.body, data, world)


def _of_ending(one: Ending, world: World) -> Iterator[Notice]:
    data = {
        "body": world.short(one.body),
        "ends_on": one.ends_on.isoformat(),
        "successor": world.short(one.successor) if one.successor else None,
        "sager": one.sager,
    }
    yield from _told(BODY_ENDING, one.body, data, world)


def _told(kind: str, body: str, data: Mapping[str, object], world: World) -> Iterator[Notice]:
    """To the secretaries of the body, or to the administrators where it has none."""
    administrators = world.authority.holders("*", Office.ADMINISTRATOR)
    for person in world.authority.secretaries(world.bodies[body]) or administrators:
        key = f"{kind}/{body}/{world.today:%Y-%m}/{person}"
        yield Notice(kind=kind, person=person, sag=None, data=data, key=key)
