"""Calendars that people send: what is read of them, what is told instead, and what they would change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kdflow import catalog
from kdflow.domain.dates import COPENHAGEN, FuzzyDate, Precision, read_date
from kdflow.domain.timetable import Format, Meeting, MeetingId, MeetingStatus
from kdflow.ical import FeedEntry, feed
from kdflow.reading import CalendarDiff, CalendarReading, compare, read_calendar

BODY = "kd-net"
NOW = datetime(2020, 1, 20, 9, tzinfo=UTC)
CALENDARS = sorted((catalog.shipped_root() / "config" / "calendars").glob("*.yaml"))


def read(text: str, suffix: str = "csv", encoding: str = "utf-8") -> CalendarReading:
    """A file of kd-net."""
    return read_calendar(text.encode(encoding), f"moeder.{suffix}", BODY, names=("KD-Net", "KD-Nettet"))


def csv(*rows: str, header: str = "dato;tid;sted;format;status;note") -> CalendarReading:
    """A table with these rows from line 2 on."""
    return read("\n".join((header, *rows)))


def ics(*events: str, before: str = "") -> CalendarReading:
    """A calendar with these events; a line of an event is one property."""
    inner = "\n".join(f"BEGIN:VEVENT\n{one}\nEND:VEVENT" for one in events)
    return read(f"BEGIN:VCALENDAR\n{before}{inner}\nEND:VCALENDAR\n", "ics")


def yaml(*rows: str, body: str = BODY) -> CalendarReading:
    """A calendar in YAML with these rows from line 3 on."""
    return read("\n".join((f"body: {body}", "meetings:", *(f"  - {row}" for row in rows))), "yaml")


def the(reading: CalendarReading) -> Meeting:
    """The one meeting of a file without flaws."""
    assert [str(flaw) for flaw in reading.flaws] == []
    (one,) = reading.meetings
    return one.meeting


def hour(meeting: Meeting) -> str | None:
    """When a meeting begins, on the clock in Denmark."""
    return f"{meeting.starts_at.astimezone(COPENHAGEN):%Y-%m-%d %H:%M}" if meeting.starts_at else None


def ids(reading: CalendarReading) -> list[str]:
    """The ids of what was read, in the order of the file."""
    return [one.meeting.id for one in reading.meetings]


def told(reading: CalendarReading) -> list[tuple[int, str]]:
    """The flaws: line and message; every one says where it is and what to do."""
    assert all(flaw.file.startswith("moeder.") and flaw.hint for flaw in reading.flaws)
    return [(flaw.line, flaw.message) for flaw in reading.flaws]


def flaw(reading: CalendarReading) -> tuple[int, str]:
    """The one flaw."""
    (found,) = told(reading)
    return found


# --- Tables ----------------------------------------------------------------------------------------------

DANISH = """\
Dato;Tid;Sted;Format;Status;Bemærkning
24. januar 2020;kl. 10;"Scandic; Silkeborg";fysisk;Dagsorden udsendt;"Møde om ""KD"" nu"
13.3.2020;10.00;Søren Frichs Vej 3, Åbyhøj;Virtuelt;planlagt;
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_table_from_a_danish_spreadsheet(encoding: str, end: str) -> None:
    found = read(DANISH.replace("\n", end), encoding=encoding)
    assert found.flaws == ()
    assert [one.line for one in found.meetings] == [2, 3]
    assert [one.meeting for one in found.meetings] == [
        Meeting(
            id=MeetingId("kd-net-2020-01-24"),
            body="kd-net",
            on=FuzzyDate.day(date(2020, 1, 24)),
            starts_at=datetime(2020, 1, 24, 9, tzinfo=UTC),
            place="Scandic; Silkeborg",
            status=MeetingStatus.AGENDA_SENT,
            note='Møde om "KD" nu',
        ),
        Meeting(
            id=MeetingId("kd-net-2020-03-13"),
            body="kd-net",
            on=FuzzyDate.day(date(2020, 3, 13)),
            starts_at=datetime(2020, 3, 13, 9, tzinfo=UTC),
            format=Format.VIRTUAL,
            place="Søren Frichs Vej 3, Åbyhøj",
        ),
    ]
    assert found.meetings[1].says == {"starts_at", "place", "format", "status"}  # no note: nothing is said of it


@pytest.mark.parametrize(
    "header",
    [
        "dato,tid,sted,format,status,note",
        "DATE,Time,Place,Format,STATUS,Bemærkning",
        "on,at,place,format,status,note",
        "Dato:, Kl. ,Sted,Format,Status,Note",
        "dato,kl,sted,format,status,note,,",
    ],
)
def test_columns_have_danish_or_english_names(header: str) -> None:
    found = the(csv('2020-01-24,10:00,"Viborg, salen",mail,aflyst,Husk', header=header))
    assert hour(found) == "2020-01-24 10:00"
    assert (found.place, found.format, found.status, found.note) == (
        "Viborg, salen", Format.MAIL, MeetingStatus.CANCELLED, "Husk",
    )  # fmt: skip


