"""By when those whose consent a decision waits for are to answer."""

from __future__ import annotations

from typing import NamedTuple

from kdflow.domain.departures import NEVER, civil
from kdflow.domain.duties import duties_of_sag
from kdflow.domain.ladders import DutyKind
from kdflow.domain.replanning import planned
from kdflow.domain.situation import Situation
from kdflow.store.database import Tx
from kdflow.store.world import network_of


class AnswerDue(NamedTuple):
    """The civil minute by which an answer is wanted, and whether it is past."""

    at: int
    is_over: bool


def answer_due(tx: Tx, there: Situation) -> AnswerDue | None:
    """By when an answer is wanted at the situation's step, reckoned as the watch keeps it; None where nobody's is
    missing, or nothing says when."""
    sag, route, world, step = there.sag, there.definitions, there.world, there.current
    if step.outcome is None:
        return None
    plan = planned(sag, route, network_of(tx, world), world.now).plan
    found = (one for one in duties_of_sag(sag, route, plan, world) if one.kind is DutyKind.CONSENT)
    due = next((one.due for one in found if one.step == step.seq), NEVER)
    return AnswerDue(due, due < civil(world.now)) if due < NEVER else None
