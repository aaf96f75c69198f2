"""Seats that come before what they wait for: planned past, told plainly, and still seats. Against an oracle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from kdflow.domain.dates import read_date
from kdflow.domain.departures import DAY, NEVER, civil, day_of
from kdflow.domain.explaining import explain
from kdflow.domain.leeway import latest_ready, missed, slack
from kdflow.domain.network import network
from kdflow.domain.odds import forecast
from kdflow.domain.planner import Leg, Plan, plan_of
from kdflow.domain.prepared import Prepared, Seated, prepare
from kdflow.domain.replanning import changes, holds_until, is_news
from kdflow.domain.sag import Sag, Step, StepSeq
from kdflow.domain.timetable import MeetingId, MeetingStatus
from kdflow.domain.workflow import Asks
from tests import make
from tests.domain.test_planner import (
    Case,
    Held,
    Station,
    cases,
    draft,
    minute,
    numbers,
    outcomes,
    parts,
    some_meeting,
)
from tests.domain.test_replanning import changed, finds
from tests.domain.test_workdays import walk

MANY = settings(max_examples=200, deadline=None)


# --- random seats, and what they mean in plain numbers -----------------------------------------------------------


def seated(case: Case, drawn: Sequence[int]) -> Sag:
    """A sag that has seats at some of its stations, wherever they come."""
    steps = []
    for place, (station, number) in enumerate(zip(case.stations, drawn, strict=False)):
        own = sorted((one for one in case.held if one.body == station["body"]), key=lambda one: one.bounds)
        some, which = parts(number, 3, len(own))
        held = own[which]
        if some and station["procedure"] == "meeting@1":
            step = Step(
                seq=StepSeq(place + 1),
                station=station["key"],
                body=held.body,
                state="submitted",
                asks=Asks.APPROVAL,
                meeting=MeetingId(held.name),
            )
            steps.append(step)
    return replace(draft(case.route), life="under-way", steps=tuple(steps))


def standing_seats(case: Case, sag: Sag) -> dict[str, Held]:
    """The seats that are not cancelled, by station."""
    by_name = {one.name: one for one in case.held}
    found = {step.station: by_name[str(step.meeting)] for step in sag.steps}
    return {key: one for key, one in found.items() if one.status is not MeetingStatus.CANCELLED}


def best(case: Case, seats: Mapping[str, Held], ready: int) -> dict[str, int]:
    """The earliest that each station can decide, by trying every meeting everywhere.

    Beside when a station decides stands when that really was: a seat may lie behind the start of the journey.
    """
    tables = {station["key"]: case.rows(station) for station in case.stations}
    found = {station["key"]: NEVER for station in case.stations}

    def onward(place: int, papers: dict[str, int], decided: dict[str, int], real: dict[str, int]) -> None:
        if place == len(case.stations):
            for key, decision in decided.items():
                found[key] = min(found[key], decision)
            return
        station = case.stations[place]
        key, before = station["key"], station["after"]
        after = max([ready, *(decided[one] for one in before)])
        have = max([ready, *(papers[one] for one in before)])
        gate = max([0, *(real[one] for one in before)])
        start = minute(day_of(gate)) if station.get("same_day") and 0 < gate < NEVER else gate
        if key in seats and start <= seats[key].bounds[1]:
            fixed = max(seats[key].bounds[1], gate)
            onward(place + 1, papers | {key: have}, decided | {key: max(fixed, after)}, real | {key: fixed})
            return
        if after < NEVER and station.get("submit") != "conditional":
            lag = station.get("lag", 0)
            have = max(have, minute(walk(day_of(after), lag)) if lag else after)
        for decision in outcomes(station, tables[key], have, after) or [NEVER]:
            onward(place + 1, papers | {key: have}, decided | {key: decision}, real | {key: decision})

    onward(0, {}, {}, {})
    return found


some_seats = st.lists(numbers, min_size=5, max_size=5)


@MANY
@given(cases(), some_seats)
def test_the_plan_is_the_earliest_there_is_past_seats_that_come_too_early(case: Case, drawn: list[int]) -> None:
    sag = seated(case, drawn)
    seats, found = standing_seats(case, sag), plan_of(case.of(sag))
    oracle = best(case, seats, civil(case.ready))
    assert {leg.station: leg.decides for leg in found.legs} == oracle
    for leg in found.legs:
        held = seats.get(leg.station)
        assert leg.seat == (Seated(MeetingId(held.name), held.bounds[1]) if held else None)
        assert leg.is_overtaken is (held is not None and leg.kind == "meeting")
        if leg.is_overtaken:
            assert leg.meeting is None or leg.meeting != leg.seat.meeting  # type: ignore[union-attr]
            assert leg.after > held.bounds[1]  # type: ignore[union-attr]


@MANY
@given(cases(), some_seats, st.integers(0, 60 * DAY))
def test_ready_earlier_is_never_later(case: Case, drawn: list[int], later: int) -> None:
    sag = case.of(seated(case, drawn))
    early, late = plan_of(sag), plan_of(sag.at(sag.ready + later))
    assert [one.decides <= other.decides for one, other in zip(early.legs, late.legs, strict=True)] == [
        True for _ in early.legs
    ]


@MANY
@given(cases(), some_seats, numbers)
def test_one_meeting_more_is_never_later(case: Case, drawn: list[int], number: int) -> None:
    body = case.bodies[number % 3].key
    more = replace(case, held=(*case.held, some_meeting("new", body, number)))
    sag = seated(case, drawn)
    assert plan_of(more.of(sag)).arrives <= plan_of(case.of(sag)).arrives


@MANY
@given(cases(), some_seats)
def test_a_plan_holds_as_long_as_it_says(case: Case, drawn: list[int]) -> None:
    prepared = case.of(seated(case, drawn))
    now = plan_of(prepared)
    until = min(holds_until(prepared, now), prepared.ready + 90 * DAY)
    assert until >= prepared.ready
    assert chosen(plan_of(prepared.at(until))) == chosen(now)


def chosen(found: Plan) -> list[tuple[MeetingId | None, bool, bool]]:
    """What is chosen at each step."""
    return [(leg.meeting, leg.is_overtaken, leg.is_possible) for leg in found.legs]


@MANY
@given(cases(), some_seats, st.lists(numbers, min_size=1, max_size=3))
def test_everybody_whose_plan_changes_is_found(case: Case, drawn: list[int], news: list[int]) -> None:
    after = case
    for number in news:
        after = changed(after, number)
    names = frozenset(one.name for one in {*case.held} ^ {*after.held})
    sag = seated(case, drawn)
    old, new = case.of(sag), after.of(sag)
    kept = plan_of(old)
    until = min(holds_until(old, kept), old.ready + 60 * DAY)
    for at in {old.ready, (old.ready + until) // 2, until}:
        if plan_of(old.at(at)) != plan_of(new.at(at)):
            assert finds(old, kept, new, sag, names)


@MANY
@given(cases(most=4, long=4), some_seats, numbers)
def test_the_minute_after_the_latest_departure_is_too_late(case: Case, drawn: list[int], number: int) -> None:
    prepared = case.of(seated(case, drawn))
    target = prepared.ready + parts(number, 90 * DAY)[0]
    latest = latest_ready(prepared, target)
    if latest is None:
        assert plan_of(prepared).arrives > target
    else:
        assert plan_of(prepared.at(latest)).arrives <= target
        assert latest == target or plan_of(prepared.at(latest + 1)).arrives > target


# --- by hand -----------------------------------------------------------------------------------------------------

MONTHS = "kd-net 2020-01-24, 03-13, 05-29; kkr-midt 2020-02-05, 04-01, 06-17"


def moved_away(day: str = "2020-03-12", calendar: str = MONTHS) -> make.Course:
    """A sag submitted on condition to KKR on 5 February, when KD-Net's meeting before it moves to another day."""
    course = make.sag("kdnet > kkr?", calendar=calendar).ahead("kkr", "2020-02-05")
    course.do("kdnet", "submit", meeting="2020-01-24")
    return moved(course, "kd-net-2020-01-24", day)


