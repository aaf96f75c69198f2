"""Calendars as tables (CSV), as spreadsheets write them: a line of column names, then a meeting a line."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import zip_longest
from typing import Any

from kdflow.domain.timetable import Format, MeetingStatus
from kdflow.reading.sheet import ReadMeeting, Sheet, Unit, made
from kdflow.reading.values import (
    DATE_HINT,
    DATE_LIMIT,
    Fault,
    day_of,
    hour_of,
    lines_of,
    starts_at,
    text_of,
    word_of,
)

COLUMNS = {
    "dato": "on",
    "date": "on",
    "on": "on",
    "tid": "starts_at",
    "kl": "starts_at",
    "time": "starts_at",
    "at": "starts_at",
    "sted": "place",
    "place": "place",
    "format": "format",
    "status": "status",
    "note": "note",
    "bemærkning": "note",
}
"""The names a column may have, and the field it fills."""

FORMATS = {one.value: one for one in Format}
STATUSES = {
    "planlagt": MeetingStatus.PLANNED,
    "flyttet": MeetingStatus.MOVED,
    "dagsorden udsendt": MeetingStatus.AGENDA_SENT,
    "afholdt": MeetingStatus.HELD,
    "referat udsendt": MeetingStatus.MINUTES_SENT,
    "aflyst": MeetingStatus.CANCELLED,
    **{one.value: one for one in MeetingStatus},
}

COLUMNS_AT_MOST = 50

_UNKNOWN = "?"


def units(sheet: Sheet, data: bytes) -> Iterator[Unit]:
    """The rows below the column names."""
    records = _records(sheet, lines_of(data))
    line, header = next(records, (1, []))
    columns = _columns(sheet, line, header)
    for line, cells in records:
        yield line, partial(_meeting, line, cells, columns, sheet.body)


def _records(sheet: Sheet, lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty. One with broken quotes is told, and the next line is a row again."""
    delimiter = ";" if ";" in next(filter(str.strip, lines), "") else ","
    at = 0
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        rest = (f"{lines[number]}\n" for number in range(at, len(lines)))
        reader = csv.reader(rest, delimiter=delimiter, strict=True)
        try:
            cells = [cell.strip() for cell in next(reader)]
        except csv.Error as error:
            hint = 'write " inside a cell as ""'
            sheet.tell(Fault(f"the quotes cannot be read: {error}", hint, code="quotes"), at + 1)
            at += 1
            continue
        if any(cells):
            yield at + 1, cells
        at += reader.line_num


def _columns(sheet: Sheet, line: int, header: Sequence[str]) -> list[str]:
    """The field that each column fills."""
    if len(header) > COLUMNS_AT_MOST:
        raise Fault(f"more than {COLUMNS_AT_MOST} columns", "keep those that say something of meetings", line)
    found = [COLUMNS.get(name.lower().rstrip(".:"), _UNKNOWN if name else "") for name in header]
    known = [column for column in found if column not in (_UNKNOWN, "")]
    if "on" not in known:
        hint = "begin with a line of column names, dato among them"
        raise Fault("no column with dates", hint, line, "no-dates")
    if len(known) > len(set(known)):
        raise Fault("two columns hold the same", "keep one of them", line)
    for name, column in zip(header, found, strict=True):
        if column == _UNKNOWN:
            hint = f"it is not read; the columns are: {', '.join(COLUMNS)}"
            sheet.tell(Fault(f"unknown column {name[:DATE_LIMIT]!r}", hint, code="column"), line)
    return found


def _meeting(line: int, cells: Sequence[str], columns: Sequence[str], body: str) -> ReadMeeting:
    row = {}
    for column, cell in zip_longest(columns, cells, fillvalue=""):
        if cell and not column:
            hint = "put quotes around a cell that holds the delimiter"
            raise Fault(f"{cell[:DATE_LIMIT]!r} stands under no column name", hint, code="no-column")
        if cell and column != _UNKNOWN:
            row[column] = cell
    if "on" not in row:
        raise Fault("no date", DATE_HINT, code="no-date")
    on = day_of(row.pop("on"))
    readers: Mapping[str, Callable[[str], Any]] = {
        "starts_at": lambda text: starts_at(on, hour_of(text)),
        "place": lambda text: text_of(text, "the place"),
        "note": lambda text: text_of(text, "the note"),
        "format": lambda text: word_of(text, FORMATS),
        "status": lambda text: word_of(text, STATUSES),
    }
    return made(line, body, on, {column: readers[column](cell) for column, cell in row.items()})
