"""A submission that was missed: the sag slides to a later meeting, and people are told what that costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kdflow.domain.authority import PersonId
from kdflow.domain.departures import DAY, NEVER, instant_of
from kdflow.domain.duties import Watched
from kdflow.domain.ladders import DutyKind
from kdflow.domain.network import Network
from kdflow.domain.notices import Notice, key_of
from kdflow.domain.planner import Plan
from kdflow.domain.replanning import changes, planned
from kdflow.domain.sag import Sag
from kdflow.domain.situation import World
from kdflow.domain.visibility import may_see
from kdflow.domain.workflow import Definitions

MISSED = "missed"
"""The kind of notice that says a submission was missed, and what that costs."""

MADE = (DutyKind.CONSENT, DutyKind.ADVANCE)
"""The duties that are left when a decision is made."""


def slides(one: Watched) -> bool:
    """Whether a sag slides to a later meeting when the deadline of a duty has passed."""
    return one.kind is DutyKind.SUBMISSION and one.due < NEVER


def is_missed(one: Watched, sag: Sag, plan: Plan | None, now: int) -> bool:
    """Whether a submission that was kept ended without the sag being submitted: it waits for a later one."""
    step = sag.at(one.about)
    if not slides(one) or one.due >= now or plan is None or (step and step.outcome):
        return False
    is_same = (step.seq if step else None) == one.step
    leg = plan.leg(one.about)
    return bool(is_same and leg and leg.kind == "meeting" and leg.meeting != one.meeting)


def told_of(
    one: Watched,
    sag: Sag,
    route: Definitions,
    net: Network,
    world: World,
    plan: Plan | None,
    kept: Sequence[Watched],
) -> list[Notice]:
    """Says to those concerned what a missed submission costs: the plan as it was when the deadline was still open,
    beside the plan now. `kept` are the duties of the sag now: a decision among them that nobody has moved is what
    holds the sag up, and is told to those who can move it, too."""
    before = planned(sag, route, net, instant_of(one.due)).plan
    if before is None or plan is None:
        return []
    after = route.workflow.by_key[one.about].after if one.step is None else ()
    holding = [duty for duty in kept if duty.about in after and duty.kind in MADE]
    data = _data(one, world, before, plan) | {
        "held_up": [{"body": world.short(duty.body), "does": duty.kind.value} for duty in holding]
    }
    return [
        Notice(
            kind=MISSED,
            person=person,
            sag=sag.id,
            step=one.step,
            data=data,
            key=key_of(sag, one.about, one.step, MISSED, one.due, person),
        )
        for person in _people(one, sag, holding, world)
        if may_see(sag, person, route, world)
    ]


def _people(one: Watched, sag: Sag, holding: Iterable[Watched], world: World) -> Iterable[PersonId]:
    """The owner, the secretaries of the body that waits, and whoever can move what holds the sag up."""
    found = [sag.owner, *world.authority.secretaries(world.bodies[one.body])]
    for duty in holding:
        found += world.authority.secretaries(world.bodies[duty.body])
        found += world.authority.answers_for(duty.body)
    return dict.fromkeys(found)


def _data(one: Watched, world: World, before: Plan, plan: Plan) -> dict[str, object]:
    then, now = before.leg(one.about), plan.leg(one.about)
    missed, reached = world.timetable.find(one.meeting), world.timetable.find(now.meeting if now else None)
    is_end = max(before.arrives, plan.arrives) >= NEVER
    return {
        "station": one.about,
        "body": world.short(one.body),
        "meeting": missed.on.text if missed else None,
        "due": one.due,
        "then": reached.on.text if reached else None,
        "new_due": now.submits if now and reached else None,
        "days_here": now.decides // DAY - then.decides // DAY if now and then and now.decides < NEVER else None,
        "days": None if is_end else plan.arrives // DAY - before.arrives // DAY,
        "lines": [
            {"body": world.short(change.new.body), "on": change.new.decides, "was": change.old.decides}
            for change in changes(before, plan)
            if change.old and change.new and change.station != one.about and change.new.decides < NEVER
        ],
    }
