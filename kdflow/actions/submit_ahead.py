"""Submit a sag to a later body on condition of what an earlier one has yet to decide."""

from __future__ import annotations

from datetime import datetime

from kdflow.actions.consequences import Receipt, check_version, follow_up, once, situation
from kdflow.domain import moves
from kdflow.domain.authority import PersonId
from kdflow.domain.errors import NotFound
from kdflow.domain.sag import Part, SagId
from kdflow.domain.situation import Inputs
from kdflow.domain.timetable import MeetingId
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
        NotAllowed, Refused, Conflict, KeyReused.
    """

    def act(tx: Tx) -> Receipt:
        alone = situation(tx, sager.load(tx, sag), None, by=by, now=now, inputs=Inputs(meeting=meeting))
        check_version(alone.sag, None, version)
        if station not in alone.definitions.workflow.by_key:
            raise NotFound("station", station)
        before = moves.with_timetable(alone, meetings.timetable(tx, list(alone.world.bodies)))
        moved = moves.submit_ahead(before, station, by, tuple(Part(text=text) for text in parts))
        opened = moved.sag.at(station)
        return follow_up(
            tx, before, moved.sag, moved.events, acting=moved.acting, seq=opened.seq if opened else None
        )

    values = {"sag": sag, "station": station, "meeting": meeting, "parts": list(parts)}
    return once(db, "submit_ahead", values, act, key=key, by=by, now=now)
