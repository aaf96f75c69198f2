"""How long sager have been at each body, from the history: two statements, however many sager there are.

Closed sager are left out: with few sager at a body, a count of one too many would betray them.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from kdflow.domain.waiting import Treatment
from kdflow.store.database import Tx, marks
from kdflow.store.sager import OPEN_LIVES


def treatments(
    tx: Tx,
    *,
    submits: Collection[str],
    decides: Collection[str],
    leaves: Collection[str],
    start: datetime,
    end: datetime,
) -> tuple[Treatment, ...]:
    """Every step of an open sag that was handed on (for the last time) from `start` until before `end`, by what
    its moves are called: those that submit, decide and hand on. The cost grows with the period alone.
    """
    submitting, deciding, leaving = sorted(submits), sorted(decides), sorted(leaves)
    left = f"max(case when e.move in ({marks(leaving) or 'null'}) then e.at end)"
    rows = tx.run(
        "with gone as (select sag, step from event where machine = 'step' "
        f"and move in ({marks(leaving) or 'null'}) and at >= ? and at < ? group by sag, step) "
        "select s.body, min(case when e.old = '' then e.at end), "
        f"min(case when e.move in ({marks(submitting) or 'null'}) then e.at end), "
        f"max(case when e.move in ({marks(deciding) or 'null'}) then e.at end), {left} "
        "from gone cross join event e join sag g on g.id = gone.sag "
        "join step s on s.sag = gone.sag and s.seq = gone.step "
        "where e.sag = gone.sag and e.step = gone.step and e.machine = 'step' and not g.closed "
        f"group by s.sag, s.seq, s.body having {left} < ?",
        (
            *(*leaving, tx.instant(start), tx.instant(end)),
            *(*submitting, *deciding, *leaving),
            *(*leaving, tx.instant(end)),
        ),
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
    """Where sager under way stand: for each sag and body the body, and since when it has a step there that is in
    none of the `final` states."""
    ended = sorted(final) or [""]
    rows = tx.run(
        "select s.body, min(e.at) from sag g join step s on s.sag = g.id "
        "join event e on e.sag = s.sag and e.step = s.seq and e.machine = 'step' and e.old = '' "
        f"where g.life in ({marks(OPEN_LIVES)}) and not g.closed and s.state not in ({marks(ended)}) "
        "group by s.sag, s.body",
        (*OPEN_LIVES, *ended),
    ).fetchall()
    return tuple((row[0], tx.read_instant(row[1])) for row in rows)
