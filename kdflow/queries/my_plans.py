"""The plans of all the sager that somebody owns, beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kdflow.domain.authority import PersonId
from kdflow.domain.capacity import avoiding
from kdflow.domain.deadlines import Deadline, DeadlineKind
from kdflow.domain.departures import NEVER, day_of
from kdflow.domain.leeway import days_after_wish
from kdflow.domain.planner import Leg, plan_of
from kdflow.domain.prepared import prepare
from kdflow.domain.sag import Sag
from kdflow.domain.situation import World
from kdflow.domain.timetable import Body, Meeting, MeetingId
from kdflow.queries.plan_page import deadlines_of
from kdflow.store import definitions, line, sager
from kdflow.store.competing import full_meetings
from kdflow.store.database import Database, Tx
from kdflow.store.world import network_of, whole_world

MOST = 60
"""How many sager stand beside each other."""

LEAST, LONGEST = timedelta(days=56), timedelta(days=550)
"""How many days a picture shows at least, and at most: what comes later is told in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStop:
    """A meeting that a sag is planned at; `due` where it has still to be submitted."""

    body: Body
    meeting: Meeting
    due: Deadline | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPlan:
    """The plan of one sag: its meetings in their order, and the day on which it ends (None: it does not).
    `is_planned` is False where it is not under way; `days_late` is how many days after the wished one it ends."""

    sag: Sag
    is_planned: bool
    stops: tuple[PlanStop, ...]
    ends: date | None
    days_late: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MyPlans:
    """Somebody's open sager with their plans, the one with the next deadline first."""

    rows: tuple[OwnPlan, ...]
    has_more: bool
    world: World

    @property
    def planned(self) -> tuple[OwnPlan, ...]:
        """Those that there is something to draw of."""
        return tuple(row for row in self.rows if row.is_planned)

    @property
    def last(self) -> date:
        """The last day that a picture of them shows."""
        days = [day for row in self.planned for day in (row.ends, *(_day(one) for one in row.stops)) if day]
        today = self.world.today
        return min(max([*days, today + LEAST]), today + LONGEST)


def my_plans(db: Database, viewer: PersonId, now: datetime) -> MyPlans:
    """The plans of the open sager that `viewer` owns."""
    with db.read() as tx:
        world = whole_world(tx, now)
        own = line.most_urgent(tx, viewer, limit=MOST + 1)
        found = {sag.id: sag for sag in sager.load_many(tx, own[:MOST])}
        full = full_meetings(tx, world) if found else {}
        rows = [_plan(tx, world, found[one], full.get(one, frozenset())) for one in own[:MOST]]
        return MyPlans(rows=tuple(rows), has_more=len(own) > MOST, world=world)


def _plan(tx: Tx, world: World, sag: Sag, full: frozenset[MeetingId]) -> OwnPlan:
    if sag.life != "under-way":
        return OwnPlan(sag=sag, is_planned=False, stops=(), ends=None)
    route = definitions.load(tx, sag.route)
    plan = plan_of(avoiding(prepare(sag, route, network_of(tx, world), world.now), full))
    stops = [stop for leg in plan.legs if leg.is_possible and (stop := _stop(world, leg))]
    return OwnPlan(
        sag=sag,
        is_planned=bool(plan.legs),
        stops=tuple(sorted(stops, key=lambda one: (_day(one) or date.max, one.meeting.id))),
        ends=day_of(plan.arrives) if 0 < plan.arrives < NEVER else None,
        days_late=days_after_wish(sag, plan),
    )


def _stop(world: World, leg: Leg) -> PlanStop | None:
    meeting = world.timetable.find(leg.meeting)
    if meeting is None:
        return None
    body = world.bodies[meeting.body]
    found = deadlines_of(meeting, body) if leg.kind == "meeting" else ()
    due = next((one for one in found if one.kind is DeadlineKind.SUBMISSION), None)
    return PlanStop(body=body, meeting=meeting, due=due)


def _day(one: PlanStop) -> date | None:
    return one.meeting.begins_on
