"""Calendars and changes of them as documents: the form in which `kdflow calendar --json` shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime

from kdflow.domain.calendar_change import IS_OVER, hour_of
from kdflow.domain.date_words import read_words
from kdflow.domain.impact_told import Line
from kdflow.domain.timetable import Meeting, MeetingId
from kdflow.queries.calendar_import import CalendarPreview, ImportRow
from kdflow.queries.calendars import Calendars
from kdflow.queries.documents import DateDocument, Document, of_date
from kdflow.queries.impact import Impact, ImpactRow


class MeetingDocument(Document):
    """A meeting. `on` is its date as it is written, `date` the same with its bounds, `at` its hour in Copenhagen;
    `was` is the date it was moved from."""

    id: str
    body: str
    on: str
    date: DateDocument
    at: str | None
    format: str
    place: str | None
    status: str
    note: str | None
    was: str | None
    was_date: DateDocument | None
    moved_at: datetime | None
    moved_by: str | None
    most_items: int | None
    most_minutes: int | None
    version: int


class CalendarDocument(Document):
    """The meetings of a year, by body and date. `held` are the ids of those that have been held by now, whatever
    status is kept of them."""

    year: int
    data: tuple[MeetingDocument, ...]
    held: tuple[str, ...]


class LineDocument(Document):
    """What is new to a sag at one station, by dates as they are written and with their bounds; `days` says how
    much later. `crowded` is the date of the meeting it is submitted to where that has no room for it."""

    station: str
    body: str
    old_on: str | None
    old_date: DateDocument | None
    new_on: str | None
    new_date: DateDocument | None
    days: int | None
    seat: str
    overtaken: bool
    crowded: str | None


class HitDocument(Document):
    """A sag that is hit; `breaks_at` names the body that it can no longer reach."""

    number: str
    title: str
    owner: str
    days: int | None
    breaks_at: str | None
    lines: tuple[LineDocument, ...]


class CautionDocument(Document):
    """What should be asked about a date: it is not worked, or its submission deadline has passed."""

    kind: str
    day: date
    name: str


class DoneDocument(Document):
    """What was done: how many changes, sager hit, people told, sager taken along, and items that stay behind."""

    changed: int
    hits: int
    told: int
    rerouted: int
    left: int
    repeated: bool


class ChangeDocument(Document):
    """One change, whom it hits, and what was done of it (null: nothing)."""

    old: MeetingDocument | None
    new: MeetingDocument
    cautions: tuple[CautionDocument, ...]
    hits: tuple[HitDocument, ...]
    told: int
    done: DoneDocument | None


class ImportRowDocument(Document):
    """A meeting of the file that changes the calendar; `fields` become others besides its date and hour."""

    line: int
    kind: str
    old: MeetingDocument | None
    new: MeetingDocument
    fields: tuple[str, ...]
    past: bool
    cautions: tuple[CautionDocument, ...]


class BrokenDocument(Document):
    """A line that cannot go in. `rule` names the rule that says no; empty where it cannot be read."""

    line: int
    message: str
    hint: str
    rule: str


class ImportDocument(Document):
    """What a file would do to a calendar, whom it hits, and what was done of it (null: nothing)."""

    body: str
    rows: tuple[ImportRowDocument, ...]
    broken: tuple[BrokenDocument, ...]
    same: tuple[str, ...]
    absent: tuple[str, ...]
    left_out: int
    hits: tuple[HitDocument, ...]
    told: int
    done: DoneDocument | None


def of_calendars(page: Calendars) -> CalendarDocument:
    """The calendars of a year."""
    found = [of_meeting(meeting) for calendar in page.calendars for meeting in calendar.meetings]
    held = [one.id for one in found if page.statuses[MeetingId(one.id)] in IS_OVER]
    return CalendarDocument(year=page.year, data=tuple(found), held=tuple(held))


def of_meeting(meeting: Meeting) -> MeetingDocument:
    """One meeting."""
    hour = hour_of(meeting)
    return MeetingDocument(
        id=meeting.id,
        body=meeting.body,
        on=meeting.on.text,
        date=of_date(meeting.on),
        at=hour.isoformat("minutes") if hour else None,
        format=meeting.format,
        place=meeting.place,
        status=meeting.status,
        note=meeting.note,
        was=meeting.was.text if meeting.was else None,
        was_date=of_date(meeting.was) if meeting.was else None,
        moved_at=meeting.moved_at,
        moved_by=meeting.moved_by,
        most_items=meeting.most_items,
        most_minutes=meeting.most_minutes,
        version=meeting.version,
    )


def of_change(found: Impact, done: DoneDocument | None) -> ChangeDocument:
    """One change of a calendar."""
    return ChangeDocument(
        old=of_meeting(found.old) if found.old else None,
        new=of_meeting(found.new),
        cautions=tuple(CautionDocument(**asdict(one)) for one in found.cautions),
        hits=_hits(found.rows),
        told=found.told,
        done=done,
    )


def of_import(page: CalendarPreview, done: DoneDocument | None) -> ImportDocument:
    """What a file would do, or did."""
    flaws = [(one.flaw, one.rule) for one in page.broken]
    return ImportDocument(
        body=page.body.key,
        rows=tuple(_row(row) for row in page.rows),
        broken=tuple(
            BrokenDocument(line=flaw.line, message=flaw.message, hint=flaw.hint, rule=rule) for flaw, rule in flaws
        ),
        same=tuple(one.id for one in page.same),
        absent=tuple(one.id for one in page.absent),
        left_out=len(page.left_out),
        hits=_hits(page.hits),
        told=page.told,
        done=done,
    )


def _row(row: ImportRow) -> ImportRowDocument:
    return ImportRowDocument(
        line=row.line,
        kind=row.kind,
        old=of_meeting(row.old) if row.old else None,
        new=of_meeting(row.new),
        fields=row.fields,
        past=row.is_past,
        cautions=tuple(CautionDocument(**asdict(one)) for one in row.cautions),
    )


def _hits(rows: Iterable[ImpactRow]) -> tuple[HitDocument, ...]:
    return tuple(
        HitDocument(
            number=row.number,
            title=row.title,
            owner=row.owner,
            days=row.days,
            breaks_at=row.breaks_at,
            lines=tuple(_line(line) for line in row.lines),
        )
        for row in rows
    )


def _line(line: Line) -> LineDocument:
    old, new = (of_date(read_words(on)) if on else None for on in (line.old_on, line.new_on))
    return LineDocument.model_validate({**line.plain(), "old_date": old, "new_date": new})
