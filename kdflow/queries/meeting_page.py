"""The page of one meeting: what stands on its agenda, on what condition, and what has left it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from kdflow.domain.agenda import PointKey, closed_up, sag_key, step_of
from kdflow.domain.authority import PersonId
from kdflow.domain.capacity import avoiding, is_coming
from kdflow.domain.errors import NotFound
from kdflow.domain.network import network
from kdflow.domain.on_agenda import Agenda
from kdflow.domain.planner import plan_of
from kdflow.domain.prepared import prepare
from kdflow.domain.publications import PublicationKind
from kdflow.domain.rights import agenda_keeper, calendar_keeper
from kdflow.domain.sag import Event, Sag, SagId, Seat, SeatStatus, Step, StepSeq
from kdflow.domain.situation import Situation, World
from kdflow.domain.timetable import Body, Meeting, MeetingId, MeetingStatus, has_begun, status_now
from kdflow.domain.visibility import is_of_body, may_see
from kdflow.domain.walk import LEFT
from kdflow.domain.workflow import Submission
from kdflow.queries.scene import Sent, sent_instead, situation
from kdflow.store import definitions, history, meetings, publications, readings
from kdflow.store.competing import full_meetings
from kdflow.store.database import Database, Tx
from kdflow.store.history import Entry
from kdflow.store.meetings import Earlier
from kdflow.store.on_agenda import agenda_at
from kdflow.store.treated import treated_at
from kdflow.store.world import whole_world, with_routes


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """How a step left a meeting: by which move, whether it had come to the agenda (`was`), and for a step that was
    pulled what was the cause: a move of the body `by`, which had `decided` so."""

    move: str
    was: SeatStatus | None
    cause: str
    by: str
    decided: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaRow:
    """A sag at a meeting. `condition` names the bodies that have yet to decide, `waiting` those that have decided
    but still have the sag, and `met` those that have handed it on, each with its outcome as it is recorded now.
    `sent` is another indstilling than its own that came with the sag. It is `overtaken` when the meeting comes
    before what it waits for. Of a sag that has left the meeting `gone` tells how, and `note` why.

    A closed sag that the viewer may not know of is not among them.
    """

    key: PointKey
    number: str
    title: str
    closed: bool
    step: Step
    state: str
    status: SeatStatus
    condition: str
    waiting: tuple[tuple[str, str], ...]
    met: tuple[tuple[str, str], ...]
    sent: tuple[Sent, ...]
    overtaken: bool
    gone: Gone | None
    note: str | None


class Numbered(NamedTuple):
    """A point of the agenda under its number: a sag's (`row`), or one of the body's own with its title."""

    number: str
    title: str
    row: AgendaRow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingPage:
    """A meeting: `agenda` is accepted, `submitted` waits to be, and `left` is the trace of what has gone. `status`
    is what one can say of it now: it has been held when its day is past or something was treated there. `points`
    are those of the agenda in their order, the body's own among them; the agenda `is_published`, or the
    meeting `is_minuted`, when one can read it."""

    meeting: Meeting
    status: MeetingStatus
    body: Body
    agenda: tuple[AgendaRow, ...]
    points: tuple[Numbered, ...]
    is_published: bool
    is_minuted: bool
    may_build: bool
    submitted: tuple[AgendaRow, ...]
    left: tuple[AgendaRow, ...]
    before: Meeting | None
    after: Meeting | None
    world: World
    earlier: tuple[Earlier, ...]
    may_change: bool
    done: Entry | None

    @property
    def is_built(self) -> bool:
        """Whether the viewer can still change its agenda."""
        return self.may_build and self.meeting.status not in (MeetingStatus.CANCELLED, MeetingStatus.MINUTES_SENT)

    @property
    def was_on_another_day(self) -> bool:
        """Whether what it was before tells another day."""
        return any(one.content["on"] != self.meeting.on.text for one in self.earlier)

    @property
    def is_written(self) -> bool:
        """Whether the viewer writes its minutes now."""
        is_held = self.meeting.status is not MeetingStatus.CANCELLED and has_begun(self.meeting, self.world.now)
        return self.may_build and is_held


def meeting_page(
    db: Database, meeting: str, viewer: PersonId | None, now: datetime, *, done: str = ""
) -> MeetingPage:
    """What the page of a meeting shows to `viewer` (None sees everything). `done` names the change of the calendar
    whose newest entry in the history, if it is the viewer's own, is wanted as a receipt.

    Raises:
        NotFound: there is no such meeting.
    """
    with db.read() as tx:
        world = whole_world(tx, now)
        found = world.timetable.find(MeetingId(meeting))
        if found is None:
            raise NotFound("meeting", meeting)
        rows = _rows(tx, found, world, viewer)
        agenda = agenda_at(tx, found.id, world)
        is_published = bool(publications.published(tx, [found.id]))
        is_minuted = bool(publications.published(tx, [found.id], PublicationKind.MINUTES))
        earlier = meetings.earlier(tx, found.id)
        treated = found.id in treated_at(tx, [found.id])
        entry = _done(tx, found, done, viewer)
    return MeetingPage(
        meeting=found,
        status=status_now(found, now, treated=treated),
        body=world.bodies[found.body],
        agenda=tuple(row for row in rows if row.status is SeatStatus.ON_AGENDA),
        points=_points(agenda, rows, world, viewer),
        is_published=is_published,
        is_minuted=is_minuted,
        may_build=bool(viewer and agenda_keeper(world.authority, world.bodies[found.body], viewer)),
        submitted=tuple(row for row in rows if row.status is SeatStatus.SUBMITTED),
        left=tuple(row for row in rows if row.status in (SeatStatus.TAKEN_OFF, SeatStatus.POSTPONED)),
        before=_neighbour(world, found, -1),
        after=_neighbour(world, found, 1),
        world=world,
        earlier=earlier,
        may_change=bool(viewer and calendar_keeper(world.authority, world.bodies[found.body], viewer)),
        done=entry,
    )


def _points(
    agenda: Agenda, rows: Sequence[AgendaRow], world: World, viewer: PersonId | None
) -> tuple[Numbered, ...]:
    """The points of an agenda as the viewer may know of them; nothing while only its standing items are on it. An
    open sag in the closed part is not shown to others there."""
    by_key = {row.key: row for row in rows}
    on_it = {row.key for row in rows if row.status is SeatStatus.ON_AGENDA}
    if not on_it and not agenda.is_published:
        return ()
    is_within = viewer is None or is_of_body(viewer, agenda.body, world)
    seen = [
        one
        for one in agenda.points
        if _is_shown(one.closed, by_key.get(one.key), is_within=is_within)
        and (one.key in by_key or not step_of(one.key))
    ]
    numbers = [one.number for one in seen]
    if len(seen) < len(agenda.points):
        numbers = list(closed_up(numbers))
    return tuple(
        Numbered(number, one.title, by_key.get(one.key))
        for number, one in zip(numbers, seen, strict=True)
        if not one.is_gone and (one.key in on_it or not step_of(one.key))
    )


def _is_shown(closed: bool, row: AgendaRow | None, *, is_within: bool) -> bool:
    return is_within or not closed or bool(row and row.closed)


def _done(tx: Tx, meeting: Meeting, move: str, viewer: PersonId | None) -> Entry | None:
    """The newest change of a meeting, if it is of this kind and the viewer's own."""
    entries = history.about_meeting(tx, meeting.id) if move else ()
    last = entries[-1] if entries else None
    return last if last and last.event.move == move and last.actor == viewer else None


