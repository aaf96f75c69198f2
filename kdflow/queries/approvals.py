"""What waits for somebody as chair, vice-chair or stand-in: consents first of all, and what they let wait."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from kdflow.domain import moves
from kdflow.domain.authority import LEADING, Absence, Acting, Office, PersonId
from kdflow.domain.covering import Cover
from kdflow.domain.departures import NEVER, civil
from kdflow.domain.errors import NotFound
from kdflow.domain.findings import missing_consents
from kdflow.domain.ladders import DutyKind
from kdflow.domain.moves import OpenMove
from kdflow.domain.sag import Sag, SagId, StepSeq, content_digest
from kdflow.domain.situation import Situation, World
from kdflow.domain.timetable import Body, Meeting
from kdflow.domain.visibility import may_see
from kdflow.domain.workflow import Actor, Effect, Move, Procedure
from kdflow.queries.answer_due import answer_due
from kdflow.queries.minutes_waiting import MinutesWaiting, minutes_waiting
from kdflow.queries.scene import Stand, bodies_served, holders_at, situation, stands
from kdflow.store import definitions, duties, line, offices, readings, sager
from kdflow.store.database import Database, Tx
from kdflow.store.offices import Away
from kdflow.store.readings import Opened
from kdflow.store.world import BATCH, sag_by_number, whole_world

LEADERS = frozenset({*LEADING, Office.VICE_CHAIR})
"""The offices whose holders can be asked."""

ALL = 1_000_000
"""More than can wait for one person: nobody's queue is cut off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """A step that waits for somebody: with the move that would consent (None: it is something else), in what
    capacity they act, the digest of what it says, and whether they have had that before them. `due` is the civil
    minute by which an answer is wanted, `missing` names whose consent is missing."""

    sag: Sag
    stand: Stand
    move: OpenMove | None
    acting: Acting
    content: str
    is_opened: bool
    due: int | None
    is_over: bool
    missing: tuple[str, ...]
    waits_for: Meeting | None

    @property
    def key(self) -> str:
        """What it is called in an address and in a form."""
        return f"{self.sag.number}.{self.stand.step.seq}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoodIn:
    """A leader who is away, for whom somebody answers now: at which bodies, and in which days."""

    absence: Absence
    bodies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Approvals:
    """What waits for one person: `consents` that can be given now, those they let `waiting`, `others` for whose
    consent they wait beside their own, `minutes` those to approve, and `tasks` what else they are to do as a
    leader. `away` are their own
    absences from today on, and `covers` who answers in each, `for_others` those in which they stand in."""

    consents: tuple[Awaited, ...]
    minutes: tuple[MinutesWaiting, ...]
    waiting: tuple[Awaited, ...]
    others: tuple[Awaited, ...]
    tasks: tuple[Awaited, ...]
    away: tuple[Away, ...]
    covers: Mapping[int, tuple[Cover, ...]]
    for_others: tuple[StoodIn, ...]
    leads: tuple[str, ...]
    world: World


def approvals(db: Database, viewer: PersonId, now: datetime) -> Approvals:
    """Everything that waits for `viewer` in a body that they lead, or answer for today."""
    with db.read() as tx:
        world = whole_world(tx, now)
        found = tuple(_awaited(tx, world, viewer))
        minutes = minutes_waiting(tx, world, viewer)
        away = offices.absences_of(tx, viewer, world.today)
        covers = {one.id: offices.covered(tx, world.authority, one.absence) for one in away}
    asked = [one for one in found if one.move]
    return Approvals(
        consents=tuple(one for one in asked if one.waits_for is None),
        minutes=minutes,
        waiting=tuple(one for one in asked if one.waits_for),
        others=tuple(one for one in found if not one.move and _has_answered(one.stand, viewer)),
        tasks=tuple(one for one in found if not one.move and not _has_answered(one.stand, viewer)),
        away=away,
        covers=covers,
        for_others=stood_in(world, viewer),
        leads=tuple(key for key in world.bodies if viewer in world.authority.holders(key, *LEADING)),
        world=world,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A step that somebody names: its sag, the move that consents to it, and whether they have had the content
    that they name before them."""

    sag: Sag
    move: str
    is_opened: bool


def asked(db: Database, number: str, step: StepSeq, content: str, viewer: PersonId, now: datetime) -> Asked | None:
    """The step that `viewer` names; None where there is none that they may know of, or none asks for a consent."""
    with db.read() as tx:
        world = whole_world(tx, now)
        try:
            sag = sag_by_number(tx, number, viewer, world)
        except NotFound:
            return None
        named = next((one for one in sag.steps if one.seq == step), None)
        moves_of = situation(tx, sag, None, world).definitions.procedure_of(named.station).moves if named else ()
        move = next((one.name for one in moves_of if one.does is Effect.RECORD_CONSENT), None)
        if move is None:
            return None
        return Asked(sag=sag, move=move, is_opened=readings.is_opened(tx, Opened(viewer, sag.id, step, content)))


# --- found -------------------------------------------------------------------------------------------------------


