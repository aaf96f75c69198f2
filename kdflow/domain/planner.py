"""A sag's journey through the calendars: the earliest way to its end, and what every step of it rests on.

`prepare` compiles where a sag stands into stops, once; `plan_of` rides them. Everything else (latest departure,
slack, the price of a missed deadline: `domain/leeway`) asks the same ride again, so that no two answers disagree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

from kdflow.domain import journey
from kdflow.domain.dates import local_day
from kdflow.domain.departures import DAY, NEVER, Departures, civil, decides_at, departures, end_of
from kdflow.domain.journey import Call, Stop
from kdflow.domain.sag import Sag, Step
from kdflow.domain.situation import World, body_at
from kdflow.domain.standing import meets, standing
from kdflow.domain.terms import Pauses
from kdflow.domain.timetable import Body, MeetingId, MeetingStatus, Timetable
from kdflow.domain.workdays import Workdays, workdays
from kdflow.domain.workflow import Definitions, Station, Submission

LegKind = Literal["seat", "meeting", "work", "window"]


class Seated(NamedTuple):
    """A seat that a step has: the meeting, and the minute by which that has decided. One without room is only a
    submission, to a meeting that others fill (`domain/capacity`)."""

    meeting: MeetingId
    at: int
    has_room: bool = True


class Leg(NamedTuple):
    """One step of a plan; times in civil minutes (`domain/departures`), NEVER where it cannot be.

    `kind`: seat (it stands on an agenda already), meeting (the planner chose it), work (no meeting) or window. A
    step may have a `seat` and be planned for another meeting all the same: it is overtaken, or crowded out.
    Its papers are ready at `papers` and the stations before have decided at `after`; it must be submitted by
    `submits` and has decided at `decides`. `body` is the body of the meeting: after a merger, the successor.
    """

    station: str
    body: str
    kind: LegKind
    meeting: MeetingId | None
    papers: int
    after: int
    submits: int
    begins: int
    decides: int
    seat: Seated | None = None

    @property
    def is_overtaken(self) -> bool:
        """Whether the meeting that it has its seat at comes before what it waits for."""
        return self.seat is not None and self.seat.has_room and self.kind == "meeting"

    @property
    def is_crowded_out(self) -> bool:
        """Whether it is submitted to a meeting that has no room for it."""
        return self.seat is not None and not self.seat.has_room

    @property
    def is_possible(self) -> bool:
        """Whether the sag can be treated here at all."""
        return self.decides < NEVER

    @property
    def is_conditional(self) -> bool:
        """Whether it must be submitted before the stations before it have decided."""
        return self.kind == "meeting" and self.submits < self.after


class Plan(NamedTuple):
    """The earliest journey of a sag from where it stands.

    `legs` are those not yet behind it, in route order. `arrives` is the civil minute at which the last has decided
    (NEVER: it cannot be), `breaks_at` the first station that cannot be reached, and `first_due` the minute at
    which the first submission to one of its meetings ends (NEVER: there is none).
    """

    legs: tuple[Leg, ...]
    arrives: int
    breaks_at: str | None
    first_due: int

    def leg(self, station: str) -> Leg | None:
        """The leg at a station, or None when it is behind the sag."""
        return next((leg for leg in self.legs if leg.station == station), None)


@dataclass(frozen=True)
class Network:
    """The calendars as the planner sees them; departures are worked out once for each body."""

    bodies: Mapping[str, Body]
    timetable: Timetable
    _departures: dict[str, Departures] = field(default_factory=dict, compare=False, repr=False)

    def departures(self, body: str) -> Departures:
        """The departures from a station at `body`, its successors' included."""
        if body not in self._departures:
            self._departures[body] = departures(body, self.bodies, self.timetable.of_body)
        return self._departures[body]

    def pauses(self, body: str) -> Pauses:
        """The pauses round elections in the calendar of a station at `body`."""
        if body not in self._paused:
            self._paused[body] = Pauses.of(self.departures(body), end_of(body, self.bodies))
        return self._paused[body]

    @cached_property
    def _paused(self) -> dict[str, Pauses]:
        return {}

    @cached_property
    def workdays(self) -> Workdays:
        """The days that work without a meeting is counted in."""
        return workdays()

    def changed(self, timetable: Timetable, bodies: frozenset[str]) -> Network:
        """The network with another timetable that differs at some bodies only."""
        kept = {
            key: table
            for key, table in self._departures.items()
            if not any(key == body or _leads_to(key, body, self.bodies) for body in bodies)
        }
        return Network(self.bodies, timetable, kept)


