"""The rules without which the planner would be wrong (PLANNER 1.3): what breaks each, and that it is flagged.

R0: papers come before their meeting, and a body has one meeting at a time. R1: working days are whole days.
R2: nothing is submitted on condition of a quorum. R3 (alternatives share their papers) has nothing to break: a
route has no alternatives.
"""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kdflow.domain.configuration import CalendarFile
from kdflow.domain.consistency import calendar_flaws
from kdflow.domain.dates import local_instant
from kdflow.domain.deadlines import DeadlineKind, Rule
from kdflow.domain.departures import NEVER, Departures, day_of
from kdflow.domain.errors import Flaw
from kdflow.domain.journey import Stop
from kdflow.domain.planner import plan_of
from kdflow.domain.route_soundness import workflow_flaws
from kdflow.domain.timetable import MeetingId
from tests import make
from tests.domain.test_planner import Station, minute, of_stations, simple

# --- R0: calendars -----------------------------------------------------------------------------------------------

SAME_DAY = Rule(days=0, unit="calendar", at=time(12))
ROLLED_ON = Rule(days=1, unit="calendar", at=time(12), roll="later")
TEN_BEFORE = Rule(days=10)


def flaws_of(rule: Rule | None, *meetings: dict[str, Any]) -> list[Flaw]:
    """The flaws of KD-Net's calendar where submission follows this rule."""
    body = make.body("kd-net", rules={DeadlineKind.SUBMISSION: rule} if rule else {})
    file = CalendarFile.model_validate({"body": "kd-net", "meetings": meetings})
    return list(calendar_flaws(file, {"kd-net": body}))


AFTER = "may come after the meeting has begun"
# rule, meeting, whether papers may come too late
PAPERS: dict[str, tuple[Rule | None, dict[str, Any], bool]] = {
    "noon, for a meeting at ten": (SAME_DAY, {"on": "2020-01-24", "at": "10:00"}, True),
    "noon, for a meeting at noon": (SAME_DAY, {"on": "2020-01-24", "at": "12:00"}, False),
    "noon, for a meeting a minute before": (SAME_DAY, {"on": "2020-01-24", "at": "11:59"}, True),
    "noon, for a meeting that day": (SAME_DAY, {"on": "2020-01-24"}, False),  # it may be in the afternoon
    "rolled over the meeting": (ROLLED_ON, {"on": "2020-04-13", "at": "10:00"}, True),  # 2. påskedag
    "rolled over a meeting of no known hour": (ROLLED_ON, {"on": "2020-04-13"}, True),
    "rolled to the day of the meeting": (ROLLED_ON, {"on": "2020-04-14", "at": "12:00"}, False),
    "ten days before": (TEN_BEFORE, {"on": "2020-01-24", "at": "00:00"}, False),
    "no rule": (None, {"on": "2020-01-24", "at": "10:00"}, False),
}


@pytest.mark.parametrize("what", PAPERS)
def test_papers_that_may_come_after_their_meeting_are_flagged(what: str) -> None:
    rule, meeting, late = PAPERS[what]
    found = [flaw for flaw in flaws_of(rule, meeting) if AFTER in flaw.message]
    assert [flaw.path[:2] for flaw in found] == ([("meetings", 0)] if late else [])
    assert all(flaw.hint for flaw in found)


DAY = {"on": "2020-01-24"}
TEN = {"on": "2020-01-24", "at": "10:00"}
# the second of two meetings beside the first, whether they are at one time
CLASHES: dict[str, tuple[dict[str, Any], dict[str, Any], bool]] = {
    "the same day": (DAY, DAY | {"id": "other"}, True),
    "the same hour": (TEN, TEN | {"id": "other"}, True),
    "the same day in other words": (DAY, {"on": "24. januar 2020", "id": "other"}, True),
    "the same hour in other words": (TEN, {"on": "24/1-2020", "at": "10:00", "id": "other"}, True),
    "the same minute": (TEN, {"on": "2020-01-24", "at": "10:00:30", "id": "other"}, True),
    "the same month": ({"on": "2021-09"}, {"on": "2021-09", "id": "other"}, True),
    "the same month in other words": ({"on": "2021-09"}, {"on": "september 2021", "id": "other"}, True),
    "another hour": (TEN, {"on": "2020-01-24", "at": "13:00", "id": "other"}, False),
    "another day": (DAY, {"on": "2020-01-25"}, False),
    "a day of that month": ({"on": "2020-01"}, DAY, False),
    "one is cancelled": (DAY, DAY | {"id": "other", "status": "cancelled"}, False),
    "the first is cancelled": (DAY | {"status": "cancelled"}, DAY | {"id": "other"}, False),
}


