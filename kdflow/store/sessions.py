"""Signed-in browsers, and links to sign in by. No secret is kept, only its hash; the hash also names a session."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from kdflow.domain.authority import PersonId
from kdflow.domain.dates import local_day
from kdflow.domain.identity import Origin
from kdflow.store import people
from kdflow.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Who a browser belongs to, and the token its forms must carry. `seen_at` is when it was last used, to the
    minute; `proved_at` when its person last proved, by more than a mail, that it is them."""

    person: PersonId
    form_token: str
    origin: Origin = field(default_factory=Origin)
    started_at: datetime | None = field(default=None, compare=False)
    seen_at: datetime | None = field(default=None, compare=False)
    proved_at: datetime | None = field(default=None, compare=False)
    handle: str = field(default="", compare=False)


_COLUMNS = "person, form_token, way, browser, network, started_at, seen_at, proved_at, secret"


IS_HERE = "exists (select 1 from person p where p.id = person and (p.valid_to is null or p.valid_to >= ?))"
"""That whoever a row belongs to (`person`) has not left by a day: whatever signs people in asks it."""


def handle_of(secret: str) -> str:
    """What names a session and does not open it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def begin(
    tx: Tx, person: PersonId, *, days: int, old_secret: str | None, now: datetime, origin: Origin | None = None
) -> str:
    """Begin a session; its secret for the cookie is returned. An old session of the browser ends.

    Raises:
        NotFound: there is no such person, or they have left.
    """
    people.person_here(tx, person, local_day(now))
    secret = secrets.token_urlsafe(32)
    if old_secret:
        remove(tx, old_secret)
    session = Session(person=person, form_token=secrets.token_urlsafe(24), origin=origin or Origin())
    add(tx, secret, session, now=now, ends_at=now + timedelta(days=days))
    return secret


def add(tx: Tx, secret: str, session: Session, *, now: datetime, ends_at: datetime) -> None:
    """Keep a session under the hash of its secret; sessions that are over are removed."""
    tx.run("delete from session where ends_at <= ?", (tx.instant(now),))
    origin, at = session.origin, tx.instant(now)
    tx.run(
        "insert into session (secret, person, form_token, started_at, ends_at, seen_at, way, browser, network) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            handle_of(secret),
            session.person,
            session.form_token,
            at,
            tx.instant(ends_at),
            at,
            origin.way,
            origin.browser,
            origin.network,
        ),
    )


def find(tx: Tx, secret: str, now: datetime, idle: timedelta | None = None) -> Session | None:
    """The session of a browser; None when there is none, it is over, nobody has used it for so long, or its person
    has left."""
    row = tx.run(
        f"select {_COLUMNS} from session where secret = ? and ends_at > ? and {IS_HERE}",
        (handle_of(secret), tx.instant(now), tx.day(local_day(now))),
    ).fetchone()
    found = _session(tx, row) if row else None
    return found if found and not _is_idle(found, now, idle) else None


def of_person(tx: Tx, person: PersonId, now: datetime, idle: timedelta | None = None) -> tuple[Session, ...]:
    """Every session of a person that is good, the one used last first."""
    rows = tx.run(
        f"select {_COLUMNS} from session where person = ? and ends_at > ? order by seen_at desc, secret",
        (person, tx.instant(now)),
    ).fetchall()
    found = (_session(tx, row) for row in rows)
    return tuple(one for one in found if not _is_idle(one, now, idle))


def _is_idle(session: Session, now: datetime, idle: timedelta | None) -> bool:
    return idle is not None and session.seen_at is not None and session.seen_at + idle <= now


def _session(tx: Tx, row: Sequence[Any]) -> Session:
    started, seen, proved = (tx.read_instant(at) if at else None for at in row[5:8])
    return Session(
        person=PersonId(row[0]),
        form_token=row[1],
        origin=Origin(way=row[2], browser=row[3], network=row[4]),
        started_at=started,
        seen_at=seen or started,
        proved_at=proved,
        handle=row[8],
    )


def touch(tx: Tx, secret: str, now: datetime, network: str) -> None:
    """Note that a session is used, and from where."""
    tx.run(
        "update session set seen_at = ?, network = ? where secret = ?",
        (tx.instant(now), network, handle_of(secret)),
    )


def prove(tx: Tx, secret: str, at: datetime) -> str:
    """Note when the person of a session proved that it is them, and give it a new secret, which is returned (""
    where there is no such session any more). Its form token stays: what is typed in other windows is not lost."""
    new = secrets.token_urlsafe(32)
    done = tx.run(
        "update session set proved_at = ?, secret = ? where secret = ?",
        (tx.instant(at), handle_of(new), handle_of(secret)),
    )
    return new if done.rowcount == 1 else ""


def remove(tx: Tx, secret: str) -> None:
    """End a session."""
    tx.run("delete from session where secret = ?", (handle_of(secret),))


def remove_one(tx: Tx, person: PersonId, handle: str) -> None:
    """End one session of a person, by its name."""
    tx.run("delete from session where person = ? and secret = ?", (person, handle))


def remove_all(tx: Tx, person: PersonId, *, but: str = "") -> None:
    """End every session of a person, but the one of this name."""
    tx.run("delete from session where person = ? and secret <> ?", (person, but))


def add_link(
    tx: Tx, secret: str, person: PersonId, *, now: datetime, ends_at: datetime, by_operator: bool = False
) -> None:
    """Keep a sign-in link under the hash of its secret; links that are over are removed."""
    tx.run("delete from link where ends_at <= ?", (tx.instant(now),))
    tx.run(
        "insert into link (secret, person, ends_at, by_operator) values (?, ?, ?, ?)",
        (handle_of(secret), person, tx.instant(ends_at), by_operator),
    )


def link_for(tx: Tx, secret: str, now: datetime) -> tuple[PersonId, bool] | None:
    """Whom a sign-in link was made for; and whether an operator made it; None when it is unknown, used or
    over, or they have left."""
    row = tx.run(
        f"select person, by_operator from link where secret = ? and ends_at > ? and {IS_HERE}",
        (handle_of(secret), tx.instant(now), tx.day(local_day(now))),
    ).fetchone()
    return (PersonId(row[0]), bool(row[1])) if row else None


def take_link(tx: Tx, secret: str) -> bool:
    """Use up a sign-in link; False where it was used meanwhile."""
    return bool(tx.run("delete from link where secret = ?", (handle_of(secret),)).rowcount == 1)


def drop_links(tx: Tx, person: PersonId) -> None:
    """Let the sign-in links of a person be good no more."""
    tx.run("delete from link where person = ?", (person,))
