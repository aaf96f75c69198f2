"""The meetings that a chair can let a decided sag wait for, and what each of them costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kdflow.domain.capacity import avoiding
from kdflow.domain.deferral import next_stations
from kdflow.domain.departures import CLOSED, DAY, NEVER
from kdflow.domain.leeway import days_after_wish
from kdflow.domain.network import Network
from kdflow.domain.planner import Plan, plan_of
from kdflow.domain.prepared import Prepared, prepare
from kdflow.domain.situation import Situation
from kdflow.domain.timetable import Body, Meeting, MeetingId

MOST = 6
"""Meetings of one body that are offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterMeeting:
    """A meeting of the next body that the sag can wait for: how many days later that is than the first one it can
    make, and how many days later the sag has come to its end (None: it does not, or did not); and how many days
    that is after the day its owner wishes (0: none)."""

    meeting: Meeting
    body: Body
    days: int
    days_at_end: int | None
    days_late: int


def later_for(there: Situation, net: Network, full: frozenset[MeetingId]) -> tuple[LaterMeeting, ...]:
    """The meetings that the sag of a decided step can wait for, body by body, in date order."""
    now = _planned(there, net, full, None)
    plan = plan_of(now)
    stations = (station.key for station in next_stations(there))
    return tuple(one for key in stations for one in _at(there, net, full, (now, plan, key)))


def _planned(there: Situation, net: Network, full: frozenset[MeetingId], meeting: MeetingId | None) -> Prepared:
    sag = there.sag.with_step(replace(there.current, waits_for=meeting))
    return avoiding(prepare(sag, there.definitions, net, there.world.now), full)


def _at(
    there: Situation, net: Network, full: frozenset[MeetingId], before: tuple[Prepared, Plan, str]
) -> Iterator[LaterMeeting]:
    """The meetings at one station after the one that the sag is planned for."""
    now, plan, station = before
    leg = plan.leg(station)
    if leg is None or not leg.is_possible:
        return
    table = net.departures(now.bodies[now.place(station)])
    later = [
        one
        for begins, submits, one in zip(table.begins, table.submits, table.meetings, strict=True)
        if one is not None and leg.begins < begins and submits != CLOSED and one not in full
    ]
    for meeting in later[:MOST]:
        new = plan_of(_planned(there, net, full, meeting))
        reached = new.leg(station)
        if reached is not None and reached.meeting == meeting:
            found = net.timetable.by_id[meeting]
            yield LaterMeeting(
                meeting=found,
                body=net.bodies[found.body],
                days=reached.decides // DAY - leg.decides // DAY,
                days_at_end=_lost(plan, new),
                days_late=days_after_wish(there.sag, new),
            )


def _lost(before: Plan, after: Plan) -> int | None:
    if max(before.arrives, after.arrives) >= NEVER:
        return None
    return after.arrives // DAY - before.arrives // DAY
