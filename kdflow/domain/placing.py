"""Placing: every sag takes the first meetings on its way that have room, in a stated order.

At every meeting the order is the same: what stands on the agenda, what a secretary takes in, what is submitted,
what is planned, and last what a secretary lets wait; within each by the day the sag was opened, and its number.
Where too few minutes are left for a sag, a shorter one behind it may still take them; where a sag is turned away
with one of its stations, it is not taken with another.

Serial schedule generation (Kolisch, 1996): places that belong to one meeting are given first, then sag after sag
takes the first meetings with room on its whole way; meetings without room for even the shortest sag are skipped
by union-find, the others are asked one by one. What a secretary said may come to nothing (the sag cannot make the
meeting after all), or be needless (there is room for what was to wait); then all is placed again without it, the
earliest first, so that what comes later can rely on it. On one and the same day a place that falls free is not
given again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kdflow.domain.capacity import (
    RULES,
    Filling,
    Given,
    Passenger,
    Placement,
    Rule,
    Slide,
    Word,
    Words,
    departure_of,
    minutes_of,
)
from kdflow.domain.departures import NEVER, Departures, decides_at
from kdflow.domain.holding import Held
from kdflow.domain.journey import Call, makes
from kdflow.domain.network import Network
from kdflow.domain.planner import plan_of
from kdflow.domain.prepared import Prepared
from kdflow.domain.sag import SagId
from kdflow.domain.timetable import MeetingId


def place(passengers: Iterable[Passenger], words: Words) -> Placement:
    """Give every sag the first meetings on its way that have room, in the order of the rules.

    The sager must be prepared over one network, whose meetings and bodies say how much they take.
    """
    ordered = sorted(passengers, key=lambda one: one.age)
    void: set[tuple[MeetingId, SagId]] = set()
    while True:
        run = _Run(ordered, {pair: word for pair, word in words.items() if pair not in void})
        idle = run.idle_words()
        if not idle:
            return run.placement()
        void.add(idle[0])


@dataclass(slots=True)
class _Way:
    """How one sag fares: what it rides with, the places it has and how long they are (`minutes`), and the meetings
    that turned it away (`refused`)."""

    prepared: Prepared
    skip: list[int]
    minutes: dict[MeetingId, int]
    calls: list[Call] = field(default_factory=list)
    first: dict[int, int] = field(default_factory=dict)
    refused: set[MeetingId] = field(default_factory=set)

    def ride(self) -> None:
        self.calls = self.prepared.ride(skip=self.skip)

    @property
    def taken(self) -> set[MeetingId]:
        """The meetings on its way, and those that it has a seat at."""
        found = (self.chosen(place) for place in range(len(self.calls)))
        return {meeting for meeting in found if meeting is not None} | set(self.prepared.seats.values())

    def chosen(self, place: int) -> MeetingId | None:
        """The meeting taken at a stop, by choice or by its seat (one that is overtaken serves nobody)."""
        table, index = self.prepared.stops[place].departures, self.calls[place].chosen
        return table.meetings[index] if table and index >= 0 else self.prepared.seats.get(place)


class _Run(Held):
    """One placing of everybody, with the words that still hold."""

    def __init__(self, ordered: Sequence[Passenger], words: Words) -> None:
        super().__init__(ordered, words)
        self.ways: dict[SagId, _Way] = {}
        for one in ordered:
            self._send(one)

    # --- one sag after the other -------------------------------------------------------------------------------

    def _send(self, one: Passenger) -> None:
        """Let a sag take the first meetings with room on its way."""
        way = self.ways[one.sag] = self._set_out(one)
        for at, stop in enumerate(way.prepared.stops):
            table, index = stop.departures, way.calls[at].chosen
            if table is None or index < 0:
                continue
            way.first.setdefault(at, index)
            while not self._gets_place(way, at, table.meetings[way.calls[at].chosen], one.sag):
                way.skip[at] = self._next(way, at, table, one.sag)
                way.ride()
        for meeting in way.minutes.keys() - self.held[one.sag].keys():
            self.rooms.take(meeting, way.minutes[meeting])

    def _set_out(self, one: Passenger) -> _Way:
        """A sag before it has looked for room; where it is submitted without a place, it looks beyond that."""
        prepared = one.prepared
        way = _Way(prepared, [0] * len(prepared.stops), dict(self.held[one.sag]))
        for at, meeting in one.prepared.seats.items():
            table = prepared.stops[at].departures
            if meeting in self.held[one.sag] or meeting not in self.most or table is None:
                continue
            way.refused.add(meeting)
            way.first[at] = departure_of(table, meeting)
            way.skip[at] = way.first[at] + 1
            prepared = prepared.without_room(at)
        way.prepared = prepared
        way.ride()
        return way

    def _gets_place(self, way: _Way, at: int, meeting: MeetingId | None, sag: SagId) -> bool:
        """Whether a sag has a place at a meeting, or takes one now."""
        if meeting is None or meeting not in self.most or meeting in way.minutes:
            return True
        minutes, word = minutes_of(way.prepared, at, meeting), self.words.get((meeting, sag))
        if meeting in way.refused or word == "out" or not self.rooms.holds(meeting, minutes):
            way.refused.add(meeting)
            return False
        way.minutes[meeting] = minutes
        return True

    def _next(self, way: _Way, at: int, table: Departures, sag: SagId) -> int:
        """The first departure after the one that is chosen that is not full, or where the sag has a place."""
        start, held = way.calls[at].chosen + 1, self.held[sag]
        found = self.rooms.first(way.prepared.bodies[at], table, start)
        return next((i for i in range(start, found) if table.meetings[i] in held), found) if held else found

    # --- what came of it ---------------------------------------------------------------------------------------

    def idle_words(self) -> list[tuple[MeetingId, SagId]]:
        """Words that come to nothing (a place held for a sag that takes another meeting) or are needless (somebody
        waits beside a place that nobody takes), the earliest meeting first; of those who wait the oldest."""
        known = {one.sag: one for one in self.ordered}
        idle = []
        for (meeting, sag), word in self.words.items():
            if sag in known and self._is_idle(known[sag], meeting, word):
                idle.append((_time(known[sag].prepared.network, meeting), known[sag].age, meeting))
        return [(meeting, age[1]) for _, age, meeting in sorted(idle)]

    def _is_idle(self, one: Passenger, meeting: MeetingId, word: Word) -> bool:
        if word == "out":
            at = self._asked(one).get(meeting)
            return at is not None and self.rooms.holds(meeting, minutes_of(one.prepared, at, meeting))
        return meeting in self.held[one.sag] and meeting not in self.ways[one.sag].taken

    def _asked(self, one: Passenger) -> dict[MeetingId, int]:
        """The meetings that a sag could have made and did not get, with the first stop it wanted to there."""
        way = self.ways[one.sag]
        found: dict[MeetingId, int] = {}
        for at, first in way.first.items():
            stop, call = way.prepared.stops[at], way.calls[at]
            table = stop.departures
            if table is None:
                continue
            submitted = one.prepared.seats.get(at)
            for index in range(first, max(call.chosen, first)):
                meeting = table.meetings[index]
                is_made = meeting == submitted or makes(stop, index, call.papers, call.after)
                if meeting in self.most and is_made:
                    found.setdefault(meeting, at)
        return found

    def placement(self) -> Placement:
        """Who is where."""
        given: dict[MeetingId, list[Given]] = {meeting: [] for meeting in self.most}
        slides: dict[MeetingId, list[Slide]] = {meeting: [] for meeting in self.most}
        for one in self.ordered:
            way = self.ways[one.sag]
            for meeting in way.taken & self.most.keys():
                given[meeting].append(Given(one.sag, self._rule(one, meeting), way.minutes[meeting]))
            for meeting, at in self._asked(one).items():
                minutes = minutes_of(one.prepared, at, meeting)
                slides[meeting].append(Slide(one.sag, self._rule(one, meeting), minutes, way.chosen(at)))
        return Placement(
            fillings={
                meeting: Filling(
                    most=most,
                    given=tuple(sorted(given[meeting], key=_by_rule)),
                    slides=tuple(sorted(slides[meeting], key=_by_rule)),
                )
                for meeting, most in self.most.items()
            },
            plans={sag: plan_of(way.prepared, way.calls) for sag, way in self.ways.items()},
        )

    def _rule(self, one: Passenger, meeting: MeetingId) -> Rule:
        if meeting in one.agendas:
            return "agenda"
        word = self.words.get((meeting, one.sag))
        return word or ("submitted" if meeting in one.submissions else "planned")


def _by_rule(row: Given | Slide) -> int:
    """Their order at a meeting; those of one rule come by their age already."""
    return RULES.index(row.rule)


def _time(net: Network, meeting: MeetingId) -> int:
    found = net.timetable.find(meeting)
    decides = decides_at(found) if found else None
    return NEVER if decides is None else decides