def _rows(tx: Tx, meeting: Meeting, world: World, viewer: PersonId | None) -> Sequence[AgendaRow]:
    seats = meetings.seats_at(tx, meeting.id)
    ids = list(dict.fromkeys(seat[0] for seat in seats))
    found = {
        sag.id: sag for sag, route in with_routes(tx, ids) if viewer is None or may_see(sag, viewer, route, world)
    }
    for sag in found.values():
        readings.note(sag, viewer, "agenda")
    early = _overtaken(tx, meeting, list(found.values()), world)
    return [
        _row(
            tx,
            found[sag],
            StepSeq(step),
            Seat(meeting=meeting.id, status=SeatStatus(status), note=note),
            world,
            early=(sag, StepSeq(step)) in early,
        )
        for sag, step, status, note in seats
        if sag in found
    ]


def _row(tx: Tx, sag: Sag, seq: StepSeq, seat: Seat, world: World, *, early: bool) -> AgendaRow:
    here = situation(tx, sag, None, world)
    step = sag.step(seq)
    lifted = _lifted(tx, here, step)
    return AgendaRow(
        key=sag_key(sag.id, seq),
        number=sag.number,
        title=sag.title,
        closed=sag.closed,
        step=step,
        state=here.definitions.procedure_of(step.station).by_state[step.state].title,
        status=seat.status,
        condition=here.names_of([key for key in step.conditional_on if not _outcome_at(here, key)]),
        waiting=tuple((here.names_of([k]), o) for k in step.conditional_on if (o := _outcome_at(here, k))),
        met=_met(here, step, lifted),
        sent=sent_instead(lifted, step),
        overtaken=early and seat.status not in LEFT,
        gone=_gone(tx, here, step, seat),
        note=seat.note,
    )


