"""Make a calendar feed with a secret address, and take one back."""

from __future__ import annotations

import secrets
from datetime import datetime

from kdflow.actions.consequences import situation
from kdflow.domain.authority import PersonId
from kdflow.domain.errors import NotFound, Unreadable
from kdflow.store import feeds, people, sager
from kdflow.store.database import Database, Tx
from kdflow.store.feeds import About

MOST = 50
"""Feeds that one person can have."""


def make_feed(db: Database, about: About, key: str, *, by: PersonId, now: datetime) -> str:
    """Make a feed about oneself, a body or a sag; its secret is returned, and cannot be read again.

    Raises:
        NotFound: there is no such body, or no sag that one may know of. Unreadable: one has too many already.
    """
    secret = secrets.token_urlsafe(24)
    with db.write() as tx:
        if len(feeds.of_person(tx, by)) >= MOST:
            raise Unreadable(f"a person can have {MOST} feeds; take one back first")
        feeds.add(tx, secret, by, about, _key(tx, about, key, by, now), now=now)
    return secret


def _key(tx: Tx, about: About, key: str, by: PersonId, now: datetime) -> str:
    if about == "person":
        return by
    if about == "body":
        if key not in people.bodies(tx, (key,)):
            raise NotFound("body", key)
        return key
    sag = sager.load(tx, sager.id_of(tx, key))
    return situation(tx, sag, None, by=by, now=now).sag.number


def revoke_feed(db: Database, handle: str, *, by: PersonId) -> None:
    """Take a feed back: its address shows nothing any more.

    Raises:
        NotFound: one has no such feed.
    """
    with db.write() as tx:
        if not feeds.remove(tx, by, handle):
            raise NotFound("feed", handle)
