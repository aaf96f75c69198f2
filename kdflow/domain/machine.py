"""Every state machine of kdflow, compiled from its definition by `transitions` and shared by all sager.

A machine keeps no state of its own: a throw-away carrier is loaded with the stored state, one trigger is fired,
and the new state is read off. One flat machine per definition, cached by content; safe in any number of threads
(`queued=False`, no models are ever added).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from transitions import EventData, Machine, MachineError

from kdflow.domain import route
from kdflow.domain.errors import NoSuchMove, Reason, Refused
from kdflow.domain.guards import GUARDS
from kdflow.domain.reasons import field_of, sentence
from kdflow.domain.situation import Situation
from kdflow.domain.workflow import SAME, Guard, Move, Procedure, Workflow

logging.getLogger("transitions").setLevel(logging.WARNING)

KEPT = 256
"""Compiled machines kept in memory; the rest are compiled again when needed (under a millisecond each)."""


class Carrier:
    """What a machine moves: the stored state of one step, branch or sag, for the time of one trigger."""

    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        self.state = state


def _condition(guard: Guard) -> Callable[[EventData], bool]:
    check = GUARDS[guard.guard].check

    def holds(event: EventData) -> bool:
        return check(event.kwargs["situation"]) is None

    return holds


def _machine(states: list[dict[str, Any]], transitions: list[dict[str, Any]], initial: str) -> Machine:
    return Machine(
        model=None,
        states=states,
        transitions=transitions,
        initial=initial,
        auto_transitions=False,
        send_event=True,
        queued=False,
    )


@lru_cache(maxsize=KEPT)
def procedure_machine(procedure: Procedure) -> Machine:
    """The machine of a procedure version: the life of a step, or of a sag."""
    return _machine(
        [{"name": state.key, "final": state.final} for state in procedure.states],
        [
            {
                "trigger": move.name,
                "source": source,
                "dest": source if move.to == SAME else move.to,
                "conditions": [_condition(guard) for guard in guards_of(procedure, move)],
            }
            for move in procedure.moves
            for source in move.source
        ],
        procedure.initial,
    )


@lru_cache(maxsize=KEPT)
def route_machine(workflow: Workflow) -> Machine:
    """The machine of a workflow version: its places, and every way between them."""
    ends = [{"name": name, "final": True} for name in (route.FINISHED, route.RECALLED)]
    inner = [{"name": name} for name in (route.OUTSIDE, *route.places(workflow))]
    return _machine(
        inner + ends,
        [{"trigger": p.trigger, "source": p.source, "dest": p.target} for p in route.passages(workflow)],
        route.OUTSIDE,
    )


def guards_of(procedure: Procedure, move: Move) -> tuple[Guard, ...]:
    """The guards of a move: the procedure's own for every human move, then the move's."""
    shared = procedure.guards if any(actor != "engine" for actor in move.by) else ()
    return shared + move.guards


def fire_route(workflow: Workflow, place: str, trigger: str) -> str:
    """Fire one trigger of a route for the branch at `place`.

    Returns:
        The place the branch comes to.

    Raises:
        NoSuchMove: there is no such way from there.
    """
    return _fire(route_machine(workflow), place, trigger, None) or place


def fire_bridge(pairs: Mapping[str, str], place: str) -> str:
    """Carry the branch at `place` over to another version of the route.

    The machine is made for this one passage: its places are those of both versions, its only ways lead over.
    """
    states = [{"name": name} for name in dict.fromkeys([*pairs, *pairs.values()])]
    ways = [
        {"trigger": route.move_over(old, new), "source": old, "dest": new} for old, new in sorted(pairs.items())
    ]
    bridge = _machine(states, ways, place)
    return _fire(bridge, place, route.move_over(place, pairs[place]), None) or place


def fire(procedure: Procedure, state: str, move: str, situation: Situation) -> str:
    """Fire a move of a procedure from a stored state.

    Returns:
        The new state.

    Raises:
        NoSuchMove: the procedure has no such move from that state.
        Refused: a guard says no; every guard that does is among the reasons.
    """
    new = _fire(procedure_machine(procedure), state, move, situation)
    if new is None:
        raise Refused(reasons_against(procedure, state, move, situation))
    return new


def _fire(machine: Machine, state: str, trigger: str, situation: Situation | None) -> str | None:
    carrier = Carrier(state)
    event = machine.events.get(trigger)
    try:
        if event is None or state not in machine.states:
            raise NoSuchMove(trigger, state, state)
        fired = event.trigger(carrier, situation=situation)
    except MachineError as error:
        raise NoSuchMove(trigger, state, state) from error
    return carrier.state if fired else None


def find_move(procedure: Procedure, state: str, name: str) -> Move:
    """The move called `name` from `state`; NoSuchMove when there is none."""
    for move in procedure.moves_from.get(state, ()):
        if move.name == name:
            return move
    title = procedure.by_state[state].title if state in procedure.by_state else state
    raise NoSuchMove(name, state, title)


def reasons_against(procedure: Procedure, state: str, move: str, situation: Situation) -> tuple[Reason, ...]:
    """Every reason, guard by guard, why a move cannot be made now; empty when it can."""
    return blocked_by(guards_of(procedure, find_move(procedure, state, move)), situation)


def blocked_by(guards: tuple[Guard, ...], situation: Situation) -> tuple[Reason, ...]:
    """The guards that say no, each with its reason filled in."""
    found = []
    for guard in guards:
        spec = GUARDS[guard.guard]
        facts = spec.check(situation)
        if facts is not None:
            found.append(Reason(guard.guard, sentence(guard.reason, facts), field_of(facts, spec.field)))
    return tuple(found)