def _leads_to(body: str, other: str, bodies: Mapping[str, Body]) -> bool:
    seen: set[str] = set()
    key: str | None = body
    while key and key in bodies and key not in seen:
        seen.add(key)
        key = bodies[key].successor
    return other in seen


def network(world: World) -> Network:
    """The calendars of a world."""
    return Network(world.bodies, world.timetable)


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
    there are any, hold for each stop the minute before which its papers cannot be ready.
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

    @cached_property
    def labels(self) -> tuple[tuple[int, Label], ...]:
        """For each place that is not behind the sag, what its leg says whatever the ride is."""
        ends = {*range(len(self.stops))}.difference(*(stop.before for stop in self.stops))
        rows = enumerate(zip(self.stations, self.stops, self.bodies, strict=True))
        return tuple(
            (
                place,
                Label(station.key, body, _kind(stop), place in ends, stop.departures, self.seat(place), followed),
            )
            for place, (station, stop, body) in rows
            if place not in self.behind
            for followed in (body in self.network.bodies and self.network.bodies[body].successor is not None,)
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

    @cached_property
    def calls(self) -> list[tuple[int, int, int, int]]:
        """The earliest journey, as plain tuples (`journey.ride_bare`)."""
        return journey.ride_bare(self.stops, self.ready, self.network.workdays.add_to_ordinal, self.floors)

    def arrival(self, calls: Sequence[Call]) -> int:
        """When a journey ends."""
        return journey.arrival(calls, self.stops)

    def at(self, ready: int) -> Prepared:
        """The same with papers ready at another minute."""
        other = object.__new__(Prepared)  # a third of the time of `replace`, and what is known already comes along
        other.__dict__.update(self.__dict__, ready=ready, labels=self.labels)
        other.__dict__.pop("calls", None)
        return other

    def on(self, network: Network) -> Prepared:
        """The same sag among other calendars: where it stands does not change, only the meetings round it."""
        stops = [
            stop._replace(departures=network.departures(body), fixed=None) if stop.departures else stop
            for stop, body in zip(self.stops, self.bodies, strict=True)
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
        stops.append(stop._replace(departures=net.departures(bodies[place])) if has_meetings else stop)
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
    )


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


def _kind(stop: Stop) -> LegKind:
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


def plan_of(prepared: Prepared, calls: Sequence[tuple[int, int, int, int]] | None = None) -> Plan:
    """The plan that a ride makes (the earliest one, unless another ride is given)."""
    if calls is None:
        count = prepared.network.workdays.add_to_ordinal
        calls = journey.ride_bare(prepared.stops, prepared.ready, count, prepared.floors)
        prepared.__dict__["calls"] = calls  # the first access to a cached property takes a lock
    legs: list[Leg] = []
    breaks_at, first_due, arrives = None, NEVER, prepared.ready
    known = prepared.network.timetable.by_id
    for place, (station, body, kind, is_end, table, seat, is_followed) in prepared.labels:
        papers, after, decides, chosen = calls[place]
        if table is not None and chosen >= 0:
            begins, _, submits, meetings = table
            meeting, due = meetings[chosen], submits[chosen]
            if is_followed and meeting is not None:
                body = known[meeting].body
            leg = _tuple(Leg, (station, body, kind, meeting, papers, after, due, begins[chosen], decides, seat))
            if due < first_due:
                first_due = due
        else:
            leg = _leg_without_choice(prepared, place, calls[place])
        legs.append(leg)
        if decides >= NEVER:
            breaks_at = breaks_at or station
        if is_end and decides > arrives:
            arrives = decides
    return _tuple(Plan, (tuple(legs), arrives, breaks_at, first_due))


_tuple = tuple.__new__
"""Makes a named tuple from a tuple without unpacking it: a third of the time of calling its class."""


def _leg_without_choice(prepared: Prepared, place: int, call: tuple[int, int, int, int]) -> Leg:
    papers, after, decides, _ = call
    station, body = prepared.stations[place].key, prepared.bodies[place]
    stop, seat = prepared.stops[place], prepared.seat(place)
    if seat is not None and seat.has_room:
        return Leg(station, body, "seat", seat.meeting, papers, after, seat.at, seat.at, decides, seat)
    if stop.departures is not None:
        return Leg(station, body, "meeting", None, papers, after, NEVER, NEVER, NEVER, seat)
    return Leg(station, body, _kind(stop), None, papers, after, papers, papers, decides)


def plan(sag: Sag, route: Definitions, net: Network, ready: datetime) -> Plan:
    """The earliest journey of a sag from where it stands, with papers ready at the instant `ready`."""
    return plan_of(prepare(sag, route, net, ready))