def test_the_order_of_columns_is_free() -> None:
    found = the(csv("Viborg;10.00;24.1.2020", header="sted;tid;dato"))
    assert (hour(found), found.place) == ("2020-01-24 10:00", "Viborg")


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "precision", "key"),
    [
        ("24. januar 2020", "2020-01-24", "2020-01-24", Precision.DAY, "2020-01-24"),
        ("Fredag den 24. januar 2020", "2020-01-24", "2020-01-24", Precision.DAY, "2020-01-24"),
        ("fre 24. januar 2020", "2020-01-24", "2020-01-24", Precision.DAY, "2020-01-24"),
        ("d. 24. januar 2020", "2020-01-24", "2020-01-24", Precision.DAY, "2020-01-24"),
        ("24.1.2020", "2020-01-24", "2020-01-24", Precision.DAY, "2020-01-24"),
        ("24-01-2020", "2020-01-24", "2020-01-24", Precision.DAY, "2020-01-24"),
        ("2020-01-24", "2020-01-24", "2020-01-24", Precision.DAY, "2020-01-24"),
        ("2021-09", "2021-09-01", "2021-09-30", Precision.MONTH, "2021-09"),
        ("September 2021", "2021-09-01", "2021-09-30", Precision.MONTH, "2021-09"),
        ("2022", "2022-01-01", "2022-12-31", Precision.YEAR, "2022"),
        ("ultimo januar 2020", "2020-01-21", "2020-01-31", Precision.PERIOD, "ultimo-januar-2020"),
        ("efterår 2021", "2021-09-01", "2021-11-30", Precision.SEASON, "efteraar-2021"),
        ("2022-01/2022-06", "2022-01-01", "2022-06-30", Precision.PERIOD, "2022-01-2022-06"),
    ],
)
def test_a_date_keeps_the_precision_it_is_written_with(
    text: str, earliest: str, latest: str, precision: Precision, key: str
) -> None:
    for found in (the(csv(text)), the(yaml(f'on: "{text}"'))):
        assert (str(found.on.earliest), str(found.on.latest), found.on.precision) == (earliest, latest, precision)
        assert found.id == f"kd-net-{key}"
        assert found.on.text == (earliest if precision is Precision.DAY else text)


@pytest.mark.parametrize(
    ("text", "at"),
    [("10:00", "10:00"), ("9.05", "09:05"), ("kl. 10", "10:00"), ("kl 13.30", "13:30"), ("KL.8", "08:00"),
     ("0:00", "00:00"), ("23:59", "23:59"), ("10:00:00", "10:00")],
)  # fmt: skip
def test_hours_as_danes_write_them(text: str, at: str) -> None:
    assert hour(the(csv(f"24.1.2020;{text}"))) == f"2020-01-24 {at}"


@pytest.mark.parametrize(
    ("day", "at", "utc"),
    [
        ("2020-03-28", "23:59", (2020, 3, 28, 22, 59)),
        ("2020-03-29", "00:00", (2020, 3, 28, 23, 0)),
        ("2020-03-29", "01:59", (2020, 3, 29, 0, 59)),
        ("2020-03-29", "03:00", (2020, 3, 29, 1, 0)),
        ("2020-10-25", "02:30", (2020, 10, 25, 0, 30)),  # twice that night: the first
        ("2020-10-25", "10:00", (2020, 10, 25, 9, 0)),
    ],
)
def test_hours_are_danish_time_when_the_clocks_change_too(day: str, at: str, utc: tuple[int, ...]) -> None:
    for found in (the(csv(f"{day};{at}")), the(yaml(f'{{on: {day}, at: "{at}"}}'))):
        assert found.starts_at == datetime(*utc, tzinfo=UTC)  # type: ignore[arg-type,misc]
        assert found.on.exact == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("30.2.2020", "'30.2.2020' is not a date: day is out of range for month"),
        ("24-01-20", "'24-01-20' is not a date"),
        ("24.1.2020 10:00", "'24.1.2020 10:00' is not a date"),
        ("næste møde", "'næste møde' says nothing about when the meeting is"),
        ("senest 2020-10-15", "'senest 2020-10-15' says nothing about when"),
        ("0020-01-24", "'0020-01-24': the year is not one of our time"),
        ("1850/2020", "'1850/2020': the year is not one of our time"),
        ("2020/2850", "'2020/2850': the year is not one of our time"),
        ("lør 24. januar 2020", "that day is fredag den 24. januar 2020"),
        ("lørdag den 24. januar 2020", "that day is fredag den 24. januar 2020"),
        ("x" * 61, "is not a date"),
        (";10:00", "no date"),
        ("24.1.2020;25:00", "'25:00' is not an hour"),
        ("24.1.2020;10:60", "'10:60' is not an hour"),
        ("24.1.2020;10-12", "'10-12' is not an hour"),
        ("24.1.2020;formiddag", "'formiddag' is not an hour"),
        ("2021-09;10:00", "an hour without a day"),
        ("29.3.2020;02:30", "there is no 02:30 on 2020-03-29"),
        ("24.1.2020;;;telefon", "'telefon' is not allowed"),
        ("24.1.2020;;;;måske", "'måske' is not allowed"),
        (f"24.1.2020;;{'x' * 501}", "the place is longer than 500"),
        (f"24.1.2020;;;;;{'x' * 501}", "the note is longer than 500"),
        ("24.1.2020;10:00;Viborg;fysisk;planlagt;Note;mere", "'mere' stands under no column name"),
        ('24.1.2020;"10:00"x', "the quotes cannot be read"),
        ("1.1.2020", "a second meeting on 2020-01-01; the first is on line 2"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_and_the_rest_is_read(row: str, message: str) -> None:
    found = csv("1.1.2020", row, "3.1.2020;10.00")
    line, text = flaw(found)
    assert line == 3
    assert message in text
    assert ids(found) == ["kd-net-2020-01-01", "kd-net-2020-01-03"]


def test_an_unknown_column_is_told_and_not_read() -> None:
    found = csv("24.1.2020;Ida;10.00", header="dato;referent;tid")
    assert flaw(found) == (1, "unknown column 'referent'")
    assert hour(found.meetings[0].meeting) == "2020-01-24 10:00"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "no column with dates"),
        ("\n\n", 1, "no column with dates"),
        ("24.1.2020;10.00\n", 1, "no column with dates"),
        ("\ntid;sted\n10.00;Viborg\n", 2, "no column with dates"),
        ("dato;date\n1.1.2020;2.1.2020\n", 1, "two columns hold the same"),
        ("dato;tid\n", 1, "the file holds no meetings"),
        ("dato" + ";x" * 50 + "\n1.1.2020\n", 1, "more than 50 columns"),
    ],
)
def test_a_table_that_is_none_is_told(text: str, line: int, message: str) -> None:
    found = read(text)
    assert flaw(found) == (line, message)
    assert found.meetings == ()


