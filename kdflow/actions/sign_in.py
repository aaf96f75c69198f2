"""Begin and end a signed-in session of one browser."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from kdflow.domain.authority import PersonId
from kdflow.domain.dates import local_day
from kdflow.domain.errors import NotFound
from kdflow.domain.identity import OPERATOR, Origin
from kdflow.store import attempts, codes, people, remembered, sessions
from kdflow.store.attempts import Attempt
from kdflow.store.database import Database, Tx

LINK_LASTS = timedelta(minutes=15)
"""How long a sign-in link can be used."""

LINKS = "link"
"""The kind of attempts to use a sign-in link."""


def sign_in(
    db: Database,
    person: PersonId,
    *,
    days: int,
    old_secret: str | None,
    now: datetime,
    origin: Origin | None = None,
) -> str:
    """Sign a person in; the new secret for the cookie is returned, an old session of the browser ends.

    Raises:
        NotFound: there is no such person, or they have left.
    """
    with db.write() as tx:
        return sessions.begin(tx, person, days=days, old_secret=old_secret, now=now, origin=origin)


def make_link(db: Database, person: PersonId, *, now: datetime) -> str:
    """Make a sign-in link for a person, good for 15 minutes and one use; its secret is returned.

    Raises:
        NotFound: there is no such person, or they have left.
    """
    secret = secrets.token_urlsafe(32)
    with db.write() as tx:
        people.person_here(tx, person, local_day(now))
        sessions.add_link(tx, secret, person, now=now, ends_at=now + LINK_LASTS, by_operator=True)
    return secret


def use_link(
    db: Database,
    link: str,
    *,
    days: int,
    old_secret: str | None,
    now: datetime,
    origin: Origin | None = None,
    network: str = "",
) -> str:
    """Sign in by a link; the new secret for the cookie is returned. The link, the others of the same person and
    the codes beside them are used up.

    Raises:
        NotFound: the link is unknown, used or over, or too many that were not have come from this network.
    """
    attempt = Attempt(kind=LINKS, network=network)
    with db.write() as tx:
        if not attempts.too_many(tx, attempt, now):
            taken = _take(tx, link, now)
            if taken is not None:
                person, by_operator = taken
                came = replace(origin or Origin(), way=OPERATOR) if by_operator else origin
                return sessions.begin(tx, person, days=days, old_secret=old_secret, now=now, origin=came)
            attempts.failed(tx, attempt, now)
    raise NotFound("sign-in link", "")


def _take(tx: Tx, link: str, now: datetime) -> tuple[PersonId, bool] | None:
    found = sessions.link_for(tx, link, now)
    if found is None:
        return None
    person, by_operator = found
    attempts.hold(tx, person)  # the code of the same mail may be typed at this moment
    if not sessions.take_link(tx, link):
        return None
    _use_up(tx, person)
    return person, by_operator


def _use_up(tx: Tx, person: PersonId) -> None:
    """Whatever else was sent to this person to sign in by is good no more."""
    sessions.drop_links(tx, person)
    codes.use_up_all(tx, person)


MOST_TRIES = 5
"""How often one code can be tried."""


def use_code(
    db: Database,
    code: str,
    *,
    browser: str,
    days: int,
    old_secret: str | None,
    now: datetime,
    origin: Origin | None = None,
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
        if asked.person is not None:
            attempts.hold(tx, asked.person)
        if not codes.count_try(tx, asked, MOST_TRIES) or not is_right or asked.person is None:
            return None
        if not codes.is_good(tx, asked, now):
            return None
        _use_up(tx, asked.person)
        return sessions.begin(tx, asked.person, days=days, old_secret=old_secret, now=now, origin=origin)


def remember(db: Database, secret: str, now: datetime) -> str:
    """A mark for a browser that has just signed in (`secret`), by which it is known when it asks for a code."""
    with db.write() as tx:
        session = sessions.find(tx, secret, now)
        return remembered.mark(tx, session.person) if session else ""


def sign_out(db: Database, secret: str) -> None:
    """End the session of a browser."""
    with db.write() as tx:
        sessions.remove(tx, secret)
