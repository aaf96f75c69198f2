"""Say that two sager have to do with each other, or say it no longer."""

from __future__ import annotations

from datetime import datetime

from kdflow.actions.consequences import Receipt, once, receipt, situation
from kdflow.domain.authority import Acting, PersonId
from kdflow.domain.errors import NotAllowed, NotFound, Unreadable
from kdflow.domain.rights import editor
from kdflow.domain.sag import Event, Sag, SagId
from kdflow.domain.situation import Situation
from kdflow.domain.workflow import Actor
from kdflow.store import company, history, sager
from kdflow.store.database import Database, Tx
from kdflow.store.world import sag_by_number, whole_world


def relate_sager(
    db: Database, sag: SagId, other: str, *, is_related: bool = True, key: str, by: PersonId, now: datetime
) -> Receipt:
    """Relate a sag to the one with the number `other`, or take that back. The history of either does not name the
    other one, which not everybody may see.

    Raises:
        NotFound: there is no such sag, or `by` may not know of it. NotAllowed: `by` may not change it.
        Unreadable: there is no such other sag for `by`, or it is the same one.
    """

    def act(tx: Tx) -> Receipt:
        here = situation(tx, sager.load(tx, sag), None, by=by, now=now)
        if editor(here, by) is None:
            raise NotAllowed("revise", (Actor.OWNER, Actor.SECRETARY), "sagen")
        there = _other(tx, other, here, by)
        change = (tx, sag, there.id)
        is_news = company.relate(*change, by, now) if is_related else company.unrelate(*change)
        event = Event(machine="record", move="relate" if is_related else "unrelate", old="", new="")
        for one in (here.sag, there) if is_news else ():
            history.append(tx, (event,), sag=one.id, route=one.route, acting=Acting(person=by), at=now)
        return receipt(here.sag, None)

    values = {"sag": sag, "other": other, "is_related": is_related}
    return once(Receipt, db, "relate_sager", values, act, key=key, by=by, now=now)


def _other(tx: Tx, number: str, here: Situation, by: PersonId) -> Sag:
    """The other sag, as far as `by` may know of it; the two ways not to are told alike."""
    try:
        there = sag_by_number(tx, number, by, whole_world(tx, here.world.now))
    except NotFound as error:
        raise Unreadable(f"there is no sag {number!r}", "related-unknown", "other") from error
    if there.id == here.sag.id:
        raise Unreadable("a sag is not related to itself", "related-same", "other")
    return there
