"""Which meeting of one body is the last before each meeting of another, for a year: the page and its document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kdflow.domain.connections import Connection, Held, last_before
from kdflow.domain.dates import local_day
from kdflow.domain.departures import instant_of
from kdflow.domain.errors import NotFound
from kdflow.domain.network import Network
from kdflow.domain.terms import DeadWindow
from kdflow.domain.timetable import Body
from kdflow.queries.documents import DateDocument, Document, of_date
from kdflow.queries.plan_documents import DeadlineDocument, PauseDocument, of_deadline, of_pause
from kdflow.queries.year_wheel import labels
from kdflow.store import meetings, people
from kdflow.store.database import Database

USUAL = ("kd-net", "kkr-midt")
"""The two bodies that the question is asked about most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionsPage:
    """The connections of a year between two bodies, and what else could be asked: `choices` are bodies with
    meetings (key and name), `pauses` those of the two round an election (key and pause)."""

    first: Body
    second: Body
    first_name: str
    second_name: str
    year: int
    rows: tuple[Connection, ...]
    pauses: tuple[tuple[str, DeadWindow], ...]
    choices: tuple[tuple[str, str], ...]
    years: tuple[int, ...]
    today: date


def connections_page(
    db: Database, first: str | None, second: str | None, year: int | None, now: datetime
) -> ConnectionsPage:
    """For each meeting of `second` in a year, the last of `first` that reaches it; None asks the usual question.

    Raises:
        NotFound: one of the bodies does not exist.
    """
    with db.read() as tx:
        bodies = people.bodies(tx)
        table = meetings.timetable(tx)
    pair = [asked or _usual(place, bodies, list(table.of_body)) for place, asked in enumerate((first, second))]
    for key in pair:
        if key not in bodies:
            raise NotFound("body", key)
    today = local_day(now)
    year = today.year if year is None else year
    names = labels({key: body for key, body in bodies.items() if key in table.of_body or key in pair})
    years = {one.begins_on.year for one in table.meetings if one.begins_on} | {year, today.year}
    net = Network(bodies, table)
    return ConnectionsPage(
        first=bodies[pair[0]],
        second=bodies[pair[1]],
        first_name=names[pair[0]],
        second_name=names[pair[1]],
        year=year,
        rows=last_before(pair[0], pair[1], year, net),
        pauses=tuple((key, pause) for key in dict.fromkeys(pair) for pause in net.pauses(key).in_year(year)),
        choices=tuple(names.items()),
        years=tuple(sorted(years)),
        today=today,
    )


def _usual(place: int, bodies: dict[str, Body], meeting: list[str]) -> str:
    """The usual body in one of the two places; where the installation has other bodies, one that meets."""
    if USUAL[place] in bodies or not meeting:
        return USUAL[place]
    return meeting[min(place, len(meeting) - 1)]


# --- the document --------------------------------------------------------------------------------------------


class HeldDocument(Document):
    """A meeting: `on` as it was written (`date`: with its bounds), the last instant to submit to it, and when it
    has surely decided."""

    meeting: str
    body: str
    on: str
    date: DateDocument
    submit_by: datetime
    decides_by: datetime
    submission: DeadlineDocument | None


class ConnectionDocument(Document):
    """A meeting of the second body, the last one of the first that reaches it, and those that are too late."""

    meeting: HeldDocument
    last: HeldDocument | None
    days: int | None
    days_are_exact: bool
    minutes_due: datetime | None
    before_minutes: bool
    too_late: tuple[HeldDocument, ...]


class BodyPauseDocument(PauseDocument):
    """A pause of one of the bodies."""

    body: str


class ConnectionsDocument(Document):
    """The connections of a year between two bodies, and their pauses round an election."""

    first: str
    second: str
    year: int
    data: tuple[ConnectionDocument, ...]
    pauses: tuple[BodyPauseDocument, ...]


def of_connections(page: ConnectionsPage) -> ConnectionsDocument:
    """The page as a document."""
    return ConnectionsDocument(
        first=page.first.key,
        second=page.second.key,
        year=page.year,
        data=tuple(_row(row) for row in page.rows),
        pauses=tuple(BodyPauseDocument(body=key, **of_pause(pause).model_dump()) for key, pause in page.pauses),
    )


def _row(row: Connection) -> ConnectionDocument:
    return ConnectionDocument(
        meeting=_held(row.meeting),
        last=_held(row.last) if row.last else None,
        days=row.days,
        days_are_exact=row.is_exact,
        minutes_due=row.minutes.at if row.minutes else None,
        before_minutes=row.is_before_minutes,
        too_late=tuple(_held(one) for one in row.late),
    )


def _held(held: Held) -> HeldDocument:
    return HeldDocument(
        meeting=held.meeting.id,
        body=held.body.key,
        on=held.meeting.on.text,
        date=of_date(held.meeting.on),
        submit_by=instant_of(held.submits),
        decides_by=instant_of(held.decides),
        submission=of_deadline(held.submission) if held.submission else None,
    )
