"""Let somebody else's authenticator count: a stolen mailbox is then not enough to decide on closed sager."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kdflow.actions.consequences import Answer, demand_fresh_proof, once
from kdflow.domain.administration import authenticator_released
from kdflow.domain.authority import Acting, PersonId
from kdflow.domain.errors import NotAllowed, Reason, Refused
from kdflow.domain.notices import Notice
from kdflow.domain.pace import ACCOUNT
from kdflow.domain.rights import PEOPLE_KEEPERS, may_release
from kdflow.store import authenticators, history, outbox, people
from kdflow.store.database import Database, Tx
from kdflow.store.world import whole_world


@dataclass(frozen=True, slots=True, kw_only=True)
class Released(Answer):
    """Whose authenticator counts now."""

    person: str


def release_authenticator(
    db: Database, who: PersonId, added: str, *, key: str, by: PersonId, now: datetime
) -> Released:
    """Release the authenticator that a person added at an instant (`added`, in ISO 8601); they are told.

    Raises:
        NotFound: there is no such person. NotAllowed: `by` is the person, or neither administrator nor secretary
            of a body that the person serves. ProofNeeded: `by` has not proved lately who they are. Refused: it is
            not the one that waits. KeyReused.
    """

    def act(tx: Tx) -> Released:
        name = people.person(tx, who).name
        if not may_release(whole_world(tx, now), who, by):
            raise NotAllowed("release_authenticator", PEOPLE_KEEPERS, "")
        demand_fresh_proof()
        mine = authenticators.find(tx, who)
        if mine is None or not mine.waits or mine.confirmed_at is None or mine.confirmed_at.isoformat() != added:
            raise Refused([Reason("authenticator_waits", "this is not the authenticator that waits", None)])
        authenticators.release(tx, who, by, now)
        told = Notice(kind=ACCOUNT, person=who, sag=None, data={"added": True, "released": True})
        outbox.add(tx, [told], now)
        event = authenticator_released(who, name)
        history.append(tx, [event], sag=None, route="", acting=Acting(person=by), at=now)
        return Released(person=who)

    values = {"who": who, "added": added}
    return once(Released, db, "release_authenticator", values, act, key=key, by=by, now=now)
