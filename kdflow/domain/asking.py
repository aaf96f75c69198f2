"""What a notice of a move asks for now, and by when: the duty that the move leaves at its step, or to its sag."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from kdflow.domain.departures import NEVER, civil
from kdflow.domain.duties import Duty, duties_of_sag
from kdflow.domain.ladders import DutyKind
from kdflow.domain.network import Network
from kdflow.domain.notices import CONSENT_WANTED, Notice
from kdflow.domain.planner import Plan
from kdflow.domain.replanning import planned
from kdflow.domain.sag import Sag
from kdflow.domain.situation import World
from kdflow.domain.standing import meets
from kdflow.domain.workflow import Definitions

ASKS = frozenset({"step-opened", "declined", "taken-off", "reopened", CONSENT_WANTED})
"""Kinds that ask their reader to do what the step waits for."""

TELLS = frozenset({"decided", "approved", "consent-lapsed"})
"""Kinds that say what a step waits for, be it for another than their reader."""


OF_SAG = frozenset({"resumed", "new-owner", "route-changed"})
"""Kinds about a sag as a whole, that say what it waits for first."""


def is_asked(told: Iterable[Notice]) -> bool:
    """Whether any of some notices says what is to be done, so that the calendars have to be looked at."""
    return any(one.kind in ASKS | TELLS | OF_SAG for one in told)


def dated(told: Sequence[Notice], sag: Sag, route: Definitions, net: Network, world: World) -> tuple[Notice, ...]:
    """The same notices, where they ask for something with what, by when, and which meeting that is for."""
    plan = planned(sag, route, net, world.now).plan
    found = duties_of_sag(sag, route, plan, world)
    duties = {duty.step: duty for duty in found if duty.step is not None}
    first = min((duty for duty in found if not duty.held_up), key=lambda duty: duty.due, default=None)
    of_sag = _of_sag(first, plan, world)
    return tuple(
        _dated(one, duties.get(one.step), sag, route, world)
        if one.kind in ASKS | TELLS and one.step
        else replace(one, data={**one.data, "asked": of_sag})
        if one.kind in OF_SAG
        else one
        for one in told
    )


def _of_sag(duty: Duty | None, plan: Plan | None, world: World) -> dict[str, object]:
    """What a sag waits for first: a duty, or the meeting that it has a seat at."""
    if duty is not None:
        return _asked(duty, world) | {"body": world.short(duty.body)}
    seat = next((leg for leg in plan.legs if leg.kind == "seat"), None) if plan else None
    meeting = world.timetable.find(seat.meeting) if seat else None
    if seat is None or meeting is None:
        return _asked(None, world)
    return _asked(None, world) | {"kind": "seat", "body": world.short(seat.body), "meeting": meeting.on.text}


def _dated(one: Notice, duty: Duty | None, sag: Sag, route: Definitions, world: World) -> Notice:
    station = sag.step(one.step).station if one.step else ""
    asked = _asked(duty, world) | {"meets": meets(route, station)}
    more: dict[str, object] = {"asked": asked}
    if one.kind in ASKS and asked["due"] is not None:
        more["due"] = asked["due"]
    return replace(one, data={**one.data, **more})


def _asked(duty: Duty | None, world: World) -> dict[str, object]:
    """A duty in plain values; without a day where none says by when."""
    if duty is None:
        return {"kind": None, "does": "", "due": None, "is_over": False, "meeting": None}
    meeting = world.timetable.find(duty.meeting) if duty.kind is DutyKind.SUBMISSION else None
    return {
        "kind": duty.kind.value,
        "does": duty.does,
        "due": duty.due if duty.due < NEVER else None,
        "is_over": duty.due < civil(world.now),
        "meeting": meeting.on.text if meeting else None,
    }
