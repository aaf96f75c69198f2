"""What a plan may suppose, and the calendars and the journey as they are then; nothing of it is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kdflow.domain.dates import FuzzyDate
from kdflow.domain.errors import NotFound, Unreadable
from kdflow.domain.prepared import Prepared
from kdflow.domain.situation import World
from kdflow.domain.timetable import Meeting, MeetingId, MeetingStatus, Timetable
from kdflow.domain.workdays import FIRST_YEAR, LAST_YEAR


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """Conditions that are only supposed: to end `by` a day, to start on another one, without some meetings, with
    extra ones (body, day), and submitting ahead of their turn to some stations. Nothing of it is kept."""

    by: date | None = None
    start: date | None = None
    without: tuple[MeetingId, ...] = ()
    extra: tuple[tuple[str, date], ...] = ()
    ahead: tuple[str, ...] = ()

    @property
    def is_real(self) -> bool:
        """Whether nothing is supposed that would make the journey another one."""
        return not (self.start or self.without or self.extra or self.ahead)


def refuse_nonsense(what_if: WhatIf) -> None:
    """Raise Unreadable where the days that are supposed cannot be counted, or end before they begin."""
    for day in (what_if.by, what_if.start, *(day for _, day in what_if.extra)):
        if day:
            _countable(day)
    if what_if.by and what_if.start and what_if.by < what_if.start:
        message = f"nothing is decided by {what_if.by} that begins on {what_if.start}"
        raise Unreadable(message, "plan-order", "by")


def _countable(day: date) -> None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Unreadable(f"{day} lies outside the years {FIRST_YEAR} to {LAST_YEAR}", "plan-reach")


def timetable_with(world: World, what_if: WhatIf) -> Timetable:
    """The calendars without the meetings that are supposed away, and with the extra ones.

    Raises:
        NotFound: there is no such meeting or body.
        Unreadable: an extra meeting lies in the past.
    """
    known = {meeting.id for meeting in world.timetable.meetings}
    for meeting in what_if.without:
        if meeting not in known:
            raise NotFound("meeting", meeting)
    kept = [meeting for meeting in world.timetable.meetings if meeting.id not in what_if.without]
    return Timetable(meetings=(*kept, *_extra(world, what_if.extra)))


def _extra(world: World, extra: Iterable[tuple[str, date]]) -> Iterable[Meeting]:
    for body, day in extra:
        if body not in world.bodies:
            raise NotFound("body", body)
        if day < world.today:
            raise Unreadable(f"an extra meeting on {day} lies in the past", "plan-past", "ekstra_den")
        yield Meeting(
            id=MeetingId(f"{body}-{day}-supposed"), body=body, on=FuzzyDate.day(day), status=MeetingStatus.PLANNED
        )


def with_ahead(prepared: Prepared, stations: Iterable[str]) -> Prepared:
    """A prepared sag, submitted to some stations ahead of their turn; NotFound where there is no such station."""
    for key in stations:
        if key not in {station.key for station in prepared.stations}:
            raise NotFound("station", key)
        place = prepared.place(key)
        prepared = prepared.with_stop(place, prepared.stops[place]._replace(ahead=True))
    return prepared