def _overtaken(tx: Tx, meeting: Meeting, found: Sequence[Sag], world: World) -> set[tuple[SagId, StepSeq]]:
    """The steps that have their seat at a meeting before what they wait for, as the plans have it."""
    if not found or not is_coming(meeting, world.now):
        return set()
    net, full, early = network(world), full_meetings(tx, world), set()
    for sag in found:
        prepared = prepare(sag, definitions.load(tx, sag.route), net, world.now)
        for leg in plan_of(avoiding(prepared, full.get(sag.id, frozenset()))).legs:
            step = sag.at(leg.station)
            if step and leg.is_overtaken and leg.seat and leg.seat.meeting == meeting.id:
                early.add((sag.id, step.seq))
    return early


def _outcome_at(here: Situation, station: str) -> str | None:
    newest = here.sag.at(station)
    return newest.outcome if newest else None


def _lifted(tx: Tx, here: Situation, step: Step) -> tuple[Event, ...]:
    """The conditions of a step that were lifted, as the history has it."""
    if here.definitions.workflow.by_key[step.station].submit is not Submission.CONDITIONAL:
        return ()
    entries = history.of_move(tx, here.sag.id, "condition-met")
    return tuple(entry.event for entry in entries if entry.event.step == step.seq)


def _met(here: Situation, step: Step, lifted: tuple[Event, ...]) -> tuple[tuple[str, str], ...]:
    """The conditions of a step that are fulfilled: body and outcome. The history says which they were, the steps
    what is recorded of them now: a decision may have been corrected."""
    stations = [key for event in lifted for key in _listed(event.old) - _listed(event.new)]
    decided = {step.station: step.outcome for step in here.sag.steps if step.outcome}
    return tuple((here.names_of([key]), decided[key]) for key in stations if key in decided)


def _listed(keys: str) -> set[str]:
    return set(filter(None, keys.split(", ")))


def _gone(tx: Tx, here: Situation, step: Step, seat: Seat) -> Gone | None:
    """How a step left its meeting, from the history; None while it is there."""
    if seat.status not in LEFT:
        return None
    events = [e.event for e in history.of_sag(tx, here.sag.id) if e.event.step == step.seq]
    found = next((e for e in reversed(events) if e.data.get("left") == seat.meeting), None)
    data = found.data if found else {}
    was = str(data.get("was") or "")
    return Gone(
        move=found.move if found else "",
        was=SeatStatus(was) if was else None,
        cause=str(data.get("cause") or ""),
        by=str(data.get("by") or ""),
        decided=str(data.get("decided") or ""),
    )


def _neighbour(world: World, meeting: Meeting, away: int) -> Meeting | None:
    same = sorted(
        (other for other in world.timetable.meetings if other.body == meeting.body),
        key=lambda other: (other.begins_on or date.max, other.id),
    )
    at = same.index(meeting) + away
    return same[at] if 0 <= at < len(same) else None
