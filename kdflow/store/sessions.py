"""Signed-in browsers. The secret itself is never kept, only its hash."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from kdflow.domain.authority import PersonId
from kdflow.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Who a browser belongs to, and the token its forms must carry."""

    person: PersonId
    form_token: str


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def add(tx: Tx, secret: str, session: Session, *, now: datetime, ends_at: datetime) -> None:
    """Keep a session under the hash of its secret; sessions that are over are removed."""
    tx.run("delete from session where ends_at <= ?", (tx.instant(now),))
    tx.run(
        "insert into session (secret, person, form_token, started_at, ends_at) values (?, ?, ?, ?, ?)",
        (_hash(secret), session.person, session.form_token, tx.instant(now), tx.instant(ends_at)),
    )


def find(tx: Tx, secret: str, now: datetime) -> Session | None:
    """The session of a browser, or None when there is none or it is over."""
    row = tx.run(
        "select person, form_token from session where secret = ? and ends_at > ?", (_hash(secret), tx.instant(now))
    ).fetchone()
    return Session(person=PersonId(row[0]), form_token=row[1]) if row else None


def remove(tx: Tx, secret: str) -> None:
    """End a session."""
    tx.run("delete from session where secret = ?", (_hash(secret),))


def add_link(tx: Tx, secret: str, person: PersonId, *, now: datetime, ends_at: datetime) -> None:
    """Keep a sign-in link under the hash of its secret; links that are over are removed."""
    tx.run("delete from link where ends_at <= ?", (tx.instant(now),))
    tx.run(
        "insert into link (secret, person, ends_at) values (?, ?, ?)", (_hash(secret), person, tx.instant(ends_at))
    )


def take_link(tx: Tx, secret: str, now: datetime) -> PersonId | None:
    """Use up a sign-in link: whom it was made for, or None when it is unknown, used or over."""
    row = tx.run(
        "delete from link where secret = ? and ends_at > ? returning person", (_hash(secret), tx.instant(now))
    ).fetchone()
    return PersonId(row[0]) if row else None


def drop_links(tx: Tx, person: PersonId) -> None:
    """Let the sign-in links of a person be good no more."""
    tx.run("delete from link where person = ?", (person,))