@pytest.mark.parametrize("what", CLASHES)
def test_two_meetings_of_a_body_at_one_time_are_flagged(what: str) -> None:
    first, second, clash = CLASHES[what]
    found = [flaw for flaw in flaws_of(None, first, second) if "at the same time" in flaw.message]
    assert [flaw.path for flaw in found] == ([("meetings", 1, "on")] if clash else [])
    assert all(flaw.hint for flaw in found)


def test_the_planner_clamps_papers_that_would_come_after_their_meeting() -> None:
    """Where the flag is overlooked, the calendar itself keeps R0: submission ends when the meeting begins."""
    found = simple(
        "kdnet", "kd-net 2020-04-13, 2020-05-04", rule=ROLLED_ON, ready=local_instant(date(2020, 4, 12), 9)
    )
    (leg,) = plan_of(found).legs
    assert leg.submits == leg.begins == minute(date(2020, 4, 13))
    late = simple(
        "kdnet", "kd-net 2020-04-13, 2020-05-04", rule=ROLLED_ON, ready=local_instant(date(2020, 4, 13), 9)
    )
    assert plan_of(late).legs[0].meeting == "kd-net-2020-05-04"


# --- R1: whole working days --------------------------------------------------------------------------------------

WORK: list[Station] = [
    {"key": "gruppe", "body": "dassos", "procedure": "preparation@1", "takes": 1},
    {"key": "kdnet", "body": "kd-net", "after": ["gruppe"], "lag": 1},
]
EVERY_DAY = "kd-net " + ", ".join(f"2020-04-{day:02}" for day in range(8, 31))


@given(st.integers(0, 10 * 1440), st.integers(0, 3 * 1440))
def test_a_later_minute_never_arrives_earlier_over_work_and_lag(start: int, later: int) -> None:
    found, wednesday = of_stations(WORK, EVERY_DAY), minute(date(2020, 4, 8))
    early, late = (plan_of(found.at(wednesday + ready)).arrives for ready in (start, start + later))
    assert early <= late < NEVER


def test_saturday_at_midnight_and_the_minute_before_are_the_same_day_of_work() -> None:
    found = of_stations(WORK[:1], "")
    saturday, sunday = minute(date(2020, 1, 25), 23, 59), minute(date(2020, 1, 26))
    assert plan_of(found.at(saturday)).arrives == plan_of(found.at(sunday)).arrives == minute(date(2020, 1, 27))


# --- R2: a condition out of a quorum -----------------------------------------------------------------------------


def rows(*meetings: tuple[int, int]) -> Departures:
    """Meetings in March 2020 at noon, each given as (last day of submission, day)."""
    noons = [(minute(date(2020, 3, due), 12), minute(date(2020, 3, day), 12)) for due, day in meetings]
    return Departures.of((held, held, due, MeetingId(f"m-{day_of(held)}")) for due, held in noons)


READY = minute(date(2020, 3, 1), 9)
START = Stop(before=(), departures=rows((4, 5)))
STRICT = Stop(before=(0,), departures=rows((6, 10)))
"""Answers on 10 March; its papers wait for the decision of 5 March."""
HASTY = Stop(before=(0,), departures=rows((6, 12)), ahead=True)
"""Answers on 12 March, two days later; its papers were there on 1 March."""
THEN = rows((3, 15), (20, 30))
"""What comes after: a meeting on 15 March with submission until the 3rd, and one on the 30th until the 20th."""


def then(*after: int, ahead: bool, work: bool = False) -> int:
    """The day in March of the last decision, where it waits for these of strict (1) and hasty (2).

    With `work`, by way of a group that only passes the papers on.
    """
    found = simple("start > strict + hasty > work~ > then", "m 2020-03-05, 03-10, 03-12, 03-15, 03-30").at(READY)
    passes_on = Stop(before=after)
    last = Stop(before=(3,) if work else after, departures=THEN, ahead=ahead)
    for place, stop in enumerate([START, STRICT, HASTY, passes_on, last]):
        found = found.with_stop(place, stop)
    days = [day_of(leg.decides).day for leg in plan_of(found).legs]
    assert days[1:3] == [10, 12]
    return days[4]


def test_on_condition_the_first_to_answer_may_be_the_worse_to_follow() -> None:
    """Of a quorum of one the first is strict, and a greedy planner would follow it, to 30 March; but strict's
    papers came on the 5th, and hasty's in time for the 15th. To answer earlier would make the sag later."""
    assert then(1, ahead=True) == 30
    assert then(2, ahead=True) == 15
    assert then(1, 2, ahead=True) == 30  # where all must answer, all papers are waited for anyway


@pytest.mark.parametrize(("ahead", "work"), [(False, False), (False, True), (True, True)])
def test_what_waits_for_the_decision_never_loses_by_the_first_to_answer(*, ahead: bool, work: bool) -> None:
    """Its papers are ready with that decision, so nothing older is carried on: R2 is about conditions alone."""
    assert then(1, ahead=ahead, work=work) <= then(2, ahead=ahead, work=work)


