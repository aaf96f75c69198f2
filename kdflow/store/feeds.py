"""Calendar feeds: what each secret address shows, and to whom; which edition of their entries the rules make.

Of a secret only its hash is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kdflow.domain.authority import PersonId
from kdflow.store.database import Tx

About = Literal["person", "body", "sag"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed as its owner sees it: `handle` names it, and opens nothing; `key` is a person, body or sag number."""

    handle: str
    person: PersonId
    about: About
    key: str
    made_at: datetime


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def add(tx: Tx, secret: str, person: PersonId, about: About, key: str, *, now: datetime) -> None:
    """Keep a feed under the hash of its secret."""
    tx.run(
        "insert into feed (secret, person, about, key, made_at) values (?, ?, ?, ?, ?)",
        (_hash(secret), person, about, key, tx.instant(now)),
    )


def find(tx: Tx, secret: str) -> Feed | None:
    """The feed behind a secret address, or None."""
    row = tx.run(f"{_SELECT} where secret = ?", (_hash(secret),)).fetchone()
    return _feed(row) if row else None


def of_person(tx: Tx, person: PersonId) -> tuple[Feed, ...]:
    """The feeds of a person, newest first."""
    rows = tx.run(f"{_SELECT} where person = ? order by made_at desc, secret", (person,)).fetchall()
    return tuple(_feed(row) for row in rows)


def remove(tx: Tx, person: PersonId, handle: str) -> bool:
    """Take back a feed of a person; False when they have no such feed."""
    done = tx.run("delete from feed where person = ? and substr(secret, 1, 16) = ?", (person, handle))
    return bool(done.rowcount)


_SELECT = "select substr(secret, 1, 16), person, about, key, made_at from feed"


def _feed(row: tuple[str, str, About, str, object]) -> Feed:
    return Feed(handle=row[0], person=PersonId(row[1]), about=row[2], key=row[3], made_at=Tx.read_instant(row[4]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """How often what the entries of a kind say was changed by configuration, and when last (None: never)."""

    number: int = 0
    since: datetime | None = None


def keep_editions(tx: Tx, said: Iterable[tuple[str, str, str]], *, now: datetime) -> None:
    """Keep, by body and kind of entry, what its entries say; where that is another text than before, they are the
    next edition. The number never falls."""
    tx.run_many(
        "insert into feed_edition (body, entry, digest, number, since) values (?, ?, ?, 0, null) "
        "on conflict (body, entry) do update set digest = excluded.digest, number = feed_edition.number + 1, "
        "since = ? where feed_edition.digest <> excluded.digest",
        [(body, entry, _hash(text), tx.instant(now)) for body, entry, text in said],
    )


def editions(tx: Tx) -> dict[tuple[str, str], Edition]:
    """The edition of each body and kind of entry."""
    rows = tx.run("select body, entry, number, since from feed_edition").fetchall()
    return {
        (row[0], row[1]): Edition(number=row[2], since=Tx.read_instant(row[3]) if row[3] else None) for row in rows
    }
