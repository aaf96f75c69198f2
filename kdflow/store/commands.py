"""Idempotency: a command that comes twice with one key is carried out once and answered twice."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kdflow.domain.authority import PersonId
from kdflow.domain.errors import KeyReused
from kdflow.store import mapping
from kdflow.store.database import Tx


def fingerprint(verb: str, by: PersonId, values: Mapping[str, Any]) -> str:
    """Hex SHA-256 of what a command asks for: the verb, who, and every value."""
    return hashlib.sha256(mapping.to_json([verb, by, dict(values)]).encode()).hexdigest()


def find_result(tx: Tx, key: str, print_: str) -> Mapping[str, Any] | None:
    """The answer given before to the command with this key, or None when it is new.

    Raises:
        KeyReused: the key belongs to another command.
    """
    if tx.is_postgres:
        tx.run("select pg_advisory_xact_lock(hashtextextended(?, 0))", (key,))
    row = tx.run("select fingerprint, result from command where key = ?", (key,)).fetchone()
    if row is None:
        return None
    if row[0] != print_:
        raise KeyReused(key)
    result: Mapping[str, Any] = mapping.from_json(row[1])
    return result


def keep_result(tx: Tx, key: str, print_: str, result: Mapping[str, Any], *, by: PersonId, now: datetime) -> None:
    """Remember the answer to a command."""
    tx.run(
        "insert into command (key, fingerprint, result, actor, at) values (?, ?, ?, ?, ?)",
        (key, print_, mapping.mapping_to_json(result), by, tx.instant(now)),
    )


def step_of(tx: Tx, key: str) -> int | None:
    """The step in the answer that is kept for a key, if there is one."""
    row = tx.run("select result from command where key = ?", (key,)).fetchone()
    found: int | None = mapping.from_json(row[0]).get("step") if row else None
    return found


def is_kept(tx: Tx, key: str) -> bool:
    """Whether a command with this key was carried out."""
    return tx.run("select 1 from command where key = ?", (key,)).fetchone() is not None


def result_of(tx: Tx, key: str, by: PersonId) -> Mapping[str, Any] | None:
    """The answer that is kept for a key, if the command was `by`'s own."""
    row = tx.run("select result from command where key = ? and actor = ?", (key, by)).fetchone()
    found: Mapping[str, Any] | None = mapping.from_json(row[0]) if row else None
    return found
