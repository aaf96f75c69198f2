"""Bodies: a new one, one that changes from a day on, one that ends with its successor, and a change taken back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from kdflow.actions.consequences import Answer, once, renew_feeds
from kdflow.domain import administration
from kdflow.domain.authority import Acting, PersonId
from kdflow.domain.body_change import BodyChange, refuse_unsound
from kdflow.domain.errors import Conflict, NotAllowed, NotFound, Reason, Refused
from kdflow.domain.replanning import bodies_leading_to
from kdflow.domain.reshaping import between, reshaped
from kdflow.domain.rights import ADMINISTRATORS
from kdflow.domain.sag import Event
from kdflow.domain.situation import World
from kdflow.domain.stranding import Between
from kdflow.domain.timetable import Body
from kdflow.store import body_changes, history, people, plans
from kdflow.store.database import Database, Tx
from kdflow.store.passing import refuse_stranding
from kdflow.store.rescheduling import Tally, reform
from kdflow.store.world import whole_world

KEY = re.compile(r"[a-z][a-z0-9-]{0,39}(@\d{4})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyReceipt(Answer):
    """Which body was changed, whether that is in force already, how many sager it hit and how many were told."""

    body: str
    in_force: bool = True
    hits: int = 0
    told: int = 0


def change_body(
    db: Database,
    body: str,
    values: Mapping[str, Any],
    valid_from: date,
    *,
    reason: str | None = None,
    version: int | None,
    seen: str | None = None,
    key: str,
    by: PersonId,
    now: datetime,
) -> BodyReceipt:
    """Change a body from a day on. From today: sager are planned again, and whom that hits is told. From a later
    day: it is kept, and takes effect on that day. `seen` is the digest of who was said to be told what.

    Raises:
        NotAllowed: `by` is no administrator. Stranded: running sager would be. NotFound, Conflict, KeyReused.
        Refused: the body could not be so.
    """

    def act(tx: Tx) -> BodyReceipt:
        world = _world(tx, body, version, by, now)
        found, new = reshaped(world, body, values, valid_from)
        refuse_stranding(tx, found, concerned_by(found, body), by)
        in_force = valid_from <= world.today
        change = BodyChange(
            body=body,
            valid_from=valid_from,
            values=new,
            in_force=in_force,
            made_by=by,
            made_at=now,
            reason=reason,
        )
        body_changes.add(tx, change)
        people.refresh_bodies(tx, [body])
        if in_force:
            return _in_force(tx, found, body, by, reason, "body-changed")
        event = _event(found, body, reason, Tally(), "body-planned")
        planned = replace(event, data={**event.data, "from": valid_from.isoformat()})
        _write_down(tx, planned, by, now)
        return BodyReceipt(body=body, in_force=False)

    values_shown = {"body": body, "values": repr(sorted(values.items())), "from": valid_from.isoformat()}
    return once(
        BodyReceipt, db, "change_body", {**values_shown, "reason": reason}, act, seen=seen, key=key, by=by, now=now
    )


def undo_change(
    db: Database,
    body: str,
    change: int,
    *,
    reason: str | None = None,
    version: int | None,
    seen: str | None = None,
    key: str,
    by: PersonId,
    now: datetime,
) -> BodyReceipt:
    """Take a change by hand away: what the file says, or an earlier change, holds again.

    Raises:
        NotFound: there is no such change. Else as `change_body`.
    """

    def act(tx: Tx) -> BodyReceipt:
        world = _world(tx, body, version, by, now)
        changes = body_changes.of(tx, [body]).get(body, [])
        if change not in [one.id for one in changes]:
            raise NotFound("change", change)
        base = people.bases(tx, [body])[body].body
        rest = [one for one in changes if one.id != change]
        after = people.overlaid(base, rest, body_changes.closing_days(tx, [body]))
        found = between(world, {body: after}, body, world.today)
        refuse_stranding(tx, found, concerned_by(found, body), by)
        body_changes.remove(tx, change)
        people.refresh_bodies(tx, [body])
        return _in_force(tx, found, body, by, reason, "body-change-undone")

    values = {"body": body, "change": change, "reason": reason}
    return once(BodyReceipt, db, "undo_change", values, act, seen=seen, key=key, by=by, now=now)


def add_body(
    db: Database, body: Body, *, like: str, reason: str | None = None, key: str, by: PersonId, now: datetime
) -> BodyReceipt:
    """Add a body, with the deadlines, ladders, standing items and closing days of the one that it is `like`.

    Raises:
        NotAllowed: `by` is no administrator. NotFound: there is no body that it could be like. KeyReused.
        Refused: there is one with its key, or it could not be so.
    """

    def act(tx: Tx) -> BodyReceipt:
        world = _administered(tx, by, now)
        if like not in world.bodies:
            raise NotFound("body", like)
        base = people.bases(tx, [like])[like].body
        model = world.bodies[like]
        new = replace(
            body,
            rules=model.rules,
            ladders=model.ladders,
            standing=model.standing,
            closing_days=base.closing_days,
            saturday=model.saturday,
            minutes_per_item=model.minutes_per_item,
        )
        _refuse_key(world, new)
        refuse_unsound({**world.bodies, new.key: new}, new.key)
        people.keep_bodies(tx, [new], kept_by=people.HAND)
        renew_feeds(tx, now)
        _write_down(tx, administration.body_added(new, reason), by, now)
        return BodyReceipt(body=new.key)

    values = {"body": repr(body), "like": like, "reason": reason}
    return once(BodyReceipt, db, "add_body", values, act, key=key, by=by, now=now)


def _refuse_key(world: World, new: Body) -> None:
    if new.key in world.bodies:
        raise Refused([Reason("key_free", "there is one already", "key_of")])
    if not KEY.fullmatch(new.key):
        raise Refused([Reason("key_sound", "a key is made of small letters", "key_of")])


def concerned_by(found: Between, body: str) -> set[str]:
    """The bodies whose sager a change of one may strand: those it follows, before or after, and itself."""
    return {
        key for bodies in (found.before.bodies, found.after.bodies) for key in bodies_leading_to(body, bodies)
    } | {body}


def _world(tx: Tx, body: str, version: int | None, by: PersonId, now: datetime) -> World:
    world = _administered(tx, by, now)
    known = people.bases(tx, [body])
    if body not in known:
        raise NotFound("body", body)
    actual = known[body].version
    if version is not None and version != actual:
        raise Conflict("body", body, expected=version, actual=actual)
    return world


def _administered(tx: Tx, by: PersonId, now: datetime) -> World:
    plans.lock(tx)
    world = whole_world(tx, now)
    if not world.authority.is_administrator(by):
        raise NotAllowed("keep_bodies", ADMINISTRATORS, "")
    return world


def _in_force(tx: Tx, found: Between, body: str, by: PersonId, reason: str | None, move: str) -> BodyReceipt:
    """All that follows a body that is another now."""
    world = whole_world(tx, found.before.now)
    _, tally = reform(tx, found.before.bodies, world, by=by, reason=reason)
    renew_feeds(tx, world.now)
    _write_down(tx, _event(found, body, reason, tally, move), by, world.now)
    return BodyReceipt(body=body, hits=tally.hits, told=tally.told)


def _event(found: Between, body: str, reason: str | None, tally: Tally, move: str) -> Event:
    old, new = found.before.bodies[body], found.after.bodies[body]
    return administration.body_changed(old, new, reason=reason, hits=tally.hits, told=tally.told, move=move)


def _write_down(tx: Tx, event: Event, by: PersonId, now: datetime) -> None:
    history.append(tx, [event], sag=None, route="", acting=Acting(person=by), at=now)
