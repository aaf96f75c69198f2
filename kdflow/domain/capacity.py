"""What a meeting takes, who wants to it, and who gets a place: the values of `domain/placing`, and what follows.

A meeting may take so many items, so many minutes, or both: then a sag needs room in both. A sag is one item at a
meeting, as long as the first of its stations treated there. Only the agenda is a place that one has: nobody on it
slides, and an over-full one is shown as it is. All else is a forecast, and moves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, NamedTuple

from kdflow.domain.dates import local_day
from kdflow.domain.departures import Departures
from kdflow.domain.network import Network
from kdflow.domain.planner import Plan
from kdflow.domain.prepared import Prepared
from kdflow.domain.sag import Sag, SagId, SeatStatus
from kdflow.domain.timetable import Meeting, MeetingId, MeetingStatus, has_begun

Rule = Literal["agenda", "in", "submitted", "planned", "out"]
"""Why somebody has the place in the order that they have."""

RULES: tuple[Rule, ...] = ("agenda", "in", "submitted", "planned", "out")
"""The order."""

Word = Literal["in", "out"]
"""What a secretary has said of a sag at a meeting: it is in, or it waits."""

Words = Mapping[tuple[MeetingId, SagId], Word]

Room = Literal["lost", "gained"]
"""What becomes of a sag's place at a meeting that takes only so many: it slides from it, or now gets in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passenger:
    """A sag that wants to meetings: when it was opened, how it is prepared, and the agendas it stands on."""

    sag: SagId
    opened: date
    prepared: Prepared
    agendas: frozenset[MeetingId] = frozenset()

    @property
    def age(self) -> tuple[date, SagId]:
        """What the order goes by where the rule is the same."""
        return self.opened, self.sag

    @property
    def submissions(self) -> frozenset[MeetingId]:
        """The meetings it is submitted to without standing on their agenda."""
        return frozenset(self.prepared.seats.values()) - self.agendas

    def minutes_at(self, meeting: MeetingId) -> int:
        """How long a place is that is kept for it: as its station that has a seat there, else as the longest that
        could be treated there."""
        seated = [place for place, seat in self.prepared.seats.items() if seat == meeting][:1]
        places = seated or [place for place, label in self.prepared.labels if _comes_to(label.table, meeting)]
        return max((minutes_of(self.prepared, place, meeting) for place in places), default=0)


def passenger(sag: Sag, prepared: Prepared) -> Passenger:
    """A sag as it competes for places."""
    agendas = frozenset(
        seat.meeting
        for step in sag.steps
        for seat in step.seats
        if seat.status is SeatStatus.ON_AGENDA and seat.meeting == step.meeting
    )
    opened = local_day(sag.opened_at) if sag.opened_at else date.max
    return Passenger(
        sag=sag.id,
        opened=opened,
        prepared=prepared,
        agendas=agendas & frozenset(prepared.seats.values()),
    )


class Limit(NamedTuple):
    """Items and minutes: what a meeting takes at most (None: as many as come), or what it has too many of."""

    items: int | None
    minutes: int | None


def limit_of(net: Network, meeting: MeetingId | None) -> Limit | None:
    """What a meeting takes: by its own word, else by its body's; None: there is no limit at all."""
    found = net.timetable.find(meeting)
    if found is None:
        return None
    body = net.bodies[found.body]
    items = body.most_items if found.most_items is None else found.most_items
    minutes = body.most_minutes if found.most_minutes is None else found.most_minutes
    return None if items is None and minutes is None else Limit(items, minutes)


def is_coming(meeting: Meeting, now: datetime) -> bool:
    """Whether there are still places to give at a meeting: it is neither cancelled nor begun."""
    return meeting.status is not MeetingStatus.CANCELLED and not has_begun(meeting, now)


def limited(net: Network, now: datetime) -> dict[str, list[MeetingId]]:
    """The coming meetings that take only so many, by the body that holds them."""
    found: dict[str, list[MeetingId]] = {}
    for one in net.timetable.meetings:
        if limit_of(net, one.id) is not None and is_coming(one, now):
            found.setdefault(one.body, []).append(one.id)
    return found


def minutes_of(prepared: Prepared, place: int, meeting: MeetingId) -> int:
    """How long a meeting is busy with a sag at one of its stations: as the station says, else as the body does."""
    own, net = prepared.stations[place].minutes, prepared.network
    return net.bodies[net.timetable.by_id[meeting].body].minutes_per_item if own is None else own


class Given(NamedTuple):
    """A sag that has a place at a meeting, by which rule, and how long it takes."""

    sag: SagId
    rule: Rule
    minutes: int


class Slide(NamedTuple):
    """A sag that finds no place at a meeting, by which rule, how long it would take, and where it gets a place
    instead (None: nowhere)."""

    sag: SagId
    rule: Rule
    minutes: int
    to: MeetingId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """A meeting that takes so much at `most`: who has a place, and who slides, both in the order of the rules."""

    most: Limit
    given: tuple[Given, ...]
    slides: tuple[Slide, ...]

    @property
    def minutes(self) -> int:
        """How long those with a place take together."""
        return sum(one.minutes for one in self.given)

    @property
    def over(self) -> Limit:
        """How many items and minutes stand on the agenda beyond what the meeting takes."""
        items, minutes = self.most
        return Limit(
            0 if items is None else max(0, len(self.given) - items),
            0 if minutes is None else max(0, self.minutes - minutes),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Who gets a place where. `fillings` are the meetings that take only so many, `plans` those of every sag with
    the meetings that have room for it."""

    fillings: Mapping[MeetingId, Filling]
    plans: Mapping[SagId, Plan]

    def full_for(self, sag: SagId) -> frozenset[MeetingId]:
        """The meetings that a sag could make if they were not full; `avoiding` plans without them."""
        return self.full.get(sag, frozenset())

    @property
    def full(self) -> dict[SagId, frozenset[MeetingId]]:
        """The same for every sag that finds any meeting full."""
        found: dict[SagId, set[MeetingId]] = {}
        for meeting, one in self.fillings.items():
            for slide in one.slides:
                found.setdefault(slide.sag, set()).add(meeting)
        return {sag: frozenset(meetings) for sag, meetings in found.items()}


def avoiding(prepared: Prepared, full: frozenset[MeetingId]) -> Prepared:
    """The same sag where some meetings are full: it cannot choose them, and where it is submitted to one of them,
    it takes a later one and keeps the submission. What `plan_of` makes of it is the sag's plan as the placement
    has it."""
    if not full:
        return prepared
    stops, found = list(prepared.stops), prepared
    for place, stop in enumerate(prepared.stops):
        if stop.departures is None:
            continue
        table, first = stop.departures, 0
        if (seat := prepared.seats.get(place)) is not None and seat in full:
            first, stop = departure_of(table, seat) + 1, stop._replace(fixed=None)
            found = found.without_room(place)
        rows = list(zip(table.decides, table.begins, table.submits, table.meetings, strict=True))[first:]
        kept = ((d, b, s, m) for d, b, s, m in rows if m is not None and m not in full)
        stops[place] = stop._replace(departures=Departures.of(kept))
    return replace(found, stops=tuple(stops), full=full)


def _comes_to(table: Departures | None, meeting: MeetingId) -> bool:
    return table is not None and meeting in table.meetings


def departure_of(table: Departures, meeting: MeetingId) -> int:
    """The index of a meeting among departures; -1 where it is none of them."""
    return table.meetings.index(meeting) if meeting in table.meetings else -1
