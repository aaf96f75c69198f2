"""The agenda of a meeting as it stands: its points, the sager behind them, and what waits to be put on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from kdflow.domain.agenda import (
    Place,
    PointKey,
    PointKind,
    Subject,
    compose,
    free_key,
    kind_of,
    sag_key,
    standing_key,
)
from kdflow.domain.departures import civil, submits_at
from kdflow.domain.errors import NotFound
from kdflow.domain.on_agenda import Agenda, Seated
from kdflow.domain.sag import SagId, SeatStatus, StepSeq
from kdflow.domain.situation import World
from kdflow.domain.timetable import Body, Meeting, MeetingId
from kdflow.domain.workflow import Definitions, Effect
from kdflow.store import agendas, definitions, meetings, sager
from kdflow.store.database import Tx, marks

SEATING = (Effect.TAKE_SEAT, Effect.NEXT_MEETING)
"""What a move does by which a step comes to a meeting."""


def agenda_at(tx: Tx, meeting: MeetingId, world: World) -> Agenda:
    """The agenda of a meeting, by a handful of statements however long it is.

    Raises:
        NotFound: there is no such meeting.
    """
    found = world.timetable.find(meeting)
    if found is None:
        raise NotFound("meeting", meeting)
    body = world.bodies[found.body]
    kept = agendas.kept(tx, meeting)
    seats = meetings.seats_at(tx, meeting)
    seated = {one.key: one for one in _seated(tx, found, body, [(sag, StepSeq(step)) for sag, step, *_ in seats])}
    by_status = {
        status: {sag_key(s, StepSeq(n)) for s, n, was, _ in seats if was == status} for status in SeatStatus
    }
    hidden = {one.key for one in kept if one.hidden}
    subjects = [
        *_standing(body),
        *(_subject(one) for key, one in seated.items() if key in by_status[SeatStatus.ON_AGENDA]),
        *(Subject(key=one.key, title=one.title) for one in kept if kind_of(one.key) is PointKind.FREE),
    ]
    return Agenda(
        meeting=found,
        body=body,
        points=compose(kept, subjects),
        seated=seated,
        submitted=tuple(one for key, one in seated.items() if key in by_status[SeatStatus.SUBMITTED]),
        left_out=tuple(item for item in body.standing if standing_key(item.key) in hidden),
    )


def _standing(body: Body) -> list[Subject]:
    return [
        Subject(
            key=standing_key(item.key),
            title=item.title,
            minutes=item.minutes,
            place=Place.LAST if item.is_last else Place.FIRST,
        )
        for item in body.standing
    ]


def _subject(one: Seated) -> Subject:
    return Subject(
        key=one.key, title=one.sag.title, closed=one.sag.closed, minutes=one.minutes, is_late=one.is_late
    )


def _seated(tx: Tx, meeting: Meeting, body: Body, seats: Sequence[tuple[SagId, StepSeq]]) -> Iterable[Seated]:
    ids = list(dict.fromkeys(sag for sag, _ in seats))
    found = {sag.id: sag for sag in sager.load_many(tx, ids)}
    routes = {sag.id: definitions.load(tx, sag.route) for sag in found.values()}
    late = _came_late(tx, meeting, body, routes)
    for sag, seq in seats:
        step, route = found[sag].step(seq), routes[sag]
        yield Seated(
            sag=found[sag],
            step=step,
            route=route,
            minutes=route.workflow.by_key[step.station].minutes or body.minutes_per_item,
            is_late=(sag, seq) in late and step.meeting == meeting.id,
        )


def _came_late(
    tx: Tx, meeting: Meeting, body: Body, routes: Mapping[SagId, Definitions]
) -> Collection[tuple[SagId, StepSeq]]:
    """The steps that last came to a meeting after the deadline for submission to this one."""
    due = submits_at(meeting, body)
    moves = sorted(
        {
            m.name
            for route in routes.values()
            for p in route.procedures.values()
            for m in p.moves
            if m.does in SEATING
        }
    )
    if due is None or not routes or not moves:
        return ()
    rows = tx.run(
        f"select sag, step, max(at) from event where sag in ({marks(list(routes))}) and machine = 'step' "
        f"and move in ({marks(moves)}) group by sag, step",
        (*routes, *moves),
    ).fetchall()
    return {(SagId(sag), StepSeq(step)) for sag, step, at in rows if civil(tx.read_instant(at)) > due}


def new_key(keys: Collection[str]) -> PointKey:
    """A key for a free point, the next one that none of `keys` is."""
    number = 1
    while free_key(str(number)) in keys:
        number += 1
    return free_key(str(number))
