"""The calendars of a simulated world: those there are, gone on with, each in the pattern of its own body."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from random import Random

from kdflow.catalog import Catalog
from kdflow.domain.authority import Absence, PersonId
from kdflow.domain.calendar_change import hour_of
from kdflow.domain.dates import FuzzyDate, local_instant
from kdflow.domain.terms import election_day
from kdflow.domain.timetable import Body, Meeting, MeetingId, MeetingStatus
from kdflow.domain.workdays import workdays
from kdflow.domain.workflow import BodyRole, Validity

MONTHS = (1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12)
A_YEAR = {"administrativ": 7, "politisk": 6, "tværsektoriel": 5, "forum": 4, "kommuner": 10}
"""Meetings a year of a body whose own calendar does not say, by its kind; other kinds hold none."""

TOLD = (MeetingStatus.AGENDA_SENT, MeetingStatus.HELD, MeetingStatus.MINUTES_SENT)
"""What is said of a meeting whose agenda is out."""

ENOUGH = 3
"""Months that a calendar has to name to be a pattern."""


class Pattern:
    """How one body meets: in which months, on which weekday, at which hour."""

    def __init__(self, body: Body, known: Sequence[Meeting], chance: Random) -> None:
        days = [meeting.on.exact for meeting in known if meeting.on.exact]
        months = sorted({day.month for day in days})
        count = A_YEAR.get(body.kind, 0)
        self.months = months if len(months) >= ENOUGH else sorted(chance.sample(MONTHS, count))
        weekdays = Counter(day.weekday() for day in days if day.weekday() < 5)
        self.weekday = weekdays.most_common(1)[0][0] if weekdays else chance.randrange(5)
        hours = [hour for meeting in known if (hour := hour_of(meeting))]
        self.hour = hours[0] if hours else time(chance.choice((9, 10, 13)))
        self.is_political = body.kind == "politisk"

    def pauses_in(self, year: int, month: int) -> bool:
        """Whether the body holds no meetings in a month, because of an election."""
        return self.is_political and is_pause(year, month)

    def days(self, year: int, chance: Random) -> Iterator[date]:
        """The days of its meetings in a year; round an election the political bodies pause."""
        for month in self.months:
            if self.pauses_in(year, month):
                continue
            day = date(year, month, chance.randint(3, 23))
            day += timedelta(days=(self.weekday - day.weekday()) % 7)
            yield day if workdays().is_worked(day) else workdays().add(day, 1)


def is_pause(year: int, month: int) -> bool:
    """December of an election year, and January after it."""
    return bool((month == 12 and election_day(year)) or (month == 1 and election_day(year - 1)))


def patterns(catalog: Catalog, chance: Random) -> Mapping[str, Pattern]:
    """How each body meets that sager can be routed to."""
    routed = {
        station.body
        for workflow in catalog.workflows.values()
        for station in workflow.stations
        if not isinstance(station.body, BodyRole)
    }
    known: dict[str, list[Meeting]] = {}
    for meeting in catalog.meetings:
        known.setdefault(meeting.body, []).append(meeting)
    return {
        key: Pattern(body, known.get(key, ()), chance)
        for key, body in sorted(catalog.bodies.items())
        if key in known or key in routed or body.plays
    }


def of_year(body: Body, pattern: Pattern, year: int, chance: Random, *, after: date = date.min) -> list[Meeting]:
    """The meetings of a body in a year, later than a day, as far as it exists on theirs."""
    return [
        Meeting(
            id=MeetingId(f"{body.key}-{day}"),
            body=body.key,
            on=FuzzyDate.day(day),
            starts_at=local_instant(day, pattern.hour.hour, pattern.hour.minute),
        )
        for day in pattern.days(year, chance)
        if day > after and body.valid.covers(day)
    ]


def continued(catalog: Catalog, found: Mapping[str, Pattern], start: date, chance: Random) -> Catalog:
    """The catalog with calendars that reach to the end of the year of `start`, and people who go away.

    What a body's own calendar names stays as it is, and goes on from there. What lies behind is told as held.
    """
    meetings = [_as_of(meeting, start) for meeting in catalog.meetings]
    for key, pattern in found.items():
        last = last_in(meetings, key, start.year)
        meetings += of_year(catalog.bodies[key], pattern, start.year, chance, after=max(start, last))
    absences = (*catalog.absences, *_absences(catalog, start, chance))
    return replace(catalog, meetings=tuple(meetings), absences=absences)


def last_in(meetings: Iterable[Meeting], body: str, year: int) -> date:
    """The last day of a year that the calendar of a body names."""
    days = [one.on.latest for one in meetings if one.body == body and one.on.latest]
    return max((day for day in days if day.year == year), default=date.min)


def _as_of(meeting: Meeting, start: date) -> Meeting:
    is_behind = meeting.on.latest is not None and meeting.on.latest < start
    is_open = meeting.status in (MeetingStatus.PLANNED, MeetingStatus.MOVED, MeetingStatus.AGENDA_SENT)
    if meeting.status is MeetingStatus.CANCELLED or not (is_behind or is_open):
        return meeting
    return replace(meeting, status=MeetingStatus.MINUTES_SENT if is_behind else MeetingStatus.PLANNED)


def _absences(catalog: Catalog, start: date, chance: Random) -> Iterator[Absence]:
    """Leaders are away for some weeks now and then: a third of them leave their deputies to the rules."""
    leaders = sorted({one.person for one in catalog.appointments if one.office in ("chair", "co-chair")})
    for place, leader in enumerate(leaders):
        others = [*leaders[:place], *leaders[place + 1 :]]
        day = start + timedelta(days=chance.randrange(400))
        for _ in range(12):
            stand_in: PersonId | None = chance.choice(others) if others and chance.random() < 2 / 3 else None
            validity = Validity.model_construct(start=day, end=day + timedelta(days=chance.randrange(5, 28)))
            yield Absence(person=leader, valid=validity, stand_in=stand_in)
            day += timedelta(days=chance.randrange(150, 500))


def made_up(catalog: Catalog) -> Catalog:
    """The catalog without its calendars: every meeting is made up."""
    return replace(catalog, meetings=())
