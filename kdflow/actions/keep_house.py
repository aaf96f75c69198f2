"""What is looked at now and then: calendars that run out, and bodies that end."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from kdflow.actions.consequences import renew_feeds
from kdflow.domain.administration import BY_FILE, body_changed
from kdflow.domain.authority import Acting, Office, PersonId
from kdflow.domain.dates import local_day
from kdflow.domain.notices import Notice
from kdflow.domain.running_out import Ending, RunningOut, endings, running_out
from kdflow.domain.situation import World
from kdflow.store import attempts, beats, body_changes, drafts, history, outbox, people, plans
from kdflow.store.database import Database, Tx
from kdflow.store.needs import needs_of
from kdflow.store.rescheduling import reform
from kdflow.store.world import network_of, whole_world

HOUSEKEEPING = "housekeeping"
"""The name of this part of the heartbeat."""

DRAFTS_KEPT = timedelta(days=180)
"""How long a draft waits for its author."""

LOG = logging.getLogger("kdflow.audit")

RUNNING_OUT = "calendar-running-out"
BODY_ENDING = "body-ending"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What one round found: calendars that run out, and bodies that end."""

    running_out: int
    ending: int


def keep_house(db: Database, *, now: datetime) -> Kept:
    """Tell the secretaries of calendars that run out and of bodies that end; each of them once a month.
    Changes of bodies take effect whose day has come, and drafts are forgotten that nobody came back to,
    and attempts that no longer count. Once a day the head of the history is logged: noted down outside the
    database, it proves that nothing was cut off."""
    with db.write() as tx:
        _bring_into_force(tx, now)
        world = whole_world(tx, now)
        net = network_of(tx, world)
        needs = needs_of(tx, net, world, world.bodies)
        out = tuple(running_out(net, needs, world.today))
        ending = tuple(endings(net, needs, world.today))
        notices = [notice for one in out for notice in _of_calendar(one, world)]
        notices += [notice for one in ending for notice in _of_ending(one, world)]
        outbox.add(tx, notices, now)
        drafts.remove_older(tx, now - DRAFTS_KEPT)
        attempts.forget(tx, now)
        before, head = beats.last(tx, HOUSEKEEPING), history.head(tx)
        beats.mark(tx, HOUSEKEEPING, now)
    if before is None or local_day(before) != local_day(now):
        LOG.info("the head of the history is %s:%s", head.seq, head.digest)
    return Kept(running_out=len(out), ending=len(ending))


def _bring_into_force(tx: Tx, now: datetime) -> None:
    """Let changes of bodies take effect whose day has come, with all that follows."""
    due = body_changes.due(tx, local_day(now))
    if not due:
        return
    plans.lock(tx)
    was = people.bodies(tx)
    body_changes.bring_into_force(tx, [one.id for one in due])
    people.refresh_bodies(tx, sorted({one.body for one in due}))
    world = whole_world(tx, now)
    _, tally = reform(tx, was, world, by=BY_FILE, reason=next((one.reason for one in due if one.reason), None))
    renew_feeds(tx, now)
    for one in due:
        old, new = was[one.body], world.bodies[one.body]
        event = body_changed(old, new, reason=one.reason, hits=tally.hits, told=tally.told)
        history.append(tx, [event], sag=None, route="", acting=Acting(person=PersonId(one.made_by)), at=now)


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
