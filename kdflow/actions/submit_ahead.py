"""Submit a sag to a later body on condition of what an earlier one has yet to decide."""

from __future__ import annotations

from datetime import datetime

from kdflow.actions.consequences import Receipt, check_version, follow_up, once, situation
from kdflow.domain import moves
from kdflow.domain.authority import PersonId
from kdflow.domain.errors import Conflict, NotFound
from kdflow.domain.sag import Part, SagId
from kdflow.domain.situation import Inputs, Situation
from kdflow.domain.timetable import MeetingId
from kdflow.domain.workflow import Submission
from kdflow.store import meetings, sager
from kdflow.store.database import Database, Tx


def submit_ahead(
    db: Database,
    sag: SagId,
    station: str,
    meeting: MeetingId,
    parts: tuple[str, ...],
    *,
    version: int | None,
    key: str,
    by: PersonId,
    now: datetime,
) -> Receipt:
    """Open the step at `station` before its turn and submit it to `meeting` with the indstilling `parts`.

    Raises:
        NotFound: the route has no such station, or it cannot be submitted to ahead of its turn now.
        Conflict: somebody has submitted it meanwhile. NotAllowed, Refused, KeyReused.
    """

    def act(tx: Tx) -> Receipt:
        alone = situation(tx, sager.load(tx, sag), None, by=by, now=now, inputs=Inputs(meeting=meeting))
        check_version(alone.sag, None, version)
        if station not in alone.definitions.workflow.by_key:
            raise NotFound("station", station)
        _refuse_second(alone, station)
        before = moves.with_timetable(alone, meetings.timetable(tx, list(alone.world.bodies)))
        moved = moves.submit_ahead(before, station, by, tuple(Part(text=text) for text in parts))
        opened = moved.sag.at(station)
        return follow_up(
            tx, before, moved.sag, moved.events, acting=moved.acting, seq=opened.seq if opened else None
        )

    values = {"sag": sag, "station": station, "meeting": meeting, "parts": list(parts)}
    return once(Receipt, db, "submit_ahead", values, act, key=key, by=by, now=now)


def _refuse_second(alone: Situation, station: str) -> None:
    """A submission ahead is not a change of the sag's own row, so its version does not tell of another one."""
    there = alone.sag.at(station)
    conditional = alone.definitions.workflow.by_key[station].submit is Submission.CONDITIONAL
    if there and conditional and station not in moves.ahead_stations(alone):
        raise Conflict("step", f"{alone.sag.number}/{there.seq}", expected="none", actual=there.version)