def moved(course: make.Course, meeting: str, day: str) -> make.Course:
    """The same with a meeting on another day."""
    found = course.world.timetable.find(MeetingId(meeting))
    assert found is not None
    timetable = course.world.timetable.changed(replace(found, on=read_date(day), status=MeetingStatus.MOVED))
    course.world = replace(course.world, timetable=timetable)
    return course


def question(course: make.Course) -> Prepared:
    """The planner's question for a sag on its way."""
    return prepare(course.sag, course.definitions, network(course.world), course.world.now)


def leg_of(course: make.Course, station: str = "kkr") -> Leg:
    """The leg at a station."""
    leg = plan_of(question(course)).leg(station)
    assert leg is not None
    return leg


SEAT = Seated(MeetingId("kkr-midt-2020-02-05"), minute(date(2020, 2, 5), 23, 59))


def test_a_seat_before_its_turn_is_planned_past_as_if_it_were_none() -> None:
    leg = leg_of(moved_away())
    assert (leg.kind, leg.meeting, leg.seat) == ("meeting", "kkr-midt-2020-04-01", SEAT)
    assert leg.is_overtaken
    assert leg.decides == minute(date(2020, 4, 1), 23, 59)


def test_why_names_the_seat_among_the_meetings_that_cannot_be_made() -> None:
    found = question(moved_away())
    told = explain(found, plan_of(found).legs[1])
    assert (told.bound_by, told.decided_by) == ("decision", "kdnet")
    assert [(one.meeting, one.why) for one in told.passed] == [(SEAT.meeting, "decision")]


