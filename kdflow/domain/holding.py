"""Places that belong to one meeting by agenda, a secretary's word or submission, and the room left beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kdflow.domain.capacity import Limit, Passenger, Words, limit_of
from kdflow.domain.departures import Departures
from kdflow.domain.sag import SagId
from kdflow.domain.timetable import MeetingId

ENDLESS = 1 << 60
"""What is left where there is no limit."""


class Rooms:
    """What is left at each meeting, and the first departure that may have room (union-find, halving the way).

    No sag takes fewer minutes than `shortest`: a meeting that has not even those is full, and stays so.
    """

    def __init__(self, most: Mapping[MeetingId, Limit], shortest: int) -> None:
        self.left = {
            meeting: (ENDLESS if items is None else items, ENDLESS if minutes is None else minutes)
            for meeting, (items, minutes) in most.items()
        }
        self.shortest = shortest
        self._next: dict[str, list[int]] = {}

    def holds(self, meeting: MeetingId | None, minutes: int) -> bool:
        """Whether a meeting takes one more sag of so many minutes; one without a limit always does."""
        left = self.left.get(meeting) if meeting else None
        return left is None or (left[0] > 0 and left[1] >= minutes)

    def first(self, body: str, table: Departures, start: int) -> int:
        """The first departure of a body from `start` on that is not full: amortised by the full ones skipped."""
        following = self._next.setdefault(body, list(range(len(table.decides))))
        found = start
        while True:
            while following[found] != found:
                following[found] = following[following[found]]
                found = following[found]
            if self.holds(table.meetings[found], self.shortest):
                return found
            following[found] = found + 1

    def take(self, meeting: MeetingId, minutes: int) -> None:
        """Give one place away."""
        if meeting in self.left:
            items, more = self.left[meeting]
            self.left[meeting] = (items - 1, more - minutes)


class Held:
    """The places that sager have at one meeting each (`held`, with their minutes), and the `rooms` beside them;
    the sager must come by their age, and be prepared over one network."""

    def __init__(self, ordered: Sequence[Passenger], words: Words) -> None:
        self.ordered = ordered
        self.words = words
        self.held: dict[SagId, dict[MeetingId, int]] = {one.sag: {} for one in ordered}
        self.most = _limits(ordered)
        self.rooms = Rooms(self.most, _shortest(ordered))
        self._hold()

    def _hold(self) -> None:
        """Give the places of the agendas, of a secretary's word, and of the submissions, in this order."""
        for one in self.ordered:
            for meeting in one.agendas:
                self._keep(meeting, one)
        known = {one.sag: one for one in self.ordered}
        said = sorted(
            (known[sag].age, m) for (m, sag), word in self.words.items() if word == "in" and sag in known
        )
        for (_, sag), meeting in said:
            self._keep_if_room(meeting, known[sag])
        for one in self.ordered:
            for meeting in one.submissions:
                if self.words.get((meeting, one.sag)) != "out":
                    self._keep_if_room(meeting, one)

    def _keep_if_room(self, meeting: MeetingId, one: Passenger) -> None:
        if meeting not in self.held[one.sag] and self.rooms.holds(meeting, one.minutes_at(meeting)):
            self._keep(meeting, one)

    def _keep(self, meeting: MeetingId, one: Passenger) -> None:
        minutes = self.held[one.sag][meeting] = one.minutes_at(meeting)
        self.rooms.take(meeting, minutes)


def _limits(passengers: Sequence[Passenger]) -> dict[MeetingId, Limit]:
    """What each meeting takes that takes only so much."""
    if not passengers:
        return {}
    net = passengers[0].prepared.network
    found = ((meeting.id, limit_of(net, meeting.id)) for meeting in net.timetable.meetings)
    return {meeting: most for meeting, most in found if most is not None}


def _shortest(passengers: Sequence[Passenger]) -> int:
    """No sag is shorter than this at any meeting."""
    stations = {station.minutes for one in passengers for station in one.prepared.stations}
    bodies = {body.minutes_per_item for one in passengers[:1] for body in one.prepared.network.bodies.values()}
    return min(bodies | {minutes for minutes in stations if minutes is not None}, default=0)
