"""What lies on the desk of a body, by counted statements: what stands at its meetings, and decisions that wait."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from kdflow.domain.sag import SagId, StepSeq
from kdflow.domain.timetable import MeetingId
from kdflow.store.database import Tx, marks


def seats_by_status(tx: Tx, meetings: Sequence[MeetingId]) -> dict[tuple[MeetingId, str], int]:
    """How many items of each status some meetings have."""
    rows = tx.run(
        f"select meeting, status, count(*) from seat where meeting in ({marks(meetings) or 'null'}) "
        "group by meeting, status",
        tuple(meetings),
    ).fetchall()
    return {(MeetingId(row[0]), row[1]): row[2] for row in rows}


def not_submitted(tx: Tx, body: str, meeting: MeetingId) -> tuple[SagId, ...]:
    """Sager under way that are planned at a meeting of a body, and have never had a seat there."""
    rows = tx.run(
        "select distinct l.sag from leg l join sag g on g.id = l.sag "
        "where l.body = ? and l.meeting = ? and g.life = 'under-way' "
        "and not exists (select 1 from seat s where s.meeting = l.meeting and s.sag = l.sag) order by l.sag",
        (body, meeting),
    ).fetchall()
    return tuple(SagId(row[0]) for row in rows)


class Decided(NamedTuple):
    """A step that has been decided and is not over, as far as its route says what it waits for."""

    sag: SagId
    step: StepSeq
    route: str
    station: str


def decided_at(tx: Tx, body: str, *, states: Collection[str], limit: int) -> tuple[Decided, ...]:
    """Steps of sager under way at a body that have an outcome and are in one of these states. They are read from
    where they stand and then put in order (`+ 0`), not looked for among all steps in their order."""
    asked = sorted(states)
    rows = tx.run(
        "select s.sag, s.seq, g.route, s.station from step s cross join sag g where g.id = s.sag "
        f"and s.body = ? and s.state in ({marks(asked) or 'null'}) and s.outcome is not null "
        "and g.life = 'under-way' order by s.sag + 0, s.seq limit ?",
        (body, *asked, limit),
    ).fetchall()
    return tuple(Decided(SagId(row[0]), StepSeq(row[1]), row[2], row[3]) for row in rows)
