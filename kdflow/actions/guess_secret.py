"""Addresses with a secret: those that do not fit are counted by network, so that nobody goes on guessing."""

from __future__ import annotations

from datetime import datetime

from kdflow.store import attempts
from kdflow.store.attempts import Attempt
from kdflow.store.database import Database

WAIT = attempts.PERIOD
"""How long nobody looks any more, at most."""


def may_guess(db: Database, kind: str, *, network: str, now: datetime) -> bool:
    """Whether secrets of a kind are looked at over this network: not after too many that did not fit."""
    with db.read() as tx:
        return not attempts.too_many(tx, Attempt(kind=kind, network=network), now)


def note_miss(db: Database, kind: str, *, network: str, now: datetime) -> None:
    """Note that a secret did not fit."""
    with db.write() as tx:
        attempts.failed(tx, Attempt(kind=kind, network=network), now)
