"""The addresses that are told of everything by webhook, without their secrets."""

from __future__ import annotations

from dataclasses import dataclass

from kdflow.store import endpoints
from kdflow.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointRow:
    """One address, and whether it is still told."""

    id: int
    url: str
    is_live: bool


def endpoint_rows(db: Database) -> tuple[EndpointRow, ...]:
    """All of them, those that have ended too."""
    with db.read() as tx:
        return tuple(
            EndpointRow(id=one.id, url=one.url, is_live=one.ended_at is None) for one in endpoints.every(tx)
        )
