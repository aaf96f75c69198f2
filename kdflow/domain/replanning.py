"""Two plans compared, and which plans a changed calendar can change at all."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from datetime import datetime
from typing import Literal, NamedTuple

from kdflow.domain.departures import DAY, NEVER, Departures, chain
from kdflow.domain.journey import latest
from kdflow.domain.network import Network
from kdflow.domain.planner import Leg, Plan, plan_of
from kdflow.domain.prepared import Prepared, prepare
from kdflow.domain.sag import Sag, SagId
from kdflow.domain.terms import crosses_term
from kdflow.domain.timetable import Body, MeetingId
from kdflow.domain.workflow import Definitions


class Change(NamedTuple):
    """What differs between two plans at one station; None where a plan has no such step."""

    station: str
    old: Leg | None
    new: Leg | None

    @property
    def kind(self) -> Literal["lost", "found", "later", "earlier", "same-time"]:
        """Whether the step became impossible, possible, later or earlier; same-time: only its deadline moved."""
        old = self.old.decides if self.old else NEVER
        new = self.new.decides if self.new else NEVER
        if old == new:
            return "same-time"
        if new >= NEVER:
            return "lost"
        return "found" if old >= NEVER else "later" if new > old else "earlier"


def changes(old: Plan, new: Plan) -> tuple[Change, ...]:
    """What a new plan changes: other meetings, other times, other deadlines; `changes(p, p)` is empty."""
    before = {leg.station: leg for leg in old.legs}
    after = {leg.station: leg for leg in new.legs}
    return tuple(
        Change(station, before.get(station), after.get(station))
        for station in dict.fromkeys([*before, *after])
        if _shown(before.get(station)) != _shown(after.get(station))
    )


def _shown(leg: Leg | None) -> tuple[object, ...] | None:
    """What a person is told of a leg; when its papers are ready is not a part of that."""
    if leg is None:
        return None
    due = (leg.submits, leg.begins) if leg.kind in ("seat", "meeting") else None
    return leg.meeting, leg.body, due, leg.decides, leg.seat


def touched(old: Departures, new: Departures) -> frozenset[MeetingId | None]:
    """The meetings of `old` whose passengers may have another plan with `new`; None stands for "no meeting left".

    A departure that is gone or has changed concerns its own. A new one, submitted to by s and beginning at b,
    concerns those planned for later ones, up to and including the first with submission >= s and beginning >= b:
    whoever is planned beyond that one could not take it, and so cannot take the new one either. (One that nothing
    can be submitted to on condition, because a new term begins before it, stands for such a one only.)
    """
    before, after = _rows(old), _rows(new)
    found: set[MeetingId | None] = {row[3] for row in before - after}
    for decides, begins, submits, _ in after - before:
        place = bisect_left(old.decides, decides)
        while place < len(old.decides):
            found.add(old.meetings[place])
            open_to_all = not crosses_term(old.submits[place], old.decides[place])
            is_later = old.submits[place] >= submits and old.begins[place] >= begins
            if is_later and (open_to_all or crosses_term(submits, decides)):
                break
            place += 1
    return frozenset(found)


def _rows(table: Departures) -> set[tuple[int, int, int, MeetingId | None]]:
    rows = zip(table.decides, table.begins, table.submits, table.meetings, strict=True)
    return {row for row in rows if row[3] is not None}


class Planned(NamedTuple):
    """What is kept of a sag's plan: its legs, the body of each station, and the last minute at which it holds.

    `plan` is None for a sag that is over.
    """

    sag: SagId
    plan: Plan | None
    bodies: Mapping[str, str]
    holds_until: int


def planned(sag: Sag, route: Definitions, net: Network, ready: datetime) -> Planned:
    """The plan of a sag as it is kept, with papers ready at the instant `ready`."""
    if route.life.by_state[sag.life].final:
        return Planned(sag.id, None, {}, NEVER)
    return planned_from(sag.id, prepare(sag, route, net, ready))


def planned_from(sag: SagId, prepared: Prepared) -> Planned:
    """The plan of a prepared sag as it is kept."""
    plan = plan_of(prepared)
    bodies = {station.key: body for station, body in zip(prepared.stations, prepared.bodies, strict=True)}
    return Planned(sag, plan, bodies, holds_until(prepared, plan))


def holds_until(prepared: Prepared, plan: Plan) -> int:
    """The last minute at which a plan made anew still chooses the same meetings.

    That is when the first submission ends; but work, lags and windows before a meeting may make it earlier, and
    work before a seat may come to overtake that.
    """
    free = [stop for stop in prepared.stops if stop.fixed is None]
    ends = [stop.closes for stop in free if stop.closes is not None and stop.closes >= prepared.ready]
    ends += _overtaken_by_work(prepared)
    limit = min(plan.first_due, max(ends) + 1) if ends else plan.first_due
    moving = (stop for place, stop in enumerate(prepared.stops) if place not in prepared.behind)
    if limit >= NEVER or not (ends or any(stop.takes or stop.lag for stop in moving)):
        return limit
    now = _choices(prepared, prepared.ready)
    found = latest(prepared.ready, limit, lambda minute: _choices(prepared, minute) == now)
    return limit if found is None else found


def _overtaken_by_work(prepared: Prepared) -> list[int]:
    """When the seats come up that wait for work: if it is not done by then, they are overtaken."""
    stops = prepared.stops
    work = {place for place, stop in enumerate(stops) if stop.fixed is None and stop.departures is None}
    waiting = (prepared.seat(place) for place in prepared.seats if work.intersection(stops[place].before))
    return [seat.at for seat in waiting if seat and seat.at >= prepared.ready]


def _choices(prepared: Prepared, minute: int) -> list[tuple[int, bool]]:
    return [(call.chosen, call.decides >= NEVER) for call in prepared.at(minute).ride()]


def bodies_leading_to(body: str, bodies: Mapping[str, Body]) -> tuple[str, ...]:
    """The bodies whose sager may come to be treated by `body`: itself, and those that it follows."""
    return tuple(key for key in bodies if any(one.key == body for one in chain(key, bodies)))


def is_news(change: Change) -> bool:
    """Whether a person hears anything new in a change: another day, deadline or meeting, another hour of a meeting
    that the sag has its seat at, or that its seat no longer serves."""
    return _heard(change.old) != _heard(change.new)


def _heard(leg: Leg | None) -> tuple[object, ...] | None:
    if leg is None:
        return None
    if leg.kind == "seat":
        return leg.meeting, leg.kind, leg.begins, leg.decides // DAY
    if leg.kind == "meeting":
        return leg.meeting, leg.kind, leg.begins // DAY, leg.decides // DAY, leg.submits, leg.seat
    return leg.kind, leg.decides // DAY
