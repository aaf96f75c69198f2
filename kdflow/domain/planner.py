"""A sag's journey through the calendars: the earliest way to its end, and what every step of it rests on.

`prepare` (`domain/prepared`) compiles where a sag stands into stops, once; `plan_of` rides them. Everything else
(latest departure, slack, the price of a missed deadline: `domain/leeway`) asks the same ride again, so that no two
answers disagree.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from kdflow.domain.departures import NEVER
from kdflow.domain.network import Network
from kdflow.domain.prepared import LegKind, Prepared, Seated, kind_of, prepare
from kdflow.domain.sag import Sag
from kdflow.domain.timetable import MeetingId
from kdflow.domain.workflow import Definitions


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


def plan_of(prepared: Prepared, calls: Sequence[tuple[int, int, int, int]] | None = None) -> Plan:
    """The plan that a ride makes (the earliest one, unless another ride is given)."""
    if calls is None:
        calls = prepared.calls
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
    return Leg(station, body, kind_of(stop), None, papers, after, papers, papers, decides)


def plan(sag: Sag, route: Definitions, net: Network, ready: datetime) -> Plan:
    """The earliest journey of a sag from where it stands, with papers ready at the instant `ready`."""
    return plan_of(prepare(sag, route, net, ready))
