"""The meetings of a body as departures: sorted arrays of civil minutes that the planner searches.

Civil minutes are Copenhagen wall-clock time as one whole number: ordinal of the day * 1440 + minute of the day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from kdflow.domain.dates import COPENHAGEN
from kdflow.domain.deadlines import DeadlineKind, Rule, deadline
from kdflow.domain.timetable import Body, Meeting, MeetingId, MeetingStatus
from kdflow.domain.workdays import Workdays, workdays

DAY = 1440
NEVER = 1 << 60
"""Later than everything: the departure that a search ends at when no meeting is left."""

CLOSED = -1
"""The submission time of a meeting that takes nothing more."""

TAKES_NOTHING = frozenset({MeetingStatus.AGENDA_SENT, MeetingStatus.HELD, MeetingStatus.MINUTES_SENT})


class Departures(NamedTuple):
    """The meetings of a station's body in order of their last possible day, ended by one that is never.

    `begins` and `decides` are the bounds of a meeting's time (equal where its hour is known), `submits` is the
    last minute to submit to it. All in civil minutes.
    """

    begins: tuple[int, ...]
    decides: tuple[int, ...]
    submits: tuple[int, ...]
    meetings: tuple[MeetingId | None, ...]

    @classmethod
    def of(cls, rows: Iterable[tuple[int, int, int, MeetingId]]) -> Departures:
        """From (decides, begins, submits, meeting) in any order."""
        ordered = [*sorted(rows), (NEVER, NEVER, NEVER, None)]
        decides, begins, submits, meetings = zip(*ordered, strict=True)
        return cls(begins=begins, decides=decides, submits=submits, meetings=meetings)


def civil(instant: datetime) -> int:
    """An aware instant in civil minutes."""
    local = instant.astimezone(COPENHAGEN)
    return local.toordinal() * DAY + local.hour * 60 + local.minute


def day_of(minute: int) -> date:
    """The day of a civil minute."""
    return date.fromordinal(minute // DAY)


def instant_of(minute: int) -> datetime:
    """A civil minute as a wall-clock time in Copenhagen (aware)."""
    day = day_of(minute)
    return datetime(day.year, day.month, day.day, tzinfo=COPENHAGEN) + timedelta(minutes=minute % DAY)


def workdays_of(body: Body) -> Workdays:
    """The working days that a body's deadlines are counted in."""
    return workdays(body.closing_days, saturday=body.saturday)


def begins_at(meeting: Meeting) -> int | None:
    """The first minute at which a meeting can be held; None when nothing is known."""
    if meeting.starts_at is not None:
        return civil(meeting.starts_at)
    return meeting.on.earliest.toordinal() * DAY if meeting.on.earliest else None


def decides_at(meeting: Meeting) -> int | None:
    """The minute by which a meeting has surely decided: its hour, or the end of its last possible day."""
    if meeting.starts_at is not None:
        return civil(meeting.starts_at)
    return meeting.on.latest.toordinal() * DAY + DAY - 1 if meeting.on.latest else None


def submits_at(meeting: Meeting, body: Body) -> int | None:
    """The last minute to submit to a meeting, by the rule of its body; never later than the meeting itself."""
    begins = begins_at(meeting)
    rule = body.rules.get(DeadlineKind.SUBMISSION)
    if begins is None or rule is None:
        return begins
    return min(begins, _submission(rule, begins // DAY, workdays_of(body)))


@lru_cache(maxsize=1 << 14)
def _submission(rule: Rule, ordinal: int, days: Workdays) -> int:
    return deadline(DeadlineKind.SUBMISSION, rule, date.fromordinal(ordinal), days).minute


def chain(body: str, bodies: Mapping[str, Body]) -> Iterator[Body]:
    """A body and those that follow it, one after the other."""
    seen: set[str] = set()
    key: str | None = body
    while key is not None and key in bodies and key not in seen:
        seen.add(key)
        yield bodies[key]
        key = bodies[key].successor


def end_of(body: str, bodies: Mapping[str, Body]) -> date | None:
    """The day on which a body and all that follow it have ended; None where they go on."""
    last = next(reversed(list(chain(body, bodies))), None)
    return last.valid.end if last else None


def departures(body: str, bodies: Mapping[str, Body], meetings: Mapping[str, Iterable[Meeting]]) -> Departures:
    """The departures from a station at `body`: its meetings, and after its end those of its successors.

    `meetings` are those of each body; what is cancelled, or on a day on which the body does not exist, is no
    departure. A merger or an election is thereby a change of the calendar, and nothing to the planner.
    """
    found: list[tuple[int, int, int, MeetingId]] = []
    ended: date | None = None
    for one in chain(body, bodies):
        rows = _rows(one, meetings.get(one.key, ()))
        found += (row for row in rows if ended is None or day_of(row[1]) > ended)
        ended = max(filter(None, (ended, one.valid.end)), default=None)
    return Departures.of(found)


def _rows(body: Body, meetings: Iterable[Meeting]) -> Iterator[tuple[int, int, int, MeetingId]]:
    for meeting in meetings:
        begins, decides = begins_at(meeting), decides_at(meeting)
        if meeting.status is MeetingStatus.CANCELLED or begins is None or decides is None:
            continue
        if not (body.valid.covers(day_of(begins)) and body.valid.covers(day_of(decides))):
            continue
        submits = CLOSED if meeting.status in TAKES_NOTHING else submits_at(meeting, body)
        yield decides, begins, CLOSED if submits is None else submits, meeting.id
