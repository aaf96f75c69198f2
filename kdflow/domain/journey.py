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
from kdflow.domain.terms import crosses_term


class Stop(NamedTuple):
    """One station of the route, as the loop sees it; `before` are the places of the stops it waits for.

    - `departures`: it is treated at one of these meetings;
    - `fixed`: its outcome is known to come at this minute (it is decided, or has a seat on an agenda); a seat that
      comes before what it waits for serves nobody, and another of its `departures` is taken;
    - else it takes `takes` working days, and where it has a window is decided when that `closes`; work that has
      begun takes no days more, but is not over before it is `due`.

    `ahead` says that it may be submitted to before the stops before it have decided (but to no meeting of the next
    term of office), `same_day` that it can be held on the very day of their decision, and `lag` how many working
    days its papers take after it.
    """

    before: tuple[int, ...]
    departures: Departures | None = None
    fixed: int | None = None
    ahead: bool = False
    same_day: bool = False
    lag: int = 0
    takes: int = 0
    closes: int | None = None
    due: int = 0


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
    return [Call(*call) for call in ride_bare(stops, ready, count, floors, skip)]


def ride_bare(  # noqa: C901 - one loop, measured: a call out of it costs more than what it would do
    stops: Sequence[Stop], ready: int, count: Count, floors: Sequence[int] = (), skip: Sequence[int] = ()
) -> list[tuple[int, int, int, int]]:
    """`ride` as plain tuples (papers, after, decides, chosen): for those who ask a million times."""
    calls: list[tuple[int, int, int, int]] = []
    for place, (before, table, fixed, ahead, same_day, lag, takes, closes, due) in enumerate(stops):
        papers = after = ready
        for earlier in before:
            their_papers, _, their_decision, _ = calls[earlier]
            if their_papers > papers:
                papers = their_papers
            if their_decision > after:
                after = their_decision
        if floors and floors[place] > papers:
            papers = floors[place]
        if fixed is not None and (fixed >= after or table is None or _serves(stops, calls, place)):
            call = (papers, after, fixed if fixed > after else after, -1)
        elif after >= NEVER:
            call = (NEVER, NEVER, NEVER, -1)
        else:
            if not ahead:
                wanted = count(after // DAY, lag) * DAY if lag else after
                if wanted > papers:
                    papers = wanted
            if table is None:
                call = (papers, after, _untabled(max(papers, after, due), takes, closes, count), -1)
            else:
                gate = after - after % DAY if same_day else after
                begins, decides, submits, _ = table
                chosen = bisect_left(decides, gate)
                if skip and skip[place] > chosen:
                    chosen = skip[place]
                while (
                    submits[chosen] < papers
                    or begins[chosen] < gate
                    or (ahead and submits[chosen] < after and crosses_term(submits[chosen], decides[chosen]))
                ):
                    chosen += 1
                decision = decides[chosen]
                call = (papers, after, decision if decision > after else after, chosen)
        calls.append(call)
    return calls


def makes(stop: Stop, index: int, papers: int, after: int) -> bool:
    """Whether a sag makes one of the departures of a stop, with papers ready and the stops before it decided."""
    table = stop.departures
    if table is None:
        return False
    gate, submits = after - after % DAY if stop.same_day else after, table.submits[index]
    if submits < papers or table.begins[index] < gate:
        return False
    return submits >= after or not crosses_term(submits, table.decides[index])


def _serves(stops: Sequence[Stop], calls: Sequence[tuple[int, int, int, int]], place: int) -> bool:
    """Whether a stop's seat comes after all that it waits for, though the journey begins later still."""
    stop = stops[place]
    gate = max((_decided(stops, calls, one) for one in stop.before), default=0)
    return stop.fixed is not None and stop.fixed >= (gate - gate % DAY if stop.same_day else gate)


def _decided(stops: Sequence[Stop], calls: Sequence[tuple[int, int, int, int]], place: int) -> int:
    """When a stop decides; where a seat's outcome is only not recorded yet, that is before the journey begins."""
    stop, (_, _, decides, chosen) = stops[place], calls[place]
    if stop.fixed is None or chosen >= 0 or decides >= NEVER:
        return decides
    earlier = stop.before if stop.same_day else ()
    return max([stop.fixed, *(_decided(stops, calls, one) for one in earlier)])


def _untabled(start: int, takes: int, closes: int | None, count: Count) -> int:
    """When work without meetings is over that begins at minute `start`."""
    if start >= NEVER:
        return NEVER
    if closes is not None:
        return closes if start <= closes else NEVER
    return count(start // DAY, takes) * DAY if takes else start


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
