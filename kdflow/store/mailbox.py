"""The demo's mailbox: mails as they would have been sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kdflow.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail in the box; `source` is the whole message as text."""

    id: int
    address: str
    message_id: str
    source: str
    at: datetime


def add(tx: Tx, address: str, message_id: str, source: str, at: datetime) -> None:
    """Put a mail into the box."""
    tx.run(
        "insert into mail (address, message_id, source, at) values (?, ?, ?, ?)",
        (address.lower(), message_id, source, tx.instant(at)),
    )


def newest(tx: Tx, address: str = "", *, limit: int = 100) -> tuple[Mail, ...]:
    """The newest mails, to one address or to all."""
    rows = tx.run(
        "select id, address, message_id, source, at from mail where address = ? or ? = '' "
        "order by id desc limit ?",
        (address.lower(), address, limit),
    ).fetchall()
    return tuple(_mail(row) for row in rows)


def find(tx: Tx, mail: int) -> Mail | None:
    """One mail, or None."""
    row = tx.run("select id, address, message_id, source, at from mail where id = ?", (mail,)).fetchone()
    return _mail(row) if row else None


def _mail(row: Any) -> Mail:
    return Mail(id=row[0], address=row[1], message_id=row[2], source=row[3], at=Tx.read_instant(row[4]))
