"""The plan of one sag: its journey through the calendars, why it is so, how much room there is, and what if."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from kdflow.domain.alternatives import Alternative, alternatives
from kdflow.domain.authority import PersonId
from kdflow.domain.capacity import avoiding
from kdflow.domain.dates import FuzzyDate, local_instant
from kdflow.domain.deadlines import Deadline, DeadlineKind, deadlines
from kdflow.domain.departures import DAY, NEVER, chain, civil, day_of, workdays_of
from kdflow.domain.explaining import Explanation, explain
from kdflow.domain.leeway import Missed, Slack, days_after_wish, latest_ready, missed, slack
from kdflow.domain.network import Network
from kdflow.domain.odds_told import Shown
from kdflow.domain.planner import Leg, Plan, plan_of
from kdflow.domain.prepared import Prepared, prepare
from kdflow.domain.replanning import Change, changes
from kdflow.domain.sag import Sag
from kdflow.domain.situation import Situation, World
from kdflow.domain.timetable import Body, Meeting
from kdflow.domain.workflow import Station
from kdflow.queries.odds import chance
from kdflow.queries.scene import situation
from kdflow.queries.what_if import WhatIf, refuse_nonsense, timetable_with, with_ahead
from kdflow.store import readings
from kdflow.store.competing import full_meetings
from kdflow.store.database import Database
from kdflow.store.world import sag_by_number, whole_world


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """One step of the journey with all that is known of it; `deadlines` are those of its meeting.

    `body` is the body of the meeting, `wanted` the one that the route names: another one after a merger. It waits
    for the decision of `decided_by`, where it does, at a meeting on `decided_on`.
    """

    leg: Leg
    station: Station
    body: Body
    wanted: Body
    meeting: Meeting | None
    deadlines: tuple[Deadline, ...]
    explanation: Explanation
    slack: Slack | None
    missed: Missed | None
    decided_by: Body | None
    decided_on: FuzzyDate | None

    @property
    def due(self) -> Deadline | None:
        """The deadline for submitting to the meeting that was chosen."""
        if self.leg.kind != "meeting":
            return None
        return next((one for one in self.deadlines if one.kind is DeadlineKind.SUBMISSION), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """A plan with all that is known of its steps, to be told; `names` says what each station is called, `odds` how
    likely it is that the sag ends with it (None: too little is known)."""

    sag: Sag
    plan: Plan
    rows: tuple[PlanRow, ...]
    odds: Shown | None
    names: Mapping[str, str]
    world: World

    @property
    def days_late(self) -> int:
        """How many days after the day that its owner wishes the sag can be decided; 0: none."""
        return days_after_wish(self.sag, self.plan)

    @property
    def now(self) -> int:
        """The civil minute at which it is told."""
        return civil(self.world.now)

    def is_on_agenda(self, row: PlanRow) -> bool:
        """Whether a step with a seat stands on the agenda already, and is not only submitted to the meeting."""
        step = self.sag.at(row.station.key)
        return step is not None and step.is_on_agenda

    @property
    def end(self) -> PlanRow | None:
        """The step that the sag comes to its end with: a meeting, where one lies as late as anything."""
        last = [row for row in self.rows if row.leg.decides == self.plan.arrives]
        meetings = [row for row in last if row.meeting]
        return next(iter(reversed(meetings or last)), None)

    @property
    def broken(self) -> PlanRow | None:
        """The first step that cannot be taken."""
        return next((row for row in self.rows if not row.leg.is_possible), None)

    @property
    def ended(self) -> Body | None:
        """The body that the journey breaks at: after mergers, the last of them."""
        return list(chain(self.broken.body.key, self.world.bodies))[-1] if self.broken else None

    @property
    def next_due(self) -> PlanRow | None:
        """The step with the next deadline for a submission."""
        due = [row for row in self.rows if row.leg.is_possible and row.due]
        return min(due, key=lambda row: row.leg.submits, default=None)

    @property
    def untimed(self) -> tuple[PlanRow, ...]:
        """Steps without meetings that the plan reckons no time for."""
        return tuple(row for row in self.rows if row.leg.kind == "work" and not row.station.takes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backward:
    """The same journey counted back from the day it must end by. `latest` is the last minute at which the papers
    may be ready (None: it is too late, however soon they are); `rows` is the journey from there."""

    by: date
    latest: int | None
    rows: tuple[PlanRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage:
    """The plan of a sag. `plan` is None when the sag is over; `real` is the plan without what is only supposed."""

    sag: Sag
    what_if: WhatIf
    plan: Plan | None
    real: Plan | None
    rows: tuple[PlanRow, ...]
    backward: Backward | None
    alternatives: tuple[Alternative, ...]
    odds: Shown | None
    names: dict[str, str]
    world: World

    @property
    def arrives_on(self) -> date | None:
        """The day on which the sag has come to its end; None when it cannot, is over, or has no step left."""
        return day_of(self.plan.arrives) if self.plan and 0 < self.plan.arrives < NEVER else None

    @property
    def journey(self) -> Journey | None:
        """The plan with its steps; None when the sag is over."""
        if self.plan is None:
            return None
        return Journey(
            sag=self.sag, plan=self.plan, rows=self.rows, odds=self.odds, names=self.names, world=self.world
        )

    @property
    def changes(self) -> tuple[Change, ...]:
        """What the suppositions change in the plan, step by step."""
        return changes(self.real, self.plan) if self.real and self.plan else ()


def plan_page(
    db: Database, number: str, viewer: PersonId | None, now: datetime, what_if: WhatIf | None = None
) -> PlanPage:
    """The plan of a sag, under some suppositions; None as viewer is the operator. Nothing is written.

    Raises:
        NotFound: there is no such sag, or the viewer may not know of it; no such meeting, body or station.
        Unreadable: the supposition makes no sense.
    """
    supposed = what_if or WhatIf()
    refuse_nonsense(supposed)
    with db.read() as tx:
        world = whole_world(tx, now)
        sag = sag_by_number(tx, number, viewer, world)
        readings.note(sag, viewer, "page")
        here = situation(tx, sag, None, world)
        route = here.definitions
        names = names_in(here)
        if route.life.by_state[sag.life].final:
            return _over(sag, supposed, names, world)
        full = full_meetings(tx, world).get(sag.id, frozenset())
        shown = chance(tx, sag, world, full, _end_of(supposed.by))
    real = avoiding(prepare(sag, route, Network(world.bodies, world.timetable), now), full)
    net = Network(world.bodies, timetable_with(world, supposed))
    start = max(now, local_instant(supposed.start)) if supposed.start else now
    prepared = with_ahead(avoiding(prepare(sag, route, net, start), full), supposed.ahead)
    return PlanPage(
        sag=sag,
        what_if=supposed,
        plan=plan_of(prepared),
        real=plan_of(real),
        rows=rows_of(prepared, supposed.by),
        backward=backward(prepared, supposed.by) if supposed.by else None,
        alternatives=alternatives(prepared),
        odds=shown if supposed.is_real else None,
        names=names,
        world=world,
    )


def _end_of(day: date | None) -> int | None:
    """The last civil minute of a day."""
    return day.toordinal() * DAY + DAY - 1 if day else None


def names_in(here: Situation) -> dict[str, str]:
    """What each station of a route is called: the short name of its body."""
    return {station.key: here.names_of([station.key]) for station in here.definitions.workflow.stations}


def _over(sag: Sag, what_if: WhatIf, names: dict[str, str], world: World) -> PlanPage:
    return PlanPage(
        sag=sag,
        what_if=what_if,
        plan=None,
        real=None,
        rows=(),
        backward=None,
        alternatives=(),
        odds=None,
        names=names,
        world=world,
    )


def rows_of(prepared: Prepared, by: date | None = None) -> tuple[PlanRow, ...]:
    """The steps of the earliest journey; their slack is that towards the day `by`, or the end of the journey."""
    plan = plan_of(prepared)
    target = by.toordinal() * DAY + DAY - 1 if by else plan.arrives
    return tuple(_row(prepared, plan, leg, target) for leg in plan.legs)


def _row(prepared: Prepared, plan: Plan, leg: Leg, target: int) -> PlanRow:
    net = prepared.network
    body, meeting = net.bodies[leg.body], net.timetable.find(leg.meeting)
    explanation = explain(prepared, leg)
    before = explanation.decided_by
    decider = plan.leg(before) if before else None
    decision = net.timetable.find(decider.meeting) if decider else None
    return PlanRow(
        leg=leg,
        station=prepared.stations[prepared.place(leg.station)],
        body=body,
        wanted=net.bodies[prepared.bodies[prepared.place(leg.station)]],
        meeting=meeting,
        deadlines=deadlines_of(meeting, body),
        explanation=explanation,
        slack=slack(prepared, leg.station, target) if target < NEVER else None,
        missed=missed(prepared, leg.station) if leg.kind in ("meeting", "seat") and leg.is_possible else None,
        decided_by=net.bodies[prepared.bodies[prepared.place(before)]] if before else None,
        decided_on=decision.on if decision else None,
    )


def deadlines_of(meeting: Meeting | None, body: Body) -> tuple[Deadline, ...]:
    """Every deadline of a meeting, counted from the bounds of its day."""
    return deadlines(body.rules, meeting.on, workdays_of(body)) if meeting else ()


def backward(prepared: Prepared, by: date) -> Backward:
    """The journey counted back from a day: the latest submissions that still make it."""
    target = by.toordinal() * DAY + DAY - 1
    latest = latest_ready(prepared, target)
    if latest is None:
        return Backward(by=by, latest=None, rows=())
    rows = tuple(replace(row, missed=None) for row in rows_of(prepared.at(latest), by))
    return Backward(by=by, latest=latest, rows=rows)


def horizon(page: PlanPage) -> tuple[date, date]:
    """The first and the last day that a picture of the plan must hold."""
    days = [day_of(row.leg.decides) for row in page.rows if row.leg.is_possible]
    days += [deadline.on for row in page.rows for deadline in row.deadlines]
    last = max([*days, page.world.today + timedelta(days=28)])
    return page.world.today, last
