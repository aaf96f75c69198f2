"""The plan of a sag before it is opened: when it could be where, and counted back from a wished day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from kdflow.domain.authority import PersonId
from kdflow.domain.departures import TAKES_NOTHING, civil, workdays_of
from kdflow.domain.network import Network, network
from kdflow.domain.planner import plan_of
from kdflow.domain.prepared import prepare
from kdflow.domain.rights import calendar_keeper
from kdflow.domain.sag import Sag, SagId
from kdflow.domain.situation import Situation, World, body_at
from kdflow.domain.standing import meets
from kdflow.domain.timetable import Body, Meeting, MeetingId
from kdflow.domain.visibility import bodies_of
from kdflow.domain.workflow import Definitions
from kdflow.queries.plan_page import PlanPage, backward, names_in, rows_of
from kdflow.queries.scene import situation
from kdflow.queries.what_if import WhatIf
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


def new_plan(
    db: Database, route: str, fills: Mapping[str, str], *, owner: PersonId, by: date | None, now: datetime
) -> NewPlan:
    """The plan of a sag on a route with these bodies in its roles, towards a day or none. Nothing is written.

    Raises:
        NotFound: there is no such route.
    """
    sag = Sag(id=SagId(0), number="", title="", owner=owner, route=route, life="draft", fills=dict(fills))
    with db.read() as tx:
        world = whole_world(tx, now)
        here = situation(tx, sag, None, world)
    net = network(world)
    prepared = prepare(sag, here.definitions, net, now)
    plan = plan_of(prepared)
    page = PlanPage(
        sag=sag,
        what_if=WhatIf(by=by),
        plan=plan,
        real=plan,
        rows=rows_of(prepared, by),
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


def meeting_day(db: Database, meeting: str, now: datetime) -> date | None:
    """The day of a meeting; None where there is no such meeting, or its day is not known."""
    with db.read() as tx:
        found = whole_world(tx, now).timetable.find(MeetingId(meeting))
    return found.on.exact if found else None


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
