"""The bodies' calendars year by year, and what a person may do to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from kdflow.domain.authority import PersonId
from kdflow.domain.rights import calendar_keeper
from kdflow.domain.situation import World
from kdflow.domain.timetable import (
    Body,
    Meeting,
    MeetingId,
    MeetingStatus,
    has_begun,
    is_held,
    status_now,
)
from kdflow.store.database import Database, Tx
from kdflow.store.treated import treated_at
from kdflow.store.world import whole_world


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyCalendar:
    """The meetings of one body in a year, moved and cancelled ones among them, and those whose year is unknown."""

    body: Body
    meetings: tuple[Meeting, ...]
    may_change: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendars:
    """The calendars of a year; `years` are those in which anybody meets, `kept` the bodies whose calendar the
    viewer keeps, `chosen` the one body that is shown (None: all). `statuses` is what one can say of the
    meetings now."""

    year: int
    years: tuple[int, ...]
    calendars: tuple[BodyCalendar, ...]
    statuses: Mapping[MeetingId, MeetingStatus]
    kept: tuple[Body, ...]
    chosen: Body | None
    world: World


def calendars(db: Database, viewer: PersonId, now: datetime, *, year: int | None, body: str = "") -> Calendars:
    """The calendars of a year (this one, unless another is asked for), of all bodies or of one."""
    with db.read() as tx:
        world = whole_world(tx, now)
        shown = year or world.today.year
        kept = kept_bodies(world, viewer)
        chosen = world.bodies.get(body)
        found = tuple(_calendars(world, shown, kept, [chosen] if chosen else world.bodies.values()))
        statuses = _statuses(tx, found, now)
    return Calendars(
        year=shown,
        years=_years(world, shown),
        calendars=found,
        statuses=statuses,
        kept=kept,
        chosen=chosen,
        world=world,
    )


def _statuses(tx: Tx, found: Iterable[BodyCalendar], now: datetime) -> Mapping[MeetingId, MeetingStatus]:
    """What one can say of each meeting now; only those that have begun can have treated something."""
    listed = [meeting for calendar in found for meeting in calendar.meetings]
    treated = treated_at(tx, [one.id for one in listed if has_begun(one, now) and not is_held(one, now)])
    return {one.id: status_now(one, now, treated=one.id in treated) for one in listed}


def kept_bodies(world: World, viewer: PersonId) -> tuple[Body, ...]:
    """The bodies that exist today or will, and whose calendar `viewer` keeps, by name."""
    ours = (body for body in world.bodies.values() if body.valid.end is None or body.valid.end >= world.today)
    kept = [body for body in ours if calendar_keeper(world.authority, body, viewer)]
    return tuple(sorted(kept, key=lambda body: body.short.casefold()))


def _years(world: World, shown: int) -> tuple[int, ...]:
    known = {day.year for meeting in world.timetable.meetings if (day := meeting.begins_on)}
    return tuple(sorted({*known, shown, world.today.year}))


def _calendars(world: World, year: int, kept: tuple[Body, ...], bodies: Iterable[Body]) -> Iterable[BodyCalendar]:
    for body in sorted(bodies, key=lambda one: one.short.casefold()):
        found = [one for one in world.timetable.of_body.get(body.key, ()) if _is_in(one, year)]
        if found:
            found.sort(key=lambda one: (one.begins_on or date.max, one.id))
            yield BodyCalendar(body=body, meetings=tuple(found), may_change=body in kept)


def _is_in(meeting: Meeting, year: int) -> bool:
    """Whether a meeting belongs on the page of a year: by a day it may be on, or by the day it was moved from."""
    dates = [one for one in (meeting.on, meeting.was) if one]
    known = [one for one in dates if one.earliest and one.latest]
    return not known or any(
        one.earliest.year <= year <= one.latest.year for one in known if one.earliest and one.latest
    )


def kept_by(db: Database, viewer: PersonId, now: datetime) -> tuple[Body, ...]:
    """The bodies to whose calendar `viewer` may add a meeting."""
    with db.read() as tx:
        return kept_bodies(whole_world(tx, now), viewer)
