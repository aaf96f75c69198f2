"""A change of a body's calendar, as it is wished - a meeting added, moved, cancelled - and what stands in its way.

Refusals carry an English sentence and the name of the rule; what people read stands in `words.refusals`.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Literal

from kdflow.domain.dates import FuzzyDate, local_day
from kdflow.domain.departures import begins_at, civil, day_of, decides_at, submits_at, workdays_of
from kdflow.domain.errors import Reason, Refused
from kdflow.domain.timetable import (
    Body,
    Format,
    Meeting,
    MeetingId,
    MeetingStatus,
    Timetable,
    body_flag,
    has_begun,
)
from kdflow.domain.workdays import FIRST_YEAR, LAST_YEAR


class ChangeKind(StrEnum):
    """What is done to a calendar."""

    ADD = "add"
    MOVE = "move"
    CANCEL = "cancel"
    RESTORE = "restore"
    EDIT = "edit"


EVENTS = {
    ChangeKind.ADD: "meeting-added",
    ChangeKind.MOVE: "meeting-moved",
    ChangeKind.CANCEL: "meeting-cancelled",
    ChangeKind.RESTORE: "meeting-restored",
    ChangeKind.EDIT: "meeting-changed",
}
"""What the history calls each kind of change."""

IS_OVER = frozenset({MeetingStatus.HELD, MeetingStatus.MINUTES_SENT})
"""What is only said of a meeting that has begun."""

SETTABLE = (MeetingStatus.PLANNED, MeetingStatus.AGENDA_SENT, MeetingStatus.HELD, MeetingStatus.MINUTES_SENT)
"""What a person can say of a meeting; that it was moved or cancelled follows from doing so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What a calendar says of a meeting beside its date; `at` is the hour on the wall in Copenhagen."""

    at: time | None = None
    format: Format = Format.PHYSICAL
    place: str | None = None
    note: str | None = None
    status: MeetingStatus = MeetingStatus.PLANNED
    most_items: int | None = None
    most_minutes: int | None = None

    @classmethod
    def of(cls, meeting: Meeting) -> Details:
        """Those of a meeting as it is; a moved one is planned."""
        is_moved = meeting.status is MeetingStatus.MOVED
        return cls(
            at=hour_of(meeting),
            format=meeting.format,
            place=meeting.place,
            note=meeting.note,
            status=MeetingStatus.PLANNED if is_moved else meeting.status,
            most_items=meeting.most_items,
            most_minutes=meeting.most_minutes,
        )


def hour_of(meeting: Meeting) -> time | None:
    """The hour of a meeting on the wall in Copenhagen, where it is known."""
    if meeting.starts_at is None:
        return None
    minute = civil(meeting.starts_at) % 1440
    return time(minute // 60, minute % 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarChange:
    """A wish to change the calendar of `body`: of one `meeting`, or (add) by a new one, which may be given its id.

    `on` is the date for add and move. `details` are those of an added or edited meeting; for a move only their
    hour counts (None: the hour stays). `confirmed` says that a date which has passed is meant.
    """

    kind: ChangeKind
    body: str
    meeting: MeetingId | None = None
    on: FuzzyDate | None = None
    details: Details | None = None
    confirmed: bool = False


# --- what stands in the way ------------------------------------------------------------------------------------

_TEXTS = {
    "meeting_not_cancelled": "the meeting has been cancelled; restore it first",
    "meeting_cancelled": "the meeting has not been cancelled",
    "meeting_ahead": "the meeting has been held",
    "nothing_treated": "the meeting has been held: something was treated at it; postpone or take off what was not "
    "treated there, and set the status of the meeting to held",
    "treated_in_past": "the meeting has been held: something was treated at it; if it was held on another day, "
    "give it that; it cannot come to a day that has not come",
    "date_given": "a meeting needs a date: a day, or a period with a beginning and an end",
    "date_in_reach": f"calendars are kept for the years {FIRST_YEAR} to {LAST_YEAR}",
    "day_known": "an hour is only known where the day is",
    "hour_exists": "there is no such hour on that day: the clocks go forward",
    "body_meets": "the body does not exist on that day",
    "minute_free": "the body already has a meeting at that minute",
    "date_to_come": "the date has passed; confirm that it is meant",
    "something_changes": "the meeting is like that already",
    "status_in_time": "the meeting has not begun yet",
    "status_settable": "a meeting is moved or cancelled by doing so",
}
_FIELDS = {
    "date_given": "on",
    "date_in_reach": "on",
    "day_known": "at",
    "hour_exists": "at",
    "body_meets": "on",
    "minute_free": "at",
    "date_to_come": "confirmed",
    "treated_in_past": "on",
    "status_in_time": "status",
    "status_settable": "status",
}


def reason_of(rule: str) -> Reason:
    """The reason that a rule gives for its no."""
    return Reason(rule, _TEXTS[rule], _FIELDS.get(rule))


def refuse_against_treated(change: CalendarChange, treated: Container[MeetingId | None], today: date) -> None:
    """Refuse to cancel a meeting that has `treated` something, or to move it to a day that has not come: it was
    held, whatever the calendar says of it. A wrong date can be put right.

    Raises:
        Refused: with the rule that says no.
    """
    if change.meeting not in treated:
        return
    if change.kind is ChangeKind.CANCEL:
        raise Refused([reason_of("nothing_treated")])
    if change.kind is ChangeKind.MOVE and change.on and change.on.latest and change.on.latest > today:
        raise Refused([reason_of("treated_in_past")])


def against_kind(old: Meeting | None, change: CalendarChange) -> tuple[Reason, ...]:
    """What the meeting as it is says against this kind of change, and what the wish lacks."""
    rules = []
    if old is not None:
        is_cancelled = old.status is MeetingStatus.CANCELLED
        if change.kind is ChangeKind.RESTORE and not is_cancelled:
            rules.append("meeting_cancelled")
        if change.kind is not ChangeKind.RESTORE and is_cancelled:
            rules.append("meeting_not_cancelled")
        if change.kind is ChangeKind.CANCEL and old.status in IS_OVER:
            rules.append("meeting_ahead")
    if change.kind in (ChangeKind.ADD, ChangeKind.MOVE):
        rules += _against_date(change.on)
    return tuple(reason_of(rule) for rule in rules)


def _against_date(on: FuzzyDate | None) -> list[str]:
    if on is None or on.earliest is None or on.latest is None:
        return ["date_given"]
    return [] if on.earliest.year >= FIRST_YEAR and on.latest.year <= LAST_YEAR else ["date_in_reach"]


def against_meeting(timetable: Timetable, body: Body, new: Meeting, kind: ChangeKind) -> tuple[Reason, ...]:
    """What the body and its other meetings say against a meeting; a cancelled one is in nobody's way."""
    if new.status is MeetingStatus.CANCELLED:
        return ()
    rules = []
    days = (new.on.earliest, new.on.latest) if kind is not ChangeKind.EDIT else ()
    if any(day and body_flag(body, day) for day in days):
        rules.append("body_meets")
    if new.starts_at is not None and new.on.exact is None:
        rules.append("day_known")
    if any(_is_same_time(new, other) for other in timetable.of_body.get(new.body, ())):
        rules.append("minute_free")
    return tuple(reason_of(rule) for rule in rules)


