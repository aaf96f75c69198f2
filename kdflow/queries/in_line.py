"""What can wait for somebody: at which bodies, and in which states, a step can be theirs to move on."""

from __future__ import annotations

from collections.abc import Iterable

from kdflow.domain.authority import PersonId
from kdflow.domain.situation import World
from kdflow.domain.wanted import Line
from kdflow.domain.workflow import Actor, Procedure
from kdflow.queries.scene import bodies_served
from kdflow.store import definitions
from kdflow.store.database import Tx


def line_of(tx: Tx, world: World, viewer: PersonId) -> Line:
    """Where `viewer` could move a step on, if nothing held it back."""
    procedures = definitions.procedures(tx)
    return Line(
        owner=viewer,
        own=_states(procedures, {Actor.OWNER}),
        at={one: _states(procedures, _acts_as(world, viewer, one)) for one in bodies_served(world, viewer)},
    )


def _acts_as(world: World, viewer: PersonId, body: str) -> set[Actor]:
    """What somebody is at a body, beside owning its sager."""
    at, nobody = world.bodies[body], PersonId("")
    return {one for one in Actor if world.authority.acting(viewer, (one,), owner=nobody, body=at)}


def _states(procedures: Iterable[Procedure], actors: set[Actor]) -> frozenset[str]:
    """The states that some of these people can move a step on from, in some procedure."""
    return frozenset(
        state
        for one in procedures
        for state, moves in one.moves_from.items()
        if any(move.onward and not actors.isdisjoint(move.by) for move in moves)
    )