def _awaited(tx: Tx, world: World, viewer: PersonId) -> Iterator[Awaited]:
    """What waits, the most urgent first."""
    served = bodies_served(world, viewer)
    led = tuple(key for key in served if world.authority.as_leaders(viewer, key))
    ids = list(dict.fromkeys(_in_line(tx, world, viewer, led))) if led else []
    found: list[Awaited] = []
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        known = _Known(_dues(tx, part), readings.opened_by(tx, viewer, part))
        for sag in sager.load_many(tx, part):
            here = situation(tx, sag, None, world)
            if may_see(sag, viewer, here.definitions, world):
                there = (one for one in stands(tx, sag, world, viewer) if one.body.key in led)
                mine = (one for one in there if one.is_mine or _has_answered(one, viewer))
                found += (one for stand in mine if (one := _of_step(tx, here, stand, viewer, known)))
    yield from sorted(found, key=lambda one: (one.due is None, one.due or 0, one.sag.number, one.stand.step.seq))


def _in_line(tx: Tx, world: World, viewer: PersonId, led: Collection[str]) -> Iterator[SagId]:
    """The sager that can wait for somebody in the bodies that they lead: where one can consent, where they are the
    first who are asked, and their own. Of the others that stand there nothing is read."""
    procedures = definitions.procedures(tx)
    onward = {key for one in procedures for key, those in one.moves_from.items() if any(m.onward for m in those)}
    at = {key: _asked_in(procedures, world, viewer, world.bodies[key]) for key in led}
    yield from (one.sag for one in line.first_in_line(tx, viewer, onward, at, limit=ALL) if one.body in led)


def _asked_in(procedures: Iterable[Procedure], world: World, viewer: PersonId, body: Body) -> frozenset[str]:
    """The states in which a step of a body can wait for somebody who leads it."""
    return frozenset(
        state
        for one in procedures
        for state, those in one.moves_from.items()
        if any(move.onward and _is_asked(move, world, viewer, body) for move in those)
    )


def _is_asked(move: Move, world: World, viewer: PersonId, body: Body) -> bool:
    """Whether a move is a consent, or somebody is of the first kind of people who are asked for it."""
    if move.does is Effect.RECORD_CONSENT:
        return True
    for actor in move.by:
        found = holders_at(world.authority, body, actor)
        if found or actor is Actor.OWNER:
            return viewer in found
    return False


class _Known(NamedTuple):
    """What is kept beside some sager: by when consents are wanted, and what somebody has had before them."""

    dues: Mapping[tuple[SagId, StepSeq], int]
    opened: frozenset[Opened]


def _dues(tx: Tx, ids: list[SagId]) -> dict[tuple[SagId, StepSeq], int]:
    """By when consents are wanted, as the watch has noted it."""
    return {
        (SagId(int(sag)), one.step): one.due
        for sag, kept in duties.of(tx, ids).items()
        for one in kept
        if one.kind is DutyKind.CONSENT and one.step is not None and one.due < NEVER
    }


def _of_step(tx: Tx, here: Situation, stand: Stand, viewer: PersonId, known: _Known) -> Awaited | None:
    """A step that waits for somebody as a leader; None where others are first in line."""
    sag, step, world = here.sag, stand.step, here.world
    there = replace(here, step=step)
    is_consent = stand.waits_for is not None and stand.waits_for.does is Effect.RECORD_CONSENT
    if not is_consent and viewer not in stand.holders:
        return None
    due = known.dues.get((sag.id, step.seq)) or _due(tx, there, is_consent=is_consent)
    consent, content = _consent(moves.open_moves(there, viewer)), content_digest(sag, step)
    return Awaited(
        sag=sag,
        stand=stand,
        move=consent if is_consent else None,
        acting=_acting(consent, world, viewer, stand),
        content=content,
        is_opened=Opened(viewer, sag.id, step.seq, content) in known.opened,
        due=due,
        is_over=due is not None and due < civil(world.now),
        missing=tuple(world.names.get(one, one) for one in missing_consents(there)) if is_consent else (),
        waits_for=world.timetable.find(step.waits_for),
    )


def _due(tx: Tx, there: Situation, *, is_consent: bool) -> int | None:
    """By when an answer is wanted to what the watch has not looked at yet."""
    found = answer_due(tx, there) if is_consent else None
    return found.at if found else None


def _consent(can: Iterable[OpenMove]) -> OpenMove | None:
    return next((one for one in can if one.possible and one.move.does is Effect.RECORD_CONSENT), None)


def _acting(consent: OpenMove | None, world: World, viewer: PersonId, stand: Stand) -> Acting:
    if consent and consent.acting:
        return consent.acting
    return world.authority.as_leaders(viewer, stand.body.key)[0]


def _has_answered(stand: Stand, viewer: PersonId) -> bool:
    """Whether somebody has consented to a step that still waits for others."""
    is_consent = stand.waits_for is not None and stand.waits_for.does is Effect.RECORD_CONSENT
    return is_consent and any(given.person == viewer for given in stand.step.standing_approvals)


def stood_in(world: World, viewer: PersonId) -> tuple[StoodIn, ...]:
    """For whom somebody answers today."""
    found = []
    for absence in world.authority.absences:
        keys = [
            key
            for key in world.bodies
            if absence.person in world.authority.holders(key, *LEADING)
            and viewer in world.authority.deputies(key, absence.person)
        ]
        if absence.valid.covers(world.today) and keys:
            found.append(StoodIn(absence=absence, bodies=tuple(world.short(key) for key in keys)))
    return tuple(found)
