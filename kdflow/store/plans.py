"""Where sager are planned, by meeting: the index by which a changed calendar finds those it concerns.

What a page shows is planned anew from where the sag stands. A sag's legs here hold while none of its steps has
changed (each write of a step sets its `plan_until` to 0) and until the first of its deadlines has passed; those
that no longer hold are found by an index, and are planned again before the legs are trusted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kdflow.domain.departures import NEVER
from kdflow.domain.planner import Plan
from kdflow.domain.sag import SagId
from kdflow.store.database import Tx, marks

NO_MEETING = ""
"""Stands in a leg for the meeting that a body has not got."""


def out_of_date(tx: Tx, minute: int, *, limit: int = 100_000) -> tuple[SagId, ...]:
    """Sager whose legs do not hold at a civil minute."""
    rows = tx.run(
        "select distinct sag from step where plan_until <= ? order by sag limit ?", (minute, limit)
    ).fetchall()
    return tuple(SagId(row[0]) for row in rows)


def planned_at(tx: Tx, body: str, meetings: Sequence[str]) -> tuple[SagId, ...]:
    """Sager with a leg at a station of `body` that is planned at one of these meetings."""
    rows = tx.run(
        f"select distinct sag from leg where body = ? and meeting in ({marks(meetings)}) order by sag",
        (body, *meetings),
    ).fetchall()
    return tuple(SagId(row[0]) for row in rows)


def counts(tx: Tx, body: str) -> dict[str, int]:
    """How many sager are planned at each meeting of a body."""
    rows = tx.run("select meeting, count(*) from leg where body = ? group by meeting", (body,)).fetchall()
    return {row[0]: row[1] for row in rows}


def save(tx: Tx, plans: Iterable[tuple[SagId, Plan | None, dict[str, str]]]) -> None:
    """Keep the legs of some plans (None: the sag is over), given with the body of each station."""
    found = list(plans)
    tx.run_many("delete from leg where sag = ?", [(sag,) for sag, _, _ in found])
    tx.run_many(
        "insert into leg (sag, station, body, meeting) values (?, ?, ?, ?)",
        [
            (sag, leg.station, bodies[leg.station], leg.meeting or NO_MEETING)
            for sag, plan, bodies in found
            if plan
            for leg in plan.legs
            if leg.kind in ("meeting", "seat")
        ],
    )
    tx.run_many(
        "update step set plan_until = ? where sag = ?",
        [(plan.holds_until if plan else NEVER, sag) for sag, plan, _ in found],
    )
