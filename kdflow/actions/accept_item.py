"""Put a sag that was submitted to a meeting on its agenda; one that came late with why it cannot wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from kdflow.actions.consequences import Receipt, check_version, follow_up, once, situation
from kdflow.domain import agenda_order, moves
from kdflow.domain.agenda import Kept, sag_key
from kdflow.domain.authority import PersonId
from kdflow.domain.errors import NotFound, Unreadable
from kdflow.domain.on_agenda import Agenda
from kdflow.domain.sag import SagId, StepSeq
from kdflow.domain.situation import Situation
from kdflow.domain.timetable import MeetingId
from kdflow.domain.workflow import Effect
from kdflow.store import agendas, sager
from kdflow.store.database import Database, Tx
from kdflow.store.on_agenda import agenda_at
from kdflow.store.world import whole_world


def accept_item(
    db: Database,
    meeting: MeetingId,
    sag: SagId,
    step: StepSeq,
    why_late: str = "",
    *,
    place: int | None = None,
    version: int | None,
    key: str,
    by: PersonId,
    now: datetime,
) -> Receipt:
    """Put a submitted step on the agenda of its meeting, by the move of its procedure that does so: last of its
    part, or at a `place` there (0: the first). `version` is that of the step that was seen.

    Raises:
        NotFound: the step is not submitted to this meeting. Unreadable: it came late, and no reason is given.
        NotAllowed, NoSuchMove, Refused, Conflict, KeyReused.
    """
    why = why_late.strip()

    def act(tx: Tx) -> Receipt:
        agendas.lock(tx, meeting)
        before = situation(tx, sager.load(tx, sag), step, by=by, now=now)
        moves.refuse_others(before, _accepting(before), by)
        check_version(before.sag, before.step, version)
        agenda = agenda_at(tx, meeting, whole_world(tx, now))
        _check_submitted(agenda, before, why)
        moved = moves.advance(before, _accepting(before), by)
        if why:
            _keep_reason(tx, agenda, before, why)
        receipt = follow_up(tx, before, moved.sag, moved.events, acting=moved.acting, seq=step)
        if place is not None:
            points = agenda_at(tx, meeting, whole_world(tx, now)).points
            agendas.put_in_order(tx, meeting, agenda_order.moved(points, sag_key(sag, step), place))
        return receipt

    values = {"meeting": meeting, "sag": sag, "step": step, "why_late": why, "place": place}
    return once(Receipt, db, "accept_item", values, act, key=key, by=by, now=now)


def _check_submitted(agenda: Agenda, before: Situation, why: str) -> None:
    named = sag_key(before.sag.id, before.current.seq)
    found = next((one for one in agenda.submitted if one.key == named), None)
    if found is None:
        raise NotFound("submission", named)
    if found.is_late and not why:
        raise Unreadable("the sag came after the deadline: say why it cannot wait", "why_late", "why_late")


def _accepting(before: Situation) -> str:
    """The move that puts a step on an agenda, from where it is; "accept" where there is none."""
    step = before.current
    there = before.definitions.procedure_of(step.station).moves_from.get(step.state, ())
    return next((move.name for move in there if move.does is Effect.SEAT_ON_AGENDA), "accept")


def _keep_reason(tx: Tx, agenda: Agenda, before: Situation, why: str) -> None:
    """Keep why a sag cannot wait; one that is new on the agenda comes before the points that end it."""
    meeting = agenda.meeting.id
    agendas.put_in_order(tx, meeting, agenda_order.as_it_is(agenda.points))
    named = sag_key(before.sag.id, before.current.seq)
    old = next((one for one in agendas.kept(tx, meeting) if one.key == named), None)
    agendas.keep(tx, meeting, [replace(old or Kept(key=named, position=agenda.next_place), why_late=why)])
