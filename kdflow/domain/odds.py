"""How likely a sag is decided by a day, when bodies put it off and send it back as often as they have done so far.

Not sampled: what can happen only moves forward in time, so taking the earliest of everything that is up for
decision, again and again, visits every course once and adds up their shares exactly. Two courses that have come to
the same point are one from there on. (PLANNER 1.6.)
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from heapq import heappop, heappush
from itertools import accumulate
from typing import NamedTuple

from kdflow.domain import journey
from kdflow.domain.capacity import avoiding
from kdflow.domain.departures import CLOSED, DAY, NEVER, day_of
from kdflow.domain.journey import Stop
from kdflow.domain.network import Network
from kdflow.domain.prepared import Prepared, prepare
from kdflow.domain.sag import Sag
from kdflow.domain.timetable import MeetingId
from kdflow.domain.workflow import Definitions

MOST_POINTS = 50_000
"""So many different points a sag can come to; beyond them there is no answer."""

_ANY_TIME = datetime.fromisoformat("2020-01-01T00:00:00+00:00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How likely a body puts a sag off to its next meeting (`postpones`), and how likely it sends it back
    (`returns`), with the number of treatments that this rests on."""

    postpones: float
    returns: float
    observations: int


Rates = Mapping[str, Rate]
"""By body; one that is not there has no observations."""


def rate(decided: int, postponed: int, returned: int) -> Rate:
    """The rates of a body that has so often decided, postponed and sent back.

    Each is smoothed by Beta(1, 9), as if ten more had been seen of which it happened once: a body that has never
    postponed anything may yet do so. (Together they are Dirichlet(8, 1, 1), so that their sum stays below 1.)
    """
    seen = decided + postponed + returned
    return Rate(postpones=(postponed + 1) / (seen + 10), returns=(returned + 1) / (seen + 10), observations=seen)


