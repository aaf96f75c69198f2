"""Is a procedure or a workflow sound? Every complaint says where, what is wrong, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from kdflow.domain.course import CONCLUDE, PULL, WITHDRAW
from kdflow.domain.effects import LIFE_EFFECTS, STEP_EFFECTS
from kdflow.domain.errors import Flaw
from kdflow.domain.timetable import Body, Chairing
from kdflow.domain.workflow import (
    SAME,
    Actor,
    BackTo,
    BodyRole,
    Consent,
    Consequence,
    Effect,
    Guard,
    Move,
    Outcome,
    Procedure,
    State,
    Station,
    Submission,
    Validity,
    Workflow,
)

Path = tuple[str | int, ...]
Guards = Mapping[str, frozenset[str]]
"""The registered guards, and the names that each can fill into its reason."""

ENDING = frozenset({Effect.GO_ON, Effect.SEND_BACK, Effect.END_HERE, Effect.LEAVE_ROUTE})
"""Effects after which the step (or the sag) must be over, so that they cannot be done twice."""

NEEDED = {
    Effect.TAKE_SEAT: ("meeting_chosen",),
    Effect.RECORD_OUTCOME: ("every_part_decided", "outcome_known"),
    Effect.NEXT_MEETING: ("later_meeting_known",),
    Effect.SEND_BACK: ("earlier_station_chosen",),
}
"""Guards that an effect cannot do without."""

ENGINE_MOVES = {"step": (PULL, WITHDRAW), "life": (CONCLUDE,)}
"""Moves that the engine itself makes, by the kind of the procedure."""

CARRIED_OUT_BY = {
    "go-on": (Effect.GO_ON,),
    "stay": (Effect.NEXT_MEETING, Effect.REOPEN),
    "end": (Effect.END_HERE,),
    "back": (Effect.SEND_BACK,),
}
"""What a move must do to carry out a consequence."""

CAN_GIVE = {
    Consent.CHAIR: frozenset({Chairing.CHAIR}),
    Consent.ANY_CO_CHAIR: frozenset({Chairing.CO_CHAIRS}),
    Consent.ALL_CO_CHAIRS: frozenset({Chairing.CO_CHAIRS}),
}


def _listed(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(words)) or "none"


def validity_flaws(valid: Validity, path: Path = ()) -> Iterator[Flaw]:
    """A period that ends before it begins."""
    if valid.start is not None and valid.end is not None and valid.end < valid.start:
        message = f"valid ends on {valid.end}, before it begins on {valid.start}"
        yield Flaw((*path, "valid", "to"), message, "swap the two days, or mend one")


# --- Procedures ------------------------------------------------------------------------------------------


def procedure_flaws(procedure: Procedure, guards: Guards) -> tuple[Flaw, ...]:
    """Everything wrong in one procedure, in the order of its file's parts; empty when it is sound."""
    return (
        *_state_key_flaws(procedure),
        *_move_end_flaws(procedure),
        *_reach_flaws(procedure),
        *_shadow_flaws(procedure),
        *_effect_flaws(procedure),
        *_engine_flaws(procedure),
        *_guard_flaws(procedure, guards),
        *_outcome_flaws(procedure),
    )


def _state_key_flaws(procedure: Procedure) -> Iterator[Flaw]:
    seen: set[str] = set()
    for index, state in enumerate(procedure.states):
        if state.key in seen:
            yield Flaw(("states", index, "key"), f"state {state.key!r} stands twice", "rename or remove one")
        seen.add(state.key)
    if procedure.initial not in seen:
        yield Flaw(
            ("initial",), f"unknown initial state {procedure.initial!r}", f"the states are: {_listed(seen)}"
        )
    if not any(state.final for state in procedure.states):
        yield Flaw(("states",), "no state is final, so a step can never end", "give one state final: true")


def _move_end_flaws(procedure: Procedure) -> Iterator[Flaw]:
    states = procedure.by_state
    known = f"the states are: {_listed(states)}"
    for index, move in enumerate(procedure.moves):
        for place, source in enumerate(move.source):
            if source not in states:
                path: Path = ("moves", index, "from", place)
                yield Flaw(path, f"move {move.name!r} starts in an unknown state {source!r}", known)
            elif states[source].final and move.to not in (SAME, source):
                yield Flaw(
                    ("moves", index, "from", place),
                    f"move {move.name!r} leads out of the final state {source!r}",
                    'a final state is left by no move; only to: "=" is allowed',
                )
        if move.to != SAME and move.to not in states:
            yield Flaw(("moves", index, "to"), f"move {move.name!r} leads to an unknown state {move.to!r}", known)


