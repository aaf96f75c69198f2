"""Where a link in a mail points, and whom it is for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kdflow.domain.authority import PersonId
from kdflow.domain.sag import StepSeq
from kdflow.store import pointers, sager
from kdflow.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointed:
    """Whom a link is for, and the step as its mail found it: its version, and the digest of its content."""

    person: PersonId
    number: str
    step: StepSeq
    version: int
    content: str


def pointed_at(db: Database, secret: str, now: datetime) -> Pointed | None:
    """Where a link points; None when it is unknown or over. Nothing is written."""
    with db.read() as tx:
        found = pointers.find(tx, secret, now)
        if found is None:
            return None
        return Pointed(
            person=found.person,
            number=sager.load(tx, found.sag).number,
            step=found.step,
            version=found.version,
            content=found.content,
        )
