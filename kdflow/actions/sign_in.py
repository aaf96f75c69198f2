"""Begin and end a signed-in session of one browser."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from kdflow.domain.authority import PersonId
from kdflow.store import people, sessions
from kdflow.store.database import Database
from kdflow.store.sessions import Session


def sign_in(db: Database, person: PersonId, *, days: int, old_secret: str | None, now: datetime) -> str:
    """Sign a person in; the new secret for the cookie is returned, an old session of the browser ends.

    Raises:
        NotFound: there is no such person.
    """
    secret = secrets.token_urlsafe(32)
    with db.write() as tx:
        people.person(tx, person)
        if old_secret:
            sessions.remove(tx, old_secret)
        session = Session(person=person, form_token=secrets.token_urlsafe(24))
        sessions.add(tx, secret, session, now=now, ends_at=now + timedelta(days=days))
    return secret


def sign_out(db: Database, secret: str) -> None:
    """End the session of a browser."""
    with db.write() as tx:
        sessions.remove(tx, secret)
