"""A route over departures, compiled: whole numbers in, whole numbers out. The planner's inner loop.

A stop has two gates: the papers must be ready by a meeting's submission time, and the stops before it must have
decided by its beginning. The set of meetings that pass both only shrinks when a gate moves later, and waiting is
free, so taking the first of them at every stop is optimal: the outcome is monotone in every gate. Joins are the
maximum over the stops before, which keeps that. (PLANNER: after Delling et al., "Round-based public transit
routing", ALENEX 2012, with lines of two stops.)
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import NamedTuple

from kdflow.domain.departures import DAY, NEVER, Departures


class Stop(NamedTuple):
    """One station of the route, as the loop sees it; `before` are the places of the stops it waits for.

    - `departures`: it is treated at one of these meetings;
    - `fixed`: its outcome is known to come at this minute (it is decided, or has a seat on an agenda);
    - else it takes `takes` working days, and where it has a window is decided when that `closes`.

    `ahead` says that it may be submitted to before the stops before it have decided, `same_day` that it can be
    held on the very day of their decision, and `lag` how many working days its papers take after it.
    """

    before: tuple[int, ...]
    departures: Departures | None = None
    fixed: int | None = None
    ahead: bool = False
    same_day: bool = False
    lag: int = 0
    takes: int = 0
    closes: int | None = None


class Call(NamedTuple):
    """What happens at one stop: its papers are ready at `papers`, the stops before have decided at `after`, and it
    `decides` itself. `chosen` is the index of its departure (-1: it has none). All in civil minutes, NEVER when it
    cannot be.
    """

    papers: int
    after: int
    decides: int
    chosen: int


Count = Callable[[int, int], int]
"""Working days: (ordinal, count) -> ordinal."""


def ride(
    stops: Sequence[Stop], ready: int, count: Count, floors: Sequence[int] = (), skip: Sequence[int] = ()
) -> list[Call]:
    """The earliest journey over `stops` (each after those it waits for), with papers ready at minute `ready`.

    `floors`, where given, holds for each stop the earliest minute at which its papers can be ready; `skip` the
    first departure that may be chosen at it. O(stops * log departures).
    """
    calls: list[Call] = []
    for place, stop in enumerate(stops):
        papers = after = ready
        for before in stop.before:
            call = calls[before]
            if call.papers > papers:
                papers = call.papers
            if call.decides > after:
                after = call.decides
        if floors and floors[place] > papers:
            papers = floors[place]
        calls.append(_call(stop, papers, after, count, skip[place] if skip else 0))
    return calls


def _call(stop: Stop, papers: int, after: int, count: Count, first: int) -> Call:
    if stop.fixed is not None:
        return Call(papers, after, stop.fixed if stop.fixed > after else after, -1)
    if not stop.ahead and after < NEVER:
        papers = max(papers, count(after // DAY, stop.lag) * DAY if stop.lag else after)
    table = stop.departures
    if after >= NEVER or table is None:
        return _untabled(stop, papers, after, count)
    gate = after - after % DAY if stop.same_day else after
    begins, submits = table.begins, table.submits
    chosen = bisect_left(table.decides, gate)
    if chosen < first:
        chosen = first
    while submits[chosen] < papers or begins[chosen] < gate:
        chosen += 1
    decides = table.decides[chosen]
    return Call(papers, after, decides if decides > after else after, chosen)


def _untabled(stop: Stop, papers: int, after: int, count: Count) -> Call:
    start = papers if papers > after else after
    if start >= NEVER:
        return Call(NEVER, NEVER, NEVER, -1)
    if stop.closes is not None:
        decides = stop.closes if start <= stop.closes else NEVER
    elif stop.takes:
        decides = count(start // DAY, stop.takes) * DAY
    else:
        decides = start
    return Call(papers, after, decides, -1)


def arrival(calls: Sequence[Call], stops: Sequence[Stop]) -> int:
    """When the last of the stops that nobody waits for has decided."""
    waited_for = {before for stop in stops for before in stop.before}
    return max((call.decides for place, call in enumerate(calls) if place not in waited_for), default=0)


def latest(low: int, high: int, holds: Callable[[int], bool]) -> int | None:
    """The last minute in low..high at which a condition that once lost never holds again still holds."""
    if not holds(low):
        return None
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return low