def test_empty_lines_are_skipped_and_lines_are_counted_as_in_the_file() -> None:
    found = read('\ndato;note\n\n;\n1.1.2020;"over\nto linjer"\n  \n2.1.2020;\n')
    assert [(one.line, one.meeting.note) for one in found.meetings] == [(5, "over to linjer"), (8, None)]
    assert found.flaws == ()


def test_a_quote_that_never_ends_loses_one_row_only() -> None:
    found = csv("1.1.2020", '2.1.2020;;"Viborg', "3.1.2020")
    assert flaw(found) == (3, "the quotes cannot be read: unexpected end of data")
    assert ids(found) == ["kd-net-2020-01-01", "kd-net-2020-01-03"]


def test_a_second_meeting_on_the_day_gets_an_id_of_its_own() -> None:
    found = csv("24.1.2020;10:00", "24.1.2020;13:00", "24.1.2020", "24.1.2020;kl. 13")
    assert ids(found) == ["kd-net-2020-01-24", "kd-net-2020-01-24-2", "kd-net-2020-01-24-3"]
    assert flaw(found) == (5, "a second meeting on 2020-01-24 at 13:00; the first is on line 3")


def test_a_cancelled_meeting_takes_nobody_s_hour() -> None:
    found = csv("24.1.2020;10:00;;;aflyst", "24.1.2020;10:00", "24.1.2020;10:00;;;cancelled")
    assert ids(found) == ["kd-net-2020-01-24", "kd-net-2020-01-24-2", "kd-net-2020-01-24-3"]
    assert found.flaws == ()


@pytest.mark.parametrize("status", list(MeetingStatus))
def test_every_status_has_its_own_word_and_a_danish_one(status: MeetingStatus) -> None:
    danish = {
        "planned": "Planlagt", "moved": "flyttet", "agenda-sent": "Dagsorden  udsendt", "held": "afholdt",
        "minutes-sent": "referat udsendt", "cancelled": "AFLYST",
    }  # fmt: skip
    for word in (status.value, danish[status]):
        assert the(csv(f"24.1.2020;;;;{word}")).status is status


# --- YAML ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", CALENDARS, ids=lambda path: path.stem)
def test_every_shipped_calendar_reads_as_the_catalog_reads_it(path: Path) -> None:
    shipped = catalog.load((catalog.shipped_root(),)).meetings
    found = read_calendar(path.read_bytes(), path.name, path.stem)
    assert found.flaws == ()
    assert {one.meeting.id: one.meeting for one in found.meetings} == {
        meeting.id: meeting for meeting in shipped if meeting.body == path.stem
    }
    assert compare(shipped, found.meetings).same == tuple(one.meeting for one in found.meetings)


def test_a_yaml_row_says_only_what_stands_in_it() -> None:
    found = yaml('{id: kd-net-x, on: 2020-01-24, at: "10:00", place: Viborg, most_items: 7}')
    assert the(found).most_items == 7
    assert found.meetings[0].says == {"id", "starts_at", "place", "most_items"}
    assert ids(found) == ["kd-net-x"]


def test_a_yaml_row_says_how_many_minutes_there_are() -> None:
    found = yaml("{on: 2020-01-24, most_minutes: 45}")
    assert (the(found).most_minutes, found.meetings[0].says) == (45, frozenset({"most_minutes"}))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("{on: 2020-02-30}", "'2020-02-30' is not a date"),
        ("{on: næste møde}", "'næste møde' says nothing about when the meeting is"),
        ('{on: 2021-09, at: "10:00"}', "an hour without a day"),
        ('{on: 2020-03-29, at: "02:30"}', "there is no 02:30 on 2020-03-29"),
        ('{on: 2020-01-24, at: "25:00"}', "hour value is outside expected range"),
        ("{on: 2020-01-24, sted: Viborg}", "unknown key 'sted'"),
        ("{on: 2020-01-24, on: 2020-01-25}", "key 'on' stands twice"),
        ('{at: "10:00"}', "key 'on' is missing"),
        ("Viborg", "keys with values are expected"),
        ("{on: 2020-01-24, format: telefon}", "'telefon' is not allowed"),
        ("{on: 2020-01-01, status: moved}", "a second meeting on 2020-01-01; the first is on line 3"),
        ("{on: 2020-01-24, id: kd-net-2020-01-01}", "the id 'kd-net-2020-01-01' stands twice"),
    ],
)
def test_a_yaml_row_that_cannot_be_read_is_named_and_the_rest_is_read(row: str, message: str) -> None:
    found = yaml("{on: 2020-01-01}", row, "{on: 2020-01-03}")
    line, text = flaw(found)
    assert line == 4
    assert message in text
    assert ids(found) == ["kd-net-2020-01-01", "kd-net-2020-01-03"]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("body: kkr-midt\nmeetings: [{on: 2020-01-01}]\n", 1, "the calendar of 'kkr-midt', not of 'kd-net'"),
        ("body: kd-net\nmeetings: [\n", 3, "YAML syntax"),
        ("body: kd-net\nmeetings: []\n", 1, "the file holds no meetings"),
        ("bodies: []\n", 1, "not a calendar"),
        ("", 1, "no keys at the top level"),
    ],
)  # fmt: skip
def test_a_yaml_file_of_something_else_is_told(text: str, line: int, message: str) -> None:
    found = read(text, "yml")
    assert flaw(found)[0] == line
    assert message in flaw(found)[1]
    assert found.meetings == ()


