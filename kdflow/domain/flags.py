"""What a person should look at in a sag: impossible dates, bodies that have ended. Flagged, never corrected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from kdflow.domain.dates import FuzzyDate, is_weekend
from kdflow.domain.sag import Sag, SeatStatus, Step
from kdflow.domain.situation import World, body_at
from kdflow.domain.timetable import body_flag, is_held
from kdflow.domain.workflow import Definitions

FlagKind = Literal["impossible-order", "weekend", "body-ended", "body-not-yet", "held-meeting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One thing to look at, at one station; `data` holds what its text names."""

    kind: FlagKind
    station: str
    data: Mapping[str, str] = field(default_factory=dict)


def flags(sag: Sag, definitions: Definitions, world: World) -> tuple[Flag, ...]:
    """Everything to look at, in route order of the steps, then of the stations ahead."""
    return (*_dates(sag, definitions, world), *_held(sag, world), *_bodies(sag, definitions, world))


def _held(sag: Sag, world: World) -> list[Flag]:
    """Steps that wait to be put on the agenda of a meeting that has been held."""
    found = []
    for step in sag.steps:
        meeting = world.timetable.find(step.meeting)
        waits = any(seat.meeting == step.meeting and seat.status is SeatStatus.SUBMITTED for seat in step.seats)
        if meeting and waits and is_held(meeting, world.now):
            data = {"body": world.short(step.body), "meeting": meeting.on.text}
            found.append(Flag(kind="held-meeting", station=step.station, data=data))
    return found


def _date_of(step: Step, world: World) -> FuzzyDate | None:
    meeting = world.timetable.find(step.meeting)
    return step.decided_on or (meeting.on if meeting else None)


def _dates(sag: Sag, definitions: Definitions, world: World) -> list[Flag]:
    found = []
    dated = [(step, on) for step in sag.steps if (on := _date_of(step, world))]
    for step, on in dated:
        if on.exact and is_weekend(on.exact):
            found.append(Flag(kind="weekend", station=step.station, data={"date": on.exact.isoformat()}))
        before = definitions.workflow.ancestors[step.station]
        for earlier, earlier_on in dated:
            if earlier.station in before and earlier.seq < step.seq and on.surely_before(earlier_on):
                data = {"date": on.text, "earlier": earlier.station, "earlier_date": earlier_on.text}
                found.append(Flag(kind="impossible-order", station=step.station, data=data))
                break
    return found


def _bodies(sag: Sag, definitions: Definitions, world: World) -> list[Flag]:
    """Bodies that are not there when the sag comes: at its meeting, or today where no meeting is known."""
    found = []
    for station in definitions.workflow.stations:
        step = sag.at(station.key)
        over = step and definitions.procedure_of(station.key).by_state[step.state].final
        body = world.bodies.get(step.body if step else body_at(station, sag.fills))
        if body is None or over or sag.life in ("concluded", "withdrawn", "lapsed"):
            continue
        meeting = world.timetable.find(step.meeting) if step else None
        day = (meeting.begins_on if meeting else None) or world.today
        if flag := body_flag(body, day):
            kind: FlagKind = "body-ended" if flag == "ended" else "body-not-yet"
            data = {"body": body.short, "successor": body.successor or ""}
            found.append(Flag(kind=kind, station=station.key, data=data))
    return found
