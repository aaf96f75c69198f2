"""What people must be told: written in the transaction of the change, read by the one it is for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kdflow.domain.authority import PersonId
from kdflow.domain.notices import Notice
from kdflow.domain.sag import SagId, StepSeq
from kdflow.store import mapping
from kdflow.store.database import Tx

_INSERT = "insert into notice (kind, person, sag, step, data, at) values (?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A notice as it waits for its reader."""

    id: int
    notice: Notice
    at: datetime


def add(tx: Tx, notices: Sequence[Notice], at: datetime) -> None:
    """Keep notices until they are delivered."""
    instant = tx.instant(at)
    tx.run_many(
        _INSERT,
        [(n.kind, n.person, n.sag, n.step, mapping.mapping_to_json(n.data), instant) for n in notices],
    )


def for_person(tx: Tx, person: PersonId, *, limit: int = 20) -> tuple[Kept, ...]:
    """The newest notices to a person, newest first."""
    rows = tx.run(
        "select id, kind, person, sag, step, data, at from notice where person = ? "
        "order by at desc, id desc limit ?",
        (person, limit),
    ).fetchall()
    return tuple(
        Kept(
            id=row[0],
            at=tx.read_instant(row[6]),
            notice=Notice(
                kind=row[1],
                person=PersonId(row[2]),
                sag=SagId(row[3]),
                step=StepSeq(row[4]) if row[4] else None,
                data=mapping.from_json(row[5]),
            ),
        )
        for row in rows
    )
