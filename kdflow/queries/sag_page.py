"""The page of one sag: its route as a metro line, what can be done now, its papers and its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kdflow.domain import moves
from kdflow.domain.authority import PersonId
from kdflow.domain.errors import NotFound
from kdflow.domain.flags import Flag, flags
from kdflow.domain.guards import missing_consents
from kdflow.domain.moves import OpenMove
from kdflow.domain.revision import Affected, affected
from kdflow.domain.rights import SUBMITTERS, corrector, editor
from kdflow.domain.sag import Sag, SagId, Step, content_digest
from kdflow.domain.situation import Situation, World, body_at
from kdflow.domain.timetable import Body, Meeting, MeetingStatus
from kdflow.domain.visibility import may_see
from kdflow.domain.workflow import Consent, Definitions, Station, Workflow
from kdflow.queries.metro import Stop, stops
from kdflow.queries.scene import Stand, situation, stands, whole_world
from kdflow.store import contents, history, sager
from kdflow.store.database import Database
from kdflow.store.history import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPanel:
    """One open step with everything a person can do about it.

    `content` is the digest of what is shown, to be sent along with a consent. `meetings` are those it can be
    submitted to, `back_to` the stations it can be returned to, with their body's names. `missing` names those
    whose consent is missing.
    """

    stand: Stand
    station: Station
    moves: tuple[OpenMove, ...]
    content: str
    meetings: tuple[Meeting, ...]
    back_to: tuple[tuple[str, str], ...]
    outcomes: tuple[str, ...]
    consent: Consent
    missing: tuple[str, ...]
    can_revise: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AheadPanel:
    """A later station that can be submitted to now on condition of what is open."""

    station: Station
    body: Body
    meetings: tuple[Meeting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectPanel:
    """A recorded decision that the viewer may correct, and what stands on it downstream."""

    step: Step
    body: Body
    affected: tuple[Affected, ...]
    outcomes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastStep:
    """A treatment that is over: what the body was asked, and what it did with it."""

    step: Step
    body: Body
    meeting: Meeting | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SagPage:
    """Everything the page of a sag shows to one person."""

    sag: Sag
    owner: str
    life: str
    is_over: bool
    workflow: Workflow
    stops: tuple[Stop, ...]
    panels: tuple[StepPanel, ...]
    past: tuple[PastStep, ...]
    ahead: tuple[AheadPanel, ...]
    life_moves: tuple[OpenMove, ...]
    corrections: tuple[CorrectPanel, ...]
    flags: tuple[Flag, ...]
    history: tuple[Entry, ...]
    definitions: Definitions
    can_revise: bool
    world: World


def sag_page(db: Database, number: str, viewer: PersonId | None, now: datetime) -> SagPage:
    """The page of a sag; None sees every sag but can do nothing (the operator at the command line).

    Raises:
        NotFound: there is no such sag, or the viewer may not know of it.
    """
    with db.read() as tx:
        world = whole_world(tx, now)
        sag = sager.load(tx, sager.id_of(tx, number))
        here = situation(tx, sag, None, world)
        route = here.definitions
        if viewer is not None and not may_see(sag, viewer, route, world):
            raise NotFound("sag", number)
        standing = stands(tx, sag, world, viewer)
        who = viewer or PersonId("")
        life = route.life.by_state[sag.life]
        return SagPage(
            sag=sag,
            owner=world.names.get(sag.owner, sag.owner),
            life=life.title,
            is_over=life.final,
            workflow=route.workflow,
            stops=stops(sag, route, world),
            panels=tuple(_panel(here, stand, who) for stand in standing),
            past=_past(sag, standing, world),
            ahead=_ahead(here, who),
            life_moves=moves.open_moves(here, who),
            corrections=_corrections(here, who),
            flags=flags(sag, route, world),
            history=history.of_sag(tx, sag.id),
            definitions=route,
            can_revise=editor(here, who) is not None,
            world=world,
        )


def plain_sag(db: Database, sag: SagId) -> Sag:
    """A sag as a value, for those who act on it by program."""
    with db.read() as tx:
        return sager.load(tx, sag)


def paper(db: Database, number: str, digest: str, viewer: PersonId, now: datetime) -> tuple[str, str, bytes]:
    """One paper of a sag: (filename, media type, content); NotFound as for the page."""
    with db.read() as tx:
        world = whole_world(tx, now)
        sag = sager.load(tx, sager.id_of(tx, number))
        if not may_see(sag, viewer, situation(tx, sag, None, world).definitions, world):
            raise NotFound("sag", number)
        for entry in sag.papers:
            if entry.digest == digest:
                return entry.filename, entry.media_type, contents.load(tx, digest)
    raise NotFound("paper", digest)


def _panel(here: Situation, stand: Stand, viewer: PersonId) -> StepPanel:
    step = stand.step
    there = Situation(sag=here.sag, step=step, definitions=here.definitions, world=here.world)
    earlier = here.definitions.workflow.ancestors[step.station]
    stations = [s for s in here.definitions.workflow.stations if s.key in earlier]
    return StepPanel(
        stand=stand,
        station=there.station,
        moves=moves.open_moves(there, viewer),
        content=content_digest(here.sag, step),
        meetings=_meetings(here.world, step.body),
        back_to=tuple((s.key, here.names_of([s.key])) for s in stations),
        outcomes=_outcomes(there),
        consent=there.station.consent,
        missing=tuple(here.world.names.get(p, p) for p in missing_consents(there)),
        can_revise=editor(there, viewer) is not None,
    )


def _past(sag: Sag, standing: tuple[Stand, ...], world: World) -> tuple[PastStep, ...]:
    """The decided treatments that are over, newest first."""
    still = {stand.step.seq for stand in standing}
    over = [step for step in reversed(sag.steps) if step.outcome and step.seq not in still]
    return tuple(
        PastStep(step=step, body=world.bodies[step.body], meeting=world.timetable.find(step.meeting))
        for step in over
    )


def _outcomes(there: Situation) -> tuple[str, ...]:
    own = there.station.outcomes
    table = there.definitions.procedure_of(there.station.key).outcomes
    return tuple(dict.fromkeys([*table, *own]))


def _meetings(world: World, body: str) -> tuple[Meeting, ...]:
    """The meetings that one can submit to: not cancelled; the coming ones first, then the newest past ones."""
    all_of = [m for m in world.timetable.meetings if m.body == body and m.status is not MeetingStatus.CANCELLED]
    coming = [m for m in all_of if m.on.latest is None or m.on.latest >= world.today]
    past = [m for m in all_of if m not in coming]
    return tuple(coming + past[::-1][:6])


def _ahead(here: Situation, viewer: PersonId) -> tuple[AheadPanel, ...]:
    found = []
    for key in moves.ahead_stations(here):
        station = here.definitions.workflow.by_key[key]
        body = here.world.bodies[body_at(station, here.sag.fills)]
        authority = here.world.authority
        if authority.acting(viewer, SUBMITTERS, owner=here.sag.owner, body=body):
            found.append(AheadPanel(station=station, body=body, meetings=_meetings(here.world, body.key)))
    return tuple(found)


def _corrections(here: Situation, viewer: PersonId) -> tuple[CorrectPanel, ...]:
    found = []
    for step in here.sag.steps:
        there = Situation(sag=here.sag, step=step, definitions=here.definitions, world=here.world)
        newest = here.sag.at(step.station)
        if step.outcome and newest == step and corrector(there, viewer):
            found.append(
                CorrectPanel(step=step, body=there.body, affected=affected(there), outcomes=_outcomes(there))
            )
    return tuple(found)
