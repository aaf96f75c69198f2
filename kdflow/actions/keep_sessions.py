"""What a person does about the places they are signed in at: note that one is used, end one or all others."""

from __future__ import annotations

from datetime import datetime

from kdflow.domain.authority import PersonId
from kdflow.domain.errors import NotFound
from kdflow.store import identities, sessions
from kdflow.store.database import Database


def touch_session(db: Database, secret: str, *, network: str, now: datetime) -> None:
    """Note that a session is used, and from where."""
    with db.write() as tx:
        sessions.touch(tx, secret, now, network)


def end_session(db: Database, person: PersonId, handle: str) -> None:
    """End one of one's sessions; one that is over is left so."""
    with db.write() as tx:
        sessions.remove_one(tx, person, handle)


def end_other_sessions(db: Database, person: PersonId, *, secret: str) -> None:
    """End every session but the one at hand."""
    with db.write() as tx:
        sessions.remove_all(tx, person, but=sessions.handle_of(secret))


def forget_identity(db: Database, person: PersonId, handle: str) -> None:
    """Forget who one is at another provider.

    Raises:
        NotFound: there is no such identity of this person.
    """
    with db.write() as tx:
        found = [one for one in identities.of_person(tx, person) if one.handle == handle]
        if not found:
            raise NotFound("identity", handle)
        identities.remove(tx, found[0])
