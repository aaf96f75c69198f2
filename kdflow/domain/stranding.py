"""Which running sager a change would strand: left without a body, a chair, a secretary, or a way onward."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from kdflow.domain.authority import Authority
from kdflow.domain.departures import DAY, NEVER, chain, end_of
from kdflow.domain.errors import Reason, Refused
from kdflow.domain.findings import missing_consents
from kdflow.domain.network import Network
from kdflow.domain.planner import Plan
from kdflow.domain.replanning import planned
from kdflow.domain.sag import Sag, SagId, Step
from kdflow.domain.situation import Situation, World, body_at
from kdflow.domain.standing import meets, standing
from kdflow.domain.timetable import Body, Chairing
from kdflow.domain.workflow import Consent, Definitions, Station

AHEAD = frozenset({"current", "ahead", "coming"})
"""How a station stands that a sag has yet to pass."""

Why = Literal["no-body", "no-chair", "no-secretary", "no-route", "no-owner"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Strand:
    """A running sag that a change would strand at a body ("": for want of an owner), and why."""

    sag: SagId
    number: str
    title: str
    closed: bool
    body: str
    why: Why


class Stranded(Refused):
    """A change would strand running sager: `seen` are those that its maker may know of, `hidden` how many more."""

    def __init__(self, seen: tuple[Strand, ...], hidden: int) -> None:
        self.seen, self.hidden = seen, hidden
        super().__init__([Reason(guard="strands_nobody", text="running sager would be stranded")])


@dataclass(frozen=True, kw_only=True)
class Between:
    """The world before a change and after it, and the day from which on offices are compared."""

    before: World
    after: World
    old: Network
    new: Network
    on: date

    @property
    def is_of_offices(self) -> bool:
        """Whether only offices change, so that every plan stays as it is."""
        return self.before.bodies == self.after.bodies


def strands(sag: Sag, route: Definitions, between: Between) -> Iterator[Strand]:
    """Where a change would strand a sag; every station once, with the first reason."""
    if not between.is_of_offices:
        yield from _without_way(sag, route, between)
    for station in route.workflow.stations:
        if standing(sag, station.key, route) not in AHEAD:
            continue
        step = sag.at(station.key) if sag.is_open_at(station.key) else None
        key = step.body if step else body_at(station, sag.fills)
        why = _without_people(sag, route, station, step, key, between)
        if why:
            yield _strand(sag, key, why)


def _strand(sag: Sag, body: str, why: Why) -> Strand:
    return Strand(sag=sag.id, number=sag.number, title=sag.title, closed=sag.closed, body=body, why=why)


def unowned(sag: Sag) -> Strand:
    """A sag whose owner leaves."""
    return _strand(sag, "", "no-owner")


def _without_way(sag: Sag, route: Definitions, between: Between) -> Iterator[Strand]:
    now = between.before.now
    was, becomes = planned(sag, route, between.old, now), planned(sag, route, between.new, now)
    if was.plan is None or becomes.plan is None:
        return
    for leg in becomes.plan.legs:
        body = becomes.bodies.get(leg.station)
        if body is None or body not in between.after.bodies or standing(sag, leg.station, route) not in AHEAD:
            continue
        if _is_lost(leg.station, body, was.plan, between.before) or not _is_lost(
            leg.station, body, becomes.plan, between.after
        ):
            continue
        ends = end_of(body, between.after.bodies) is not None
        yield _strand(sag, body, "no-body" if ends else "no-route")
        return


def _is_lost(station: str, body: str, plan: Plan, world: World) -> bool:
    """Whether a station cannot be treated: no meeting is left, or its body is over before."""
    leg = plan.leg(station)
    if leg is None or leg.decides >= NEVER:
        return True
    ends = end_of(body, world.bodies)
    return ends is not None and leg.decides // DAY > ends.toordinal()


def _without_people(
    sag: Sag, route: Definitions, station: Station, step: Step | None, key: str, between: Between
) -> Why | None:
    before, after = between.before, between.after
    if key not in after.bodies or key not in before.bodies:
        return None
    if _wants_consent(sag, route, station, step, before):
        has_had = _leaders(before, key, between.on)
        if has_had and not _leaders(after, key, between.on):
            return "no-chair"
    if meets(route, station.key):
        has_had = _secretaries(before, key, between.on)
        if has_had and not _secretaries(after, key, between.on):
            return "no-secretary"
    return None


def _wants_consent(sag: Sag, route: Definitions, station: Station, step: Step | None, world: World) -> bool:
    if station.consent is Consent.NONE:
        return False
    if step is None or step.outcome is None:
        return True
    return bool(missing_consents(Situation(sag=sag, step=step, definitions=route, world=world)))


def waits_for_consent(sag: Sag, route: Definitions, world: World, body: str) -> bool:
    """Whether a decision of a sag at a body waits for a consent now."""
    for step in sag.steps:
        if step.body == body and step.outcome is not None and sag.is_open_at(step.station):
            here = Situation(sag=sag, step=step, definitions=route, world=world)
            if here.station.consent is not Consent.NONE and missing_consents(here):
                return True
    return False


def _leaders(world: World, key: str, on: date) -> bool:
    body = _treating(key, world, on)
    return body.chairing is not Chairing.NONE and bool(_on(world, on).answers_for(body.key))


def _secretaries(world: World, key: str, on: date) -> bool:
    return bool(_on(world, on).secretaries(_treating(key, world, on)))


def _on(world: World, on: date) -> Authority:
    """Who holds an office on a day, were nobody away."""
    return replace(world.authority, on=on, absences=())


def _treating(key: str, world: World, on: date) -> Body:
    """The body that treats the sager of a body on a day: itself, or who follows it then."""
    known = list(chain(key, world.bodies))
    return next((one for one in known if one.valid.end is None or on <= one.valid.end), known[-1])
