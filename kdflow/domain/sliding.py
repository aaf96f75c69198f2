"""Who slides: what a change means for the sager that compete for meetings which take only so many.

All that compete are placed twice, as it was and as it is now (`domain/placing`); what differs between the two is
what people are told. What is kept of their plans stays without limits: it is the index of who competes. The items
of a cancelled meeting are placed before they are taken to another one.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import replace

from kdflow.domain.capacity import Passenger, Room, Words, avoiding, limited, minutes_of, passenger
from kdflow.domain.holding import Held
from kdflow.domain.impact import Hit, Shift, news, next_meeting, seated
from kdflow.domain.placing import place
from kdflow.domain.planner import Leg
from kdflow.domain.prepared import Prepared, prepare
from kdflow.domain.replanning import Change, Planned
from kdflow.domain.sag import Sag, SagId, SeatStatus, Step
from kdflow.domain.timetable import MeetingId
from kdflow.domain.workflow import Definitions

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


# --- room for the items of a cancelled meeting -----------------------------------------------------------------


def with_room(shift: Shift, found: Sequence[tuple[Sag, Definitions]], words: Words) -> Shift:
    """The same shift, which knows for each item of a cancelled meeting where there is no room for it.

    The items are submissions, like those already at the meetings, and come after these: what stood on the agenda
    first, then the oldest. What is only planned keeps no place from them. `found` must be all that compete.
    """
    new, now = shift.new, shift.world.now
    rows = [(sag, route, passenger(sag, prepare(sag, route, new, now))) for sag, route in found]
    rows.sort(key=lambda row: row[2].age)
    held = Held([one for sag, _, one in rows if sag.life == COMPETES], words)
    items = [(steps[0], one) for sag, route, one in rows if (steps := seated(sag, route, shift.cancelled))]
    full: dict[SagId, frozenset[MeetingId]] = {}
    for step, one in sorted(items, key=lambda item: not _on_agenda(item[0])):
        full[one.sag] = _full_for(one.sag, one.prepared, step, held)
        target = next_meeting(shift, avoiding(one.prepared, full[one.sag]), step)
        if target and target not in held.held.get(one.sag, {}):
            held.rooms.take(target, minutes_of(one.prepared, one.prepared.place(step.station), target))
    return replace(shift, full=full)


def _on_agenda(step: Step) -> bool:
    return any(seat.meeting == step.meeting and seat.status is SeatStatus.ON_AGENDA for seat in step.seats)


def _full_for(sag: SagId, prepared: Prepared, step: Step, held: Held) -> frozenset[MeetingId]:
    """The meetings without room for a step, or where a secretary lets its sag wait."""
    place = prepared.place(step.station)
    table, mine = prepared.stops[place].departures, held.held.get(sag, {})
    meetings = [one for one in table.meetings if one and one in held.most and one not in mine] if table else []
    return frozenset(
        one
        for one in meetings
        if held.words.get((one, sag)) == "out" or not held.rooms.holds(one, minutes_of(prepared, place, one))
    )
