"""Where a sag stands, compiled into stops that can be ridden: once, however often it is planned from there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

from kdflow.domain import journey
from kdflow.domain.dates import local_day
from kdflow.domain.departures import DAY, Departures, begins_at, chain, civil, decides_at
from kdflow.domain.journey import Call, Stop
from kdflow.domain.network import Network
from kdflow.domain.sag import Sag, Step
from kdflow.domain.situation import body_at
from kdflow.domain.standing import meets, standing
from kdflow.domain.timetable import MeetingId, MeetingStatus, Timetable
from kdflow.domain.workflow import Definitions, Station, Submission

LegKind = Literal["seat", "meeting", "work", "window"]


class Seated(NamedTuple):
    """A seat that a step has: the meeting, and the minute by which that has decided. One without room is only a
    submission, to a meeting that others fill (`domain/capacity`)."""

    meeting: MeetingId
    at: int
    has_room: bool = True


class Label(NamedTuple):
    """What a leg at one place says whatever the ride is; `is_end`: nobody waits for this stop, `is_followed`:
    another body treats it after the end of this one."""

    station: str
    body: str
    kind: LegKind
    is_end: bool
    table: Departures | None
    seat: Seated | None
    is_followed: bool


@dataclass(frozen=True)
class Prepared:
    """A sag from where it stands, ready to be planned: `stops` beside their `stations`, papers ready at `ready`.

    `given` are the meetings that its steps were submitted to, and `seats` those of them that still stand; `behind`
    are the stations already decided, and `full` the meetings that it could make but for those who come first
    (`domain/capacity`); `crowded_out` are the submissions to such meetings, no seats any more. `floors`, where
    there are any, hold for each stop the minute before which its papers cannot be ready; `waits` names the
    meetings that a chair lets the sag wait for (`domain/deferral`).
    """

    stations: tuple[Station, ...]
    stops: tuple[Stop, ...]
    ready: int
    seats: Mapping[int, MeetingId]
    given: Mapping[int, MeetingId]
    behind: frozenset[int]
    bodies: tuple[str, ...]
    network: Network
    full: frozenset[MeetingId] = frozenset()
    floors: tuple[int, ...] = ()
    crowded_out: Mapping[int, Seated] = field(default_factory=dict)
    waits: Mapping[int, MeetingId] = field(default_factory=dict)

    @cached_property
    def labels(self) -> tuple[tuple[int, Label], ...]:
        """For each place that is not behind the sag, what its leg says whatever the ride is."""
        ends = {*range(len(self.stops))}.difference(*(stop.before for stop in self.stops))
        ahead = (place for place in range(len(self.stops)) if place not in self.behind)
        return tuple((place, self._label(place, is_end=place in ends)) for place in ahead)

    def _label(self, place: int, *, is_end: bool) -> Label:
        stop, key = self.stops[place], self.bodies[place]
        body = self.network.bodies.get(key)
        return Label(
            station=self.stations[place].key,
            body=key,
            kind=kind_of(stop),
            is_end=is_end,
            table=stop.departures,
            seat=self.seat(place),
            is_followed=body is not None and body.successor is not None,
        )

    def seat(self, place: int) -> Seated | None:
        """The seat that the step at a place has, be it one without room."""
        meeting, at = self.seats.get(place), self.stops[place].fixed
        return self.crowded_out.get(place) if meeting is None or at is None else Seated(meeting, at)

    def place(self, station: str) -> int:
        """The place of a station among the stops."""
        for place, one in enumerate(self.stations):
            if one.key == station:
                return place
        raise LookupError(station)

    def ride(self, floors: Sequence[int] = (), skip: Sequence[int] = ()) -> list[Call]:
        """The earliest journey under further conditions (`journey.ride`)."""
        count = self.network.workdays.add_to_ordinal
        return journey.ride(self.stops, self.ready, count, floors or self.floors, skip)

    @property
    def calls(self) -> list[tuple[int, int, int, int]]:
        """The earliest journey, as plain tuples (`journey.ride_bare`); kept by hand, for a cached property takes a
        lock at its first access, and a plan is asked for once."""
        kept: list[tuple[int, int, int, int]] | None = self.__dict__.get("_calls")
        if kept is None:
            count = self.network.workdays.add_to_ordinal
            kept = self.__dict__["_calls"] = journey.ride_bare(self.stops, self.ready, count, self.floors)
        return kept

    def arrival(self, calls: Sequence[Call]) -> int:
        """When a journey ends."""
        return journey.arrival(calls, self.stops)

    def at(self, ready: int) -> Prepared:
        """The same with papers ready at another minute."""
        other = object.__new__(Prepared)  # a third of the time of `replace`, and what is known already comes along
        other.__dict__.update(self.__dict__, ready=ready, labels=self.labels)
        other.__dict__.pop("_calls", None)
        return other

    def on(self, network: Network) -> Prepared:
        """The same sag among other calendars: where it stands does not change, only the meetings round it."""
        stops = [
            stop._replace(departures=_departures(network, body, self.waits.get(place)), fixed=None)
            if stop.departures
            else stop
            for place, (stop, body) in enumerate(zip(self.stops, self.bodies, strict=True))
        ]
        seats = _seats(self.given, stops, network.timetable)
        return replace(self, stops=tuple(stops), seats=seats, network=network, crowded_out={})

    def with_stop(self, place: int, stop: Stop) -> Prepared:
        """The same with another stop in one place."""
        return replace(self, stops=(*self.stops[:place], stop, *self.stops[place + 1 :]))

    def without_room(self, place: int) -> Prepared:
        """The same where the meeting that the step at a place is submitted to has no room for it."""
        seat = self.seat(place)
        if seat is None:
            return self
        return replace(
            self.with_stop(place, self.stops[place]._replace(fixed=None)),
            seats={key: meeting for key, meeting in self.seats.items() if key != place},
            crowded_out={**self.crowded_out, place: seat._replace(has_room=False)},
        )


def prepare(sag: Sag, route: Definitions, net: Network, ready: datetime) -> Prepared:
    """Where a sag stands, compiled into stops; its papers are ready at the instant `ready`."""
    blanks = _blanks(route)
    bodies = tuple(body_at(station, sag.fills) for station, _, _ in blanks)
    given: dict[int, MeetingId] = {}
    behind: set[int] = set()
    floors = [0] * len(blanks)
    waits = _waits(sag, blanks, bodies, net) if any(step.waits_for for step in sag.steps) else {}
    stops = []
    for place, (station, stop, has_meetings) in enumerate(blanks):
        state = standing(sag, station.key, route)
        step = sag.at(station.key) if state in ("current", "ahead") else None
        if state in ("done", "dropped") or (step is not None and _goes_on(step, route)):
            behind.add(place)
            stops.append(stop._replace(fixed=0))
            continue
        if station.lag and stop.before and behind.issuperset(stop.before):
            floors[place] = _after_lag(sag, station, net)
            stop = stop._replace(lag=0 if floors[place] else station.lag)
        if step is not None and step.meeting is not None and step.outcome is None:
            given[place] = step.meeting
        if step is not None and step.opened_at is not None and stop.takes and not has_meetings:
            stop = stop._replace(takes=0, due=_due(step.opened_at, stop.takes, net))
        table = _departures(net, bodies[place], waits.get(place)) if has_meetings else None
        stops.append(stop._replace(departures=table) if has_meetings else stop)
    seats = _seats(given, stops, net.timetable)
    return Prepared(
        stations=tuple(station for station, _, _ in blanks),
        stops=tuple(stops),
        ready=civil(ready),
        seats=seats,
        given=given,
        behind=frozenset(behind),
        bodies=bodies,
        network=net,
        floors=tuple(floors) if any(floors) else (),
        waits=waits,
    )


def _waits(
    sag: Sag, blanks: Sequence[tuple[Station, Stop, bool]], bodies: Sequence[str], net: Network
) -> dict[int, MeetingId]:
    """For each place the meeting that a station before it lets the sag wait for: where there are several, the
    last."""
    found: dict[int, MeetingId] = {}
    for place, (station, _, _) in enumerate(blanks):
        at = {one.key for one in chain(bodies[place], net.bodies)}
        named = [step.waits_for for key in station.after if (step := sag.at(key)) and step.waits_for]
        known = [one for name in named if (one := net.timetable.find(name)) and one.body in at]
        if known:
            found[place] = max(known, key=lambda one: begins_at(one) or 0).id
    return found


def _departures(net: Network, body: str, waits_for: MeetingId | None) -> Departures:
    """The departures from a body: all, or those from the meeting on that is waited for, be it cancelled."""
    table, meeting = net.departures(body), net.timetable.find(waits_for)
    start = begins_at(meeting) if meeting else None
    if start is None:
        return table
    rows = zip(table.decides, table.begins, table.submits, table.meetings, strict=True)
    return Departures.of((d, b, s, m) for d, b, s, m in rows if m is not None and b >= start)


@lru_cache(maxsize=256)
def _blanks(route: Definitions) -> tuple[tuple[Station, Stop, bool], ...]:
    """What is the same for every sag on a route: its stations, each after those it waits for, with its stop as far
    as the route gives it, and whether sager are treated at meetings there."""
    ancestors = route.workflow.ancestors
    stations = sorted(route.workflow.stations, key=lambda station: len(ancestors[station.key]))
    places = {station.key: place for place, station in enumerate(stations)}
    return tuple((station, _blank(station, places), meets(route, station.key)) for station in stations)


def _blank(station: Station, places: Mapping[str, int]) -> Stop:
    window = station.window
    return Stop(
        before=tuple(places[key] for key in station.after if key in places),
        ahead=station.submit is Submission.CONDITIONAL,
        same_day=station.same_day,
        lag=station.lag,
        takes=station.takes,
        closes=window.end.toordinal() * DAY + DAY - 1 if window and window.end else None,
    )


def _seats(given: Mapping[int, MeetingId], stops: list[Stop], timetable: Timetable) -> dict[int, MeetingId]:
    """The meetings given that still stand; their stops are fixed to them."""
    seats = {}
    for place, meeting in given.items():
        fixed = _decides(meeting, timetable)
        if fixed is not None:
            seats[place] = meeting
            stops[place] = stops[place]._replace(fixed=fixed)
    return seats


def _after_lag(sag: Sag, station: Station, net: Network) -> int:
    """The minute at which the papers are ready that take `lag` days after decisions already made; 0 where their
    days are not known. It is counted from the decision, not from the day on which one asks."""
    decided = [step.decided_on for key in station.after if (step := sag.at(key)) and step.decided_on]
    days = [one.latest for one in decided if one.latest]
    if len(days) < len(station.after):
        return 0
    return net.workdays.add(max(days), station.lag).toordinal() * DAY


def _due(began: datetime, takes: int, net: Network) -> int:
    """The minute at which work is over that takes so many working days from the instant it began."""
    return net.workdays.add(local_day(began), takes).toordinal() * DAY


def kind_of(stop: Stop) -> LegKind:
    """The kind of leg that a stop without a seat makes."""
    if stop.departures is not None:
        return "meeting"
    return "window" if stop.closes is not None else "work"


def _goes_on(step: Step, route: Definitions) -> bool:
    """Whether a step is decided and only waits to be handed on."""
    return step.outcome is not None and route.consequence(step.station, step.outcome) == "go-on"


def _decides(meeting: MeetingId, timetable: Timetable) -> int | None:
    """When a meeting decides; None where it is not known, or cancelled."""
    found = timetable.find(meeting)
    return None if found is None or found.status is MeetingStatus.CANCELLED else decides_at(found)
