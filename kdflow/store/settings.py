"""Values of this installation that change while it runs."""

from __future__ import annotations

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