# --- routes that the planner could not be right about ------------------------------------------------------------

FIRST: Station = {"key": "a", "body": "dassos"}
SECOND: Station = {"key": "b", "body": "kd-net", "after": ["a"]}
THIRD: Station = {"key": "c", "body": "kd-net", "after": ["b"], "submit": "conditional"}
WORKING = {"procedure": "preparation@1"}
QUORUM = {"fan_out": {"over": "dassos", "quorum": 2}}
ALL = {"fan_out": {"over": "dassos"}}
AHEAD = {"submit": "conditional"}
CLOSES = {"window": {"to": "2020-04-30"}}

# the stations, the place and the words of the flaw (None: there is none)
ROUTES: dict[str, tuple[list[Station], tuple[str | int, ...] | None, str]] = {
    "a condition out of a quorum": (
        [FIRST | QUORUM, SECOND | AHEAD],
        ("stations", 1, "submit"),
        "'a' is over when a quorum has answered",
    ),
    "a condition out of a quorum of groups at work": (
        [FIRST | WORKING | QUORUM, SECOND | AHEAD],
        ("stations", 1, "submit"),
        "'a' is over when a quorum has answered",
    ),
    "a condition out of a quorum by way of work": (
        [FIRST | QUORUM, SECOND | WORKING, THIRD],
        None,
        "",
    ),
    "a condition out of a quorum by way of a meeting": ([FIRST | QUORUM, SECOND, THIRD], None, ""),
    "a condition out of a quorum and another": (
        [FIRST | QUORUM, FIRST | {"key": "x"}, SECOND | AHEAD | {"after": ["x", "a"]}],
        ("stations", 2, "submit"),
        "'a' is over when a quorum has answered",
    ),
    "a condition out of all": ([FIRST | ALL, SECOND | AHEAD], None, ""),
    "a quorum without condition": ([FIRST | QUORUM, SECOND], None, ""),
    "the same day without condition": (
        [FIRST, SECOND | {"same_day": True}],
        ("stations", 1, "same_day"),
        "same_day needs submit: conditional",
    ),
    "the same day as nobody": (
        [FIRST | {"same_day": True}],
        ("stations", 0, "same_day"),
        "a station that it comes after",
    ),
    "the same day as nobody on condition": (
        [FIRST | AHEAD | {"same_day": True}],
        ("stations", 0, "same_day"),
        "a station that it comes after",
    ),
    "the same day on condition": ([FIRST, SECOND | AHEAD | {"same_day": True}], None, ""),
    "lag on condition": (
        [FIRST, SECOND | AHEAD | {"lag": 3}],
        ("stations", 1, "lag"),
        "lag has no effect where submit is conditional",
    ),
    "lag": ([FIRST, SECOND | {"lag": 3}], None, ""),
    "a window without end": (
        [FIRST | WORKING | {"window": {"from": "2020-02-07"}}],
        ("stations", 0, "window"),
        "a window must close",
    ),
    "a window that ends before it begins": (
        [FIRST | WORKING | {"window": {"from": "2020-02-07", "to": "2020-02-06"}}],
        ("stations", 0, "window", "to"),
        "before it begins on 2020-02-07",
    ),
    "a window": ([FIRST | WORKING | CLOSES], None, ""),
    "a window at meetings": (
        [FIRST | CLOSES],
        ("stations", 0, "window"),
        "takes and window are for work without meetings; meeting@1 has meetings",
    ),
    "time for work at meetings": (
        [FIRST, SECOND | {"takes": 5}],
        ("stations", 1, "takes"),
        "takes and window are for work without meetings; meeting@1 has meetings",
    ),
    "time for work": ([FIRST | WORKING | {"takes": 5}, SECOND], None, ""),
}


@pytest.mark.parametrize("what", ROUTES)
def test_a_route_that_cannot_be_planned_rightly_is_flagged(what: str) -> None:
    stations, path, words = ROUTES[what]
    route = make.on_procedures(stations)
    bodies = {key: make.body(key) for key in ("dassos", "kd-net")}
    found = workflow_flaws(route.workflow, route.procedures, bodies)
    if path is None:
        assert found == ()
    else:
        assert [flaw.path for flaw in found if words in flaw.message] == [path], found
        assert all(flaw.hint for flaw in found)


def test_every_flaw_of_a_route_is_told_at_once() -> None:
    worst = SECOND | AHEAD | CLOSES | {"lag": 3}
    route = make.on_procedures([FIRST | QUORUM, worst, SECOND | {"key": "c", "same_day": True, "takes": 5}])
    bodies = {key: make.body(key) for key in ("dassos", "kd-net")}
    paths = {flaw.path[1:] for flaw in workflow_flaws(route.workflow, route.procedures, bodies)}
    assert paths == {(1, "submit"), (1, "lag"), (1, "window"), (2, "same_day"), (2, "takes")}
