"""Closing days: a day that a body, or everybody, closes or opens by hand; deadlines are reckoned anew at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kdflow.actions.consequences import Answer, once, renew_feeds
from kdflow.domain.administration import closing_day_event
from kdflow.domain.authority import Acting, PersonId
from kdflow.domain.body_change import EVERYWHERE, ClosingDay
from kdflow.domain.errors import NotFound
from kdflow.domain.reshaping import refuse_unsound_day
from kdflow.domain.rights import refuse_other_keepers
from kdflow.domain.situation import World
from kdflow.store import body_changes, history, people, plans
from kdflow.store.database import Database, Tx
from kdflow.store.rescheduling import reform
from kdflow.store.world import whole_world


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingReceipt(Answer):
    """How many sager a changed closing day hit, and how many people were told."""

    hits: int
    told: int


def add_closing_day(
    db: Database,
    day: ClosingDay,
    *,
    reason: str | None = None,
    seen: str | None = None,
    key: str,
    by: PersonId,
    now: datetime,
) -> ClosingReceipt:
    """Close a day, or open one that the file closes, for a body or for all ("*"); whom it hits is told. `seen` is
    the digest of who was said to be told what.

    Raises:
        Conflict: other people would be told, or something else than was seen.
        NotAllowed: `by` is neither administrator nor (for one body) its secretary. NotFound: no such body.
        Refused: it stands for no day, or changes nothing. KeyReused.
    """

    def act(tx: Tx) -> ClosingReceipt:
        world = _world(tx, day.body, by, now)
        refuse_unsound_day(world, day)
        body_changes.add_closing_day(tx, replace(day, made_by=by, made_at=now))
        return _follow(tx, world, day, "closing-day-added", by, reason)

    values = {"body": day.body, "day": day.day, "name": day.name, "is_worked": day.is_worked}
    days = [str(one) if one else None for one in (day.valid.start, day.valid.end)]
    return once(
        ClosingReceipt,
        db,
        "add_closing_day",
        {**values, "valid": days, "reason": reason},
        act,
        seen=seen,
        key=key,
        by=by,
        now=now,
    )


def end_closing_day(
    db: Database,
    day: int,
    *,
    reason: str | None = None,
    seen: str | None = None,
    key: str,
    by: PersonId,
    now: datetime,
) -> ClosingReceipt:
    """End what was closed or opened by hand: it holds until yesterday, so that what was reckoned stays so.

    Raises:
        NotFound: there is no such day. Else as `add_closing_day`.
    """

    def act(tx: Tx) -> ClosingReceipt:
        found = next((one for one in body_changes.closing_days(tx) if one.id == day), None)
        if found is None:
            raise NotFound("closing day", day)
        world = _world(tx, found.body, by, now)
        body_changes.end_closing_day(tx, found, world.today - timedelta(days=1))
        return _follow(tx, world, found, "closing-day-ended", by, reason)

    values = {"day": day, "reason": reason}
    return once(ClosingReceipt, db, "end_closing_day", values, act, seen=seen, key=key, by=by, now=now)


def _world(tx: Tx, body: str, by: PersonId, now: datetime) -> World:
    plans.lock(tx)
    world = whole_world(tx, now)
    refuse_other_keepers(world, body, by)
    if body != EVERYWHERE and body not in world.bodies:
        raise NotFound("body", body)
    return world


def _follow(tx: Tx, was: World, day: ClosingDay, move: str, by: PersonId, reason: str | None) -> ClosingReceipt:
    people.refresh_bodies(tx, None if day.body == EVERYWHERE else [day.body])
    world = whole_world(tx, was.now)
    _, tally = reform(tx, was.bodies, world, by=by, reason=reason, tells=())
    renew_feeds(tx, world.now)
    name = "" if day.body == EVERYWHERE else world.short(day.body)
    counts = {"hits": tally.hits, "told": tally.told}
    event = closing_day_event(move, day, name=name, reason=reason, tally=counts)
    history.append(tx, [event], sag=None, route="", acting=Acting(person=by), at=world.now)
    return ClosingReceipt(hits=tally.hits, told=tally.told)
