"""The last meeting of one body before each meeting of another: the real rows, and the planner's own answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdflow.domain import journey
from kdflow.domain.connections import Connection, last_before
from kdflow.domain.dates import FuzzyDate, read_date
from kdflow.domain.deadlines import DeadlineKind, Rule
from kdflow.domain.departures import day_of
from kdflow.domain.journey import Stop
from kdflow.domain.network import Network
from kdflow.domain.timetable import Body, Meeting, MeetingId, MeetingStatus, Timetable
from tests import make

FIRST, SECOND = "kd-net", "kkr-midt"


def real(**changed: Meeting) -> Network:
    """The shipped calendars, with some meetings changed."""
    shipped = make.shipped()
    table = Timetable(meetings=tuple(shipped.meetings))
    for meeting in changed.values():
        table = table.changed(meeting)
    return Network(shipped.bodies, table)


def found(network: Network, year: int = 2020) -> list[tuple[str, str | None, int | None]]:
    """Each row as (meeting, last meeting before it, days)."""
    rows = last_before(FIRST, SECOND, year, network)
    return [(r.meeting.meeting.on.text, r.last.meeting.on.text if r.last else None, r.days) for r in rows]


def test_the_rows_of_2020() -> None:
    assert found(real()) == [
        ("2020-02-05", "2020-01-24", 12),
        ("2020-04-01", "2020-03-13", 19),
        ("2020-06-17", "2020-05-29", 19),
        ("2020-09-09", "2020-08-28", 12),
        ("2020-11-13", "2020-10-23", 21),
    ]


def test_minutes_after_ten_days_come_too_late_for_two_of_them() -> None:
    rows = last_before(FIRST, SECOND, 2020, real())
    assert [row.is_before_minutes for row in rows] == [True, False, False, True, False]
    assert rows[0].minutes
    assert rows[0].minutes.on == date(2020, 2, 3)


def test_it_says_by_when_to_submit_and_how_that_was_reckoned() -> None:
    row = last_before(FIRST, SECOND, 2020, real())[2]
    assert row.last
    assert row.last.submission
    assert day_of(row.last.submits) == row.last.submission.on == date(2020, 5, 14)
    assert [name for _, name in row.last.submission.skipped] == ["Kristi himmelfartsdag"]


def test_bodies_that_meet_on_one_day_do_not_connect() -> None:
    (row,) = last_before("kkr-midt", "kontaktudvalg", 2020, real())
    assert row.last
    assert row.last.meeting.on.text == "2020-04-01"
    assert [one.meeting.on.text for one in row.late] == ["2020-06-17"]


def test_two_days_are_too_few_and_nothing_earlier_is_left() -> None:
    rows = last_before("dassos", FIRST, 2020, real())
    assert rows[0].last is None
    assert [one.meeting.on.text for one in rows[0].late] == ["2020-01-22"]
    assert rows[0].days is None
    assert rows[0].minutes is None
    assert not rows[0].is_exact


def test_a_nearer_meeting_that_decides_after_the_deadline_is_named() -> None:
    network = real(extra=Meeting(id=MeetingId("extra"), body=FIRST, on=read_date("2020-03-26")))
    row = last_before(FIRST, SECOND, 2020, network)[1]
    assert row.last
    assert (row.last.meeting.on.text, row.days) == ("2020-03-13", 19)
    (late,) = row.late
    assert late.meeting.id == "extra"
    assert late.decides > row.meeting.submits


def test_a_cancelled_meeting_is_no_connection_and_needs_none() -> None:
    network = real()
    one = network.timetable.by_id[MeetingId("kd-net-2020-03-13")]
    other = network.timetable.by_id[MeetingId("kkr-midt-2020-06-17")]
    cancelled = MeetingStatus.CANCELLED
    rows = found(real(a=replace(one, status=cancelled), b=replace(other, status=cancelled)))
    assert rows[1] == ("2020-04-01", "2020-01-24", 68)
    assert "2020-06-17" not in {row[0] for row in rows}


def test_a_month_counts_by_its_last_day_and_says_so() -> None:
    (row,) = last_before(FIRST, SECOND, 2021, real())
    assert row.last
    assert (row.last.meeting.on.text, row.days, row.is_exact) == ("2021-09", 11, False)


def test_after_a_merger_the_successor_meets_in_its_place() -> None:
    old, new = make.body("old", successor="new"), make.body("new")
    table = make.timetable("old 2020-01-10; new 2020-03-10; kd-net 2020-02-01, 04-01")
    network = Network({"old": old, "new": new, "kd-net": make.body("kd-net")}, table)
    assert [row.last and row.last.body.key for row in last_before("old", "kd-net", 2020, network)] == [
        "old",
        "new",
    ]


def test_what_is_unknown_or_has_no_meetings_has_no_rows() -> None:
    assert last_before("nowhere", "elsewhere", 2020, real()) == ()
    assert last_before(FIRST, SECOND, 1999, real()) == ()


# --- beside the planner ------------------------------------------------------------------------------------------

days = st.sets(st.integers(0, 200), min_size=1, max_size=8)
rules = st.builds(
    Rule, days=st.integers(0, 15), unit=st.sampled_from(["working", "calendar"]), roll=st.sampled_from(["earlier"])
)


def body(key: str, rule: Rule | None) -> Body:
    """A body with a submission deadline, or without."""
    return Body(key=key, name=key, short=key, kind="k", rules={DeadlineKind.SUBMISSION: rule} if rule else {})


def meetings(key: str, numbers: set[int]) -> list[Meeting]:
    """Meetings so many days after the New Year of 2026."""
    on = [date(2026, 1, 1) + timedelta(days=number) for number in sorted(numbers)]
    return [Meeting(id=MeetingId(f"{key}-{day}"), body=key, on=FuzzyDate.day(day)) for day in on]


@given(days, days, st.none() | rules, st.none() | rules)
def test_the_last_meeting_is_what_the_planner_rides(
    one: set[int], two: set[int], first: Rule | None, second: Rule | None
) -> None:
    table = Timetable(meetings=(*meetings("a", one), *meetings("b", two)))
    network = Network({"a": body("a", first), "b": body("b", second)}, table)
    stops = [Stop(before=(), departures=network.departures("a"))]
    stops.append(Stop(before=(0,), departures=network.departures("b")))

    def arrives(ready: int) -> int:
        return journey.arrival(journey.ride(stops, ready, network.workdays.add_to_ordinal), stops)

    for row in last_before("a", "b", 2026, network):
        _check(row, arrives)


def _check(row: Connection, arrives: object) -> None:
    assert callable(arrives)
    if row.last is None:
        assert arrives(0) > row.meeting.decides
        return
    assert arrives(row.last.submits) <= row.meeting.decides
    assert arrives(row.last.submits + 1) > row.meeting.decides
    assert all(late.decides > row.meeting.submits for late in row.late)


@pytest.mark.parametrize("fro", ["kd-net", "kkr-midt", "dassos", "kontaktudvalg"])
@pytest.mark.parametrize("to", ["kd-net", "kkr-midt", "kontaktudvalg", "regionsraad"])
def test_a_connection_is_in_order_of_time_between_any_two_bodies(fro: str, to: str) -> None:
    for row in last_before(fro, to, 2020, real()):
        if row.last:
            assert row.last.submits <= row.last.decides <= row.meeting.submits <= row.meeting.begins
            assert row.days is not None
            assert row.days >= 0
