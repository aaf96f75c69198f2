"""Values of this installation that change while it runs."""

from __future__ import annotations

import secrets

from kdflow.store.database import Tx


def find(tx: Tx, key: str) -> str | None:
    """The value of a setting, or None."""
    row = tx.run("select value from setting where key = ?", (key,)).fetchone()
    return str(row[0]) if row else None


def keep(tx: Tx, key: str, value: str) -> None:
    """Set a value."""
    tx.run(
        "insert into setting (key, value) values (?, ?) on conflict (key) do update set value = excluded.value",
        (key, value),
    )


def made(tx: Tx, key: str) -> str:
    """A secret of this installation; made the first time, the same for every process after."""
    if (found := find(tx, key)) is None:
        tx.run(
            "insert into setting (key, value) values (?, ?) on conflict (key) do nothing",
            (key, secrets.token_urlsafe(32)),
        )
        found = find(tx, key) or ""
    return found
