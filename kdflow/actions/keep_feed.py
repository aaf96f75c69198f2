"""Make a calendar feed with a secret address, and take one back."""

from __future__ import annotations

import secrets
from datetime import datetime

from kdflow.domain.authority import PersonId
from kdflow.domain.errors import NotFound, Unreadable
from kdflow.store import commands, feeds, people
from kdflow.store.database import Database, Tx
from kdflow.store.feeds import About
from kdflow.store.world import sag_by_number, whole_world

MOST = 50
"""Feeds that one person can have."""


def make_feed(db: Database, about: About, key: str, *, command: str, by: PersonId, now: datetime) -> str | None:
    """Make a feed about oneself, a body or a sag, once for the idempotency key `command`.

    Returns:
        Its secret, which cannot be read again: None when the command had been carried out before.

    Raises:
        NotFound: there is no such body, or no sag that one may know of. Unreadable: one has too many already.
        KeyReused: the key belongs to another command.
    """
    mark = commands.fingerprint("make_feed", by, {"about": about, "key": key})
    secret = secrets.token_urlsafe(24)
    with db.write() as tx:
        if commands.find_result(tx, command, mark) is not None:
            return None
        if len(feeds.of_person(tx, by)) >= MOST:
            raise Unreadable(f"a person can have {MOST} feeds; take one back first", "feeds-many")
        feeds.add(tx, secret, by, about, _key(tx, about, key, by, now), now=now)
        commands.keep_result(tx, command, mark, {}, by=by, now=now)
    return secret


def _key(tx: Tx, about: About, key: str, by: PersonId, now: datetime) -> str:
    if about == "person":
        return by
    if about == "body":
        if key not in people.bodies(tx, (key,)):
            raise NotFound("body", key)
        return key
    return sag_by_number(tx, key, by, whole_world(tx, now)).number


def revoke_feed(db: Database, handle: str, *, by: PersonId) -> None:
    """Take a feed back: its address shows nothing any more.

    Raises:
        NotFound: one has no such feed.
    """
    with db.write() as tx:
        if not feeds.remove(tx, by, handle):
            raise NotFound("feed", handle)