def test_a_flaw_beside_the_rows_loses_none_of_them() -> None:
    found = read("meetings:\n  - {on: 2020-01-01}\n  - {on: 2020-01-02}\nnote: x\n", "yaml")
    assert sorted(told(found)) == [(1, "key 'body' is missing"), (4, "unknown key 'note'")]
    assert ids(found) == ["kd-net-2020-01-01", "kd-net-2020-01-02"]


# --- iCalendar -------------------------------------------------------------------------------------------

OUTLOOK = """\
BEGIN:VCALENDAR
METHOD:PUBLISH
X-WR-CALNAME:Møder
BEGIN:VTIMEZONE
TZID:Romance Standard Time
BEGIN:STANDARD
DTSTART:16011028T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:040000008200E00074C5
SUMMARY:KD-Net: budget\\, sid
 ste behandling
LOCATION:Regionshuset\\nSkottenborg 26
DTSTART;TZID="Romance Standard Time":20200124T100000
DTEND;TZID="Romance Standard Time":20200124T120000
STATUS:CONFIRMED
BEGIN:VALARM
TRIGGER:-PT15M
SUMMARY:Husk
UID:other
END:VALARM
END:VEVENT
BEGIN:VTODO
DTSTART:20200101
END:VTODO
END:VCALENDAR
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_an_export_of_a_calendar_program(encoding: str) -> None:
    found = read(OUTLOOK.replace("\n", "\r\n"), "ics", encoding)
    assert the(found) == Meeting(
        id=MeetingId("kd-net-2020-01-24"),
        body="kd-net",
        on=FuzzyDate.day(date(2020, 1, 24)),
        starts_at=datetime(2020, 1, 24, 9, tzinfo=UTC),
        place="Regionshuset Skottenborg 26",
        note="KD-Net: budget, sidste behandling",
    )
    assert (found.meetings[0].line, found.meetings[0].uid) == (13, "040000008200E00074C5")


@pytest.mark.parametrize(
    ("start", "at"),
    [
        (";VALUE=DATE:20200124", "2020-01-24"),
        (":20200124", "2020-01-24"),
        (":20200124T100000", "2020-01-24 10:00"),
        (":20200124T090000Z", "2020-01-24 10:00"),
        (":20200724T080000Z", "2020-07-24 10:00"),
        (";TZID=Europe/Copenhagen:20200124T100000", "2020-01-24 10:00"),
        (";TZID=W. Europe Standard Time:20200124T100000", "2020-01-24 10:00"),
        (";TZID=America/New_York:20200124T100000", "2020-01-24 16:00"),
        (";TZID=America/New_York:20200124T200000", "2020-01-25 02:00"),
        (";TZID=/mozilla.org/20050126_1/Europe/Copenhagen:20200124T100000", "2020-01-24 10:00"),
        (";TZID=Europe/Copenhagen:20200124T000000", "2020-01-24 00:00"),
        (":20200123T230000Z", "2020-01-24 00:00"),
        (":20200123T225900Z", "2020-01-23 23:59"),
        (":20200329T005900Z", "2020-03-29 01:59"),
        (":20200329T010000Z", "2020-03-29 03:00"),
        (":20201025T003000Z", "2020-10-25 02:30"),
        (":20201025T013000Z", "2020-10-25 02:30"),
    ],
)
def test_an_event_begins_in_danish_time(start: str, at: str) -> None:
    found = the(ics(f"DTSTART{start}"))
    assert (hour(found) or str(found.on.exact)) == at
    assert str(found.on.exact) == at[:10]


def test_the_hour_that_comes_twice_is_told_apart_where_the_file_does_so() -> None:
    first, second = (the(ics(f"DTSTART:20201025T0{h}3000Z")).starts_at for h in (0, 1))
    assert first is not None
    assert second == first + timedelta(hours=1)
    assert the(ics("DTSTART:20201025T023000")).starts_at == first


@pytest.mark.parametrize(
    ("event", "line", "message"),
    [
        ("SUMMARY:x", 6, "the event does not say when it begins"),
        ("DTSTART:20200230", 7, "'20200230' is not a date: day is out of range for month"),
        ("DTSTART:20200124T250000", 7, "'20200124T250000' is not a date: hour must be in 0..23"),
        ("DTSTART:2020-01-24", 7, "'2020-01-24' is not a date with or without an hour"),
        ("DTSTART;VALUE=PERIOD:20200124T090000Z/PT1H", 7, "is not a date with or without an hour"),
        ("DTSTART:00200124", 7, "the year is not one of our time"),
        ("DTSTART:00010101T000000", 7, "the year is not one of our time"),
        ("DTSTART:99991231T235959Z", 7, "the year is not one of our time"),
        ("DTSTART:20200329T023000", 6, "there is no 02:30 on 2020-03-29"),
        ("DTSTART;TZID=Lokal tid:20200124T100000", 7, "unknown time zone 'Lokal tid'"),
        ("DTSTART;TZID=Europe:20200124T100000", 7, "unknown time zone 'Europe'"),
        ("DTSTART;TZID=../../etc/passwd:20200124T100000", 7, "unknown time zone"),
        ('DTSTART;TZID=:20200124T100000', 7, "unknown time zone ''"),
        ("DTSTART;=:20200124", 7, "the property cannot be read"),
        ("DTSTART:20200124\nDTSTART:20200125", 8, "DTSTART stands twice in one event"),
        ("DTSTART:20200124\nRRULE:FREQ=WEEKLY", 8, "a recurring event"),
        ("DTSTART:20200124\nRDATE:20200125", 8, "a recurring event"),
        ("DTSTART:20200124\nRECURRENCE-ID:20200124", 8, "a recurring event"),
        ("DTSTART:20200124\nBEGIN:VALARM", 6, "a part of the event does not end"),
        ("DTSTART:20200124\nEND:VALARM", 6, "a part of the event does not end"),
        (f"DTSTART:20200124\nSUMMARY:{'x' * 501}", 6, "the title is longer than 500 characters"),
        (f"DTSTART:20200124\nLOCATION:{'x' * 2001}", 8, "a property longer than 2000 characters"),
        ("DTSTART:20200101", 6, "a second meeting on 2020-01-01; the first is on line 2"),
        ("DTSTART:20200124\nUID:1", 6, "the UID '1' stands twice; the first is on line 2"),
    ],
)  # fmt: skip
def test_an_event_that_cannot_be_read_is_named_and_the_rest_is_read(event: str, line: int, message: str) -> None:
    found = ics("DTSTART:20200101\nUID:1", event, "DTSTART:20200103")
    assert flaw(found)[0] == line
    assert message in flaw(found)[1]
    assert ids(found) == ["kd-net-2020-01-01", "kd-net-2020-01-03"]


@pytest.mark.parametrize(
    ("title", "note"),
    [
        ("KD-Net", None),
        ("kd-net", None),
        ("Møde i KD-Nettet", None),
        ("KD Net, møde", None),
        ("Møde", None),
        ("", None),
        ("KD-Net: konstituerende møde", "KD-Net: konstituerende møde"),
        ("KKR", "KKR"),
    ],
)
def test_a_title_is_a_note_only_where_it_says_more_than_the_body_s_name(title: str, note: str | None) -> None:
    found = ics(f"DTSTART:20200124\nSUMMARY:{title}\nLOCATION: ")
    assert the(found).note == note
    assert found.meetings[0].says == ({"note"} if note else set())


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("CANCELLED", MeetingStatus.CANCELLED),
        ("cancelled ", MeetingStatus.CANCELLED),
        ("CONFIRMED", MeetingStatus.PLANNED),
        ("TENTATIVE", MeetingStatus.PLANNED),
    ],
)
def test_an_event_can_be_cancelled(status: str, expected: MeetingStatus) -> None:
    assert the(ics(f"DTSTART:20200124\nSTATUS:{status}")).status is expected


OURS = """\
UID:kd-net-2021-09@kdflow
STATUS:TENTATIVE
SUMMARY:Møde i KD-Net (dato endnu ikke fastlagt: september 2021)
DTSTART;VALUE=DATE:20210901
DTEND;VALUE=DATE:"""


@pytest.mark.parametrize(
    ("end", "days"), [("20211001", []), ("20210902", ["2021-09-01"]), ("2021", ["2021-09-01"])]
)
def test_an_entry_of_ours_that_has_no_day_yet_says_nothing_until_it_is_given_one(
    end: str, days: list[str]
) -> None:
    found = ics(OURS + end).meetings
    assert [(one.meeting.on.text, one.meeting.note) for one in found] == [(day, None) for day in days]


def test_what_one_file_says_of_a_zone_does_not_change_how_it_or_the_next_one_is_read() -> None:
    zone = (
        "BEGIN:VTIMEZONE\nTZID:{0}\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+1200\nTZOFFSETTO:+1200\n"
        "END:STANDARD\nEND:VTIMEZONE\n"
    )
    for name in ("Europe/Copenhagen", "Europe/Berlin"):
        event = f"DTSTART;TZID={name}:20200124T100000"
        assert hour(the(ics(event, before=zone.format(name)))) == "2020-01-24 10:00"
    event = "DTSTART;TZID=Vores tid:20200124T100000"
    for before in (zone.format("Vores tid"), ""):
        assert flaw(ics(event, before=before))[1] == "unknown time zone 'Vores tid'"


def test_an_event_within_another_is_told_and_the_inner_one_is_read() -> None:
    found = read(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20200101\nBEGIN:VEVENT\nDTSTART:20200102\nEND:VEVENT\n"
        "END:VEVENT\nBEGIN:VEVENT\nDTSTART:20200103\nEND:VCALENDAR\n",
        "ics",
    )
    assert told(found) == [
        (2, "the event does not end before the next begins"),
        (8, "the file ends within this event"),
    ]
    assert ids(found) == ["kd-net-2020-01-02"]


# --- Any file --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["moeder.xlsx", "moeder", "", "csv.", "a.b/csv\n"])
def test_a_file_of_another_kind_is_told_what_is_allowed(name: str) -> None:
    (found,) = read_calendar(b"dato\n1.1.2020\n", name, BODY).flaws
    assert (found.file, found.line) == (name, 1)
    assert found.hint == "send one that ends in .csv, .yaml, .yml or .ics"


def test_the_ending_may_be_in_capitals() -> None:
    assert ids(read_calendar(b"dato\n1.1.2020\n", "MØDER.CSV", BODY)) == ["kd-net-2020-01-01"]


def _events(number: int, what: str) -> bytes:
    rows = (f"BEGIN:VEVENT\nUID:{n}\n{what.format(day=date(2020, 1, 1) + timedelta(days=n))}\nEND:VEVENT\n"
            for n in range(number))  # fmt: skip
    return ("BEGIN:VCALENDAR\n" + "".join(rows) + "END:VCALENDAR\n").encode()


HOSTILE = {
    "too large.ics": (b"BEGIN:VCALENDAR\n" + b"x" * 1024 * 1024, "larger than 1024 kB"),
    "too large.csv": (b"dato\n" * 300_000, "larger than 1024 kB"),
    "too large.yaml": (b"body: kd-net\n" * 30_000, "larger than 256 kB"),
    "lines.ics": (b"BEGIN:VCALENDAR" + b"\n" * 60_000, "more than 50000 lines"),
    "nothing.ics": (b"BEGIN:VCALENDAR\nEND:VCALENDAR\n", "the file holds no meetings"),
    "picture.ics": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not a text file"),
    "picture.csv": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not a text file"),
    "unicode.csv": ("dato\n1.1.2020\n".encode("utf-16"), "not a text file"),
    "garbage.csv": (b"dato\n\x81\x8d\n", "neither UTF-8 nor Windows text (cp1252)"),
    "page.ics": (b"<html>BEGIN:VCALENDAR</html>", "not an iCalendar file"),
    "many.ics": (_events(10_000, "DTSTART:{day:%Y%m%d}"), "more than 1000 meetings"),
    "many bad.ics": (_events(10_000, "DTSTART:{day}"), "is not a date with or without an hour"),
    "nested.ics": (b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\n" * 20_000 + b"END:VEVENT\n" * 20_000, "does not end"),
    "deep.ics": (b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + b"BEGIN:X\n" * 40_000, "the file ends within this event"),
    "rule.ics": (_events(1, "DTSTART:{day:%Y%m%d}\nRRULE:FREQ=DAILY" + ";BYDAY=MO" * 90_000), "a recurring event"),
    "folded.ics": (_events(1, "DTSTART:" + "\n 1" * 40_000), "a property longer than 2000"),
    "parameters.ics": (_events(400, "SUMMARY;" + "A=b;" * 480 + ":x\nDTSTART:{day:%Y%m%d}"), "cannot be read"),
    "many.csv": (b"dato\n" + b"".join(b"%d.%d.%d\n" % (n % 28 + 1, n // 28 % 12 + 1, 2000 + n // 336) for n in
                                       range(2000)), "more than 1000 meetings"),
    "quotes.csv": (b"dato\n" + b'"x"y\n' * 40_000, "the quotes cannot be read"),
    "one quote.csv": (b'dato\n"' + b'\n""' * 40_000, "the quotes cannot be read"),
    "wide.csv": (b"dato;tid\n" + b";" * 500_000 + b"x\n", "stands under no column name"),
    "deep.yaml": (b"[" * 100_000, "nested deeper than 30 levels"),
    "bomb.yaml": (b"a: &a [1]\nb: [*a, *a]\n", "anchors and aliases"),
    "many bad.yaml": (b"body: kd-net\nmeetings:\n" + b"- {n: 2}\n" * 5000, "unknown key 'n'"),
}  # fmt: skip


@pytest.mark.timeout(30)
@pytest.mark.parametrize("name", list(HOSTILE))
def test_a_hostile_file_is_told_soon(name: str) -> None:
    data, message = HOSTILE[name]
    found = read_calendar(data, name, BODY)
    assert message in "\n".join(one.message for one in found.flaws)
    assert len(found.flaws) <= 101
    assert len(found.meetings) <= 1
    assert all(1 <= one.line <= data.count(b"\n") + 2 for one in found.flaws)


def test_flaws_are_told_in_the_order_of_the_file() -> None:
    found = yaml("{on: 2020-02-30}", "{on: 2020-01-24, sted: Viborg}", "{on: 2020-02-31}")
    assert [line for line, _ in told(found)] == [3, 4, 5]


def test_of_very_many_flaws_the_first_are_told() -> None:
    found = csv(*["x"] * 150)
    assert [line for line, _ in told(found)] == [*range(2, 102), 102]
    assert told(found)[-1] == (102, "50 more flaws")


FRAGMENTS = (
    'dato tid ; , " "" \n \r\n \t : = kl. 10 24.1.2020 2020-01-24 9999-12 senest / januar 29.3.2020 02:30 æøå '
    "BEGIN:VCALENDAR BEGIN:VEVENT END:VEVENT BEGIN:VALARM END:VALARM DTSTART: DTSTART;TZID= Europe "
    "Europe/Copenhagen 20200124 20200329T023000 20201025T023000Z UID: SUMMARY: STATUS:CANCELLED RRULE: "
    "body: kd-net meetings: [ ] { } - on: at: id: \\n \\, \x85 \u2028 & * ! | >"
)
PIECES = st.lists(st.sampled_from(FRAGMENTS.split(" ")), max_size=40)


@given(
    data=st.binary(max_size=400)
    | PIECES.map(lambda pieces: " ".join(pieces).encode())
    | PIECES.map(lambda pieces: "\n".join(pieces).encode("cp1252", "ignore")),
    suffix=st.sampled_from(["csv", "yaml", "ics"]),
)
@settings(max_examples=600, deadline=None)
@example(data=b"dato\n\xff\xfe", suffix="csv")
@example(data=b'body: kd-net\nmeetings: [{on: "\\ud800 2020"}]', suffix="yaml")
def test_no_bytes_make_it_raise(data: bytes, suffix: str) -> None:
    found = read_calendar(data, f"moeder.{suffix}", BODY)
    assert found.meetings or found.flaws
    assert len(set(ids(found))) == len(found.meetings)
    assert all(str(one) for one in found.flaws)
    compare((), found.meetings)


# --- What a file changes ---------------------------------------------------------------------------------


def known(text: str, at: str | None = None, **more: Any) -> Meeting:
    """A meeting we know; its id is made from the date, unless it is said otherwise."""
    on = read_date(text)
    starts_at = None
    if at and on.exact:
        starts_at = datetime.combine(on.exact, time.fromisoformat(at), COPENHAGEN).astimezone(UTC)
    return Meeting(**{"id": MeetingId(f"kd-net-{text}"), "body": BODY, "on": on, "starts_at": starts_at, **more})


def summary(diff: CalendarDiff) -> dict[str, list[str]]:
    """What a file changes, in words, where there is something."""
    found = {
        "added": [str(one.meeting.id) for one in diff.added],
        "absent": [str(one.id) for one in diff.absent],
        "same": [str(one.id) for one in diff.same],
    }
    for kind in ("moved", "changed", "cancelled"):
        found[kind] = [f"{one.old.id} {hour(one.new) or one.new.on.text}" for one in getattr(diff, kind)]
        assert all(one.new.id == one.old.id for one in getattr(diff, kind))
    return {kind: rows for kind, rows in found.items() if rows}


TWO = (known("2020-01-24", "10:00", place="Viborg", note="Husk", version=4), known("2020-03-13"))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["24.1.2020;10:00;Viborg;;;Husk", "13.3.2020"], {"same": ["kd-net-2020-01-24", "kd-net-2020-03-13"]}),
        (["24.1.2020", "13.3.2020"], {"same": ["kd-net-2020-01-24", "kd-net-2020-03-13"]}),
        (["24.1.2020;12:00", "13.3.2020"],
         {"moved": ["kd-net-2020-01-24 2020-01-24 12:00"], "same": ["kd-net-2020-03-13"]}),
        (["24.1.2020;;Aarhus", "13.3.2020"],
         {"changed": ["kd-net-2020-01-24 2020-01-24 10:00"], "same": ["kd-net-2020-03-13"]}),
        (["24.1.2020", "13.3.2020;;;;aflyst"],
         {"same": ["kd-net-2020-01-24"], "cancelled": ["kd-net-2020-03-13 2020-03-13"]}),
        (["24.1.2020", "13.3.2020", "29.5.2020"],
         {"same": ["kd-net-2020-01-24", "kd-net-2020-03-13"], "added": ["kd-net-2020-05-29"]}),
        (["24.1.2020"], {"same": ["kd-net-2020-01-24"], "absent": ["kd-net-2020-03-13"]}),
        (["13.3.2020"], {"same": ["kd-net-2020-03-13"]}),  # the file begins later: it says nothing of January
        (["24.1.2020", "20.3.2020"],
         {"same": ["kd-net-2020-01-24"], "added": ["kd-net-2020-03-20"], "absent": ["kd-net-2020-03-13"]}),
    ],
)  # fmt: skip
def test_a_table_is_compared_by_day(rows: Sequence[str], expected: dict[str, list[str]]) -> None:
    assert summary(compare(TWO, csv(*rows).meetings)) == expected


def test_what_a_file_does_not_speak_of_stays() -> None:
    (change,) = compare(TWO[:1], csv("24.1.2020;;Aarhus").meetings).changed
    assert change.new == replace(TWO[0], place="Aarhus")
    assert (change.old, change.line) == (TWO[0], 2)


def test_on_another_day_the_old_hour_does_not_hold() -> None:
    (change,) = compare(TWO[:1], yaml("{id: kd-net-2020-01-24, on: 2020-01-31}").meetings).moved
    assert change.new == replace(TWO[0], on=FuzzyDate.day(date(2020, 1, 31)), starts_at=None)


@pytest.mark.parametrize(
    ("uid", "uids"),
    [
        ("kd-net-2020-01-24@kdflow.example", {}),
        ("kd-net-2020-01-24", {}),
        ("0400E008", {"0400E008": MeetingId("kd-net-2020-01-24")}),
    ],
)
def test_a_uid_follows_a_meeting_to_another_day(uid: str, uids: dict[str, MeetingId]) -> None:
    read_anew = ics(f"UID:{uid}\nDTSTART:20200131T120000").meetings
    assert summary(compare(TWO, read_anew, uids=uids, today=date(2020, 1, 20))) == {
        "moved": ["kd-net-2020-01-24 2020-01-31 12:00"],
        "absent": ["kd-net-2020-03-13"],
    }
    assert summary(compare(TWO, [replace(one, uid="x") for one in read_anew]))["added"] == ["kd-net-2020-01-31"]


def test_a_uid_goes_before_the_day() -> None:
    swapped = ics(
        "UID:kd-net-2020-01-24@x\nDTSTART:20200313T100000", "UID:kd-net-2020-03-13@x\nDTSTART;VALUE=DATE:20200124"
    )
    assert summary(compare(TWO, swapped.meetings)) == {
        "moved": ["kd-net-2020-01-24 2020-03-13 10:00", "kd-net-2020-03-13 2020-01-24"]
    }


def test_the_body_s_key_may_hold_an_at_sign() -> None:
    old = known("2021-05-05", id=MeetingId("amsg@2021-2021-05-05"), body="amsg@2021")
    text = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:amsg@2021-2021-05-05@kdflow\nDTSTART:20210506\nEND:VEVENT\n"
    found = read_calendar(text, "a.ics", old.body)
    assert summary(compare([old], found.meetings)) == {"moved": ["amsg@2021-2021-05-05 2021-05-06"]}


def test_an_id_of_its_own_goes_with_no_other_meeting() -> None:
    found = yaml("{id: kd-net-extra, on: 2020-01-24}")
    assert summary(compare(TWO[:1], found.meetings)) == {
        "added": ["kd-net-extra"],
        "absent": ["kd-net-2020-01-24"],
    }


def test_a_meeting_earlier_on_the_same_day_takes_nobody_s_id() -> None:
    found = csv("24.1.2020;08:00", "24.1.2020;10:00")
    assert ids(found) == ["kd-net-2020-01-24", "kd-net-2020-01-24-2"]
    diff = compare(TWO[:1], found.meetings)
    assert summary(diff) == {"same": ["kd-net-2020-01-24"], "added": ["kd-net-2020-01-24-2"]}
    assert hour(diff.added[0].meeting) == "2020-01-24 08:00"


def test_new_meetings_get_ids_that_are_free() -> None:
    diff = compare(TWO[:1], csv("24.1.2020;08:00", "24.1.2020;09:00", "24.1.2020;10:00").meetings)
    assert summary(diff)["same"] == ["kd-net-2020-01-24"]
    assert [(one.line, one.meeting.id) for one in diff.added] == [
        (2, "kd-net-2020-01-24-3"), (3, "kd-net-2020-01-24-2"),
    ]  # fmt: skip


def test_a_meeting_with_an_id_of_its_own_is_found_by_its_day() -> None:
    old = known("2020-01-24", "10:00", id=MeetingId("budgetmøde"))
    assert summary(compare([old], csv("24.1.2020;12:00").meetings)) == {"moved": ["budgetmøde 2020-01-24 12:00"]}


def test_of_two_meetings_on_a_day_that_both_get_another_hour_each_keeps_its_id() -> None:
    olds = [known("2020-01-24", "13:00", id=MeetingId("kd-net-2020-01-24-2")), known("2020-01-24", "10:00")]
    assert summary(compare(olds, csv("24.1.2020;10:30", "24.1.2020;13:30").meetings)) == {
        "moved": ["kd-net-2020-01-24 2020-01-24 10:30", "kd-net-2020-01-24-2 2020-01-24 13:30"]
    }


def test_a_cancelled_twin_does_not_cancel_the_meeting_that_takes_place() -> None:
    events = ("DTSTART:20200124T100000\nSTATUS:CANCELLED", "DTSTART:20200124T100000")
    for order in (events, events[::-1]):
        diff = compare(TWO[:1], ics(*order).meetings)
        assert summary(diff) == {"same": ["kd-net-2020-01-24"], "added": ["kd-net-2020-01-24-2"]}
        assert diff.added[0].meeting.status is MeetingStatus.CANCELLED


@pytest.mark.parametrize(
    ("old", "row", "kind", "new"),
    [
        (MeetingStatus.PLANNED, "24.1.2020;;;;aflyst", "cancelled", MeetingStatus.CANCELLED),
        (MeetingStatus.CANCELLED, "24.1.2020;;;;aflyst", "same", MeetingStatus.CANCELLED),
        (MeetingStatus.CANCELLED, "24.1.2020", "changed", MeetingStatus.PLANNED),
        (MeetingStatus.AGENDA_SENT, "24.1.2020", "same", MeetingStatus.AGENDA_SENT),
        (MeetingStatus.AGENDA_SENT, "24.1.2020;;;;afholdt", "changed", MeetingStatus.HELD),
        (MeetingStatus.MOVED, "24.1.2020;;;;planlagt", "same", MeetingStatus.MOVED),
        (MeetingStatus.HELD, "24.1.2020;;;;planlagt", "changed", MeetingStatus.PLANNED),
    ],
)
def test_a_status_changes_where_the_file_speaks_of_it(
    old: MeetingStatus, row: str, kind: str, new: MeetingStatus
) -> None:
    diff = compare([known("2020-01-24", status=old)], csv(row).meetings)
    assert list(summary(diff)) == [kind]
    if kind != "same":
        assert getattr(diff, kind)[0].new.status is new


def test_only_meetings_to_come_are_absent() -> None:
    others = [
        known("2020-02-01"),
        known("2020-02-02", status=MeetingStatus.HELD),
        known("2020-02-03", status=MeetingStatus.CANCELLED),
        known("2020-02-04", status=MeetingStatus.MINUTES_SENT),
        known("2020-02-05", body="kkr-midt"),
        known("2020-02-06", status=MeetingStatus.AGENDA_SENT),
    ]
    found = csv("1.1.2020").meetings
    assert summary(compare(others, found))["absent"] == ["kd-net-2020-02-01", "kd-net-2020-02-06"]
    assert summary(compare(others, found, today=date(2020, 2, 6)))["absent"] == ["kd-net-2020-02-06"]
    assert summary(compare(others, found, today=date(2020, 2, 7))).get("absent") is None
    assert len(compare(others, ()).absent) == 3


# --- There and back --------------------------------------------------------------------------------------

DAYS = st.dates(date(2019, 12, 1), date(2021, 3, 1)) | st.sampled_from([date(2020, 3, 29), date(2020, 10, 25)])
INSTANTS = st.builds(
    lambda day, minute: datetime.combine(day, time(), COPENHAGEN).astimezone(UTC) + timedelta(minutes=minute),
    DAYS,
    st.integers(0, 24 * 60 - 1) | st.sampled_from([0, 119, 120, 150, 179, 180, 210]),
)


@given(starts=st.lists(DAYS | INSTANTS, min_size=1, max_size=12, unique=True), data=st.data())
@settings(deadline=None)
def test_a_feed_reads_back_as_the_meetings_it_was_made_of(starts: list[date], data: st.DataObject) -> None:
    meetings: list[Meeting] = []
    for number, start in enumerate(starts):
        instant = start if isinstance(start, datetime) else None
        day = instant.astimezone(COPENHAGEN).date() if instant else start
        status = data.draw(st.sampled_from([MeetingStatus.PLANNED, MeetingStatus.CANCELLED]))
        on = FuzzyDate.day(day)
        meetings.append(Meeting(id=MeetingId(f"m-{number}"), body=BODY, on=on, starts_at=instant, status=status))
    entries = [
        FeedEntry(
            uid=f"{meeting.id}@kdflow.example",
            starts=meeting.starts_at or meeting.on.exact or date.min,
            summary="KD-Net",
            last_changed=NOW,
            cancelled=meeting.status is MeetingStatus.CANCELLED,
            alarm_minutes=(60,),
        )
        for meeting in meetings
    ]
    found = read_calendar(feed("KD-Net", entries, now=NOW), "kd-net.ics", BODY)
    assert found.flaws == ()

    def plain(one: Meeting) -> tuple[object, ...]:
        return one.on, one.starts_at, one.status, one.note

    by_uid = {one.uid: plain(one.meeting) for one in found.meetings}
    assert by_uid == {f"{one.id}@kdflow.example": plain(one) for one in meetings}
    assert summary(compare(meetings, found.meetings)).keys() == {"same"}
