"""Addresses that are told of everything by webhook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kdflow.domain.errors import Conflict
from kdflow.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An address, and the secret that what is sent there is signed with."""

    id: int
    url: str
    secret: str
    ended_at: datetime | None


def add(tx: Tx, url: str, secret: str, now: datetime) -> Endpoint:
    """Add an address.

    Raises:
        Conflict: it is there already.
    """
    row = tx.run(
        "insert into endpoint (url, secret, made_at) values (?, ?, ?) on conflict (url) do nothing returning id",
        (url, secret, tx.instant(now)),
    ).fetchone()
    if row is None:
        raise Conflict("webhook", url, expected="new", actual="known")
    return Endpoint(id=row[0], url=url, secret=secret, ended_at=None)


def end(tx: Tx, endpoint: int, now: datetime) -> bool:
    """Send nothing more to an address; False where there is none with that number, or it has ended."""
    done = tx.run(
        "update endpoint set ended_at = ? where id = ? and ended_at is null", (tx.instant(now), endpoint)
    )
    return bool(done.rowcount == 1)


def every(tx: Tx) -> tuple[Endpoint, ...]:
    """All addresses, those that have ended too."""
    rows = tx.run("select id, url, secret, ended_at from endpoint order by id").fetchall()
    return tuple(_endpoint(row) for row in rows)


def live(tx: Tx) -> tuple[Endpoint, ...]:
    """The addresses that are told."""
    return tuple(one for one in every(tx) if one.ended_at is None)


def _endpoint(row: Any) -> Endpoint:
    return Endpoint(id=row[0], url=row[1], secret=row[2], ended_at=Tx.read_instant(row[3]) if row[3] else None)
