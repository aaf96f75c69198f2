"""A sag gets another owner: one, or all the open ones that somebody leaves behind, in one action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kdflow.actions.consequences import Answer, Receipt, check_version, follow_up, keep, once, situation
from kdflow.domain.administration import handed_over
from kdflow.domain.authority import Acting, Person, PersonId
from kdflow.domain.dates import local_day
from kdflow.domain.errors import Frozen, NotAllowed, Reason, Refused
from kdflow.domain.notices import Notice
from kdflow.domain.rights import PEOPLE_KEEPERS, editor
from kdflow.domain.sag import Event, Sag, SagId
from kdflow.domain.situation import Situation
from kdflow.domain.workflow import Actor
from kdflow.store import history, outbox, people, sager
from kdflow.store.database import Database, Tx

HAND_OVER = "hand-over"
"""What the history calls it; the notice is "new-owner"."""
NEW_OWNER = "new-owner"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver(Answer):
    """How many sager got another owner."""

    count: int


def hand_over_sag(
    db: Database,
    sag: SagId,
    to: PersonId,
    *,
    reason: str | None = None,
    version: int | None,
    key: str,
    by: PersonId,
    now: datetime,
) -> Receipt:
    """Give a sag another owner; the new one, the old one and the secretariats where it stands are told.

    Raises:
        NotAllowed: `by` is neither owner nor administrator nor secretary where it stands. Frozen: the sag is over.
        NotFound, Conflict, KeyReused. Refused: it is theirs already.
    """

    def act(tx: Tx) -> Receipt:
        before = situation(tx, sager.load(tx, sag), None, by=by, now=now)
        acting = editor(before, by)
        if acting is None:
            raise NotAllowed(HAND_OVER, (Actor.OWNER, *PEOPLE_KEEPERS), "")
        check_version(before.sag, None, version)
        after, event = _handed(before, people.person(tx, before.sag.owner), _taker(tx, to, now), reason)
        done = follow_up(tx, before, after, [event], acting=acting)
        if before.sag.owner != by:
            outbox.add(tx, [_to_old(before, to, event)], now)
        return done

    values = {"sag": sag, "to": to, "reason": reason}
    return once(Receipt, db, "hand_over_sag", values, act, key=key, by=by, now=now)


def hand_over_all(
    db: Database,
    owner: PersonId,
    to: PersonId,
    *,
    reason: str | None = None,
    key: str,
    by: PersonId,
    now: datetime,
) -> HandedOver:
    """Give every open sag of one person another owner. Both get one notice about all of them.

    Raises:
        NotAllowed: `by` is neither the person nor an administrator. NotFound, KeyReused. Refused: it is the same
            person, or there is nothing to hand over.
    """

    def act(tx: Tx) -> HandedOver:
        old = people.person(tx, owner)
        found = [
            situation(tx, one, None, by=owner, now=now)
            for one in sager.load_many(tx, sager.ids_of_owner(tx, owner))
        ]
        _refuse(tx, found, owner, to, by, now)
        new = _taker(tx, to, now)
        for before in found:
            after, event = _handed(before, old, new, reason)
            keep(tx, before.sag, after, [event], acting=Acting(person=by), now=now)
        outbox.add(tx, _notices(found, old, new, reason, by), now)
        event = handed_over(old, new, len(found), reason)
        history.append(tx, [event], sag=None, route="", acting=Acting(person=by), at=now)
        return HandedOver(count=len(found))

    values = {"owner": owner, "to": to, "reason": reason}
    return once(HandedOver, db, "hand_over_all", values, act, key=key, by=by, now=now)


def _taker(tx: Tx, to: PersonId, now: datetime) -> Person:
    """Who takes a sag over: not somebody who has left."""
    person = people.person(tx, to)
    if not person.is_here(local_day(now)):
        raise Refused([Reason("person_is_here", "they have left", "to")])
    return person


def _refuse(
    tx: Tx, found: Sequence[Situation], owner: PersonId, to: PersonId, by: PersonId, now: datetime
) -> None:
    is_administrator = people.authority(tx, [], local_day(now))[0].is_administrator(by)
    if by != owner and not is_administrator:
        raise NotAllowed(HAND_OVER, (Actor.ADMINISTRATOR,), "")
    if owner == to:
        raise Refused([Reason("another_owner", "it is theirs already", "to")])
    if not found:
        raise Refused([Reason("owns_something", "there is nothing to hand over", None)])


def _handed(before: Situation, old: Person, new: Person, reason: str | None) -> tuple[Sag, Event]:
    sag = before.sag
    if before.definitions.life.by_state[sag.life].final:
        raise Frozen("sag")
    if sag.owner == new.id:
        raise Refused([Reason("another_owner", "it is theirs already", "to")])
    data = {"was": old.name, "owner": new.name, "from": sag.owner, "to": new.id}
    event = Event(machine="record", move=HAND_OVER, old=sag.owner, new=new.id, reason=reason, data=data)
    return replace(sag, owner=new.id), event


def _to_old(before: Situation, to: PersonId, event: Event) -> Notice:
    data = {"reason": event.reason, "owner": event.data["owner"], "was": event.data["was"]}
    return Notice(kind=NEW_OWNER, person=before.sag.owner, sag=before.sag.id, data=data)


def _notices(
    found: Sequence[Situation], old: Person, new: Person, reason: str | None, by: PersonId
) -> list[Notice]:
    listed = [{"sag": one.sag.id, "number": one.sag.number, "lines": []} for one in found]
    data = {"reason": reason, "owner": new.name, "was": old.name, "sager": listed}
    return [
        Notice(kind=NEW_OWNER, person=person.id, sag=found[0].sag.id, data=data)
        for person in (new, old)
        if person.id != by
    ]
