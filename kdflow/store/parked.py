"""Forms that wait until their person has proved that it is them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kdflow.domain.authority import PersonId
from kdflow.store import mapping
from kdflow.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Parked:
    """A form with the path it was sent to."""

    path: str
    fields: Mapping[str, str]


def add(
    tx: Tx, handle: str, person: PersonId, parked: Parked, *, most: int, now: datetime, ends_at: datetime
) -> None:
    """Keep a form; those that are over, and all but the newest `most` of the person, are removed."""
    tx.run("delete from parked where ends_at <= ?", (tx.instant(now),))
    tx.run(
        "insert into parked (handle, person, path, fields, ends_at) values (?, ?, ?, ?, ?)",
        (handle, person, parked.path, mapping.to_json(dict(parked.fields)), tx.instant(ends_at)),
    )
    tx.run(
        "delete from parked where person = ? and handle not in "
        "(select handle from parked where person = ? order by ends_at desc, handle limit ?)",
        (person, person, most),
    )


def find(tx: Tx, handle: str, person: PersonId, now: datetime) -> Parked | None:
    """A form of this person; None where it is over, or another's."""
    row = tx.run(
        "select path, fields from parked where handle = ? and person = ? and ends_at > ?",
        (handle, person, tx.instant(now)),
    ).fetchone()
    return Parked(path=row[0], fields=mapping.from_json(row[1])) if row else None
