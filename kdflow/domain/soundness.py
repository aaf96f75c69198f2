"""Is a procedure sound? Every complaint says where, what is wrong, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from kdflow.domain.course import CONCLUDE, PULL, WITHDRAW
from kdflow.domain.effects import LIFE_EFFECTS, STEP_EFFECTS
from kdflow.domain.errors import Flaw
from kdflow.domain.flaws import Path, listed, resting_on
from kdflow.domain.guards import GUARDS
from kdflow.domain.workflow import (
    SAME,
    Actor,
    BackTo,
    Consequence,
    Effect,
    Guard,
    Move,
    Outcome,
    Procedure,
    State,
)

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

NAMES = frozenset({"kind", "moves", "name"})
"""Keys that say which moves there are."""

WAYS = frozenset({"key", "final", "initial", "from", "to", "states", "moves"})
"""Keys that say which ways there are through a procedure."""

USES = WAYS | {"kind", "does", "outcomes", "back_to"}
"""Keys that say what can be done with an outcome."""


def procedure_flaws(procedure: Procedure, guards: Guards) -> tuple[Flaw, ...]:
    """Everything wrong in one procedure, in the order of its file's parts; empty when it is sound."""
    return (
        *_state_key_flaws(procedure),
        *_move_end_flaws(procedure),
        *resting_on(WAYS, _reach_flaws(procedure)),
        *_shadow_flaws(procedure),
        *_effect_flaws(procedure),
        *resting_on(NAMES, _engine_name_flaws(procedure)),
        *resting_on(WAYS | {"name", "by", "does", "guards"}, _engine_flaws(procedure)),
        *_guard_flaws(procedure, guards),
        *resting_on(USES, _outcome_flaws(procedure)),
    )


def _state_key_flaws(procedure: Procedure) -> Iterator[Flaw]:
    seen: set[str] = set()
    for index, state in enumerate(procedure.states):
        if state.key in seen:
            yield Flaw(("states", index, "key"), f"state {state.key!r} stands twice", "rename or remove one")
        seen.add(state.key)
    if procedure.initial not in seen:
        yield Flaw(
            ("initial",),
            f"unknown initial state {procedure.initial!r}",
            f"the states are: {listed(procedure.by_state)}",
        )
    if not any(state.final for state in procedure.states):
        yield Flaw(("states",), "no state is final, so a step can never end", "give one state final: true")


def _move_end_flaws(procedure: Procedure) -> Iterator[Flaw]:
    states = procedure.by_state
    known = f"the states are: {listed(states)}"
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


def closure(start: Iterable[str], onward: Mapping[str, Sequence[str]]) -> frozenset[str]:
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
    reached = closure([procedure.initial], _onward(ways))
    ends = [state.key for state in procedure.states if state.final]
    ending = closure(ends, _onward((target, source) for source, target in ways))
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
                f"add a move towards one of: {listed(ends)}",
            )
    for index, move in enumerate(procedure.moves):
        known = [source for source in move.source if source in procedure.by_state]
        if known and not reached.intersection(known):
            message = f"dead move {move.name!r}: none of its states can be reached ({listed(known)})"
            yield Flaw(("moves", index, "name"), message, "lead a move to one of them, or remove this one")


def _shadow_flaws(procedure: Procedure) -> Iterator[Flaw]:
    for index, later in enumerate(procedure.moves):
        for earlier in procedure.moves[:index]:
            shared = [source for source in later.source if source in earlier.source]
            if earlier.name == later.name and shared:
                yield Flaw(
                    ("moves", index, "name"),
                    f"shadowed move {later.name!r}: an earlier move of that name leads from {listed(shared)} too",
                    "rename one, or remove this one; from one state, a name is one move",
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
            yield Flaw(("moves", index, "does"), message, f"choose one of: {listed(able)}")
        elif move.does in ENDING and not _is_final(procedure.by_state, move.to):
            message = f"move {move.name!r} does {move.does.value!r} but does not lead to a final state"
            yield Flaw(("moves", index, "to"), message, "lead it to one, so that it cannot be done twice")
        missing = [name for name in NEEDED.get(move.does, ()) if name not in given | _names(move)]
        if missing:
            message = f"move {move.name!r} does {move.does.value!r} without the guard {listed(missing)}"
            yield Flaw(("moves", index, "does"), message, "add the guard, with a reason in Danish")


def _engine_name_flaws(procedure: Procedure) -> Iterator[Flaw]:
    """Moves that the engine needs, and that no move has the name of."""
    names = {move.name for move in procedure.moves}
    for name in ENGINE_MOVES[procedure.kind]:
        if name not in names:
            yield _engine_needs(name)


def _engine_needs(name: str, missing: Iterable[str] = ()) -> Flaw:
    where = f" from {listed(missing)}" if missing else ""
    hint = "add it with by: [engine], leading to a final state"
    return Flaw(("moves",), f"the engine needs a move {name!r}{where}", hint)


def _engine_flaws(procedure: Procedure) -> Iterator[Flaw]:
    """The engine's own moves are its own and open: it must be able to take any step off."""
    names = {move.name for move in procedure.moves}
    for name in ENGINE_MOVES[procedure.kind]:
        moves = [move for move in procedure.moves if move.name == name and Actor.ENGINE in move.by]
        covered = {source for move in moves for source in move.source}
        missing = [state.key for state in procedure.states if not state.final and state.key not in covered]
        if name in names and not moves:
            yield _engine_needs(name)
        if moves and missing and procedure.kind == "step":
            yield _engine_needs(name, missing)
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
    is_life = procedure.kind == "life"
    for index, guard in enumerate(procedure.guards):
        yield from _one_guard_flaws(guard, ("guards", index), guards, is_life)
    for number, move in enumerate(procedure.moves):
        for index, guard in enumerate(move.guards):
            yield from _one_guard_flaws(guard, ("moves", number, "guards", index), guards, is_life)


def _one_guard_flaws(guard: Guard, path: Path, guards: Guards, is_life: bool) -> Iterator[Flaw]:
    if guard.guard not in guards:
        known = f"the registered guards are: {listed(sorted(guards))}"
        yield Flaw((*path, "guard"), f"unknown guard {guard.guard!r}", known)
        return
    if is_life and GUARDS[guard.guard].is_about_step:
        hint = "choose a guard about the sag as a whole"
        yield Flaw((*path, "guard"), f"guard {guard.guard!r} is about a step, and a sag's life has none", hint)
    given = guards[guard.guard]
    hint = f"it provides: {listed(sorted(given))}"
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
