"""Where sager are planned, by meeting: the index by which a changed calendar finds those it concerns.

What a page shows is planned anew from where the sag stands. A sag's legs here hold while none of its steps has
changed (each write of a step sets its `plan_until` to 0) and until the first of its deadlines has passed; those
that no longer hold are found by an index, and are planned again before the legs are trusted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from kdflow.domain.departures import NEVER
from kdflow.domain.replanning import Planned
from kdflow.domain.sag import SagId
from kdflow.domain.timetable import MeetingId
from kdflow.store.database import Tx, marks

NO_MEETING = ""
"""Stands in a leg for the meeting that a body has not got."""


def lock(tx: Tx) -> None:
    """Let nobody else change calendars or keep plans until the transaction ends; taken before either is read.

    SQLite has one writer at a time anyway.
    """
    if tx.is_postgres:
        tx.run("select pg_advisory_xact_lock(hashtextextended(?, 0))", ("calendars and plans",))


def out_of_date(tx: Tx, minute: int, *, limit: int = 1_000_000) -> tuple[SagId, ...]:
    """Sager whose legs do not hold at a civil minute, in order. The plus keeps SQLite from reading all steps there
    ever were in the order asked for: those meant are found by an index."""
    rows = tx.run(
        "select distinct +sag from step where plan_until < ? order by 1 limit ?", (minute, limit)
    ).fetchall()
    return tuple(SagId(row[0]) for row in rows)


def forget(tx: Tx) -> None:
    """Let every plan be made again before it is trusted: what they all rest on has changed."""
    tx.run("update step set plan_until = 0 where plan_until <> 0")


def concerned(
    tx: Tx, watched: Mapping[str, Collection[MeetingId | None]], changed: Sequence[MeetingId], minute: int
) -> tuple[SagId, ...]:
    """Sager whose plan some `changed` meetings may change, in order: those planned at a `watched` meeting (by the
    body of the station; None: no meeting is left), those with a step at a changed meeting itself, and
    those whose legs do not hold at a civil minute."""
    found = set(out_of_date(tx, minute))
    at = tx.run(f"select sag from step where meeting in ({marks(changed) or 'null'})", changed).fetchall()
    found.update(SagId(row[0]) for row in at)
    for body, meetings in watched.items():
        if meetings:
            found.update(planned_at(tx, body, [one or NO_MEETING for one in meetings]))
    return tuple(sorted(found))


def planned_at(tx: Tx, body: str, meetings: Sequence[str]) -> tuple[SagId, ...]:
    """Sager with a leg at a station of `body` that is planned at one of these meetings."""
    rows = tx.run(
        f"select distinct sag from leg where body = ? and meeting in ({marks(meetings)}) order by sag",
        (body, *meetings),
    ).fetchall()
    return tuple(SagId(row[0]) for row in rows)


def bodies_beside(tx: Tx, bodies: Sequence[str], meetings: Sequence[MeetingId] = ()) -> set[str]:
    """The bodies at whose stations those are planned who are planned at stations of some bodies (where it says so,
    at some of their meetings)."""
    if not bodies:
        return set()
    at = f" and leg.meeting in ({marks(meetings)})" if meetings else ""
    rows = tx.run(
        "select distinct beside.body from leg join leg beside on beside.sag = leg.sag "
        f"where leg.body in ({marks(bodies)}){at}",
        (*bodies, *meetings),
    ).fetchall()
    return {row[0] for row in rows}


def counts(tx: Tx, body: str) -> dict[str, int]:
    """How many sager are planned at each meeting of a body."""
    rows = tx.run("select meeting, count(*) from leg where body = ? group by meeting", (body,)).fetchall()
    return {row[0]: row[1] for row in rows}


def without_meeting(tx: Tx, bodies: Sequence[str]) -> set[str]:
    """Which of some bodies have sager to come that find no meeting left."""
    sql = f"select distinct body from leg where meeting = ? and body in ({marks(bodies) or 'null'})"
    return {row[0] for row in tx.run(sql, (NO_MEETING, *bodies)).fetchall()}


def needs(tx: Tx, bodies: Sequence[str], but_for: Collection[SagId] = ()) -> tuple[tuple[str, int, int], ...]:
    """For each of some bodies with sager to come: (body, how many, how many of them find no meeting left); some
    sager, whose legs do not hold, left out."""
    left_out = f" and sag not in ({marks(list(but_for))})" if but_for else ""
    rows = tx.run(
        "select body, count(distinct sag), count(distinct case when meeting = ? then sag end) "
        f"from leg where body in ({marks(bodies)}){left_out} group by body",
        (NO_MEETING, *bodies, *but_for),
    ).fetchall()
    return tuple((row[0], row[1], row[2]) for row in rows)


def save(tx: Tx, plans: Iterable[Planned]) -> None:
    """Keep the legs of some plans in place of those that were kept; the watch looks at their sager anew."""
    found = list(plans)
    tx.run_many("delete from leg where sag = ?", [(one.sag,) for one in found])
    tx.run_many(
        "insert into leg (sag, station, body, meeting) values (?, ?, ?, ?)",
        [
            (one.sag, leg.station, one.bodies[leg.station], leg.meeting or NO_MEETING)
            for one in found
            if one.plan
            for leg in one.plan.legs
            if leg.kind in ("meeting", "seat") and leg.after < NEVER
        ],
    )
    tx.run_many(
        "update step set plan_until = ?, wake_at = 0 where sag = ?", [(one.holds_until, one.sag) for one in found]
    )
