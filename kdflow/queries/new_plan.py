"""The plan of a sag before it is opened: when it could be where, and counted back from a wished day."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from kdflow.domain.authority import PersonId
from kdflow.domain.departures import TAKES_NOTHING, civil, day_of, workdays_of
from kdflow.domain.errors import KdflowError
from kdflow.domain.network import Network, network
from kdflow.domain.opening import check_opening, latest_version, roles_of
from kdflow.domain.planner import plan_of
from kdflow.domain.prepared import prepare
from kdflow.domain.rights import calendar_keeper
from kdflow.domain.sag import Sag, SagId
from kdflow.domain.situation import Situation, World, body_at
from kdflow.domain.standing import meets
from kdflow.domain.timetable import Body, Meeting, MeetingId
from kdflow.domain.visibility import bodies_of
from kdflow.domain.workflow import Definitions
from kdflow.queries.plan_page import PlanPage, PlanRow, backward, names_in, rows_of
from kdflow.queries.scene import situation
from kdflow.queries.what_if import WhatIf
from kdflow.store import definitions, drafts
from kdflow.store.database import Database
from kdflow.store.world import whole_world


@dataclass(frozen=True, slots=True, kw_only=True)
class Shut:
    """A day on which a body of the route does not work: what the day is called ("" for a weekend), and the working
    day before it."""

    day: date
    name: str
    before: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutMeetings:
    """A body that treats sager at meetings and has none that a new sag could go to: whether the viewer may add
    one (`may_add`), and otherwise the names of those who can."""

    body: Body
    may_add: bool
    keepers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlan:
    """The plan of a sag that is not opened yet. `page` is told as that of any sag; `finals` are the coming
    meetings that it could be decided at last; `shut` says that nobody meets on the wished day, `without` which
    bodies of the route have no meetings that the sag could go to."""

    page: PlanPage
    finals: tuple[Meeting, ...]
    shut: Shut | None
    without: tuple[WithoutMeetings, ...]

    @property
    def digest(self) -> str:
        """The hex SHA-256 of what is planned, and of what it follows from: whoever has seen it has seen this plan.
        Times of the day only count where they are deadlines: they would be others with each minute."""
        page, back = self.page, self.page.backward
        asked = [page.sag.route, sorted(page.sag.fills.items()), page.what_if.by]
        warned = [self.shut and self.shut.day, [one.body.key for one in self.without]]
        counted = [back.latest and day_of(back.latest), *map(_planned, back.rows)] if back else None
        told = [asked, warned, [_planned(row) for row in page.rows], counted]
        return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()


def new_plan(
    db: Database,
    route: str,
    fills: Mapping[str, str],
    *,
    title: str = "",
    owner: PersonId,
    by: date | None,
    now: datetime,
) -> NewPlan:
    """The plan of a sag on a route with these bodies in its roles, towards a day or none. Nothing is written.

    Raises:
        NotFound: there is no such route, or no such body. Unreadable: a sag cannot be opened like that.
    """
    sag = Sag(id=SagId(0), number="", title=title, owner=owner, route=route, life="draft", fills=dict(fills))
    with db.read() as tx:
        world = whole_world(tx, now)
        here = situation(tx, sag, None, world)
    check_opening(here.definitions.workflow, fills, world.bodies, world.today)
    net = network(world)
    prepared = prepare(sag, here.definitions, net, now)
    plan = plan_of(prepared)
    page = PlanPage(
        sag=sag,
        what_if=WhatIf(by=by),
        plan=plan,
        real=plan,
        rows=rows_of(prepared),  # the room of each step is told as it will be when the sag is opened
        backward=backward(prepared, by) if by else None,
        alternatives=(),
        odds=None,
        names=names_in(here),
        world=world,
    )
    return NewPlan(
        page=page,
        finals=_finals(page),
        shut=_shut(sag, here.definitions, world, by) if by else None,
        without=tuple(_without_meetings(here, net, owner)),
    )


def plan_of_copy(db: Database, old: Sag, *, owner: PersonId, now: datetime) -> NewPlan | None:
    """The plan of a copy of a sag, if it was set going now; None where no copy can be made of it."""
    with db.read() as tx:
        known = [definitions.load(tx, ref).workflow for ref in definitions.known(tx)]
        today = whole_world(tx, now).today
    try:
        route = latest_version(old.route, known, today)
        fills = {role: body for role, body in old.fills.items() if role in roles_of(route)}
        return new_plan(db, route.ref, fills, owner=owner, by=None, now=now)
    except KdflowError:
        return None


def begun_by(db: Database, person: PersonId) -> drafts.Begun | None:
    """What somebody has typed of a new sag and not saved; None where that is nothing."""
    with db.read() as tx:
        return drafts.begun(tx, person)


def meeting_day(db: Database, meeting: str, now: datetime) -> date | None:
    """The day of a meeting; None where there is no such meeting, or its day is not known."""
    with db.read() as tx:
        found = whole_world(tx, now).timetable.find(MeetingId(meeting))
    return found.on.exact if found else None


def _planned(row: PlanRow) -> tuple[object, ...]:
    """What one step is planned to be, by days."""
    leg, room = row.leg, row.slack
    return (
        *(leg.station, leg.body, leg.kind, leg.meeting, row.meeting and row.meeting.on),
        row.due and row.due.at,
        day_of(leg.decides) if leg.is_possible else None,
        (day_of(room.latest), room.days, room.meetings) if room else None,
    )


def _finals(page: PlanPage) -> tuple[Meeting, ...]:
    """The coming meetings of the body that the sag comes to its end with."""
    end = next((row for row in reversed(page.rows) if row.meeting), None)
    if end is None:
        return ()
    coming = page.world.timetable.coming(end.body.key, after=page.world.today)
    return tuple(one for one in coming if one.on.exact and one.status not in TAKES_NOTHING)


def _shut(sag: Sag, route: Definitions, world: World, day: date) -> Shut | None:
    for key in bodies_of(sag, route):
        days = workdays_of(world.bodies[key])
        if not days.is_worked(day):
            return Shut(day=day, name=days.closed.get(day, ""), before=days.add(day, -1))
    return None


def _without_meetings(here: Situation, net: Network, viewer: PersonId) -> Iterator[WithoutMeetings]:
    """The bodies on the way at whose meetings the sag is to be treated, where neither they nor who follows them
    have one that can still be submitted to."""
    route, world = here.definitions, here.world
    stations = [one for one in route.workflow.stations if meets(route, one.key)]
    for key in dict.fromkeys(body_at(one, here.sag.fills) for one in stations):
        table = net.departures(key)
        if any(closes >= civil(world.now) for closes in table.submits[:-1]):
            continue
        body = world.bodies[key]
        served = world.authority.secretaries(body) or world.authority.answers_for(key)
        yield WithoutMeetings(
            body=body,
            may_add=calendar_keeper(world.authority, body, viewer) is not None,
            keepers=tuple(world.names.get(one, one) for one in served),
        )