UNSEEN = rate(0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """When a sag is finally decided: (civil minute, share) in order of time.

    `never` is the share of courses on which a calendar runs out, `cut` that of those not followed to their end;
    with the arrivals they make 1.
    """

    arrivals: tuple[tuple[int, float], ...]
    never: float
    cut: float

    def chance_by(self, minute: int) -> float:
        """The share of courses that have come to their end at a civil minute; at most `cut` too low."""
        return sum(share for arrives, share in self.arrivals if arrives <= minute)

    def date_at(self, share: float) -> date | None:
        """The first day by which so large a share has come to its end; None: the calendars do not reach so far."""
        reached = zip(self.arrivals, accumulate(part for _, part in self.arrivals), strict=True)
        return next((day_of(arrives) for (arrives, _), so_far in reached if so_far >= share), None)


def afresh(
    sag: Sag, route: Definitions, net: Network, full: frozenset[MeetingId] = frozenset()
) -> tuple[Stop, ...]:
    """The stops of a sag that comes to each station once more: nothing is decided there, no seat is taken, and
    some meetings are `full` for it still."""
    anew = replace(sag, steps=(), places=(), life=route.life.initial)
    return avoiding(prepare(anew, route, net, _ANY_TIME), full).stops


def forecast(sag: Sag, route: Definitions, net: Network, ready: datetime, rates: Rates) -> Distribution | None:
    """The distribution of a sag's end from where it stands, with papers ready at the instant `ready`."""
    return distribution(prepare(sag, route, net, ready), rates, afresh(sag, route, net))


def distribution(
    prepared: Prepared,
    rates: Rates,
    again: Sequence[Stop],
    *,
    tail: float = 1e-6,
    most_points: int = MOST_POINTS,
) -> Distribution | None:
    """When a sag is finally decided, from where it stands over its whole route, splits and joins and all.

    At each of its meetings a body postpones the sag to its next one, or sends it back to every station just
    before, where it is treated anew with everything that stood on it, or decides it. What is decided already is
    certain, what stands on an agenda is not; a seat is lost when what it waits for is decided later than planned
    and after the meeting. `again` are the stops as they are when the sag comes back to them (`afresh`).

    Returns:
        The shares, exact but for courses less likely than `tail`, which are counted in `cut`; None when there are
        too many courses to follow.
    """
    walk = _Walk(prepared, rates, again)
    shares: dict[_Point, float] = {}
    queue: list[tuple[int, _Point]] = []
    arrivals: dict[int, float] = {}
    cut = 0.0
    _add(walk.start, prepared.ready, 1.0, shares, queue, arrivals)
    points = 0
    while queue:
        now, point = heappop(queue)
        share = shares.pop(point)
        if share < tail:
            cut += share
            continue
        points += 1
        if points > most_points:
            return None
        for part, following in walk.outcomes(point, now):
            _add(following, now, share * part, shares, queue, arrivals)
    never = arrivals.pop(NEVER, 0.0)
    return Distribution(arrivals=tuple(sorted(arrivals.items())), never=never, cut=cut)


class _Branch(NamedTuple):
    """What is the matter at one stop: it `decides` at a minute, or one of the marks below. `papers` is when its
    papers are ready, where a later stop asks for that (else 0)."""

    decides: int
    papers: int


_WAITS = _Branch(-1, 0)
"""The stops before it have not decided yet."""

_WAITS_AGAIN = _Branch(-2, 0)
"""The same, and the sag comes back to it: what it had there is lost."""

_DECIDED = -3

_OVER = _Branch(_DECIDED, 0)
"""It has decided, and nobody asks any more when its papers were ready."""

_WAITING = (_WAITS, _WAITS_AGAIN)
_Point = tuple[_Branch, ...]


def _add(
    point: _Point,
    now: int,
    share: float,
    shares: dict[_Point, float],
    queue: list[tuple[int, _Point]],
    arrivals: dict[int, float],
) -> None:
    """Let a share of the courses come to a point: to be followed further, or at its end."""
    up = [branch.decides for branch in point if branch.decides >= 0]
    if not up or max(up) >= NEVER:
        at = NEVER if up else now
        arrivals[at] = arrivals.get(at, 0.0) + share
    elif point in shares:
        shares[point] += share
    else:
        shares[point] = share
        heappush(queue, (min(up), point))


class _Walk:
    """A prepared sag as the courses see it: what can come of each point."""

    def __init__(self, prepared: Prepared, rates: Rates, again: Sequence[Stop]) -> None:
        self.first = prepared.stops
        self.again = again
        self.ready = prepared.ready
        self.seats = prepared.seats
        self.count = prepared.network.workdays.add_to_ordinal
        self.planned = prepared.ride()
        self.rates = [
            rates.get(body, UNSEEN) if stop.departures is not None else None
            for body, stop in zip(prepared.bodies, again, strict=True)
        ]
        self.known: dict[tuple[int, bool, int, int], _Branch] = {}
        self._behind = prepared.behind

    @cached_property
    def before(self) -> list[frozenset[int]]:
        """For each stop all that come before it on some way."""
        found: list[frozenset[int]] = []
        for stop in self.again:
            found.append(frozenset(stop.before).union(*(found[one] for one in stop.before)))
        return found

    @cached_property
    def followers(self) -> list[tuple[int, ...]]:
        """For each stop those that wait for it."""
        places = range(len(self.again))
        return [tuple(other for other in places if place in self.again[other].before) for place in places]

    @cached_property
    def keeps_papers(self) -> list[bool]:
        """For each stop whether a follower asks when its papers were ready; the others ask when it decided."""
        return [any(self.again[one].ahead or one in self.seats for one in them) for them in self.followers]

    @cached_property
    def start(self) -> _Point:
        """Where the sag stands."""
        places = range(len(self.first))
        point = [_OVER if place in self._behind else _WAITS for place in places]
        return self._begun(point, places, self.ready, self.ready)

    def outcomes(self, point: _Point, now: int) -> Iterator[tuple[float, _Point]]:
        """What can come of the first branch that is up for decision at minute `now`: shares and points."""
        place = next(place for place, branch in enumerate(point) if branch.decides == now)
        rate = self.rates[place]
        postpones = rate.postpones if rate else 0.0
        returns = rate.returns if rate and self.again[place].before else 0.0
        if postpones:
            yield postpones, self._postponed(point, place, now)
        if returns:
            yield returns, self._sent_back(point, place, now)
        if postpones + returns < 1:
            yield 1 - postpones - returns, self._decided(point, place, now)

    def _postponed(self, point: _Point, place: int, now: int) -> _Point:
        """At the body's next meeting, which must begin later and still take something."""
        table = self.again[place].departures
        if table is None:
            raise ValueError("only meetings postpone")
        chosen = bisect_right(table.decides, now)
        while table.begins[chosen] <= now or table.submits[chosen] == CLOSED:
            chosen += 1
        return _with(point, place, _Branch(table.decides[chosen], point[place].papers))

    def _decided(self, point: _Point, place: int, now: int) -> _Point:
        """Gone on, to every follower that now has all it waits for."""
        new = list(point)
        new[place] = _Branch(_DECIDED, point[place].papers)
        return self._begun(new, self.followers[place], self.ready, now)

    def _sent_back(self, point: _Point, place: int, now: int) -> _Point:
        """At the stations just before it anew, from the next minute; all that stood on them begins again."""
        targets = set(self.again[place].before)
        new = list(point)
        for one, before in enumerate(self.before):
            if one in targets or before & targets:
                new[one] = _WAITS_AGAIN
        return self._begun(new, sorted(targets), now + 1, now + 1)

    def _begun(self, point: list[_Branch], places: Iterable[int], papers: int, after: int) -> _Point:
        """The point once those of some stops are up for decision that have all they wait for."""
        for place in places:
            branch, before = point[place], self.before[place]
            if branch not in _WAITING or any(point[one].decides != _DECIDED for one in before):
                continue
            direct = self.again[place].before
            point[place] = self._up(
                place, branch == _WAITS, max([papers, *(point[one].papers for one in direct)]), after
            )
            for one in direct:
                if not any(point[other] in _WAITING for other in self.followers[one]):
                    point[one] = _OVER
        return tuple(point)

    def _up(self, place: int, is_first: bool, papers: int, after: int) -> _Branch:
        """When a stop decides that is reached at minute `after`: by the planner's own ride, over this one stop."""
        key = (place, is_first, papers, after)
        if key not in self.known:
            stop = self.first[place] if is_first and self._holds(place, after) else self.again[place]
            if stop.fixed is not None:
                stop = stop._replace(departures=None)
            gate = Stop(before=(), fixed=after)
            call = journey.ride((gate, stop._replace(before=(0,))), papers, self.count)[1]
            self.known[key] = _Branch(call.decides, call.papers if self.keeps_papers[place] else 0)
        return self.known[key]

    def _holds(self, place: int, after: int) -> bool:
        """Whether a stop's seat still serves when what it waits for is decided at minute `after`."""
        stop, planned = self.first[place], self.planned[place]
        if stop.fixed is None or planned.chosen >= 0:
            return stop.fixed is None
        is_same_day = stop.same_day and after // DAY == stop.fixed // DAY
        return is_same_day or after <= max(stop.fixed, planned.after)


def _with(point: _Point, place: int, branch: _Branch) -> _Point:
    return (*point[:place], branch, *point[place + 1 :])
