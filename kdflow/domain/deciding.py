"""Whether minutes can record what was decided about a sag, by which moves, and what stands in the way."""

from __future__ import annotations

from kdflow.domain.authority import PersonId
from kdflow.domain.errors import NoSuchMove, Reason
from kdflow.domain.moves import open_moves
from kdflow.domain.on_agenda import Seated
from kdflow.domain.situation import Situation
from kdflow.domain.workflow import Effect, Procedure

OTHERS_DECIDE = Reason("item_allowed", "this decision is for others to record")
"""What stands in the way of who keeps the minutes of a body and has no office there."""


def way_to_decision(procedure: Procedure, state: str) -> tuple[str, ...]:
    """The moves that record a decision from a state: the one that does, or one that leads there, and then it.

    Raises:
        NoSuchMove: there is no such way.
    """
    found = procedure.moves_from.get(state, ())
    if direct := next((one for one in found if one.does is Effect.RECORD_OUTCOME), None):
        return (direct.name,)
    for first in found:
        after = procedure.moves_from.get(first.to, ()) if first.does is None and first.onward else ()
        if then := next((one for one in after if one.does is Effect.RECORD_OUTCOME), None):
            return first.name, then.name
    raise NoSuchMove("decide", state, procedure.by_state[state].title)


def can_decide(one: Seated) -> bool:
    """Whether a decision is to be recorded about what has a seat, now or later."""
    if one.step.outcome is not None or one.sag.life != "under-way":
        return False
    try:
        way_to_decision(one.route.procedure_of(one.step.station), one.step.state)
    except NoSuchMove:
        return False
    return True


def not_yet(here: Situation, person: PersonId) -> tuple[Reason, ...]:
    """Why `person` cannot record a decision now, whatever it is: the rules of the move that they would make."""
    first, *_ = way_to_decision(here.definitions.procedure_of(here.current.station), here.current.state)
    found = next((one for one in open_moves(here, person) if one.move.name == first), None)
    return found.reasons if found and found.acting else (OTHERS_DECIDE,)
