"""How likely a sag ends by a day, from what its bodies have done with others: counted, never told of one sag."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kdflow.domain import odds
from kdflow.domain.capacity import avoiding
from kdflow.domain.odds import Rate
from kdflow.domain.odds_told import Shown, as_shown, is_enough
from kdflow.domain.planner import plan_of
from kdflow.domain.prepared import prepare
from kdflow.domain.sag import Sag
from kdflow.domain.situation import World
from kdflow.domain.timetable import MeetingId
from kdflow.domain.workflow import Effect, Procedure
from kdflow.store import definitions, outcomes
from kdflow.store.database import Tx
from kdflow.store.world import network_of


def rates(tx: Tx, bodies: Sequence[str]) -> dict[str, Rate]:
    """How often some bodies postpone and send back."""
    found = outcomes.tallies(tx, bodies, sent_back=sent_back(definitions.procedures(tx)))
    return {body: odds.rate(*tally) for body, tally in found.items()}


def sent_back(procedures: Iterable[Procedure]) -> frozenset[str]:
    """The states that a step comes to when it is sent back."""
    return frozenset(move.to for one in procedures for move in one.moves if move.does is Effect.SEND_BACK)


def chance(
    tx: Tx, sag: Sag, world: World, full: frozenset[MeetingId] = frozenset(), by: int | None = None
) -> Shown | None:
    """The chance that a sag ends by a civil minute (None: the end of its plan), as a person is told it; None where
    it cannot be planned, or where too little is known. It never comes to the meetings that are `full` for it."""
    route = definitions.load(tx, sag.route)
    net = network_of(tx, world)
    prepared = avoiding(prepare(sag, route, net, world.now), full)
    plan = plan_of(prepared)
    if not plan.legs or (by is None and plan.breaks_at):
        return None
    known = rates(tx, tuple(dict.fromkeys(prepared.bodies)))
    if not is_enough(prepared, known):
        return None
    found = odds.distribution(prepared, known, odds.afresh(sag, route, net, full))
    return as_shown(found, plan.arrives if by is None else by, prepared, known)
