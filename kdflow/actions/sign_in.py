"""Begin and end a signed-in session of one browser."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from kdflow.domain.authority import PersonId
from kdflow.domain.errors import NotFound
from kdflow.store import codes, people, sessions
from kdflow.store.database import Database, Tx
from kdflow.store.sessions import Session

LINK_LASTS = timedelta(minutes=15)
"""How long a sign-in link can be used."""


def sign_in(db: Database, person: PersonId, *, days: int, old_secret: str | None, now: datetime) -> str:
    """Sign a person in; the new secret for the cookie is returned, an old session of the browser ends.

    Raises:
        NotFound: there is no such person.
    """
    with db.write() as tx:
        people.person(tx, person)
        return _begin(tx, person, days, old_secret, now)


def _begin(tx: Tx, person: PersonId, days: int, old_secret: str | None, now: datetime) -> str:
    secret = secrets.token_urlsafe(32)
    if old_secret:
        sessions.remove(tx, old_secret)
    session = Session(person=person, form_token=secrets.token_urlsafe(24))
    sessions.add(tx, secret, session, now=now, ends_at=now + timedelta(days=days))
    return secret


def make_link(db: Database, person: PersonId, *, now: datetime) -> str:
    """Make a sign-in link for a person, good for 15 minutes and one use; its secret is returned.

    Raises:
        NotFound: there is no such person.
    """
    secret = secrets.token_urlsafe(32)
    with db.write() as tx:
        people.person(tx, person)
        sessions.add_link(tx, secret, person, now=now, ends_at=now + LINK_LASTS)
    return secret


def use_link(db: Database, link: str, *, days: int, old_secret: str | None, now: datetime) -> str:
    """Sign in by a link; the new secret for the cookie is returned, and the link is used up.

    Raises:
        NotFound: the link is unknown, used or over.
    """
    with db.write() as tx:
        person = sessions.take_link(tx, link, now)
        if person is None:
            raise NotFound("sign-in link", "")
        return _begin(tx, person, days, old_secret, now)


MOST_TRIES = 5
"""How often one code can be tried."""


def use_code(
    db: Database, code: str, *, browser: str, days: int, old_secret: str | None, now: datetime
) -> str | None:
    """Sign in by the code that was asked for in this browser; the new secret for the cookie is returned, and the
    code, the others of the same person and the links in their mails are used up. None where it is not the code:
    unknown, used, over, or tried too often."""
    with db.read() as tx:
        asked = codes.find(tx, browser, now)
    if asked is None or asked.tries >= MOST_TRIES:
        return None
    is_right = asked.fits("".join(code.split()))  # slow on purpose, so nobody is kept waiting meanwhile
    with db.write() as tx:
        if not codes.count_try(tx, asked, MOST_TRIES) or not is_right or asked.person is None:
            return None
        if not codes.use_up(tx, asked, asked.person):
            return None
        sessions.drop_links(tx, asked.person)
        return _begin(tx, asked.person, days, old_secret, now)


def sign_out(db: Database, secret: str) -> None:
    """End the session of a browser."""
    with db.write() as tx:
        sessions.remove(tx, secret)
