"""How much room a plan has: the latest departure, the slack of each step, and the price of a missed deadline."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from kdflow.domain import journey
from kdflow.domain.departures import DAY, NEVER, Departures, day_of
from kdflow.domain.journey import Call
from kdflow.domain.planner import Leg, Plan, plan_of
from kdflow.domain.prepared import Prepared
from kdflow.domain.sag import Sag
from kdflow.domain.timetable import MeetingId


def latest_ready(prepared: Prepared, target: int) -> int | None:
    """The last minute at which the papers may be ready with the sag ending by `target`; None: too late."""
    return journey.latest(
        prepared.ready,
        max(prepared.ready, target),
        lambda minute: prepared.arrival(prepared.at(minute).ride()) <= target,
    )


def days_after_wish(sag: Sag, plan: Plan) -> int:
    """How many days after the day that its owner wishes a sag is decided by a plan; 0 where it is in time, nobody
    wishes, or it has no end."""
    if not sag.wished or not 0 < plan.arrives < NEVER:
        return 0
    return max((day_of(plan.arrives) - sag.wished).days, 0)


class Slack(NamedTuple):
    """How much later the papers may come to a step with the journey still ending in time: the last minute, how
    many working days that is, and how many of the body's meetings may be missed."""

    latest: int
    days: int
    meetings: int


def slack(prepared: Prepared, station: str, target: int) -> Slack | None:
    """The slack of a step towards `target` (civil minute), for work that has begun from the day it is due; None
    when the step has its seat, or is too late already."""
    place = prepared.place(station)
    calls = prepared.ride()
    call, table = calls[place], prepared.stops[place].departures
    if (prepared.stops[place].fixed is not None and call.chosen < 0) or call.decides >= NEVER:
        return None
    floors = [*prepared.floors] or [0] * len(calls)

    def ride(minute: int) -> list[Call]:
        floors[place] = max(minute, prepared.floors[place] if prepared.floors else 0)
        return prepared.ride(floors)

    start = max(call.papers, prepared.stops[place].due)
    found = journey.latest(start, max(start, target), lambda minute: prepared.arrival(ride(minute)) <= target)
    if found is None:
        return None
    days = prepared.network.workdays.between(day_of(start), day_of(found))
    last = ride(found)[place].chosen
    stop, later = prepared.stops[place], range(call.chosen + 1, last + 1) if table else ()
    return Slack(found, days, sum(journey.makes(stop, one, call.papers, call.after) for one in later))


class Missed(NamedTuple):
    """What missing a meeting costs: the journey without it, and the days lost at the next stop and at the end."""

    plan: Plan
    next_station: str | None
    days_at_next: int | None
    days_at_end: int | None


def missed(prepared: Prepared, station: str) -> Missed:
    """What happens when the sag misses the meeting planned for a station (or loses its seat there)."""
    place = prepared.place(station)
    before = plan_of(prepared)
    stop, calls = prepared.stops[place], prepared.ride()
    table = stop.departures
    if table is None:
        raise ValueError(f"no meeting is planned at {station!r}")
    seat = prepared.seats.get(place) if calls[place].chosen < 0 else None
    chosen = calls[place].chosen if seat is None else _index(table, seat)
    if seat is None and (chosen < 0 or table.meetings[chosen] is None):
        raise ValueError(f"no meeting is planned at {station!r}")
    without = replace(
        prepared.with_stop(place, stop._replace(fixed=None)),
        seats={key: meeting for key, meeting in prepared.seats.items() if key != place},
    )
    skip = [0] * len(calls)
    skip[place] = chosen + 1
    after = plan_of(without, without.ride(skip=skip))
    followers = [one.key for one in prepared.stations if station in one.after]
    following = next((key for key in followers if before.leg(key)), station)
    return Missed(after, following, _days(before.leg(following), after.leg(following)), _lost(before, after))


def _index(table: Departures, seat: MeetingId) -> int:
    """The departure that a sag has its seat at; that it is gone from the calendar means one before the first."""
    return table.meetings.index(seat) if seat in table.meetings else -1


def _days(before: Leg | None, after: Leg | None) -> int | None:
    if before is None or after is None or not (before.is_possible and after.is_possible):
        return None
    return after.decides // DAY - before.decides // DAY


def _lost(before: Plan, after: Plan) -> int | None:
    if max(before.arrives, after.arrives) >= NEVER:
        return None
    return after.arrives // DAY - before.arrives // DAY
