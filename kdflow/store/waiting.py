"""How long sager have been at each body, from the history: two statements, however many sager there are."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from kdflow.domain.waiting import Treatment
from kdflow.store.database import Tx, marks
from kdflow.store.sager import OPEN_LIVES


def treatments(
    tx: Tx, *, submits: Collection[str], decides: Collection[str], leaves: Collection[str]
) -> tuple[Treatment, ...]:
    """Every step that was handed on, by what its moves are called: those that submit, decide and hand on."""
    submitting, deciding, leaving = sorted(submits), sorted(decides), sorted(leaves)
    rows = tx.run(
        "select s.body, min(case when e.old = '' then e.at end), "
        f"min(case when e.move in ({marks(submitting) or 'null'}) then e.at end), "
        f"max(case when e.move in ({marks(deciding) or 'null'}) then e.at end), "
        f"max(case when e.move in ({marks(leaving) or 'null'}) then e.at end) "
        "from event e join step s on s.sag = e.sag and s.seq = e.step "
        f"where e.machine = 'step' group by s.sag, s.seq, s.body "
        f"having max(case when e.move in ({marks(leaving) or 'null'}) then e.at end) is not null",
        (*submitting, *deciding, *leaving, *leaving),
    ).fetchall()
    return tuple(
        Treatment(
            body=row[0],
            opened_at=tx.read_instant(row[1]),
            submitted_at=tx.read_instant(row[2]) if row[2] else None,
            decided_at=tx.read_instant(row[3]) if row[3] else None,
            left_at=tx.read_instant(row[4]),
        )
        for row in rows
        if row[1]
    )


def standing(tx: Tx, *, final: Collection[str]) -> tuple[tuple[str, datetime], ...]:
    """Where open sager stand: for each sag and body the body, and since when it has a step there that is in none
    of the `final` states."""
    ended = sorted(final) or [""]
    rows = tx.run(
        "select s.body, min(e.at) from sag g join step s on s.sag = g.id "
        "join event e on e.sag = s.sag and e.step = s.seq and e.machine = 'step' and e.old = '' "
        f"where g.life in ({marks(OPEN_LIVES)}) and s.state not in ({marks(ended)}) "
        "group by s.sag, s.body",
        (*OPEN_LIVES, *ended),
    ).fetchall()
    return tuple((row[0], tx.read_instant(row[1])) for row in rows)