def _onward(ways: Iterable[tuple[str, str]]) -> Mapping[str, list[str]]:
    onward: dict[str, list[str]] = {}
    for source, target in ways:
        onward.setdefault(source, []).append(target)
    return onward


def _closure(start: Iterable[str], onward: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """`start`, and all that can be reached from there."""
    found, left = set(start), list(start)
    while left:
        for target in onward.get(left.pop(), ()):
            if target not in found:
                found.add(target)
                left.append(target)
    return frozenset(found)


def _reach_flaws(procedure: Procedure) -> Iterator[Flaw]:
    ways = [(source, move.to) for move in procedure.moves for source in move.source if move.to != SAME]
    reached = _closure([procedure.initial], _onward(ways))
    ends = [state.key for state in procedure.states if state.final]
    ending = _closure(ends, _onward((target, source) for source, target in ways))
    for index, state in enumerate(procedure.states):
        if state.key not in reached:
            yield Flaw(
                ("states", index, "key"),
                f"state {state.key!r} can never be reached from {procedure.initial!r}",
                "add a move that leads to it, or remove it",
            )
        elif ends and state.key not in ending:
            yield Flaw(
                ("states", index, "key"),
                f"from state {state.key!r} there is no way to a final state",
                f"add a move towards one of: {_listed(ends)}",
            )
    for index, move in enumerate(procedure.moves):
        known = [source for source in move.source if source in procedure.by_state]
        if known and not reached.intersection(known):
            message = f"dead move {move.name!r}: none of its states can be reached ({_listed(known)})"
            yield Flaw(("moves", index, "name"), message, "lead a move to one of them, or remove this one")


def _shadow_flaws(procedure: Procedure) -> Iterator[Flaw]:
    for index, later in enumerate(procedure.moves):
        for earlier in procedure.moves[:index]:
            shared = [source for source in later.source if source in earlier.source]
            if earlier.name == later.name and shared and _names(earlier) <= _names(later):
                yield Flaw(
                    ("moves", index, "name"),
                    f"shadowed move {later.name!r}: an earlier move of that name from {_listed(shared)} "
                    "is open whenever this one is",
                    "give the earlier one a guard of its own, rename one, or remove this one",
                )
                break


def _names(move: Move) -> frozenset[str]:
    return frozenset(guard.guard for guard in move.guards)


def _effect_flaws(procedure: Procedure) -> Iterator[Flaw]:
    life = procedure.kind == "life"
    able = [effect for effect in Effect if effect in (LIFE_EFFECTS if life else STEP_EFFECTS)]
    given = {guard.guard for guard in procedure.guards}
    for index, move in enumerate(procedure.moves):
        if move.does is None:
            continue
        if move.does not in able:
            message = f"move {move.name!r}: {move.does.value!r} is nothing a {procedure.kind} can do"
            yield Flaw(("moves", index, "does"), message, f"choose one of: {_listed(able)}")
        elif move.does in ENDING and not _is_final(procedure.by_state, move.to):
            message = f"move {move.name!r} does {move.does.value!r} but does not lead to a final state"
            yield Flaw(("moves", index, "to"), message, "lead it to one, so that it cannot be done twice")
        missing = [name for name in NEEDED.get(move.does, ()) if name not in given | _names(move)]
        if missing:
            message = f"move {move.name!r} does {move.does.value!r} without the guard {_listed(missing)}"
            yield Flaw(("moves", index, "does"), message, "add the guard, with a reason in Danish")


def _engine_flaws(procedure: Procedure) -> Iterator[Flaw]:
    """The engine's own moves are there and open: it must be able to take any step off."""
    for name in ENGINE_MOVES[procedure.kind]:
        moves = [move for move in procedure.moves if move.name == name and Actor.ENGINE in move.by]
        covered = {source for move in moves for source in move.source}
        missing = [state.key for state in procedure.states if not state.final and state.key not in covered]
        if not moves or (missing and procedure.kind == "step"):
            yield Flaw(
                ("moves",),
                f"the engine needs a move {name!r}" + (f" from {_listed(missing)}" if moves else ""),
                "add it with by: [engine], leading to a final state",
            )
        for move in moves:
            place = ("moves", procedure.moves.index(move))
            if procedure.kind == "step" and (move.guards or move.does):
                message = f"move {name!r} of the engine may have neither guards nor an effect"
                yield Flaw((*place, "name"), message, "remove them; the engine frees the seat itself")
            if not _is_final(procedure.by_state, move.to):
                message = f"move {name!r} of the engine does not lead to a final state"
                yield Flaw((*place, "to"), message, "lead it to one")


def _is_final(states: Mapping[str, State], key: str) -> bool:
    """Whether `key` is a final state; an unknown one, which has a flaw of its own, passes."""
    return states[key].final if key in states else key != SAME


_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def _guard_flaws(procedure: Procedure, guards: Guards) -> Iterator[Flaw]:
    for index, guard in enumerate(procedure.guards):
        yield from _one_guard_flaws(guard, ("guards", index), guards)
    for number, move in enumerate(procedure.moves):
        for index, guard in enumerate(move.guards):
            yield from _one_guard_flaws(guard, ("moves", number, "guards", index), guards)


def _one_guard_flaws(guard: Guard, path: Path, guards: Guards) -> Iterator[Flaw]:
    if guard.guard not in guards:
        known = f"the registered guards are: {_listed(sorted(guards))}"
        yield Flaw((*path, "guard"), f"unknown guard {guard.guard!r}", known)
        return
    given = guards[guard.guard]
    hint = f"it provides: {_listed(sorted(given))}"
    for name in _PLACEHOLDER.findall(guard.reason):
        if name not in given:
            yield Flaw((*path, "reason"), f"guard {guard.guard!r} does not provide {{{name}}}", hint)
    if re.search(r"[{}]", _PLACEHOLDER.sub("", guard.reason)):
        yield Flaw((*path, "reason"), "the reason has a brace without its partner", "write {name}, or no brace")


def _outcome_flaws(procedure: Procedure) -> Iterator[Flaw]:
    recording = [move for move in procedure.moves if move.does is Effect.RECORD_OUTCOME]
    if not recording:
        if procedure.outcomes:
            hint = "give a move does: record-outcome, or remove the table"
            yield Flaw(("outcomes",), "no move records an outcome, so this table is never used", hint)
        if procedure.kind == "step" and not any(move.does is Effect.GO_ON for move in procedure.moves):
            yield Flaw(("moves",), "no move hands the sag on", "give one move does: go-on")
        return
    if "go-on" not in procedure.outcomes.values():
        yield Flaw(
            ("outcomes",) if procedure.outcomes else ("moves",),
            "no outcome lets the sag go on",
            "give at least one outcome the consequence go-on",
        )
    yield from stranded(procedure, procedure.outcomes, ("outcomes",))


def stranded(procedure: Procedure, table: Mapping[Outcome, Consequence], path: Path) -> Iterator[Flaw]:
    """Outcomes of `table` that no move of `procedure` carries out: recorded, they would strand the sag."""
    for outcome, consequence in table.items():
        kind = "back" if isinstance(consequence, BackTo) else consequence
        for move in procedure.moves:
            if move.does is Effect.RECORD_OUTCOME and not _carried_out(procedure, move.to, kind):
                yield Flaw(
                    (*path, outcome.value),
                    f"outcome without a consequence: no move from {move.to!r} carries out {kind!r}, "
                    f"so {outcome.value!r} would strand the sag",
                    f"add a move from {move.to!r} that does: {' or '.join(CARRIED_OUT_BY[kind])}",
                )


def _carried_out(procedure: Procedure, state: str, kind: str) -> bool:
    moves = procedure.moves_from.get(state, ())
    return any(move.does in CARRIED_OUT_BY[kind] for move in moves)


# --- Workflows -------------------------------------------------------------------------------------------


def workflow_flaws(
    workflow: Workflow, procedures: Mapping[str, Procedure], bodies: Mapping[str, Body]
) -> tuple[Flaw, ...]:
    """Everything wrong in one workflow, seen with the procedures and bodies it names; empty when sound."""
    earlier = earlier_stations(workflow)
    found = [*validity_flaws(workflow.valid), *_life_flaws(workflow, procedures), *_graph_flaws(workflow)]
    for index, station in enumerate(workflow.stations):
        path: Path = ("stations", index)
        found += _submission_flaws(station, path)
        found += _procedure_use_flaws(station, procedures, path)
        found += _back_flaws(station, earlier[station.key], procedures.get(station.procedure), path)
        found += _place_flaws(workflow, station, bodies, path)
    return tuple(found)


def _life_flaws(workflow: Workflow, procedures: Mapping[str, Procedure]) -> Iterator[Flaw]:
    life = procedures.get(workflow.life)
    known = _listed(sorted(ref for ref, procedure in procedures.items() if procedure.kind == "life"))
    if life is None:
        yield Flaw(("life",), f"unknown procedure {workflow.life!r}", f"known lives: {known}")
    elif life.kind != "life":
        message = f"procedure {workflow.life!r} is for steps, not for a sag's life"
        yield Flaw(("life",), message, f"known lives: {known}")


def _graph_flaws(workflow: Workflow) -> Iterator[Flaw]:
    seen: set[str] = set()
    for index, station in enumerate(workflow.stations):
        if station.key in seen:
            message = f"station {station.key!r} stands twice"
            yield Flaw(("stations", index, "key"), message, "give each station a key of its own")
        seen.add(station.key)
    for index, station in enumerate(workflow.stations):
        for place, before in enumerate(station.after):
            if before not in workflow.by_key:
                yield Flaw(
                    ("stations", index, "after", place),
                    f"station {station.key!r} waits for an unknown station {before!r}",
                    f"the stations are: {_listed(seen)}",
                )
    yield from _cycle_flaws(workflow)


def earlier_stations(workflow: Workflow) -> Mapping[str, frozenset[str]]:
    """For each station, all that come before it on some way; itself too, when it stands in a circle."""
    before = {station.key: station.after for station in workflow.stations}
    return {key: _closure(after, before) for key, after in before.items()}


def _cycle_flaws(workflow: Workflow) -> Iterator[Flaw]:
    earlier = earlier_stations(workflow)
    looping = {key for key, before in earlier.items() if key in before}
    told: set[str] = set()
    for index, station in enumerate(workflow.stations):
        key = station.key
        if key in looping and key not in told:
            ring = [other for other in workflow.by_key if other in earlier[key] and key in earlier[other]]
            told.update(ring)
            yield Flaw(
                ("stations", index, "after"),
                f"stations wait for each other in a circle: {_listed(ring)}",
                "remove one `after`; to visit a body again, add a second station",
            )
        elif key not in looping and looping & earlier[key]:
            yield Flaw(
                ("stations", index, "after"),
                f"station {key!r} can never be reached: it waits for a circle",
                "mend the circle",
            )


def _submission_flaws(station: Station, path: Path) -> Iterator[Flaw]:
    if station.submit is Submission.CONDITIONAL and not station.after:
        message = f"station {station.key!r} waits for nobody, so nothing can be submitted conditionally"
        yield Flaw((*path, "submit"), message, "remove submit, or name the stations it comes after")
    if len(set(station.after)) != len(station.after):
        message = f"station {station.key!r} names a station twice in `after`"
        yield Flaw((*path, "after"), message, "name each station once")


def _procedure_use_flaws(station: Station, procedures: Mapping[str, Procedure], path: Path) -> Iterator[Flaw]:
    procedure = procedures.get(station.procedure)
    if procedure is None or procedure.kind != "step":
        known = _listed(sorted(ref for ref, other in procedures.items() if other.kind == "step"))
        what = "unknown procedure" if procedure is None else "a sag's life is not a procedure for a station:"
        yield Flaw((*path, "procedure"), f"{what} {station.procedure!r}", f"known procedures: {known}")
        return
    does = {move.does for move in procedure.moves}
    if station.consent is not Consent.NONE and Effect.RECORD_CONSENT not in does:
        message = f"consent is asked for, but no move of {procedure.ref} records one"
        yield Flaw((*path, "consent"), message, "remove consent, or choose another procedure")
    if station.submit is Submission.CONDITIONAL and Effect.TAKE_SEAT not in does:
        message = f"submit is conditional, but nothing is submitted in {procedure.ref}"
        yield Flaw((*path, "submit"), message, "remove submit, or choose another procedure")
    if station.outcomes and Effect.RECORD_OUTCOME not in does:
        message = f"outcomes are given, but no move of {procedure.ref} records one"
        yield Flaw((*path, "outcomes"), message, "remove them, or choose another procedure")
    elif station.outcomes and "go-on" not in (procedure.outcomes | station.outcomes).values():
        yield Flaw((*path, "outcomes"), "no outcome lets the sag go on", "give one the consequence go-on")
    yield from stranded(procedure, station.outcomes, (*path, "outcomes"))


def _back_flaws(
    station: Station, earlier: frozenset[str], procedure: Procedure | None, path: Path
) -> Iterator[Flaw]:
    inherited = procedure.outcomes if procedure else {}
    hint = f"earlier stations: {_listed(sorted(earlier))}"
    for outcome, consequence in (inherited | station.outcomes).items():
        own = outcome in station.outcomes
        place = (*path, "outcomes", outcome.value) if own else (*path, "procedure")
        if isinstance(consequence, BackTo) and consequence.back_to not in earlier - {station.key}:
            message = f"outcome {outcome.value!r} goes back to {consequence.back_to!r}, no earlier station"
            yield Flaw(place, message, hint)
        elif own and consequence == "back" and not station.after:
            message = f"outcome {outcome.value!r} goes back, but nothing comes before {station.key!r}"
            yield Flaw(place, message, "choose stay or end")


def _place_flaws(workflow: Workflow, station: Station, bodies: Mapping[str, Body], path: Path) -> Iterator[Flaw]:
    if station.fan_out is not None and station.fan_out.over not in bodies:
        message = f"unknown body {station.fan_out.over!r}"
        yield Flaw((*path, "fan_out", "over"), message, "use a key of bodies.yaml")
    if isinstance(station.body, BodyRole):
        yield from _role_flaws(workflow, station, station.body.role, bodies, path)
        return
    body = bodies.get(station.body)
    if body is None:
        yield Flaw((*path, "body"), f"unknown body {station.body!r}", _near(station.body, bodies))
        return
    yield from _consent_flaws(station, body, path)
    yield from _time_flaws(workflow, body, path)


def _near(key: str, bodies: Mapping[str, Body]) -> str:
    stem = key.split("@")[0]
    near = sorted(other for other in bodies if other.split("@")[0] == stem or stem in other)
    return f"did you mean one of: {_listed(near)}" if near else "use a key of bodies.yaml"


def _role_flaws(
    workflow: Workflow, station: Station, role: str, bodies: Mapping[str, Body], path: Path
) -> Iterator[Flaw]:
    playing = [body for body in bodies.values() if role in body.plays]
    place = (*path, "body", "role")
    if not playing:
        roles = sorted({other for body in bodies.values() for other in body.plays})
        yield Flaw(place, f"unknown role: no body plays {role!r}", f"the roles played are: {_listed(roles)}")
    elif not any(_overlap(workflow.valid, body.valid) for body in playing):
        message = f"no body that plays {role!r} exists while the workflow is valid"
        yield Flaw(place, message, "mend valid, here or in bodies.yaml")
    for body in playing:
        yield from _consent_flaws(station, body, path)


def _overlap(one: Validity, other: Validity) -> bool:
    early = one.end is not None and other.start is not None and one.end < other.start
    late = one.start is not None and other.end is not None and other.end < one.start
    return not (early or late)


def _consent_flaws(station: Station, body: Body, path: Path) -> Iterator[Flaw]:
    fit = CAN_GIVE.get(station.consent)
    if fit is None or body.chairing in fit:
        return
    fits = [consent.value for consent, chairing in CAN_GIVE.items() if body.chairing in chairing]
    yield Flaw(
        (*path, "consent"),
        f"consent {station.consent.value!r} cannot be given at {body.key!r}: its chairing is "
        f"{body.chairing.value!r}",
        f"use consent: {_listed(fits)}, or mend chairing in bodies.yaml",
    )


def _time_flaws(workflow: Workflow, body: Body, path: Path) -> Iterator[Flaw]:
    valid, start, end = workflow.valid, body.valid.start, body.valid.end
    if start is not None and (valid.start is None or valid.start < start):
        message = f"body {body.key!r} does not exist before {start}, but the workflow is valid earlier"
        yield Flaw((*path, "body"), message, f"let the workflow be valid from {start} or later")
    if end is not None and (valid.end is None or valid.end > end):
        heir = f"its successor from {end + timedelta(days=1)} is {body.successor!r}"
        yield Flaw(
            (*path, "body"),
            f"body {body.key!r} ends on {end}, but the workflow is valid "
            + (f"to {valid.end}" if valid.end else "without end"),
            f"let the workflow be valid to {end}; " + (heir if body.successor else "the body has no successor"),
        )