def _is_same_time(new: Meeting, other: Meeting) -> bool:
    if other.id == new.id or other.status is MeetingStatus.CANCELLED or other.on.earliest != new.on.earliest:
        return False
    return (begins_at(other), decides_at(other)) == (begins_at(new), decides_at(new))


def against_time(old: Meeting | None, new: Meeting, change: CalendarChange, now: datetime) -> tuple[Reason, ...]:
    """What the time of day says against a meeting, and that nothing would change at all."""
    rules = []
    is_dated = change.kind in (ChangeKind.ADD, ChangeKind.MOVE)
    if is_dated and new.on.latest and new.on.latest < local_day(now) and not change.confirmed:
        rules.append("date_to_come")
    if change.kind is ChangeKind.MOVE and new.status in IS_OVER and not has_begun(new, now):
        rules.append("meeting_ahead")
    if change.kind in (ChangeKind.ADD, ChangeKind.EDIT) and new.status in IS_OVER and not has_begun(new, now):
        rules.append("status_in_time")
    if change.details and is_dated | (change.kind is ChangeKind.EDIT) and _is_no_word(change.details.status, old):
        rules.append("status_settable")
    if old is not None and facts_of(old) == facts_of(new):
        rules.append("something_changes")
    return tuple(reason_of(rule) for rule in rules)


def _is_no_word(status: MeetingStatus, old: Meeting | None) -> bool:
    return status not in SETTABLE and not (old and old.status is status)


def facts_of(meeting: Meeting) -> tuple[object, ...]:
    """What a calendar says of a meeting."""
    m = meeting
    return m.on, m.starts_at, m.format, m.place, m.status, m.note, m.most_items, m.most_minutes


# --- what to ask about before it is done -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """What does not forbid a meeting, but may be a slip: a day that is not worked (`name` says which holiday or
    closing day it is; empty on a weekend), another meeting of the body on that day, or a submission deadline that
    has passed already."""

    kind: Literal["not-worked", "same-day", "deadline-passed"]
    day: date
    name: str = ""


def cautions(meeting: Meeting, body: Body, now: datetime, beside: Iterable[Meeting]) -> tuple[Caution, ...]:
    """What should be asked about the date of a meeting; `beside` are the meetings of its body."""
    found = []
    day, worked = meeting.on.exact, workdays_of(body)
    if day and not worked.is_worked(day):
        found.append(Caution(kind="not-worked", day=day, name=worked.closed.get(day, "")))
    if day and meeting.status is not MeetingStatus.CANCELLED and any(_is_beside(one, meeting) for one in beside):
        found.append(Caution(kind="same-day", day=day))
    due = submits_at(meeting, body)
    takes = meeting.status in (MeetingStatus.PLANNED, MeetingStatus.MOVED)
    if takes and due is not None and due < civil(now) and not has_begun(meeting, now):
        found.append(Caution(kind="deadline-passed", day=day_of(due)))
    return tuple(found)


def _is_beside(one: Meeting, meeting: Meeting) -> bool:
    return one.id != meeting.id and one.on.exact == meeting.on.exact and one.status is not MeetingStatus.CANCELLED