def test_its_slack_and_the_price_of_missing_it_are_those_of_the_meeting_planned() -> None:
    found = question(moved_away())
    room = slack(found, "kkr", minute(date(2020, 6, 17), 23, 59))
    assert room is not None
    assert (day_of(room.latest), room.meetings) == (date(2020, 6, 17), 1)
    without = missed(found, "kkr").plan.leg("kkr")
    assert without is not None
    assert (without.meeting, without.seat) == ("kkr-midt-2020-06-17", None)


def test_a_seat_on_the_very_day_is_no_seat_too_early() -> None:
    leg = leg_of(moved_away("2020-02-05"))
    assert (leg.kind, leg.meeting, leg.is_overtaken) == ("seat", SEAT.meeting, False)


def test_a_seat_that_waits_for_its_outcome_is_not_overtaken_by_the_day_one_asks() -> None:
    """Both meetings have been held, the later after the earlier; nothing is recorded yet."""
    course = make.sag("kdnet > kkr?", calendar=MONTHS).ahead("kkr", "2020-02-05")
    course.do("kdnet", "submit", meeting="2020-01-24").on("2020-02-10")
    leg = leg_of(course)
    assert (leg.kind, leg.meeting, leg.is_overtaken) == ("seat", SEAT.meeting, False)
    assert leg_of(moved_away("2020-02-07").on("2020-02-10")).meeting == "kkr-midt-2020-04-01"


def test_work_that_is_not_done_overtakes_a_seat_and_the_plan_holds_until_then() -> None:
    stations: list[Station] = [
        {"key": "udkast", "body": "dassos", "procedure": "preparation@1"},
        {"key": "kkr", "body": "kkr-midt", "after": ["udkast"], "submit": "conditional"},
    ]
    course = make.on_route(make.on_procedures(stations), calendar=MONTHS).ahead("kkr", "2020-02-05")
    found = question(course)
    plan = plan_of(found)
    assert [leg.kind for leg in plan.legs] == ["work", "seat"]
    assert holds_until(found, plan) == SEAT.at
    assert plan_of(found.at(SEAT.at + 1)).legs[1].is_overtaken


def test_where_no_meeting_is_left_the_seat_is_still_one() -> None:
    leg = leg_of(moved_away(calendar="kd-net 2020-01-24; kkr-midt 2020-02-05"))
    assert (leg.is_possible, leg.is_overtaken, leg.seat) == (False, True, SEAT)


