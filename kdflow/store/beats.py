"""The heartbeat as it is kept: when each part of it was last done."""

from __future__ import annotations

from datetime import datetime

from kdflow.store.database import Tx


def last(tx: Tx, name: str) -> datetime | None:
    """When a part was last done; None: never."""
    row = tx.run("select at from beat where name = ?", (name,)).fetchone()
    return Tx.read_instant(row[0]) if row else None


def every(tx: Tx) -> dict[str, datetime]:
    """When each part was last done."""
    return {
        row[0]: Tx.read_instant(row[1]) for row in tx.run("select name, at from beat order by name").fetchall()
    }


def mark(tx: Tx, name: str, at: datetime) -> None:
    """Say that a part was done; the mark never goes back."""
    tx.run(
        "insert into beat (name, at) values (?, ?) on conflict (name) do update set at = excluded.at "
        "where beat.at < excluded.at",
        (name, tx.instant(at)),
    )


def set_all(tx: Tx, at: datetime) -> None:
    """Let every mark be at an instant: for a clock that an operator has looked at."""
    tx.run("update beat set at = ?", (tx.instant(at),))
