"""The calendars of all bodies as the planner sees them: departures and pauses, worked out once for each body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from kdflow.domain.departures import Departures, chain, departures, end_of
from kdflow.domain.situation import World
from kdflow.domain.terms import Pauses
from kdflow.domain.timetable import Body, Timetable
from kdflow.domain.workdays import Workdays, workdays


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
            if not any(one.key in bodies for one in chain(key, self.bodies))
        }
        return Network(self.bodies, timetable, kept)


def network(world: World) -> Network:
    """The calendars of a world."""
    return Network(world.bodies, world.timetable)