def test_what_becomes_of_a_seat_is_news_though_the_meeting_planned_is_the_same() -> None:
    before = plan_of(question(moved_away()))
    for course in (
        moved(moved_away(), "kkr-midt-2020-02-05", "2020-02-12"),
        cancelled(moved_away(), "kkr-midt-2020-02-05"),
    ):
        (change,) = changes(before, plan_of(question(course)))
        assert change.old
        assert change.new
        assert (change.kind, change.old.meeting, change.new.meeting) == ("same-time", *["kkr-midt-2020-04-01"] * 2)
        assert is_news(change)
    assert changes(before, before) == ()


def cancelled(course: make.Course, meeting: str) -> make.Course:
    """The same without a meeting."""
    found = course.world.timetable.find(MeetingId(meeting))
    assert found is not None
    timetable = course.world.timetable.changed(replace(found, status=MeetingStatus.CANCELLED))
    course.world = replace(course.world, timetable=timetable)
    return course


def test_the_chance_is_told_of_the_same_journey() -> None:
    course = moved_away()
    net = network(course.world)
    found = forecast(course.sag, course.definitions, net, course.world.now, {})
    assert found is not None
    assert found.arrivals[0][0] == plan_of(question(course)).arrives


# --- work that has begun -----------------------------------------------------------------------------------------


def at_work(takes: int = 10) -> make.Course:
    """A sag at work of so many working days before KKR, since Monday 20 January 2020."""
    stations: list[Station] = [
        {"key": "udkast", "body": "dassos", "procedure": "preparation@1", "takes": takes},
        {"key": "kkr", "body": "kkr-midt", "after": ["udkast"]},
    ]
    return make.on_route(make.on_procedures(stations), calendar=MONTHS, now=make.NOW)


def test_work_is_counted_from_the_day_it_began_and_not_from_the_day_one_asks() -> None:
    course = at_work()
    due = leg_of(course, "udkast").decides
    assert due == minute(walk(date(2020, 1, 20), 10))
    for day in ("2020-01-22", "2020-01-29"):
        course.on(day)
        assert leg_of(course, "udkast").decides == due
        assert leg_of(course).after == due


def test_work_that_is_overdue_is_planned_from_today_and_says_so() -> None:
    course = at_work()
    due = day_of(leg_of(course, "udkast").decides)
    course.on(due.isoformat())
    found = question(course)
    told = explain(found, plan_of(found).legs[0])
    assert (told.due, told.is_overdue(due)) == (due, False)
    course.on("2020-02-20")
    found = question(course)
    leg = plan_of(found).legs[0]
    assert leg.decides == found.ready
    assert explain(found, leg).is_overdue(date(2020, 2, 20))
    assert leg_of(course).meeting == "kkr-midt-2020-04-01"


def test_work_that_is_taken_up_again_begins_again() -> None:
    course = at_work(5).on("2020-01-27")
    course.decided("udkast").do("udkast", "rework", reason="Tallene mangler.")
    found = question(course)
    assert explain(found, plan_of(found).legs[0]).due == walk(date(2020, 1, 27), 5)


def test_work_that_has_not_begun_is_counted_from_the_decision_before_it() -> None:
    stations: list[Station] = [
        {"key": "kdnet", "body": "kd-net"},
        {"key": "udkast", "body": "dassos", "procedure": "preparation@1", "takes": 5, "after": ["kdnet"]},
    ]
    course = make.on_route(make.on_procedures(stations), calendar=MONTHS)
    found = question(course)
    leg = plan_of(found).leg("udkast")
    assert leg is not None
    assert day_of(leg.decides) == walk(date(2020, 1, 24), 5)
    assert explain(found, leg).due is None


def test_the_slack_of_work_that_has_begun_is_counted_from_the_day_it_is_due() -> None:
    found = question(at_work())
    due = plan_of(found).legs[0].decides
    room = slack(found, "udkast", minute(date(2020, 2, 5), 23, 59))
    assert room is not None
    assert room.days == found.network.workdays.between(day_of(due), day_of(room.latest))
    assert day_of(room.latest) == date(2020, 2, 5)
