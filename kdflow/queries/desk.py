"""The desk of a body: its next meetings, what is submitted, late, missing, and what waits for a consent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kdflow.domain import outcomes
from kdflow.domain.authority import LEADING, Office, PersonId
from kdflow.domain.deadlines import Deadline, deadlines
from kdflow.domain.departures import civil, submits_at, workdays_of
from kdflow.domain.duties import Duty, duties_of_meeting, lately_held
from kdflow.domain.errors import NotAllowed, NotFound
from kdflow.domain.findings import consequence_of, missing_consents
from kdflow.domain.minutes import State
from kdflow.domain.on_agenda import Agenda, Seated
from kdflow.domain.publications import PublicationKind
from kdflow.domain.rights import AGENDA_KEEPERS, agenda_keeper
from kdflow.domain.sag import Sag, SagId, SeatStatus, StepSeq
from kdflow.domain.situation import Situation, World
from kdflow.domain.timetable import Body, Meeting, MeetingId, MeetingStatus, has_begun
from kdflow.domain.visibility import may_see
from kdflow.domain.workflow import Consent, Effect
from kdflow.store import definitions, duties, minutes, publications, sager
from kdflow.store.database import Database, Tx
from kdflow.store.desk import Decided, decided_at, not_submitted, seats_by_status
from kdflow.store.on_agenda import agenda_at
from kdflow.store.world import whole_world

NEXT = 3
"""How many coming meetings a desk shows; the first of them with all that is expected there."""

SHOWN, MOST = 25, 200
"""How many sager each list of a desk shows at first, and at most."""

KEEPERS = frozenset({*LEADING, Office.SECRETARY, Office.ADMINISTRATOR})
"""The offices whose holders have a desk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskMeeting:
    """A meeting on the desk: how many items stand on its agenda, and wait to; its deadlines; what it asks for;
    whether its agenda and its minutes were sent, and how far these have come; whether it `has_begun`, so that they
    can be written. `now` is a civil minute, as what it asks for is due."""

    meeting: Meeting
    on_agenda: int
    submitted: int
    deadlines: tuple[Deadline, ...]
    duties: tuple[Duty, ...]
    is_published: bool
    minutes: State
    is_minuted: bool
    has_begun: bool
    now: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A decision that waits for somebody's consent: the leaders who have not given it."""

    sag: Sag
    step: StepSeq
    outcome: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a secretariat has before it. `submitted` waits to be put on the agenda of the `agenda`'s meeting (the
    next one), `missing` is planned at the next that still can be made (`expecting`), not submitted. Of that, and
    of what waits for a consent, the first are `shown`, and whether there are more."""

    body: Body
    coming: tuple[DeskMeeting, ...]
    past: tuple[DeskMeeting, ...]
    agenda: Agenda | None
    submitted: tuple[Seated, ...]
    expecting: Meeting | None
    missing: tuple[Sag, ...]
    has_more_missing: bool
    consents: tuple[Waiting, ...]
    has_more_consents: bool
    shown: int
    world: World


def desks(db: Database, viewer: PersonId, now: datetime) -> tuple[Body, ...]:
    """The bodies whose agendas `viewer` builds and that exist today, by name."""
    with db.read() as tx:
        world = whole_world(tx, now)
    found = (
        body for body in world.bodies.values() if body.kind != "sekretariat" and body.valid.covers(world.today)
    )
    return tuple(body for body in found if agenda_keeper(world.authority, body, viewer))


def desk(db: Database, key: str, viewer: PersonId, now: datetime, *, shown: int = SHOWN) -> Desk:
    """The desk of a body, by a number of statements that does not grow with what lies on it; so many are `shown`
    of what is missing, and of what waits for a consent.

    Raises:
        NotFound: there is no such body. NotAllowed: others look after it.
    """
    with db.read() as tx:
        world = whole_world(tx, now)
        body = world.bodies.get(key)
        if body is None:
            raise NotFound("body", key)
        if agenda_keeper(world.authority, body, viewer) is None:
            raise NotAllowed("see_desk", AGENDA_KEEPERS, body.short)
        coming, past = _meetings(world, body)
        rows = _rows(tx, [*coming, *past], body, now)
        agenda = agenda_at(tx, coming[0].id, world) if coming else None
        expecting = next((one for one in coming if _is_open(one, body, now)), None)
        missing, has_more_missing = _missing(tx, expecting, viewer, world, shown) if expecting else ((), False)
        consents, has_more_consents = _consents(tx, body, world, shown)
        return Desk(
            body=body,
            coming=tuple(rows[one.id] for one in coming),
            past=tuple(rows[one.id] for one in past if rows[one.id].duties),
            agenda=agenda,
            submitted=agenda.submitted if agenda else (),
            expecting=expecting,
            missing=missing,
            has_more_missing=has_more_missing,
            consents=consents,
            has_more_consents=has_more_consents,
            shown=shown,
            world=world,
        )


def _meetings(world: World, body: Body) -> tuple[Sequence[Meeting], Sequence[Meeting]]:
    """The coming meetings of a body, and those lately held; a meeting of today is coming."""
    return world.timetable.coming(body.key, after=world.today - timedelta(days=1))[:NEXT], lately_held(body, world)


def _rows(tx: Tx, found: Sequence[Meeting], body: Body, now: datetime) -> Mapping[MeetingId, DeskMeeting]:
    ids = [one.id for one in found]
    counts, undecided = seats_by_status(tx, ids), duties.undecided_at(tx, ids)
    published, written = publications.published(tx, ids), minutes.states(tx, ids)
    sent = publications.published(tx, ids, PublicationKind.MINUTES)
    return {
        one.id: DeskMeeting(
            meeting=one,
            on_agenda=counts.get((one.id, SeatStatus.ON_AGENDA), 0),
            submitted=counts.get((one.id, SeatStatus.SUBMITTED), 0),
            deadlines=deadlines(body.rules, one.on, workdays_of(body)),
            duties=duties_of_meeting(one, body, undecided[one.id], now),
            is_published=one.id in published,
            minutes=written.get(one.id, State.NONE),
            is_minuted=one.id in sent,
            has_begun=has_begun(one, now) and one.status is not MeetingStatus.CANCELLED,
            now=civil(now),
        )
        for one in found
    }


def _is_open(meeting: Meeting, body: Body, now: datetime) -> bool:
    """Whether a meeting can still be submitted to in time."""
    submits = submits_at(meeting, body)
    is_set = meeting.status in (MeetingStatus.PLANNED, MeetingStatus.MOVED)
    return is_set and submits is not None and civil(now) <= submits


def _missing(tx: Tx, meeting: Meeting, viewer: PersonId, world: World, shown: int) -> tuple[tuple[Sag, ...], bool]:
    """The first sager under way that are planned at a meeting and have no seat there; whether there are more."""
    ids = not_submitted(tx, meeting.body, meeting.id)
    return tuple(_seen(tx, ids[:shown], viewer, world)), len(ids) > shown


def _seen(tx: Tx, ids: Sequence[SagId], viewer: PersonId, world: World) -> Iterable[Sag]:
    for sag in sager.load_many(tx, ids):
        if may_see(sag, viewer, definitions.load(tx, sag.route), world):
            yield sag


def _consents(tx: Tx, body: Body, world: World, shown: int) -> tuple[tuple[Waiting, ...], bool]:
    """The first decisions of a body whose sager wait for a consent, and whether there can be more."""
    steps = [one for one in _decided(tx, body) if _asks(tx, one)]
    loaded = {sag.id: sag for sag in sager.load_many(tx, list(dict.fromkeys(one.sag for one in steps[:shown])))}
    waiting = (_waits(tx, loaded[one.sag], one.step, world) for one in steps[:shown])
    return tuple(one for one in waiting if one), len(steps) > shown


def _decided(tx: Tx, body: Body) -> Sequence[Decided]:
    """The steps of a body in which a consent can be given."""
    giving = (m for one in definitions.procedures(tx) for m in one.moves if m.does is Effect.RECORD_CONSENT)
    return decided_at(tx, body.key, states={state for move in giving for state in move.source}, limit=MOST + 1)


def _asks(tx: Tx, one: Decided) -> bool:
    """Whether the route asks for a consent at all."""
    return definitions.load(tx, one.route).workflow.by_key[one.station].consent is not Consent.NONE


def _waits(tx: Tx, sag: Sag, seq: StepSeq, world: World) -> Waiting | None:
    """A decision as it waits for a consent; None where it does not."""
    step = sag.step(seq)
    here = Situation(sag=sag, step=step, definitions=definitions.load(tx, sag.route), world=world)
    missing = missing_consents(here) if outcomes.kind(consequence_of(here)) == "go-on" else ()
    names = tuple(world.names.get(person, person) for person in missing)
    return Waiting(sag=sag, step=seq, outcome=str(step.outcome), missing=names) if names else None
