"""The metro line of a sag: its stations with what happened there, what is going on, and what comes when."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kdflow.domain.dates import FuzzyDate
from kdflow.domain.moves import ahead_stations
from kdflow.domain.planner import Plan
from kdflow.domain.sag import Sag, Step
from kdflow.domain.situation import Situation, World, body_at
from kdflow.domain.standing import Standing, standing
from kdflow.domain.timetable import Body, MeetingStatus
from kdflow.domain.workflow import Definitions, Station, Workflow


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One station on the metro line. `layer` counts from 0; stops of one layer run beside each other.

    `state`: done (handed on), current (the sag stands here), ahead (submitted on condition), coming, or dropped
    (the sag ended before it came here, or was taken off). `on` is the day of decision or of the meeting,
    `earliest` the date of the meeting that the plan has for a coming stop, and `rounds` how often the sag has been
    here. `can_go_ahead` marks a stop that can be submitted to now on condition.
    """

    station: Station
    body: Body
    layer: int
    state: Standing
    step: Step | None
    state_title: str
    on: FuzzyDate | None
    earliest: FuzzyDate | None
    rounds: int
    can_go_ahead: bool


def stops(sag: Sag, route: Definitions, world: World, plan: Plan | None) -> tuple[Stop, ...]:
    """The stops of a sag's route, in file order; without a plan (the sag is over) nothing is said of when."""
    layers = _layers(route.workflow)
    first = _earliest(plan, world) if plan else {}
    ahead = ahead_stations(Situation(sag=sag, step=None, definitions=route, world=world))
    found = (
        _stop(sag, station, layers[station.key], first.get(station.key), route, world)
        for station in route.workflow.stations
    )
    return tuple(replace(stop, can_go_ahead=stop.station.key in ahead) for stop in found)


def _earliest(plan: Plan, world: World) -> dict[str, FuzzyDate]:
    """For each station that a meeting is planned for, its date."""
    found = ((leg.station, world.timetable.find(leg.meeting)) for leg in plan.legs if leg.kind == "meeting")
    return {station: meeting.on for station, meeting in found if meeting}


def _layers(workflow: Workflow) -> dict[str, int]:
    """The longest way to each station, in stations."""
    found: dict[str, int] = {}

    def layer(key: str) -> int:
        if key not in found:
            found[key] = max((layer(before) + 1 for before in workflow.by_key[key].after), default=0)
        return found[key]

    for station in workflow.stations:
        layer(station.key)
    return found


def _stop(
    sag: Sag,
    station: Station,
    layer: int,
    earliest: FuzzyDate | None,
    route: Definitions,
    world: World,
) -> Stop:
    state = standing(sag, station.key, route)
    step = sag.at(station.key) if state != "coming" else None
    meeting = world.timetable.find(step.meeting) if step else None
    planned = meeting.on if meeting and meeting.status is not MeetingStatus.CANCELLED else None
    return Stop(
        station=station,
        body=world.bodies[step.body if step else body_at(station, sag.fills)],
        layer=layer,
        state=state,
        step=step,
        state_title=route.procedure_of(station.key).by_state[step.state].title if step else "",
        on=(step.decided_on or planned or (None if meeting else step.planned)) if step else None,
        earliest=earliest if state == "coming" else None,
        rounds=sum(1 for other in sag.steps if other.station == station.key),
        can_go_ahead=False,
    )
