"""What came with a form about a meeting, read into a change of the calendar."""

import re
from datetime import time

from kdflow.domain.calendar_change import CalendarChange, ChangeKind, Details
from kdflow.domain.dates import FuzzyDate
from kdflow.domain.english_dates import read_either
from kdflow.domain.errors import Unreadable
from kdflow.domain.timetable import Format, MeetingId, MeetingStatus
from kdflow.web.forms import Gap, Incomplete, Typed, date_gap

_HOUR = re.compile(r"^(?:kl\. ?)?(\d{1,2})(?:[.:](\d{2}))?$")


def change_of(typed: Typed, kind: ChangeKind, meeting: str | None) -> CalendarChange:
    """The change that a form asks for; Incomplete names everything that cannot be read."""
    gaps: list[Gap] = []
    is_dated = kind in (ChangeKind.ADD, ChangeKind.MOVE)
    on = _date(typed, gaps) if is_dated else None
    details = None if kind in (ChangeKind.CANCEL, ChangeKind.RESTORE) else _details(typed, gaps)
    if kind is ChangeKind.ADD and not typed["organ"]:
        gaps.insert(0, Gap("organ", "organ"))
    if gaps:
        raise Incomplete(*gaps)
    return CalendarChange(
        kind=kind,
        body=typed["organ"],
        meeting=MeetingId(meeting) if meeting else None,
        on=on,
        details=details,
        confirmed=bool(typed["confirmed"]),
    )


def _date(typed: Typed, gaps: list[Gap]) -> FuzzyDate | None:
    key = "on"
    try:
        if typed["on"]:
            return read_either(typed["on"])
    except Unreadable as error:
        key = date_gap(error, key)
    gaps.append(Gap(key, "on"))
    return None


def _details(typed: Typed, gaps: list[Gap]) -> Details:
    return Details(
        at=_hour(typed, gaps),
        format=Format(typed["format"]) if typed["format"] in set(Format) else Format.PHYSICAL,
        place=typed["place"] or None,
        note=typed["note"] or None,
        status=_status(typed["status"]),
        most_items=_number("most_items", typed, gaps),
        most_minutes=_number("most_minutes", typed, gaps),
    )


def _hour(typed: Typed, gaps: list[Gap]) -> time | None:
    if not typed["at"]:
        return None
    found = hour_of_text(typed["at"])
    if found is None:
        gaps.append(Gap("at", "at"))
    return found


def hour_of_text(text: str) -> time | None:
    """An hour on the wall as people write it; None for anything else."""
    match = _HOUR.match(text.lower())
    is_one = match and int(match[1]) < 24 and int(match[2] or 0) < 60
    return time(int(match[1]), int(match[2] or 0)) if match and is_one else None


def _status(text: str) -> MeetingStatus:
    return MeetingStatus(text) if text in set(MeetingStatus) else MeetingStatus.PLANNED


def _number(name: str, typed: Typed, gaps: list[Gap]) -> int | None:
    if not typed[name]:
        return None
    if re.fullmatch(r"[1-9][0-9]{0,2}", typed[name]):
        return int(typed[name])
    gaps.append(Gap(name, name))
    return None
