"""Calendars in YAML, in the shape of `config/calendars/`; the catalog reads the text, here the dates are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from kdflow import catalog
from kdflow.domain.configuration import MeetingEntry
from kdflow.domain.timetable import MeetingId
from kdflow.reading.sheet import ReadMeeting, Sheet, Unit
from kdflow.reading.values import Fault, day_of, starts_at


def units(sheet: Sheet, data: bytes) -> Iterator[Unit]:
    """The rows whose form is sound."""
    found = catalog.calendar_rows(data, sheet.file)
    sheet.flaws += found.flaws
    if found.body is not None and found.body != sheet.body:
        what = f"this is the calendar of {found.body!r}, not of {sheet.body!r}"
        raise Fault(what, "choose the other body", code="body")
    for line, entry in found.rows:
        yield line, partial(_meeting, line, entry, sheet.body)


def _meeting(line: int, entry: MeetingEntry, body: str) -> ReadMeeting:
    on = day_of(entry.on)
    hour = starts_at(on, entry.at.replace(tzinfo=None)) if entry.at else None
    meeting = replace(entry.meeting(body), id=MeetingId(entry.id or ""), on=on, starts_at=hour)
    says = {"starts_at" if name == "at" else name for name in entry.model_fields_set - {"on"}}
    return ReadMeeting(line=line, meeting=meeting, says=frozenset(says))
