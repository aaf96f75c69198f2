"""From what a calendar file says to wishes to change the calendar, line by line; the rules are asked later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from kdflow.domain.calendar_change import CalendarChange, ChangeKind, Details, hour_of
from kdflow.domain.timetable import Meeting, MeetingStatus
from kdflow.reading import CalendarDiff, Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a line of the file asks for."""

    line: int
    new: Meeting
    changes: tuple[CalendarChange, ...]
    old: Meeting | None = None


def wishes(diff: CalendarDiff) -> Iterator[Wish]:
    """What each line asks for; first what makes room for others."""
    for one in (*diff.cancelled, *diff.moved, *diff.changed):
        yield Wish(line=one.line, old=one.old, new=one.new, changes=tuple(_changes(one)))
    for new in diff.added:
        if not is_cancelled(new.meeting):
            yield Wish(line=new.line, new=new.meeting, changes=(_addition(new.meeting),))


def _changes(change: Change) -> Iterator[CalendarChange]:
    """What may have to be done to make a known meeting what the file says. Of a cancelled one nothing more."""
    old, new = change.old, change.new
    wish = partial(CalendarChange, body=old.body, meeting=old.id)
    if is_cancelled(new):
        if not is_cancelled(old):
            yield wish(kind=ChangeKind.CANCEL)
        return
    if is_cancelled(old):
        yield wish(kind=ChangeKind.RESTORE)
    if _is_move(old, new):
        yield wish(kind=ChangeKind.MOVE, on=new.on, details=Details(at=hour_of(new)), confirmed=True)
    yield wish(kind=ChangeKind.EDIT, details=Details.of(new))


def _is_move(old: Meeting, new: Meeting) -> bool:
    """Whether a meeting comes to another day or hour; an hour that was not known is only filled in."""
    is_same_day = (old.on.earliest, old.on.latest) == (new.on.earliest, new.on.latest)
    return not is_same_day or (old.starts_at is not None and old.starts_at != new.starts_at)


def _addition(new: Meeting) -> CalendarChange:
    return CalendarChange(
        kind=ChangeKind.ADD, body=new.body, meeting=new.id, on=new.on, details=Details.of(new), confirmed=True
    )


def is_cancelled(meeting: Meeting) -> bool:
    return meeting.status is MeetingStatus.CANCELLED
