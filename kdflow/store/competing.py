"""The sager that compete for meetings which take only so many, and what a change does to them and to all others.

Who competes is found by where sager are planned (`store/plans`). Where no meeting takes only so many, nothing is
read; else only those are read whom a place that is lost or won can reach, from body to body.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from kdflow.domain.capacity import Placement, Word, limited, passenger
from kdflow.domain.departures import chain, civil
from kdflow.domain.impact import Hit, Shift, hit
from kdflow.domain.placing import place
from kdflow.domain.prepared import prepare
from kdflow.domain.replanning import bodies_leading_to
from kdflow.domain.sag import Sag, SagId
from kdflow.domain.situation import World
from kdflow.domain.sliding import COMPETES, bodies_ahead, competes, limited_in, slid, with_room
from kdflow.domain.timetable import Body, MeetingId
from kdflow.domain.workflow import Definitions
from kdflow.store import places, plans
from kdflow.store.database import Tx
from kdflow.store.world import network_of, with_routes

Limited = Mapping[str, Collection[MeetingId]]
"""Meetings that take only so many, by the body that holds them."""

Pair = tuple[MeetingId, SagId]


def placement(tx: Tx, world: World) -> tuple[Placement, dict[SagId, tuple[Sag, Definitions]]]:
    """Who gets a place at every coming meeting that takes only so many, and the sager that compete, with their
    routes: all that are planned at one of them. They are planned anew; the kept legs only say whom to look at."""
    net = network_of(tx, world)
    meetings = limited(net, world.now)
    ids = _planned_at(tx, meetings, world.bodies).union(plans.out_of_date(tx, civil(world.now)))
    competing = {sag.id: (sag, route) for sag, route in with_routes(tx, sorted(ids)) if sag.life == COMPETES}
    passengers = (passenger(sag, prepare(sag, route, net, world.now)) for sag, route in competing.values())
    return place(passengers, _words(tx, meetings)), competing


def full_meetings(tx: Tx, world: World) -> dict[SagId, frozenset[MeetingId]]:
    """For every sag that finds any coming meeting full, those it could make if they were not: what
    `capacity.avoiding` plans without. Where no meeting takes only so many, nothing is read."""
    return placement(tx, world)[0].full if limited(network_of(tx, world), world.now) else {}


def hits(tx: Tx, shift: Shift) -> Iterator[Hit]:
    """What some changes do to every sag that they may concern, those who slide or get in by them included."""
    concerned = plans.concerned(tx, shift.watched, shift.meetings, civil(shift.world.now))
    yield from _hits(tx, shift, concerned, shift.watched, {})


def hits_of_word(tx: Tx, shift: Shift, meeting: MeetingId, words: Mapping[Pair, Word | None]) -> Iterator[Hit]:
    """What some `words` of secretaries at a meeting would do to all that compete there; the shift changes no
    calendar."""
    stations = bodies_leading_to(shift.world.timetable.by_id[meeting].body, shift.world.bodies)
    yield from _hits(tx, shift, plans.out_of_date(tx, civil(shift.world.now)), stations, words)


def _hits(
    tx: Tx,
    shift: Shift,
    concerned: Collection[SagId],
    stations: Iterable[str],
    words: Mapping[Pair, Word | None],
) -> Iterator[Hit]:
    """What happens to the sager `concerned`, and to those who compete with them or come to some `stations`."""
    meetings = limited_in(shift)
    full = frozenset[MeetingId]().union(*meetings.values())
    competing: list[Hit] = []
    if full and shift.reroute and shift.cancelled:
        all_of_them = sorted(_planned_at(tx, meetings, shift.world.bodies).union(concerned))
        shift = with_room(shift, list(with_routes(tx, all_of_them)), _words(tx, meetings))
    for sag, route in with_routes(tx, tuple(concerned)):
        found = hit(shift, sag, route)
        if full and competes(found, full):
            competing.append(found)
        else:
            yield found
    if not full:
        return
    ahead = frozenset(stations).union(*map(bodies_ahead, competing))
    reached = _reached(tx, meetings, ahead, shift.world.bodies)
    others = _planned_at(tx, reached, shift.world.bodies) - frozenset(concerned)
    competing += (hit(shift, sag, route) for sag, route in with_routes(tx, sorted(others)) if sag.life == COMPETES)
    if competing:
        before = _words(tx, reached)
        after = {pair: word for pair, word in {**before, **words}.items() if word is not None}
        yield from slid(competing, shift, before, after)


def _reached(tx: Tx, meetings: Limited, ahead: Iterable[str], bodies: Mapping[str, Body]) -> Limited:
    """The limited meetings that a place lost or won can matter at: those of the bodies `ahead`, of the others that
    their sager come to, and so on from body to body."""
    seen = set(ahead)
    seen |= plans.bodies_beside(tx, sorted(seen))
    reached: dict[str, Collection[MeetingId]] = {}
    while new := {one.key for key in seen for one in chain(key, bodies)} & (meetings.keys() - reached):
        for body in sorted(new):
            reached[body] = meetings[body]
            for station in bodies_leading_to(body, bodies):
                seen |= plans.bodies_beside(tx, [station], sorted(meetings[body]))
    return reached


def _planned_at(tx: Tx, meetings: Limited, bodies: Mapping[str, Body]) -> frozenset[SagId]:
    """The sager planned at some meetings, as far as their kept plans hold."""
    return frozenset(
        sag
        for body, ids in meetings.items()
        for station in bodies_leading_to(body, bodies)
        for sag in plans.planned_at(tx, station, sorted(ids))
    )


def _words(tx: Tx, meetings: Limited) -> dict[Pair, Word]:
    """What secretaries have said of who gets a place at some meetings."""
    said = places.said(tx, sorted(one for ids in meetings.values() for one in ids))
    return {pair: one.word for pair, one in said.items()}
