"""Text -> values and flaws: meeting calendars that people send us; it warns, it never guesses."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from kdflow.reading import csv_text, ics_text, yaml_text
from kdflow.reading.comparison import CalendarDiff, Change, compare
from kdflow.reading.sheet import CalendarReading, ReadMeeting, Sheet, Unit
from kdflow.reading.values import Fault

__all__ = ["CalendarDiff", "CalendarReading", "Change", "ReadMeeting", "compare", "read_calendar"]

MEETINGS_AT_MOST = 1000


def read_calendar(data: bytes, filename: str, body: str, *, names: Collection[str] = ()) -> CalendarReading:
    """Read the meetings of `body` from a .csv, .yaml or .ics file; it never raises.

    A row that cannot be read is told and left out, the others are read. `names` is what the body is called: a
    title in an .ics file that says no more than that is no note.
    """
    sheet = Sheet(file=filename, body=body)
    try:
        for number, (line, read) in enumerate(_units(sheet, data, names)):
            if number == MEETINGS_AT_MOST:
                sheet.meetings.clear()
                raise Fault(f"more than {MEETINGS_AT_MOST} meetings", "send a shorter period", line)
            sheet.take(line, read)
        if not (sheet.meetings or sheet.flaws):
            raise Fault("the file holds no meetings", "export the calendar again", code="empty")
    except Fault as fault:
        sheet.tell(fault, 1)
    return sheet.done()


def _units(sheet: Sheet, data: bytes, names: Collection[str]) -> Iterable[Unit]:
    match sheet.file.rpartition(".")[2].lower():
        case "csv":
            return csv_text.units(sheet, data)
        case "yaml" | "yml":
            return yaml_text.units(sheet, data)
        case "ics":
            return ics_text.units(sheet, data, names)
    raise Fault("the file is not of a kind that can be read", "send one that ends in .csv, .yaml, .yml or .ics")
