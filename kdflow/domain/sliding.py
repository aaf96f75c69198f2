"""Who slides: what a change means for the sager that compete for meetings which take only so many.

All that compete are placed twice, as it was and as it is now (`domain/placing`); what differs between the two is
what people are told. What is kept of their plans stays without limits: it is the index of who competes.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import replace

from kdflow.domain.capacity import Passenger, Room, Words, limited, passenger
from kdflow.domain.impact import Hit, Shift, news
from kdflow.domain.placing import place
from kdflow.domain.planner import Leg, prepare
from kdflow.domain.replanning import Change, Planned
from kdflow.domain.timetable import MeetingId

COMPETES = "under-way"
"""The life of a sag that takes places; a draft and a resting one do not."""


def limited_in(shift: Shift) -> dict[str, frozenset[MeetingId]]:
    """The coming meetings that take only so many, before a change or after it, by the body that holds them."""
    before, after = limited(shift.old, shift.world.now), limited(shift.new, shift.world.now)
    return {
        body: frozenset((*before.get(body, ()), *after.get(body, ()))) for body in sorted(before.keys() | after)
    }


def competes(found: Hit, meetings: Container[MeetingId | None]) -> bool:
    """Whether a sag is planned at one of some meetings, before a change or after it."""
    if found.sag.life != COMPETES:
        return False
    return any(leg.meeting in meetings for one in (found.old, found.new) for leg in _legs(one))


def bodies_ahead(found: Hit) -> frozenset[str]:
    """The bodies of the stations that a sag has yet to pass."""
    return frozenset(one.bodies[leg.station] for one in (found.old, found.new) for leg in _legs(one))


def _legs(one: Planned) -> tuple[Leg, ...]:
    return one.plan.legs if one.plan else ()


def slid(found: Sequence[Hit], shift: Shift, before: Words, after: Words) -> Iterator[Hit]:
    """The same hits, with plans at the meetings that have room for them; they must be all that compete.

    `before` and `after` are the words of secretaries, as they were and as they are now.
    """
    pairs = [_passengers(one, shift) for one in found]
    was, now = place([old for old, _ in pairs], before), place([new for _, new in pairs], after)
    full_then, full_now = was.full, now.full
    for one in found:
        sag = one.sag.id
        changes = news(was.plans[sag], now.plans[sag])
        yield replace(
            one,
            was=was.plans[sag],
            becomes=now.plans[sag],
            changes=changes,
            room=dict(_rooms(changes, full_then.get(sag, ()), full_now.get(sag, ()))),
        )


def _passengers(one: Hit, shift: Shift) -> tuple[Passenger, Passenger]:
    """A sag before and after a change, as it competes for places."""
    old = prepare(one.before, one.route, shift.old, shift.world.now)
    new = old.on(shift.new) if one.sag is one.before else prepare(one.sag, one.route, shift.new, shift.world.now)
    return passenger(one.before, old), passenger(one.sag, new)


def _rooms(
    changes: Sequence[Change], full_then: Container[MeetingId | None], full_now: Container[MeetingId | None]
) -> Iterator[tuple[str, Room]]:
    """At which stations a place is lost that is there still, or gained that was there before."""
    for station, old, new in changes:
        if old and old.meeting in full_now:
            yield station, "lost"
        elif new and new.meeting in full_then:
            yield station, "gained"
