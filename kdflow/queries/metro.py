"""The metro line of a sag: its stations with what happened there, what is going on, and what comes when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from kdflow.domain.dates import FuzzyDate
from kdflow.domain.sag import Sag, Step
from kdflow.domain.situation import World, body_at
from kdflow.domain.standing import Standing, meets, standing
from kdflow.domain.timetable import Body
from kdflow.domain.workflow import Definitions, Station, Workflow


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One station on the metro line. `layer` counts from 0; stops of one layer run beside each other.

    `state`: done (handed on), current (the sag stands here), ahead (submitted on condition), coming, or dropped
    (the sag ended before it came here, or was taken off). `on` is the day of decision or of the meeting,
    `earliest` the first meeting at which a coming stop can be reached by the calendars alone, and `rounds` how
    often the sag has been here.
    """

    station: Station
    body: Body
    layer: int
    state: Standing
    step: Step | None
    state_title: str
    on: FuzzyDate | None
    earliest: date | None
    rounds: int


def stops(sag: Sag, route: Definitions, world: World) -> tuple[Stop, ...]:
    """The stops of a sag's route, in file order."""
    layers = _layers(route.workflow)
    states = {s.key: standing(sag, s.key, route) for s in route.workflow.stations}
    over = route.life.by_state[sag.life].final
    first = {} if over else _earliest(sag, route, world, states, layers)
    return tuple(
        _stop(sag, station, layers[station.key], states[station.key], first.get(station.key), route, world)
        for station in route.workflow.stations
    )


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
    state: Standing,
    earliest: date | None,
    route: Definitions,
    world: World,
) -> Stop:
    step = sag.at(station.key) if state != "coming" else None
    meeting = world.timetable.find(step.meeting) if step else None
    return Stop(
        station=station,
        body=world.bodies[step.body if step else body_at(station, sag.fills)],
        layer=layer,
        state=state,
        step=step,
        state_title=route.procedure_of(station.key).by_state[step.state].title if step else "",
        on=(step.decided_on or (meeting.on if meeting else step.planned)) if step else None,
        earliest=earliest,
        rounds=sum(1 for other in sag.steps if other.station == station.key),
    )


def _earliest(
    sag: Sag, route: Definitions, world: World, states: dict[str, Standing], layers: dict[str, int]
) -> dict[str, date]:
    """For each coming station that treats sager at meetings, the first meeting it can come to.

    A lower bound, by the calendars alone: two bodies may meet on one day, and no deadline is looked at.
    """
    found: dict[str, date] = {}
    reached: dict[str, date | None] = {}
    for station in sorted(route.workflow.stations, key=lambda station: layers[station.key]):
        key = station.key
        before = [reached[other] for other in station.after]
        after = max((day for day in before if day), default=world.today)
        ready = None if None in before else max(after, world.today)
        reached[key] = _reached(sag, station, states[key], ready, route, world)
        if states[key] == "coming" and meets(route, key) and (day := reached[key]):
            found[key] = day
    return found


def _reached(
    sag: Sag, station: Station, state: Standing, ready: date | None, route: Definitions, world: World
) -> date | None:
    """The first day on which a station can have decided; None where its calendar does not say."""
    if ready is None:
        return None
    if state == "coming" and meets(route, station.key):
        body = body_at(station, sag.fills)
        coming = world.timetable.coming(body, after=ready - timedelta(days=1))
        return coming[0].begins_on if coming else None
    step = sag.at(station.key) if state != "coming" else None
    meeting = world.timetable.find(step.meeting) if step else None
    return max((meeting.begins_on if meeting else None) or ready, ready)
