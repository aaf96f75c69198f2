"""The page of one sag: its route as a metro line, what can be done now, its papers and its history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from kdflow.domain import moves
from kdflow.domain.authority import PersonId
from kdflow.domain.capacity import avoiding
from kdflow.domain.deadlines import Deadline
from kdflow.domain.flags import Flag, flags
from kdflow.domain.moves import OpenMove
from kdflow.domain.planner import plan_of
from kdflow.domain.prepared import prepare
from kdflow.domain.revision import Affected, affected
from kdflow.domain.rights import SUBMITTERS, corrector, editor, may_see_readings
from kdflow.domain.sag import Paper, Sag, SagId, Step, content_digest
from kdflow.domain.situation import Situation, World, body_at
from kdflow.domain.timetable import Body, Meeting, MeetingId
from kdflow.domain.workflow import Definitions, Station, Workflow
from kdflow.queries.earlier_files import no_longer_shown
from kdflow.queries.metro import Stop, stops
from kdflow.queries.odds import chance
from kdflow.queries.plan_page import Journey, names_in, rows_of
from kdflow.queries.sag_closing import entries_seen, who_stays
from kdflow.queries.scene import Stand, situation, stands
from kdflow.queries.station_texts import StationText, station_texts
from kdflow.queries.step_panel import StepPanel, meetings_for, outcomes_at, step_panel
from kdflow.queries.submissions import dues
from kdflow.store import history, readings, sager
from kdflow.store.competing import full_meetings
from kdflow.store.database import Database, Tx
from kdflow.store.history import Entry
from kdflow.store.world import network_of, sag_by_number, whole_world


@dataclass(frozen=True, slots=True, kw_only=True)
class AheadPanel:
    """A later station that can be submitted to now on condition of what is open: the step `waits_for`, whose
    indstilling is a beginning. `content` is the digest of what the submission rests on."""

    station: Station
    body: Body
    meetings: tuple[Meeting, ...]
    waits_for: Step
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectPanel:
    """A recorded decision that the viewer may correct, and what stands on it downstream. `content` is the digest
    of what is shown of it."""

    step: Step
    content: str
    body: Body
    affected: tuple[Affected, ...]
    outcomes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastStep:
    """A treatment that is over: what the body was asked, and what it did with it (or how else it ended)."""

    step: Step
    body: Body
    meeting: Meeting | None
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SagPage:
    """Everything the page of a sag shows to one person.

    `journey` is its plan (None: it is over), `dues` until when the meetings that can be chosen take submissions,
    `stays` whose people see it also when it is closed, for those who can close it, `earlier` the files that its
    papers no longer show, newest first.
    """

    sag: Sag
    owner: str
    life: str
    is_over: bool
    workflow: Workflow
    journey: Journey | None
    stops: tuple[Stop, ...]
    panels: tuple[StepPanel, ...]
    past: tuple[PastStep, ...]
    ahead: tuple[AheadPanel, ...]
    life_moves: tuple[OpenMove, ...]
    corrections: tuple[CorrectPanel, ...]
    flags: tuple[Flag, ...]
    history: tuple[Entry, ...]
    definitions: Definitions
    texts: Mapping[str, StationText]
    can_revise: bool
    may_see_readings: bool
    stays: tuple[str, ...]
    earlier: tuple[Paper, ...]
    dues: Mapping[MeetingId, Deadline]
    world: World


def sag_page(db: Database, number: str, viewer: PersonId | None, now: datetime) -> SagPage:
    """The page of a sag; None sees every sag but can do nothing (the operator at the command line).

    Raises:
        NotFound: there is no such sag, or the viewer may not know of it.
    """
    with db.read() as tx:
        return page_in(tx, number, viewer, now)


def page_in(tx: Tx, number: str, viewer: PersonId | None, now: datetime) -> SagPage:
    """The same within a transaction."""
    world = whole_world(tx, now)
    sag = sag_by_number(tx, number, viewer, world)
    readings.note(sag, viewer, "page")
    here = situation(tx, sag, None, world)
    route = here.definitions
    standing = stands(tx, sag, world, viewer)
    who = viewer or PersonId("")
    life = route.life.by_state[sag.life]
    journey = None if life.final else _journey(tx, here)
    entries = entries_seen(history.of_sag(tx, sag.id), here, viewer)
    ahead = _ahead(here, who)
    panels = tuple(step_panel(tx, here, stand, who, entries) for stand in standing)
    return SagPage(
        sag=sag,
        owner=world.names.get(sag.owner, sag.owner),
        life=life.title,
        is_over=life.final,
        workflow=route.workflow,
        journey=journey,
        stops=stops(sag, route, world, journey.plan if journey else None),
        panels=panels,
        past=_past(here, standing),
        ahead=ahead,
        life_moves=moves.open_moves(here, who),
        corrections=_corrections(here, who),
        flags=flags(sag, route, world),
        history=entries,
        definitions=route,
        texts=station_texts(here, who),
        can_revise=editor(here, who) is not None,
        may_see_readings=sag.closed and may_see_readings(here, who),
        stays=who_stays(here, who),
        earlier=no_longer_shown(sag, entries),
        dues=dues(_offered(panels, ahead), world),
        world=world,
    )


def plain_sag(db: Database, sag: SagId) -> Sag:
    """A sag as a value, for those who act on it by program."""
    with db.read() as tx:
        return sager.load(tx, sag)


def _journey(tx: Tx, here: Situation) -> Journey:
    """The plan of the sag, computed once: the metro line, the section and the deadlines all tell of this one."""
    full = full_meetings(tx, here.world).get(here.sag.id, frozenset())
    prepared = avoiding(prepare(here.sag, here.definitions, network_of(tx, here.world), here.world.now), full)
    return Journey(
        sag=here.sag,
        plan=plan_of(prepared),
        rows=rows_of(prepared),
        odds=chance(tx, here.sag, here.world, full),
        names=names_in(here),
        world=here.world,
    )


def _past(here: Situation, standing: tuple[Stand, ...]) -> tuple[PastStep, ...]:
    """The treatments that are over and had something to treat or to decide, newest first."""
    still, world = {stand.step.seq for stand in standing}, here.world
    over = [s for s in reversed(here.sag.steps) if (s.outcome or s.parts) and s.seq not in still]
    return tuple(
        PastStep(
            step=step,
            body=world.bodies[step.body],
            meeting=world.timetable.find(step.meeting),
            state=here.definitions.procedure_of(step.station).by_state[step.state].title,
        )
        for step in over
    )


def _offered(panels: Iterable[StepPanel], ahead: Iterable[AheadPanel]) -> Iterator[Meeting]:
    """Every meeting that the page lets somebody choose."""
    for panel in panels:
        yield from panel.meetings
        yield from panel.later
    for one in ahead:
        yield from one.meetings


def _ahead(here: Situation, viewer: PersonId) -> tuple[AheadPanel, ...]:
    found = []
    for key in moves.ahead_stations(here):
        station = here.definitions.workflow.by_key[key]
        body = here.world.bodies[body_at(station, here.sag.fills)]
        authority = here.world.authority
        if authority.acting(viewer, SUBMITTERS, owner=here.sag.owner, body=body):
            found.append(
                AheadPanel(
                    station=station,
                    body=body,
                    meetings=meetings_for(here, body, viewer),
                    waits_for=next(s for name in moves.before_turn(here, key) if (s := here.sag.at(name))),
                    content=moves.content_ahead(here, key),
                )
            )
    return tuple(found)


def _corrections(here: Situation, viewer: PersonId) -> tuple[CorrectPanel, ...]:
    found = []
    for step in here.sag.steps:
        there = Situation(sag=here.sag, step=step, definitions=here.definitions, world=here.world)
        newest = here.sag.at(step.station)
        if step.outcome and newest == step and corrector(there, viewer):
            found.append(
                CorrectPanel(
                    step=step,
                    content=content_digest(here.sag, step),
                    body=there.body,
                    affected=affected(there),
                    outcomes=outcomes_at(there),
                )
            )
    return tuple(found)
