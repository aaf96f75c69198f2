"""Calendar feeds: what programs that subscribe get to see, byte by byte the same as long as nothing changes."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Component, Event, Timezone

from kdflow.domain.dates import COPENHAGEN
from kdflow.ical import FeedEntry, etag, feed

NOW = datetime(2020, 1, 20, 9, tzinfo=UTC)
CHANGED = datetime(2020, 1, 10, 8, 30, tzinfo=COPENHAGEN)
TEN = datetime(2020, 1, 24, 10, tzinfo=COPENHAGEN)
ENTRY: dict[str, Any] = {
    "uid": "kd-net-2020-01-24@kdflow",
    "starts": TEN,
    "summary": "KD-Net",
    "last_changed": CHANGED,
}


def entry(**more: Any) -> FeedEntry:
    """A meeting at ten, unless it is said otherwise."""
    return FeedEntry(**{**ENTRY, **more})


def calendar(*entries: FeedEntry, name: str = "Mine møder") -> Calendar:
    """The feed as the library reads it."""
    found = Calendar.from_ical(feed(name, entries, now=NOW))
    assert isinstance(found, Calendar)
    return found


def event(**more: Any) -> Event:
    """The one event of a feed."""
    (found,) = calendar(entry(**more)).events
    assert found.errors == []
    return found


def raw(component: Component, name: str) -> str:
    """A property as it is written."""
    value: Any = component[name]
    return str(value.to_ical(), "utf-8")


def lines(*entries: FeedEntry, name: str = "Mine møder") -> list[str]:
    """The unfolded lines of a feed."""
    return feed(name, entries, now=NOW).decode().replace("\r\n ", "").split("\r\n")


def test_the_calendar_says_what_it_is_and_how_often_to_ask() -> None:
    found = lines(entry(), name="Frister, KD-Net")
    for line in (
        "VERSION:2.0",
        "METHOD:PUBLISH",
        "PRODID:-//kdflow//kdflow//DA",
        r"X-WR-CALNAME:Frister\, KD-Net",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ):
        assert found.count(line) == 1, line
    assert found[0] == "BEGIN:VCALENDAR"
    assert found[-2:] == ["END:VCALENDAR", ""]
    assert "UID" not in calendar()  # it would be another one each time


def test_an_event_has_everything_that_is_known() -> None:
    found = event(
        sequence=3,
        ends=TEN + timedelta(hours=2),
        description="Punkt 1\nPunkt 2",
        place="Scandic, Silkeborg",
        url="https://kdflow.example/moeder/1",
    )
    assert {name: raw(found, name) for name in ("UID", "SEQUENCE", "STATUS", "TRANSP", "URL")} == {
        "UID": "kd-net-2020-01-24@kdflow",
        "SEQUENCE": "3",
        "STATUS": "CONFIRMED",
        "TRANSP": "OPAQUE",
        "URL": "https://kdflow.example/moeder/1",
    }
    assert (found.start, found.end) == (TEN, TEN + timedelta(hours=2))
    assert (found["SUMMARY"], found["LOCATION"]) == ("KD-Net", "Scandic, Silkeborg")
    assert found["DESCRIPTION"] == "Punkt 1\nPunkt 2"


def test_what_is_not_known_is_not_written() -> None:
    assert set(event()) == {
        "UID", "SUMMARY", "DTSTART", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "STATUS", "TRANSP",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("starts", "written"),
    [
        (datetime(2020, 1, 24, 9, tzinfo=UTC), "DTSTART;TZID=Europe/Copenhagen:20200124T100000"),
        (datetime(2020, 7, 24, 8, tzinfo=UTC), "DTSTART;TZID=Europe/Copenhagen:20200724T100000"),
        (datetime(2020, 3, 29, 0, 59, tzinfo=UTC), "DTSTART;TZID=Europe/Copenhagen:20200329T015900"),
        (datetime(2020, 3, 29, 1, tzinfo=UTC), "DTSTART;TZID=Europe/Copenhagen:20200329T030000"),
        (datetime(2020, 10, 25, 0, 30, tzinfo=UTC), "DTSTART;TZID=Europe/Copenhagen:20201025T023000"),
        (datetime(2020, 10, 25, 1, 30, tzinfo=UTC), "DTSTART:20201025T013000Z"),  # 02:30 for the second time
        (datetime(2020, 10, 25, 2, tzinfo=UTC), "DTSTART;TZID=Europe/Copenhagen:20201025T030000"),
        (datetime(2020, 1, 23, 23, tzinfo=UTC), "DTSTART;TZID=Europe/Copenhagen:20200124T000000"),
        (date(2020, 1, 24), "DTSTART;VALUE=DATE:20200124"),
    ],
)
def test_an_hour_is_danish_time_and_a_day_is_a_day(starts: date, written: str) -> None:
    assert written in lines(entry(starts=starts))


@pytest.mark.parametrize(
    ("ends", "written"),
    [(None, "20200125"), (date(2020, 1, 24), "20200125"), (date(2020, 1, 31), "20200201")],
)
def test_a_whole_day_ends_on_the_day_after(ends: date | None, written: str) -> None:
    assert f"DTEND;VALUE=DATE:{written}" in lines(entry(starts=date(2020, 1, 24), ends=ends))


def test_only_a_deadline_leaves_people_free() -> None:
    day = date(2020, 1, 24)
    assert raw(event(starts=day, is_deadline=True), "TRANSP") == "TRANSPARENT"
    assert raw(event(starts=day), "TRANSP") == "OPAQUE"


def test_what_has_no_day_yet_is_tentative_on_every_day_it_can_be() -> None:
    found = event(starts=date(2021, 9, 1), ends=date(2021, 9, 30), tentative=True)
    assert {name: raw(found, name) for name in ("DTSTART", "DTEND", "STATUS", "TRANSP")} == {
        "DTSTART": "20210901",
        "DTEND": "20211001",
        "STATUS": "TENTATIVE",
        "TRANSP": "TRANSPARENT",
    }
    assert raw(event(tentative=True, cancelled=True), "STATUS") == "CANCELLED"


def test_alarms_ring_before_the_beginning_each_once() -> None:
    alarms = event(alarm_minutes=(30, 1440, 30)).walk("VALARM")
    assert [raw(alarm, "TRIGGER") for alarm in alarms] == ["-PT30M", "-P1D"]
    assert {(raw(alarm, "ACTION"), str(alarm["DESCRIPTION"])) for alarm in alarms} == {("DISPLAY", "KD-Net")}


def test_what_is_cancelled_says_so_and_does_not_ring() -> None:
    found = event(cancelled=True, sequence=4, alarm_minutes=(30,))
    assert raw(found, "STATUS") == "CANCELLED"
    assert found.walk("VALARM") == []


def test_the_stamp_is_the_last_change_in_utc_and_never_in_the_future() -> None:
    assert raw(event(), "DTSTAMP") == raw(event(), "LAST-MODIFIED") == "20200110T073000Z"
    assert raw(event(last_changed=NOW + timedelta(days=9)), "DTSTAMP") == "20200120T090000Z"


# --- The zone --------------------------------------------------------------------------------------------


def test_the_zone_is_there_only_where_an_hour_needs_it() -> None:
    day = entry(uid="b", starts=date(2020, 1, 24))
    assert [zone.tz_name for zone in calendar(entry(), day).timezones] == ["Europe/Copenhagen"]
    assert calendar(day).timezones == []
    assert calendar().timezones == []
    assert calendar(entry(), entry(uid="b")).get_missing_tzids() == set()


def test_the_zone_is_small() -> None:
    assert len(feed("x", [entry()], now=NOW)) - len(feed("x", [entry(starts=date(2020, 1, 24))], now=NOW)) < 400


@settings(deadline=None)
@given(st.datetimes(datetime(1997, 1, 1), datetime(2060, 1, 1)))  # noqa: DTZ001 - wall-clock time
def test_the_zone_is_danish_time(wall: datetime) -> None:
    (zone,) = calendar(entry()).timezones
    assert isinstance(zone, Timezone)
    ours, real = zone.to_tz(lookup_tzid=False), COPENHAGEN
    first, second = (wall.replace(tzinfo=real, fold=fold).utcoffset() for fold in (0, 1))
    if first == second:  # of an hour that comes twice, or not at all, the library says nothing useful
        assert wall.replace(tzinfo=ours).utcoffset() == first


# --- The text --------------------------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n,;\\:æøåÆØÅ"), max_size=300)


@settings(deadline=None)
@given(summary=TEXT, description=TEXT, place=TEXT)
def test_any_text_comes_back_as_it_was(summary: str, description: str, place: str) -> None:
    found = event(summary=summary, description=description or None, place=place or None)
    assert found["SUMMARY"] == summary
    assert found.get("DESCRIPTION", "") == description
    assert found.get("LOCATION", "") == place


@settings(deadline=None)
@given(TEXT)
def test_no_line_is_longer_than_75_octets_and_no_letter_is_cut(summary: str) -> None:
    data = feed(summary, [entry(summary=summary, uid="å" * 100)], now=NOW)
    assert data.endswith(b"\r\n")
    for line in data.removesuffix(b"\r\n").split(b"\r\n"):
        assert len(line) <= 75
        assert b"\n" not in line
        line.decode()


@pytest.mark.parametrize("evil", ["\r\n", "\n", "\r", "\x0b\r", "\x00\r\n"])
@pytest.mark.parametrize("field", ["uid", "summary", "description", "place", "url", "name"])
def test_no_text_can_begin_a_line_of_its_own(field: str, evil: str) -> None:
    text = f"x{evil}ATTENDEE:mailto:a@b.example{evil}END:VEVENT{evil}"
    name = text if field == "name" else "x"
    data = feed(name, [entry(**({} if field == "name" else {field: text}))], now=NOW)
    found = re.split(r"[\r\n\x0b]+", data.decode().replace("\r\n ", ""))
    assert found.count("END:VEVENT") == 1
    assert not [line for line in found if line.startswith("ATTENDEE")]
    assert b"\x00" not in data


def test_a_half_letter_does_not_stop_the_feed() -> None:
    assert event(summary="a\ud800b")["SUMMARY"] == "a?b"


# --- The same bytes --------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.permutations(range(6)), st.integers(0, 10**6))
def test_the_same_entries_give_the_same_bytes_whenever_and_in_whatever_order(order: list[int], later: int) -> None:
    entries = [entry(uid=f"m{number}@kdflow", starts=TEN + timedelta(days=number)) for number in range(6)]
    entries[1] = entry(uid="m1@kdflow", starts=datetime(2020, 1, 25, 9, tzinfo=UTC))
    once = feed("Møder", entries, now=NOW)
    again = feed("Møder", [entries[number] for number in order], now=NOW + timedelta(minutes=later))
    assert again == once
    assert etag(again) == etag(once)


@pytest.mark.parametrize(
    "more", [{"summary": "KD-net"}, {"sequence": 1}, {"starts": TEN + timedelta(minutes=1)}, {"cancelled": True}]
)
def test_the_tag_changes_with_any_change(more: dict[str, Any]) -> None:
    assert etag(feed("x", [entry(**more)], now=NOW)) != etag(feed("x", [entry()], now=NOW))


def test_the_tag_is_strong_and_quoted() -> None:
    assert re.fullmatch(r'"[0-9a-f]{32}"', etag(b"x"))


@pytest.mark.parametrize(
    "more",
    [
        {"starts": datetime(2020, 1, 24, 10)},  # noqa: DTZ001 - the fault that is refused
        {"ends": datetime(2020, 1, 24, 12)},  # noqa: DTZ001
        {"last_changed": datetime(2020, 1, 1)},  # noqa: DTZ001
        {"ends": date(2020, 1, 25)},
        {"starts": date(2020, 1, 24), "ends": TEN},
    ],
)
def test_hours_without_a_zone_and_mixed_ends_are_refused(more: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="kd-net-2020-01-24@kdflow"):
        entry(**more)


def test_a_feed_without_entries_is_a_calendar() -> None:
    assert calendar().events == []


def test_every_sort_of_line_end_is_one_and_a_uid_has_none() -> None:
    found = event(summary="a\rb\r\nc\nd", uid="x \r\ny@kdflow")
    assert (found["SUMMARY"], raw(found, "UID")) == ("a\nb\nc\nd", "xy@kdflow")
