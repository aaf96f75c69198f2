"""What can be done with a sag now, by whom, and what doing it makes of the sag."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from kdflow.domain import deferral, machine
from kdflow.domain.authority import Acting, PersonId
from kdflow.domain.effects import LIFE_EFFECTS, STEP_EFFECTS
from kdflow.domain.errors import NoSuchMove, NotAllowed, NotFound, Reason, Refused
from kdflow.domain.findings import missing_consents
from kdflow.domain.guards import GUARDS
from kdflow.domain.outcomes import kind
from kdflow.domain.reasons import CASE, sentence
from kdflow.domain.sag import Event, Part, Sag, Step, content_digest
from kdflow.domain.situation import Situation, body_at
from kdflow.domain.timetable import Body, Timetable
from kdflow.domain.walk import Walk
from kdflow.domain.workflow import Actor, Effect, Move, Procedure, Submission

OPTIONAL_FIELDS: Mapping[Effect, tuple[str, ...]] = {
    Effect.RECORD_OUTCOME: ("note", "decided_on"),
    Effect.RECORD_CONSENT: ("note",),
    Effect.NEXT_MEETING: ("meeting", "reason"),
}
"""Form fields that a move takes but does not demand."""

NOWHERE = Body(key="*", name="sagen", short="sagen", kind="forum")
"""Stands for the body of a move that concerns the sag as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenMove:
    """A move from the present state: whether this person can make it now, and if not, why not.

    `acting` is None when it is for somebody else (`move.by` says for whom). `reasons` holds the guards that say
    no whatever is typed; `fields` names what has to be typed or chosen, `optional` what may be.
    """

    move: Move
    acting: Acting | None
    reasons: tuple[Reason, ...]
    fields: tuple[str, ...]
    optional: tuple[str, ...]

    @property
    def possible(self) -> bool:
        """Whether the person can make it now, once the fields are filled in."""
        return self.acting is not None and not self.reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The result of a move: the new sag, what happened in order, and in what capacity the person acted."""

    sag: Sag
    events: tuple[Event, ...]
    acting: Acting


def open_moves(situation: Situation, person: PersonId) -> tuple[OpenMove, ...]:
    """Every move a human could make from here, with what stands in the way of `person` making it.

    With a step in the situation: the moves of that step; without: those of the sag's own life.
    """
    procedure, state = _procedure(situation)
    found = tuple(
        _open_move(situation, procedure, move, person)
        for move in procedure.moves_from.get(state, ())
        if move.by != (Actor.ENGINE,)
    )
    return (*found, _to_wait(situation, person)) if deferral.can_wait(situation) else found


def _to_wait(situation: Situation, person: PersonId) -> OpenMove:
    """To let the sag wait, as a move; one that waits already need not say for which meeting, to wait no more."""
    move = deferral.move_of(situation)
    is_waiting = situation.current.waits_for is not None
    return OpenMove(
        move=move,
        acting=_acting(situation, move, person),
        reasons=tuple(reason for reason in deferral.against(situation) if reason.field is None),
        fields=() if is_waiting else ("meeting",),
        optional=("meeting", "reason") if is_waiting else ("reason",),
    )


def _open_move(situation: Situation, procedure: Procedure, move: Move, person: PersonId) -> OpenMove:
    acting = _acting(situation, move, person)
    guards = machine.guards_of(procedure, move)
    asked = dict.fromkeys(field for guard in guards if (field := GUARDS[guard.guard].field))
    optional = OPTIONAL_FIELDS.get(move.does, ()) if move.does else ()
    return OpenMove(
        move=move,
        acting=acting,
        reasons=tuple(r for r in machine.blocked_by(guards, replace(situation, acting=acting)) if r.field is None),
        fields=tuple(asked),
        optional=tuple(field for field in optional if field not in asked),
    )


def advance(situation: Situation, name: str, person: PersonId) -> Moved:
    """Make a move at the situation's step, or of the sag's own life where there is no step.

    Raises:
        NoSuchMove: the state has no such move.
        NotAllowed: it is not for this person.
        Refused: a guard says no.
    """
    move = _move(situation, name)
    acting = _actor(situation, move, person)
    walk = Walk(replace(situation, acting=acting))
    if situation.step is None:
        _live(walk, move)
    elif name == deferral.WAIT and deferral.can_wait(situation):
        _wait(walk, situation.step)
    else:
        _step(walk, situation.step, move)
    return Moved(sag=walk.sag, events=tuple(walk.events), acting=acting)


def refuse_others(situation: Situation, name: str, person: PersonId) -> None:
    """Refuse a move that is not for this person, before anything else about it is looked at; what is no move from
    here is left to `advance`.

    Raises:
        NotAllowed: it is not for this person.
    """
    with suppress(NoSuchMove):
        _actor(situation, _move(situation, name), person)


def refuse_others_ahead(situation: Situation, station: str, person: PersonId) -> None:
    """The same of a submission to a later station.

    Raises:
        NotAllowed: it is not for this person.
    """
    procedure = situation.definitions.procedure_of(station)
    body = situation.world.bodies[body_at(situation.definitions.workflow.by_key[station], situation.sag.fills)]
    for move in procedure.moves_from.get(procedure.initial, ()):
        if move.name == "submit" and not situation.world.authority.acting(
            person, move.by, owner=situation.sag.owner, body=body
        ):
            raise NotAllowed(move.title, move.by, body.short)


def _actor(situation: Situation, move: Move, person: PersonId) -> Acting:
    if acting := _acting(situation, move, person):
        return acting
    raise NotAllowed(move.title, move.by, _body(situation).short)


def _move(situation: Situation, name: str) -> Move:
    if name == deferral.WAIT and deferral.can_wait(situation):
        return deferral.move_of(situation)
    return machine.find_move(*_procedure(situation), name)


def goes_on(situation: Situation, name: str) -> bool:
    """Whether a move takes the step onward, and no guard of its own looks at the text that the person saw."""
    if name == deferral.WAIT:
        return False
    procedure, state = _procedure(situation)
    move = machine.find_move(procedure, state, name)
    return move.onward and all(guard.guard != "sees_current" for guard in move.guards)


def _live(walk: Walk, move: Move) -> None:
    walk.move_life(move.name, walk.inputs.reason)
    if move.does:
        LIFE_EFFECTS[move.does](walk)


def _wait(walk: Walk, step: Step) -> None:
    if reasons := deferral.against(walk.situation(step)):
        raise Refused(reasons)
    deferral.wait(walk, step)


def _step(walk: Walk, step: Step, move: Move) -> None:
    moved = walk.move_step(step, move.name, reason=walk.inputs.reason)
    if move.does:
        STEP_EFFECTS[move.does](walk, moved, move)


def awaited(situation: Situation) -> tuple[Move | None, tuple[Reason, ...]]:
    """What the situation's step waits for: the first onward move that nothing but a person holds back.

    Returns:
        That move; or None and the reasons against the first onward move when every one of them is held back.
    """
    procedure, state = _procedure(situation)
    held_back: tuple[Reason, ...] = ()
    for move in procedure.moves_from.get(state, ()):
        if not move.onward:
            continue
        reasons = tuple(filter(_binds_all, machine.blocked_by(machine.guards_of(procedure, move), situation)))
        if not reasons:
            return move, ()
        if not any(GUARDS[reason.guard].selects for reason in reasons):
            held_back = held_back or reasons
    return None, held_back


def _binds_all(reason: Reason) -> bool:
    """Whether a reason holds a step back whoever comes: nothing they type or write first can satisfy its guard."""
    return reason.field is None and not GUARDS[reason.guard].is_about_content


def waits_for(situation: Situation, move: Move, person: PersonId) -> bool:
    """Whether `person` is one of those who can make the awaited move; of a consent, who has yet to give one."""
    acting = _acting(situation, move, person)
    if acting is None or move.does is not Effect.RECORD_CONSENT:
        return acting is not None
    return acting.answers_for in missing_consents(situation)


def with_timetable(situation: Situation, timetable: Timetable) -> Situation:
    """The same situation with other meetings in view."""
    return replace(situation, world=replace(situation.world, timetable=timetable))


def submit_ahead(situation: Situation, station: str, person: PersonId, parts: tuple[Part, ...]) -> Moved:
    """Open a later station's step before the stations it waits for have decided, and submit it.

    Raises:
        NotFound: it is not a station that the sag can be submitted to ahead of its turn now.
        Refused: what it waits for has been decided otherwise; or as for the move "submit", as NotAllowed is.
    """
    waits_for = before_turn(situation, station)
    if not waits_for:
        raise NotFound("station to submit to ahead of its turn", station)
    if failed := _failed(situation, waits_for):
        facts = {CASE: "condition-failed", "stations": situation.names_of(failed)}
        raise Refused([Reason("earlier_decided", sentence("", facts))])
    walk = Walk(situation)
    opened = walk.open_step(station, came_from=None, waits_for=waits_for)
    step = walk.save(replace(opened, parts=parts))
    moved = advance(walk.situation(step), "submit", person)
    return replace(moved, events=(*walk.events, *moved.events))


def ahead_stations(situation: Situation) -> tuple[str, ...]:
    """The stations that the sag may be submitted to now on condition of what is still open: none while it rests,
    or where what they would wait for has been decided otherwise."""
    if situation.sag.life != "under-way":
        return ()
    keys = situation.definitions.workflow.by_key
    found = {key: before_turn(situation, key) for key in keys}
    return tuple(key for key, waits_for in found.items() if waits_for and not _failed(situation, waits_for))


def _failed(situation: Situation, stations: tuple[str, ...]) -> tuple[str, ...]:
    """Those of some open stations that have decided, and do not let the sag go on by that."""
    there = [(key, step) for key in stations if (step := situation.sag.at(key)) and step.outcome]
    consequence = situation.definitions.consequence
    return tuple(k for k, step in there if step.outcome and kind(consequence(k, step.outcome)) != "go-on")


def before_turn(situation: Situation, station: str) -> tuple[str, ...]:
    """The open stations that a submission to `station` ahead of its turn would wait for; empty when it takes none,
    is open or ahead already, or too far off."""
    sag = situation.sag
    if situation.definitions.workflow.by_key[station].submit is not Submission.CONDITIONAL:
        return ()
    newest = sag.at(station)
    over = newest is None or situation.definitions.procedure_of(station).by_state[newest.state].final
    before = situation.definitions.workflow.by_key[station].after
    still = tuple(key for key in before if sag.is_open_at(key))
    passed = all(key in still or f"{key}>{station}" in sag.places for key in before)
    return still if over and passed and not sag.is_open_at(station) else ()


def content_ahead(situation: Situation, station: str) -> str:
    """The digest of what a submission to `station` ahead of its turn rests on: the content at each of the steps
    that it waits for."""
    sag = situation.sag
    steps = (sag.at(key) for key in before_turn(situation, station))
    return " ".join(content_digest(sag, step) for step in steps if step)


def _procedure(situation: Situation) -> tuple[Procedure, str]:
    if situation.step is None:
        return situation.definitions.life, situation.sag.life
    return situation.definitions.procedure_of(situation.step.station), situation.step.state


def _body(situation: Situation) -> Body:
    return situation.body if situation.step else NOWHERE


def _acting(situation: Situation, move: Move, person: PersonId) -> Acting | None:
    """In what capacity `person` may make a move; a consent is given for the first leader who has not consented."""
    authority = situation.world.authority
    found = authority.acting(person, move.by, owner=situation.sag.owner, body=_body(situation))
    if found and move.does is Effect.RECORD_CONSENT:
        missing = missing_consents(situation)
        leading = authority.as_leaders(person, situation.body.key)
        return next((acting for acting in leading if acting.answers_for in missing), found)
    return found
