"""The page of one meeting: what stands on its agenda, on what condition, and what has left it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kdflow.domain.authority import PersonId
from kdflow.domain.errors import NotFound
from kdflow.domain.sag import Sag, SeatStatus, Step, StepSeq
from kdflow.domain.situation import Situation, World
from kdflow.domain.timetable import Body, Meeting, MeetingId
from kdflow.domain.visibility import may_see
from kdflow.domain.workflow import Submission
from kdflow.queries.scene import situation, whole_world
from kdflow.store import history, meetings, sager
from kdflow.store.database import Database, Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaRow:
    """A sag at a meeting. `condition` names the bodies that have yet to decide, and `met` those that were waited
    for and have decided, each with its outcome; `note` says why the sag left the agenda.

    A closed sag that the viewer may not know of keeps its place without number and title (`hidden`).
    """

    number: str
    title: str
    hidden: bool
    closed: bool
    step: Step
    state: str
    status: SeatStatus
    condition: str
    met: tuple[tuple[str, str], ...]
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingPage:
    """A meeting: `agenda` is accepted, `submitted` waits to be, and `left` is the trace of what has gone."""

    meeting: Meeting
    body: Body
    agenda: tuple[AgendaRow, ...]
    submitted: tuple[AgendaRow, ...]
    left: tuple[AgendaRow, ...]
    before: Meeting | None
    after: Meeting | None
    world: World


def meeting_page(db: Database, meeting: str, viewer: PersonId | None, now: datetime) -> MeetingPage:
    """What the page of a meeting shows to `viewer` (None sees everything).

    Raises:
        NotFound: there is no such meeting.
    """
    with db.read() as tx:
        world = whole_world(tx, now)
        found = world.timetable.find(MeetingId(meeting))
        if found is None:
            raise NotFound("meeting", meeting)
        rows = _rows(tx, found, world, viewer)
    return MeetingPage(
        meeting=found,
        body=world.bodies[found.body],
        agenda=tuple(row for row in rows if row.status is SeatStatus.ON_AGENDA),
        submitted=tuple(row for row in rows if row.status is SeatStatus.SUBMITTED),
        left=tuple(row for row in rows if row.status in (SeatStatus.TAKEN_OFF, SeatStatus.POSTPONED)),
        before=_neighbour(world, found, -1),
        after=_neighbour(world, found, 1),
        world=world,
    )


def _rows(tx: Tx, meeting: Meeting, world: World, viewer: PersonId | None) -> Sequence[AgendaRow]:
    seats = meetings.seats_at(tx, meeting.id)
    found = {sag.id: sag for sag in sager.load_many(tx, list(dict.fromkeys(seat[0] for seat in seats)))}
    return [
        _row(tx, found[sag], StepSeq(step), SeatStatus(status), note, world, viewer)
        for sag, step, status, note in seats
    ]


def _row(
    tx: Tx, sag: Sag, seq: StepSeq, status: SeatStatus, note: str | None, world: World, viewer: PersonId | None
) -> AgendaRow:
    here = situation(tx, sag, None, world)
    step = sag.step(seq)
    hidden = viewer is not None and not may_see(sag, viewer, here.definitions, world)
    return AgendaRow(
        number="" if hidden else sag.number,
        title="" if hidden else sag.title,
        hidden=hidden,
        closed=sag.closed,
        step=step,
        state=here.definitions.procedure_of(step.station).by_state[step.state].title,
        status=status,
        condition=here.names_of(list(step.conditional_on)),
        met=() if hidden else _met(tx, here, step),
        note=None if hidden else note,
    )


def _met(tx: Tx, here: Situation, step: Step) -> tuple[tuple[str, str], ...]:
    """The conditions of a step that are fulfilled, from the history: body and outcome."""
    if here.definitions.workflow.by_key[step.station].submit is not Submission.CONDITIONAL:
        return ()
    entries = history.of_move(tx, here.sag.id, "condition-met")
    told = [entry.event.data for entry in entries if entry.event.step == step.seq]
    return tuple((str(data["by"]), str(data["decided"])) for data in told)


def _neighbour(world: World, meeting: Meeting, away: int) -> Meeting | None:
    same = sorted(
        (other for other in world.timetable.meetings if other.body == meeting.body),
        key=lambda other: (other.begins_on or date.max, other.id),
    )
    at = same.index(meeting) + away
    return same[at] if 0 <= at < len(same) else None
