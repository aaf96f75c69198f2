"""Submit a sag to a later body on condition of what an earlier one has yet to decide."""

from __future__ import annotations

from datetime import datetime

from kdflow.actions.consequences import Receipt, check_version, follow_up, once, situation
from kdflow.domain import moves
from kdflow.domain.authority import PersonId
from kdflow.domain.errors import Conflict, NotFound, Unreadable
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
    content: str | None = None,
    version: int | None,
    key: str,
    by: PersonId,
    now: datetime,
) -> Receipt:
    """Open the step at `station` before its turn and submit it to `meeting` with the indstilling `parts`.
    `content` is the digest of what was seen that it rests on (`moves.content_ahead`); None skips the check.

    Raises:
        NotFound: the route has no such station, or it cannot be submitted to ahead of its turn now.
        Conflict: somebody has submitted it meanwhile. NotAllowed, Refused, KeyReused.
    """

    if not parts or not all(text.strip() for text in parts):
        raise Unreadable("say what the body is asked to do, in every part", "parts", "part-1")

    def act(tx: Tx) -> Receipt:
        alone = situation(tx, sager.load(tx, sag), None, by=by, now=now, inputs=Inputs(meeting=meeting))
        if station not in alone.definitions.workflow.by_key:
            raise NotFound("station", station)
        moves.refuse_others_ahead(alone, station, by)
        check_version(alone.sag, None, version)
        _refuse_second(alone, station)
        _check_content(alone, station, content)
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
    if there and conditional and not moves.before_turn(alone, station):
        raise Conflict("step", f"{alone.sag.number}/{there.seq}", expected="none", actual=there.version)


def _check_content(alone: Situation, station: str, expected: str | None) -> None:
    actual = moves.content_ahead(alone, station)
    if expected is not None and actual and expected != actual:
        raise Conflict("content", alone.sag.number, expected=expected, actual=actual)
