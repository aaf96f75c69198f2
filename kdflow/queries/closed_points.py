"""Closed points whose sag is open: what is decided there, everybody who is signed in reads on the sag."""

from __future__ import annotations

from dataclasses import dataclass

from kdflow.store import agendas
from kdflow.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedPoint:
    """A point that is closed, of a sag that is not; its number is "" until it is published."""

    meeting: str
    number: str
    sag: str


def closed_of_open(db: Database) -> tuple[ClosedPoint, ...]:
    """The closed points of open sager: closed by hand before that was refused, or sent out before the sag was
    opened again."""
    with db.read() as tx:
        found = agendas.closed_of_open(tx)
    return tuple(ClosedPoint(meeting=meeting, number=number, sag=sag) for meeting, number, sag in found)
