"""Which meetings have treated something: told by the steps that have, or had, a seat at them."""

from __future__ import annotations

from collections.abc import Sequence

from kdflow.domain.sag import SeatStatus
from kdflow.domain.standing import treated_states
from kdflow.domain.timetable import MeetingId
from kdflow.domain.walk import LEFT
from kdflow.store import definitions, mapping
from kdflow.store.database import Tx, marks


def treated_at(tx: Tx, wanted: Sequence[MeetingId]) -> frozenset[MeetingId]:
    """Those of some meetings at which a step was treated, whatever has become of it since."""
    if not wanted:
        return frozenset()
    return frozenset((*_by_where_they_stand(tx, wanted), *_by_what_they_left(tx, wanted)))


def _by_where_they_stand(tx: Tx, wanted: Sequence[MeetingId]) -> list[MeetingId]:
    """Meetings with a step that has been treated there; or that was decided there, and has been taken up again
    since: then its seat still reads "on the agenda", though it is at the meeting no longer."""
    rows = tx.run(
        "select a.meeting, a.status, t.meeting, t.outcome, t.state, t.station, g.route "
        "from seat a join step t on t.sag = a.sag and t.seq = a.step join sag g on g.id = a.sag "
        f"where a.meeting in ({marks(wanted)})",
        wanted,
    ).fetchall()
    return [
        MeetingId(meeting)
        for meeting, seat, now_at, outcome, state, station, route in rows
        if (
            outcome is not None or state in _treated(tx, route, station)
            if now_at == meeting
            else seat == SeatStatus.ON_AGENDA
        )
    ]


def _by_what_they_left(tx: Tx, wanted: Sequence[MeetingId]) -> list[MeetingId]:
    """Meetings that a step left when it had been treated: put off, sent back or taken off afterwards."""
    rows = tx.run(
        "select a.meeting, e.data, e.old, t.station, g.route "
        "from seat a join step t on t.sag = a.sag and t.seq = a.step join sag g on g.id = a.sag "
        "join event e on e.sag = a.sag and e.step = a.step and e.machine = 'step' "
        f"where a.meeting in ({marks(wanted)}) and a.status in ({marks(LEFT)})",
        (*wanted, *LEFT),
    ).fetchall()
    return [
        MeetingId(meeting)
        for meeting, data, old, station, route in rows
        if mapping.from_json(data).get("left") == meeting and old in _treated(tx, route, station)
    ]


def _treated(tx: Tx, route: str, station: str) -> frozenset[str]:
    return treated_states(definitions.load(tx, route).procedure_of(station))
