"""The year wheel: every body that meets in a year, with its meetings, the deadlines they make, and closed days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from kdflow.domain.dates import local_day
from kdflow.domain.deadlines import Deadline, deadlines
from kdflow.domain.departures import workdays_of
from kdflow.domain.errors import NotFound
from kdflow.domain.network import Network
from kdflow.domain.terms import DeadWindow
from kdflow.domain.timetable import Body, Meeting, MeetingStatus
from kdflow.domain.workdays import danish_holidays
from kdflow.store import meetings, people
from kdflow.store.database import Database

ClosedDays = tuple[tuple[date, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingRow:
    """A meeting with its deadlines; a cancelled one has none."""

    meeting: Meeting
    body: Body
    name: str
    deadlines: tuple[Deadline, ...]

    @property
    def is_cancelled(self) -> bool:
        """Whether it is not held."""
        return self.meeting.status is MeetingStatus.CANCELLED

    @property
    def is_moved(self) -> bool:
        """Whether it once had another date."""
        return self.meeting.was is not None or self.meeting.status is MeetingStatus.MOVED

    def touches(self, year: int) -> bool:
        """Whether it, its former date or one of its deadlines lies in a year."""
        days = [self.meeting.on.earliest, self.meeting.on.latest, *(one.on for one in self.deadlines)]
        if self.meeting.was:
            days += [self.meeting.was.earliest, self.meeting.was.latest]
        return any(day is not None and day.year == year for day in days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A body with its meetings in date order, the days of the year on which it alone is closed, and its pauses
    round an election."""

    body: Body
    name: str
    rows: tuple[MeetingRow, ...]
    closed: ClosedDays
    pauses: tuple[DeadWindow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class YearWheel:
    """One year. `choices` are all bodies that have something in it (key and name), `chosen` those shown."""

    year: int
    years: tuple[int, ...]
    lanes: tuple[Lane, ...]
    choices: tuple[tuple[str, str], ...]
    chosen: frozenset[str]
    holidays: ClosedDays
    today: date

    @property
    def rows(self) -> tuple[MeetingRow, ...]:
        """Every meeting, in date order."""
        found = [row for lane in self.lanes for row in lane.rows]
        return tuple(sorted(found, key=_by_date))


def year_wheel(db: Database, year: int | None, only: Collection[str], now: datetime) -> YearWheel:
    """The wheel of a year (None: this one), of some bodies or, where none is named, of all.

    Raises:
        NotFound: one of the bodies does not exist.
    """
    with db.read() as tx:
        bodies = people.bodies(tx)
        table = meetings.timetable(tx)
    for key in only:
        if key not in bodies:
            raise NotFound("body", key)
    today = local_day(now)
    year = today.year if year is None else year
    names = labels({key: bodies[key] for key in table.of_body})
    net = Network(bodies, table)
    lanes = [_lane(bodies[key], names[key], net, year) for key in names]
    found = [lane for lane in lanes if lane.rows]
    return YearWheel(
        year=year,
        years=_years(table.meetings, {year, today.year}),
        lanes=tuple(lane for lane in found if not only or lane.body.key in only),
        choices=tuple((lane.body.key, lane.name) for lane in found),
        chosen=frozenset(only),
        holidays=tuple((day, name) for day, name in sorted(danish_holidays().items()) if day.year == year),
        today=today,
    )


def labels(bodies: Mapping[str, Body]) -> Mapping[str, str]:
    """What to call some bodies, by name: their short names, and the full one where two share a short one."""
    often = Counter(body.short for body in bodies.values())
    names = {key: body.short if often[body.short] == 1 else body.name for key, body in bodies.items()}
    return dict(sorted(names.items(), key=lambda item: item[1]))


def _lane(body: Body, name: str, net: Network, year: int) -> Lane:
    rows = [_row(body, name, meeting) for meeting in net.timetable.of_body[body.key]]
    return Lane(
        body=body,
        name=name,
        rows=tuple(sorted((row for row in rows if row.touches(year)), key=_by_date)),
        closed=tuple(sorted((day, why) for day, why in body.closing_days if day.year == year)),
        pauses=net.pauses(body.key).in_year(year),
    )


def _row(body: Body, name: str, meeting: Meeting) -> MeetingRow:
    stands = meeting.status is not MeetingStatus.CANCELLED
    found = deadlines(body.rules, meeting.on, workdays_of(body)) if stands else ()
    return MeetingRow(meeting=meeting, body=body, name=name, deadlines=found)


def _by_date(row: MeetingRow) -> tuple[date, str]:
    return row.meeting.begins_on or date.max, row.meeting.id


def _years(found: Collection[Meeting], more: set[int]) -> tuple[int, ...]:
    """The years to choose among: those with meetings, and those asked about."""
    return tuple(sorted({one.begins_on.year for one in found if one.begins_on} | more))
