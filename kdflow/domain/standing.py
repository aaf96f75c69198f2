"""Where a sag stands on its route: which stations are done, open, ahead of their turn, or still to come."""

from __future__ import annotations

from typing import Literal

from kdflow.domain.route import is_awaited
from kdflow.domain.sag import Sag, Step
from kdflow.domain.visibility import bodies_of
from kdflow.domain.workflow import Definitions, Effect, Procedure

Standing = Literal["done", "current", "ahead", "coming", "dropped"]
"""done (handed on), current (the sag stands here), ahead (submitted on condition), coming, or dropped (the sag
ended before it came here, or was taken off)."""


def standing(sag: Sag, station: str, route: Definitions) -> Standing:
    """How far a sag is at one station of its route."""
    if sag.is_open_at(station):
        return "current"
    is_over = route.life.by_state[sag.life].final
    step = sag.at(station)
    if step is None:
        return "dropped" if is_over else "coming"
    if not route.procedure_of(station).by_state[step.state].final:
        return "ahead"
    if step.state in route.handed_on(station) and not is_awaited(route.workflow, station, sag.places):
        return "done"
    return "dropped" if is_over else "coming"


def meets(route: Definitions, station: str) -> bool:
    """Whether sager are treated at meetings at a station."""
    return any(move.does is Effect.TAKE_SEAT for move in route.procedure_of(station).moves)


def treated_states(procedure: Procedure) -> frozenset[str]:
    """The states in which a body has treated a step: those that a move leads to which waits for the meeting to
    begin, or which records an outcome."""
    return frozenset(
        move.to
        for move in procedure.moves
        if move.does is Effect.RECORD_OUTCOME or any(one.guard == "meeting_begun" for one in move.guards)
    )


def open_steps(sag: Sag, route: Definitions) -> tuple[Step, ...]:
    """The steps of a sag that are not over. One whose station an amended route no longer has is over."""
    there = (s for s in sag.steps if s.station in route.workflow.by_key)
    return tuple(s for s in there if not route.procedure_of(s.station).by_state[s.state].final)


def passage(sag: Sag, route: Definitions) -> dict[str, bool]:
    """The bodies a sag passes or has passed, each with whether it is there now."""
    here = {step.body for step in open_steps(sag, route)}
    return {body: body in here for body in bodies_of(sag, route)}
