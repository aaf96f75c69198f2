"""Links in mails that point one person to one step as it was then. Of their secrets only the hash is kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from kdflow.domain.authority import PersonId
from kdflow.domain.sag import SagId, StepSeq
from kdflow.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """Whom a link is for, and the step as its mail found it: its version, and the digest of its content."""

    person: PersonId
    sag: SagId
    step: StepSeq
    version: int
    content: str


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def add(tx: Tx, secret: str, pointer: Pointer, *, now: datetime, ends_at: datetime) -> None:
    """Keep a link under the hash of its secret; links that are over are removed."""
    tx.run("delete from pointer where ends_at <= ?", (tx.instant(now),))
    tx.run(
        "insert into pointer (secret, person, sag, step, version, content, ends_at) values (?, ?, ?, ?, ?, ?, ?)",
        (
            _hash(secret),
            pointer.person,
            pointer.sag,
            pointer.step,
            pointer.version,
            pointer.content,
            tx.instant(ends_at),
        ),
    )


def find(tx: Tx, secret: str, now: datetime) -> Pointer | None:
    """What a link points to; None when it is unknown or over. Reading it changes nothing."""
    row = tx.run(
        "select person, sag, step, version, content from pointer where secret = ? and ends_at > ?",
        (_hash(secret), tx.instant(now)),
    ).fetchone()
    if row is None:
        return None
    return Pointer(
        person=PersonId(row[0]), sag=SagId(row[1]), step=StepSeq(row[2]), version=row[3], content=row[4]
    )
