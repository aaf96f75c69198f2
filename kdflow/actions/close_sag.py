"""Close a sag to all but those it concerns, at once and everywhere; or open it to everybody again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from kdflow.actions.consequences import Receipt, check_version, follow_up, followers_of, once, situation
from kdflow.domain import closing
from kdflow.domain.authority import PersonId
from kdflow.domain.errors import NotAllowed
from kdflow.domain.rights import CLOSERS, closer
from kdflow.domain.sag import SagId
from kdflow.domain.situation import Situation
from kdflow.store import indexing, outbox, people, publications, sager
from kdflow.store.database import Database, Tx


def close_sag(
    db: Database, sag: SagId, *, reason: str, version: int | None, key: str, by: PersonId, now: datetime
) -> Receipt:
    """Close a sag. What is read of it is asked for anew each time, so it is gone for others from then on.

    Raises:
        NotAllowed: `by` is neither owner nor administrator nor secretary where it stands or has stood.
        NotFound, Conflict, KeyReused. Refused: it is closed already, or nobody says why.
    """
    return _change(db, sag, reason, closed=True, version=version, key=key, by=by, now=now)


def open_again(
    db: Database, sag: SagId, *, reason: str, version: int | None, key: str, by: PersonId, now: datetime
) -> Receipt:
    """Open a closed sag to everybody who is signed in. Points that were published as closed stay so.

    Raises:
        As `close_sag` does. ProofNeeded: the request at hand has not proved who asks for it.
    """
    return _change(db, sag, reason, closed=False, version=version, key=key, by=by, now=now)


def _change(
    db: Database,
    sag: SagId,
    reason: str,
    *,
    closed: bool,
    version: int | None,
    key: str,
    by: PersonId,
    now: datetime,
) -> Receipt:
    verb = closing.CLOSE if closed else closing.OPEN_AGAIN

    def act(tx: Tx) -> Receipt:
        before = situation(tx, sager.load(tx, sag), None, by=by, now=now)
        acting = closer(before, by)
        if acting is None:
            raise NotAllowed(verb, CLOSERS, "sagens organer")
        check_version(before.sag, None, version)
        after, event = closing.changed(before.sag, closed=closed, reason=reason)
        done = follow_up(tx, before, after, [event], acting=acting)
        indexing.again(tx, sag)
        _tell(tx, replace(before, sag=after), by)
        return done

    return once(Receipt, db, verb, {"sag": sag, "reason": reason}, act, key=key, by=by, now=now)


def _tell(tx: Tx, after: Situation, by: PersonId) -> None:
    sag = after.sag
    meetings = sorted({seat.meeting for step in sag.steps for seat in step.seats})
    gone_out = closing.copies(sag.id, publications.of_meetings(tx, meetings))
    followers = followers_of(tx, sag, after.definitions, after.world, but=by)
    outbox.add(tx, list(closing.told_of(after, followers, gone_out, people.person(tx, by))), after.world.now)
