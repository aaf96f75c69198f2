"""Every plan of one journey at once: for each time the papers may be ready, when the sag comes to its end.

Built once, it answers by one bisection what else takes a ride: arrival, latest departure, the cost of being late.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import NamedTuple

from kdflow.domain import journey
from kdflow.domain.departures import NEVER
from kdflow.domain.prepared import Prepared


class Cost(NamedTuple):
    """The next time limit for the papers, the end of the journey when it is kept, and the minutes lost if not
    (None: then the sag cannot come to its end at all)."""

    limit: int
    arrives: int
    lost: int | None


@dataclass(frozen=True, slots=True)
class Profile:
    """`ready` are the last minutes at which the papers may be ready, `arrives` the end of the journey then; both
    rise. In civil minutes."""

    ready: tuple[int, ...]
    arrives: tuple[int, ...]

    def arrival(self, ready: int) -> int:
        """When the sag comes to its end with papers ready at a minute; NEVER when it cannot."""
        place = bisect_left(self.ready, ready)
        return self.arrives[place] if place < len(self.arrives) else NEVER

    def latest(self, target: int) -> int | None:
        """The last minute for the papers to be ready that still ends by `target`; None when there is none."""
        place = bisect_right(self.arrives, target)
        return self.ready[place - 1] if place else None

    def cost(self, ready: int) -> Cost | None:
        """What missing the next time limit costs; None when there is nothing left to miss."""
        place = bisect_left(self.ready, ready)
        if place >= len(self.ready):
            return None
        arrives = self.arrives[place]
        lost = self.arrives[place + 1] - arrives if place + 1 < len(self.arrives) else None
        return Cost(self.ready[place], arrives, lost)


def profile(prepared: Prepared, low: int, high: int) -> Profile:
    """All plans of a journey with papers ready between two civil minutes.

    From each time on, the last one with the same arrival is found by bisection over the monotone ride: exact to
    the minute, and no list of possible break points that could be incomplete.
    """
    limits: list[int] = []
    ends: list[int] = []
    count = prepared.network.workdays.add_to_ordinal

    def arrival(ready: int) -> int:
        return journey.arrival(journey.ride(prepared.stops, ready, count), prepared.stops)

    while low <= high:
        end = arrival(low)
        if end >= NEVER:
            break
        last = journey.latest(low, high, lambda ready, end=end: arrival(ready) <= end)  # type: ignore[misc]
        limits.append(low if last is None else last)
        ends.append(end)
        low = limits[-1] + 1
    return Profile(tuple(limits), tuple(ends))
