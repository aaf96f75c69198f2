"""Another route for a running sag: a newer version, or an amendment for this sag alone; what maps, what cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from kdflow.domain.errors import NotFound, Unreadable
from kdflow.domain.route import is_join, places, waiting
from kdflow.domain.sag import Sag, Step
from kdflow.domain.situation import body_at
from kdflow.domain.workflow import BodyRole, Definitions, Procedure, Station, Validity, Workflow

ObstacleKind = Literal[
    "station-gone", "body-differs", "state-gone", "reached-differs", "too-late", "place-gone", "role-open"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """Why a sag cannot move to a route: what kind of reason, at which station, and the word it is about."""

    kind: ObstacleKind
    station: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.station}: {self.kind}" + (f" ({self.detail})" if self.detail else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteChange:
    """What moving a sag to another route would do. `places` and `stations` map old names to new ones, as
    `renamed` does for all stations that have another key there."""

    old: str
    new: str
    places: Mapping[str, str] = field(default_factory=dict)
    stations: Mapping[str, str] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """A change of one sag's own route: stations to take out, stations to put in, and other bodies for stations.

    Each entry of `add` comes with the stations that shall wait for it, instead of for what it waits for itself.
    """

    remove: tuple[str, ...] = ()
    add: tuple[tuple[Station, tuple[str, ...]], ...] = ()
    rebody: Mapping[str, str] = field(default_factory=dict)


def amended(workflow: Workflow, amendment: Amendment, name: str, on: date) -> Workflow:
    """The workflow with the amendment, as the private route called `name`.

    It is valid `on` the day of the amendment alone: the bodies on it must exist then, and no sag is opened on it.

    Raises:
        NotFound: the amendment names a station that the route does not have.
    """
    stations = list(workflow.stations)
    for key in amendment.remove:
        stations = _without(stations, key)
    for station, before in amendment.add:
        stations = _with(stations, station, before)
    for key, body in amendment.rebody.items():
        stations = _rebodied(stations, key, body)
    if not stations:
        raise Unreadable(f"a route needs a station, and {', '.join(amendment.remove)} is all that there is")
    return workflow.changed(
        stations=tuple(stations), amends=name, valid=Validity.model_validate({"from": on, "to": on})
    )


def _without(stations: list[Station], key: str) -> list[Station]:
    gone = next((station for station in stations if station.key == key), None)
    if gone is None:
        raise NotFound("station", key)
    left = []
    for station in stations:
        if station.key != key:
            after = [k for before in station.after for k in (gone.after if before == key else (before,))]
            left.append(station.changed(after=tuple(dict.fromkeys(after))))
    return left


def _rebodied(stations: list[Station], key: str, body: str) -> list[Station]:
    if key not in {station.key for station in stations}:
        raise NotFound("station", key)
    return [station.changed(body=body) if station.key == key else station for station in stations]


def _with(stations: list[Station], new: Station, followers: tuple[str, ...]) -> list[Station]:
    known = {station.key for station in stations}
    for key in (*new.after, *followers):
        if key not in known:
            raise NotFound("station", key)
    result = []
    for station in stations:
        if station.key in followers:
            kept = [key for key in station.after if key not in new.after]
            result.append(station.changed(after=(*kept, new.key)))
        else:
            result.append(station)
    at = max((result.index(s) for s in result if s.key in new.after), default=-1) + 1
    return [*result[:at], new, *result[at:]]


def route_change(
    sag: Sag, old: Definitions, new: Definitions, renamed: Mapping[str, str] | None = None
) -> RouteChange:
    """What it would take to move `sag` from `old` to `new`; it can be done when there are no obstacles.

    Args:
        renamed: stations of the old route that have another key in the new one.
    """
    names = dict(renamed or {})
    reached = {step.station for step in sag.steps}
    stations = {key: names.get(key, key) for key in reached}
    moved = {place: _carried(place, names, new.workflow) for place in sag.places}
    obstacles = [
        *_missing(stations, new),
        *_differing(sag, stations, old, new),
        *_late(sag, stations, moved, new.workflow),
        *(Obstacle(kind="place-gone", station=old_place) for old_place, to in moved.items() if to is None),
        *_unfilled(sag, new.workflow),
    ]
    before = {names.get(station.key, station.key) for station in old.workflow.stations}
    after = {station.key for station in new.workflow.stations}
    return RouteChange(
        old=old.workflow.ref,
        new=new.workflow.ref,
        places={place: to for place, to in moved.items() if to is not None},
        stations=stations,
        renamed=names,
        added=tuple(s.key for s in new.workflow.stations if s.key not in before),
        removed=tuple(sorted(before - after)),
        obstacles=tuple(obstacles),
    )


def _carried(place: str, names: Mapping[str, str], new: Workflow) -> str | None:
    """Where the branch at `place` stands on the new route: the same place, or past a join that is one no more."""
    if ">" not in place:
        key = names.get(place, place)
        return key if key in new.by_key else None
    left, follower = (names.get(key, key) for key in place.split(">", 1))
    if follower in new.by_key and left in new.by_key[follower].after and not is_join(new, follower):
        return follower
    same = waiting(left, follower)
    return same if same in places(new) else None


def has_not_begun(step: Step, procedure: Procedure) -> bool:
    """Whether a step still waits to be submitted anywhere, so that another body can have it."""
    return step.state == procedure.initial and step.meeting is None


def _missing(stations: Mapping[str, str], new: Definitions) -> list[Obstacle]:
    return [
        Obstacle(kind="station-gone", station=old)
        for old, key in sorted(stations.items())
        if key not in new.workflow.by_key
    ]


def _differing(sag: Sag, stations: Mapping[str, str], old: Definitions, new: Definitions) -> list[Obstacle]:
    found = []
    for step in sag.steps:
        key = stations[step.station]
        if key not in new.workflow.by_key:
            continue
        station = new.workflow.by_key[key]
        known = new.procedure_of(key).by_state
        over = old.procedure_of(step.station).by_state[step.state].final
        if step.state not in known or known[step.state].final != over:
            found.append(Obstacle(kind="state-gone", station=step.station, detail=step.state))
        moves_body = not over and body_at(station, sag.fills) != step.body
        if moves_body and not has_not_begun(step, new.procedure_of(key)):
            found.append(Obstacle(kind="body-differs", station=step.station, detail=step.body))
        came_after = {stations.get(k, k) for k in old.workflow.by_key[step.station].after}
        if came_after != set(station.after):
            found.append(Obstacle(kind="reached-differs", station=step.station))
    return list(dict.fromkeys(found))


def _late(sag: Sag, stations: Mapping[str, str], moved: Mapping[str, str | None], new: Workflow) -> list[Obstacle]:
    """Stations of the new route that some branch will never come to: the sag has left what they come after."""
    reached = set(stations.values())
    here = {place for place in moved.values() if place}
    left = {stations[key] for key in stations if key not in sag.places}

    def is_late(station: Station) -> bool:
        if station.key in reached or station.key in here:
            return False
        passed = [key for key in station.after if key in left and waiting(key, station.key) not in here]
        return bool(passed) or (not station.after and bool(reached))

    return [Obstacle(kind="too-late", station=station.key) for station in new.stations if is_late(station)]


def _unfilled(sag: Sag, new: Workflow) -> list[Obstacle]:
    return [
        Obstacle(kind="role-open", station=station.key, detail=station.body.role)
        for station in new.stations
        if isinstance(station.body, BodyRole) and station.body.role not in sag.fills
    ]
