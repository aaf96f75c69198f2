"""Which plans a changed calendar can change, against planning everybody anew; and what two plans differ in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kdflow.domain.dates import local_instant, read_date
from kdflow.domain.deadlines import Rule
from kdflow.domain.departures import DAY, NEVER, Departures
from kdflow.domain.network import Network
from kdflow.domain.planner import Plan, plan_of
from kdflow.domain.prepared import Prepared, prepare
from kdflow.domain.replanning import (
    bodies_leading_to,
    changes,
    holds_until,
    is_news,
    planned,
    touched,
)
from kdflow.domain.sag import Sag, Step, StepSeq
from kdflow.domain.timetable import MeetingId, MeetingStatus, Timetable
from kdflow.domain.workflow import Asks
from tests import make
from tests.domain.test_planner import (
    Case,
    cases,
    draft,
    instant,
    numbers,
    parts,
    round_an_election,
    simple,
    some_meeting,
    some_rules,
    some_station,
    submission,
)

MANY = settings(max_examples=200, deadline=None)

# --- nobody whose plan changes is forgotten ----------------------------------------------------------------------


def changed(case: Case, number: int) -> Case:
    """The calendars after one change: a meeting moved, cancelled, restored, added, or other deadlines."""
    kind, which, details = parts(number, 6, len(case.held), 1 << 18)
    old = case.held[which]
    new = some_meeting("new", old.body, details)
    if kind == 0:
        return replace(case, held=(*case.held, replace(new, name=f"new-{number}")))
    if kind == 1:
        rules = some_rules(details)
        bodies = (replace(body, rules=rules) if body.key == old.body else body for body in case.bodies)
        return replace(case, bodies=tuple(bodies))
    other = {
        2: replace(old, status=MeetingStatus.CANCELLED),
        3: replace(old, early=new.early, status=new.status),
        4: replace(old, day=new.day, hour=new.hour, month=new.month, status=MeetingStatus.MOVED),
        5: replace(old, day=old.day + timedelta(days=new.day.day - 16)),
    }
    return replace(case, held=tuple(other[kind] if one == old else one for one in case.held))


def passenger(case: Case, drawn: Sequence[int]) -> tuple[Case, Sag]:
    """Somebody else on the same calendars: on a route of their own, and perhaps with a seat at its beginning."""
    first, ready, *rest = drawn
    route = [some_station("abcde"[place], "abcde"[:place], number, work=True) for place, number in enumerate(rest)]
    has_seat, which = parts(first, 3, len(case.held))
    seat = case.held[which]
    mine = replace(case, stations=tuple(route), ready=local_time(ready))
    sag = draft(mine.route)
    if has_seat or route[0]["procedure"] != "meeting@1" or route[0]["body"] != seat.body:
        return mine, sag
    step = Step(
        seq=StepSeq(1),
        station="a",
        body=seat.body,
        state="submitted",
        asks=Asks.APPROVAL,
        meeting=MeetingId(seat.name),
    )
    return mine, replace(sag, life="under-way", places=("a",), steps=(step,))


def local_time(number: int) -> datetime:
    """Some instant before most of the meetings."""
    day, minute = divmod(instant(number, days=45), DAY)
    return local_instant(date.fromordinal(day), *divmod(minute, 60))


def finds(old: Prepared, kept: Plan, new: Prepared, sag: Sag, meetings: frozenset[str]) -> bool:
    """Whether a sag is found by the meetings that its plan was kept under, or by the one its step is at."""
    tables = zip(old.stops, new.stops, strict=True)
    watched = {
        station.key: touched(before.departures, after.departures)
        for station, (before, after) in zip(old.stations, tables, strict=True)
        if before.departures is not None and after.departures is not None
    }
    legs = (leg for leg in kept.legs if leg.kind in ("meeting", "seat"))
    return any(leg.meeting in watched[leg.station] for leg in legs) or any(
        step.meeting in meetings for step in sag.steps
    )


drawn_passenger = st.lists(numbers, min_size=4, max_size=6)


@MANY
@given(cases(), st.lists(drawn_passenger, min_size=1, max_size=4), st.lists(numbers, min_size=1, max_size=3))
def test_everybody_whose_plan_changes_is_found(case: Case, people: list[list[int]], news: list[int]) -> None:
    """Plans are kept for as long as they hold; the change comes at the last minute of that, or at once."""
    after = case
    for number in news:
        after = changed(after, number)
    names = frozenset(one.name for one in {*case.held} ^ {*after.held})
    for drawn in people:
        mine, sag = passenger(case, drawn)
        theirs = replace(mine, bodies=after.bodies, held=after.held)
        old, new = mine.of(sag), theirs.of(sag)
        kept = plan_of(old)
        until = min(holds_until(old, kept), old.ready + 60 * DAY)
        for minute in {old.ready, (old.ready + until) // 2, until}:
            if plan_of(old.at(minute)) != plan_of(new.at(minute)):
                assert finds(old, kept, new, sag, names)


@MANY
@given(st.data(), st.lists(drawn_passenger, min_size=1, max_size=4), st.lists(numbers, min_size=1, max_size=3))
def test_so_they_are_round_an_election(data: st.DataObject, people: list[list[int]], news: list[int]) -> None:
    with round_an_election():
        test_everybody_whose_plan_changes_is_found.hypothesis.inner_test(data.draw(cases()), people, news)  # type: ignore[attr-defined]


def test_a_meeting_that_nothing_is_submitted_to_on_condition_hides_no_new_one_that_takes_it() -> None:
    """KKR's first meeting of the new term has the later submission, but is closed to who waits for KD-Net."""
    first = (civil_at("2026-01-06"), civil_at("2026-01-06"), civil_at("2025-12-22"), MeetingId("first"))
    far = (civil_at("2026-03-06"), civil_at("2026-03-06"), civil_at("2026-02-20"), MeetingId("far"))
    new = (civil_at("2025-12-30"), civil_at("2025-12-30"), civil_at("2025-12-16"), MeetingId("new"))
    assert touched(Departures.of([first, far]), Departures.of([new, first, far])) == {"first", "far"}


def civil_at(day: str) -> int:
    """Noon of a day."""
    return date.fromisoformat(day).toordinal() * DAY + 720


@MANY
@given(cases(), st.lists(numbers, min_size=1, max_size=3))
def test_a_station_that_is_not_touched_keeps_its_meeting_whenever_it_is_asked(case: Case, news: list[int]) -> None:
    """The same from the side of one table: every passenger there could be, not only those who happen to be."""
    after = case
    for number in news:
        after = changed(after, number)
    station = {"key": "a", "body": "x", "after": [], "procedure": "meeting@1"}
    old, new = (replace(one, stations=(station,)).prepared for one in (case, after))
    before, then = old.stops[0].departures, new.stops[0].departures
    assert before is not None
    assert then is not None
    watched = touched(before, then)
    asked = {row + late for row in (*before.submits, *then.submits) if 0 < row < NEVER for late in (0, 1)}
    for minute in asked:
        mine, theirs = plan_of(old.at(minute)).legs[0], plan_of(new.at(minute)).legs[0]
        assert mine == theirs or mine.meeting in watched


@MANY
@given(cases())
def test_a_calendar_that_did_not_change_touches_nobody(case: Case) -> None:
    for stop in case.prepared.stops:
        if stop.departures is not None:
            assert touched(stop.departures, stop.departures) == frozenset()


# --- and not everybody is asked ----------------------------------------------------------------------------------

KD_NET = "kd-net 2020-01-24, 03-13, 05-29, 08-28, 10-23"


def table(calendar: str, *, days: int = 10) -> Departures:
    """KD-Net's departures with submission so many working days before."""
    found = simple("kdnet", calendar, rule=Rule(days=days)).stops[0].departures
    assert found is not None
    return found


def named(calendar: str, *, days: int = 10) -> set[str | None]:
    """The months of the meetings that a new calendar touches ("-": no meeting left)."""
    found = touched(table(KD_NET), table(calendar, days=days))
    return {meeting and meeting.removeprefix("kd-net-2020-") for meeting in found}


# the new calendar: the meetings whose passengers may change (None: those that no meeting is left for)
TOUCHED: dict[str, tuple[str, set[str | None]]] = {
    "nothing": (KD_NET, set()),
    "cancelled": ("kd-net 2020-01-24, 05-29, 08-28, 10-23", {"03-13"}),
    "the last cancelled": ("kd-net 2020-01-24, 03-13, 05-29, 08-28", {"10-23"}),
    "added between": (f"{KD_NET}, 06-26", {"08-28"}),
    "added at the end": (f"{KD_NET}, 12-11", {None}),
    "added at the beginning": ("kd-net 2020-01-10, 01-24, 03-13, 05-29, 08-28, 10-23", {"01-24"}),
    "added on a day that is taken": (f"{KD_NET}, 2020-05-29/2020-05-29", {"05-29"}),
    "two at once": ("kd-net 2020-01-24, 03-27, 08-28, 10-23", {"03-13", "05-29"}),
}


@pytest.mark.parametrize("what", TOUCHED)
def test_only_those_who_could_take_another_meeting_are_asked(what: str) -> None:
    calendar, months = TOUCHED[what]
    assert named(calendar) == months


def test_a_meeting_that_moves_concerns_its_own_and_the_next_after_its_new_day() -> None:
    old = make.timetable(KD_NET)
    march = old.meetings[1]
    for day, months in {"2020-03-20": {"03-13", "05-29"}, "2020-06-05": {"03-13", "08-28"}}.items():
        new = old.changed(replace(march, on=read_date(day), status=MeetingStatus.MOVED))
        bodies = simple("kdnet", KD_NET, rule=Rule(days=10)).network.bodies
        before, after = (Network(bodies, one).departures("kd-net") for one in (old, new))
        assert touched(before, after) == {f"kd-net-2020-{month}" for month in months}


def test_an_earlier_deadline_concerns_the_passengers_of_the_meeting_and_no_others() -> None:
    """Whoever is planned after a meeting could not make it before, so no stricter deadline is anything to them."""
    assert named(KD_NET, days=11) == {"01-24", "03-13", "05-29", "08-28", "10-23"}
    old = make.timetable(KD_NET)
    sent = old.changed(replace(old.meetings[1], status=MeetingStatus.AGENDA_SENT))
    before, after = (Network({"kd-net": make.body("kd-net")}, one).departures("kd-net") for one in (old, sent))
    assert touched(before, after) == {"kd-net-2020-03-13"}


def test_a_new_note_or_place_concerns_nobody() -> None:
    old = make.timetable(KD_NET)
    noted = old.changed(replace(old.meetings[1], note="Bemærk lokalet", place="Viborg"))
    before, after = (Network({"kd-net": make.body("kd-net")}, one).departures("kd-net") for one in (old, noted))
    assert touched(before, after) == frozenset()


def test_a_new_meeting_whose_submission_is_over_early_reaches_past_those_that_end_earlier_still() -> None:
    """Submission to the month of March ends before February; who missed that may still take 9 March."""
    old = table("kd-net 2020-03, 2020-04-03, 05-29")
    new = table("kd-net 2020-03, 2020-03-09, 04-03, 05-29")
    assert touched(old, new) == {"kd-net-2020-03", "kd-net-2020-04-03"}


def test_a_new_meeting_reaches_past_those_that_begin_too_early_for_its_passengers() -> None:
    """Whoever waits for a decision of 10 March cannot take "some day of March", but can take the 20th."""
    month, april = (31, 1, 1, MeetingId("march")), (41, 41, 11, MeetingId("april"))
    new = (20, 20, 1, MeetingId("new"))
    assert touched(Departures.of([month, april]), Departures.of([month, april, new])) == {"march", "april"}


# --- calendars that share what did not change --------------------------------------------------------------------


@MANY
@given(cases(), numbers)
def test_a_changed_network_is_a_new_one(case: Case, number: int) -> None:
    case = replace(case, held=tuple(replace(one, early=0) for one in case.held))
    kind, which = parts(number, 2, len(case.held))
    body = case.held[which].body
    more = some_meeting("new", body, number) if kind else replace(case.held[which], status=MeetingStatus.CANCELLED)
    for one in case.bodies:
        case.net.departures(one.key)
    timetable = case.net.timetable.changed(more.meeting)
    fresh = Network(case.net.bodies, timetable)
    kept = case.net.changed(timetable, frozenset({body}))
    assert {one.key: kept.departures(one.key) for one in case.bodies} == {
        one.key: fresh.departures(one.key) for one in case.bodies
    }


@MANY
@given(cases(), drawn_passenger, st.lists(numbers, min_size=1, max_size=3))
def test_a_sag_among_other_calendars_is_the_sag_prepared_there(
    case: Case, drawn: list[int], news: list[int]
) -> None:
    mine, sag = passenger(replace(case, held=tuple(replace(one, early=0) for one in case.held)), drawn)
    after = mine
    for number in news:
        after = changed(after, number)
    old = prepare(sag, mine.route, mine.net, mine.ready)
    new = prepare(sag, after.route, after.net, after.ready)
    assert plan_of(old.on(after.net)) == plan_of(new)
    assert plan_of(old.on(after.net).on(mine.net)) == plan_of(old)


def test_a_change_at_a_successor_is_one_for_the_sager_of_the_body_before_it() -> None:
    valid = make.validity("..2020-02-01")
    bodies = {"a": make.body("a", valid=valid, successor="b"), "b": make.body("b"), "c": make.body("c")}
    net = Network(bodies, make.timetable("a 2020-01-24; b 2020-02-14; c 2020-02-14"))
    kept = {key: net.departures(key) for key in bodies}
    changed_net = net.changed(make.timetable("a 2020-01-24; b 2020-03-13; c 2020-02-14"), frozenset({"b"}))
    assert changed_net.departures("a").meetings == ("a-2020-01-24", "b-2020-03-13", None)
    assert changed_net.departures("b").meetings == ("b-2020-03-13", None)
    assert changed_net.departures("c") is kept["c"]


def test_who_leads_to_a_body_is_itself_and_those_it_follows() -> None:
    bodies = [make.body("a", successor="b"), make.body("b", successor="c"), make.body("c"), make.body("d")]
    known = {body.key: body for body in bodies}
    assert {key: bodies_leading_to(key, known) for key in "abcd"} == {
        "a": ("a",),
        "b": ("a", "b"),
        "c": ("a", "b", "c"),
        "d": ("d",),
    }


# --- what two plans differ in ------------------------------------------------------------------------------------


def of(calendar: str, *, days: int = 1, text: str = "kdnet > kkr", ready: datetime = make.NOW) -> Plan:
    """A plan on a calendar."""
    return plan_of(simple(text, calendar, rule=Rule(days=days), ready=ready))


BOTH = "kd-net 2020-01-24, 03-13; kkr-midt 2020-02-05, 04-01"
# the new calendar: the kind of the change at each station that has one
KINDS = {
    BOTH: {},
    "kd-net 2020-01-23; kkr-midt 2020-02-05": {"kdnet": "earlier"},
    "kd-net 2020-03-13; kkr-midt 2020-02-05, 04-01": {"kdnet": "later", "kkr": "later"},
    "kd-net 2020-01-24; kkr-midt 2020-01-22": {"kkr": "lost"},
    "kd-net 2019-01-24; kkr-midt 2020-02-05": {"kdnet": "lost", "kkr": "lost"},
    "kd-net 2020-01-24/2020-01-24; kkr-midt 2020-02-05": {"kdnet": "same-time"},
}


@pytest.mark.parametrize("calendar", KINDS)
def test_a_change_is_called_what_it_is(calendar: str) -> None:
    assert {change.station: change.kind for change in changes(of(BOTH), of(calendar))} == KINDS[calendar]
    back = {"lost": "found", "later": "earlier", "earlier": "later", "same-time": "same-time"}
    returned = {change.station: change.kind for change in changes(of(calendar), of(BOTH))}
    assert returned == {station: back[kind] for station, kind in KINDS[calendar].items()}


def test_another_deadline_alone_is_a_change_at_the_same_time() -> None:
    found = changes(of(BOTH, days=1), of(BOTH, days=2))
    assert [(change.station, change.kind) for change in found] == [("kdnet", "same-time"), ("kkr", "same-time")]
    assert all(change.old and change.new and change.old.submits > change.new.submits for change in found)


def test_a_plan_that_was_and_is_impossible_has_not_changed() -> None:
    assert (
        changes(of("kd-net 2019-01-24; kkr-midt 2020-02-05"), of("kd-net 2018-01-24; kkr-midt 2020-06-17")) == ()
    )


def test_papers_that_are_ready_later_for_the_same_meetings_are_no_change() -> None:
    assert changes(of(BOTH), of(BOTH, ready=make.NOW + timedelta(days=1))) == ()


def test_papers_that_are_ready_later_for_the_same_window_are_no_change() -> None:
    window = {"key": "h", "body": "x", "procedure": "preparation@1", "window": {"to": "2020-04-30"}}
    route = make.on_procedures([window])
    net = Network({"x": make.body("x")}, Timetable())
    old, new = (plan_of(prepare(draft(route), route, net, make.NOW + timedelta(days=n))) for n in (0, 1))
    assert old.arrives == new.arrives
    assert changes(old, new) == ()


def test_a_step_that_only_one_plan_has_is_a_change_with_one_side() -> None:
    longer, shorter = of(BOTH), of(BOTH, text="kdnet")
    (gone,) = changes(longer, shorter)
    (come,) = changes(shorter, longer)
    assert (gone.station, gone.old, gone.new) == ("kkr", longer.leg("kkr"), None)
    assert (come.station, come.old, come.new) == ("kkr", None, longer.leg("kkr"))


def test_another_hour_is_news_to_those_who_sit_there_and_to_nobody_else() -> None:
    calendar = "kd-net 2020-01-24, 03-13; kkr-midt 2020-04-01"
    bodies = [make.body(key, rules=submission(Rule(days=5))) for key in ("kd-net", "kkr-midt")]
    course = make.sag("kdnet > kkr", calendar=calendar, bodies=bodies).do("kdnet", "submit", meeting="2020-03-13")
    old = course.world.timetable
    moved = old
    for place, day in ((1, date(2020, 3, 13)), (2, date(2020, 4, 1))):
        moved = moved.changed(replace(old.meetings[place], starts_at=local_instant(day, 10)))
    plans = [
        planned(course.sag, course.definitions, Network(course.world.bodies, one), make.NOW).plan
        for one in (old, moved)
    ]
    assert plans[0] is not None
    assert plans[1] is not None
    found = changes(plans[0], plans[1])
    assert [(change.station, is_news(change)) for change in found] == [("kdnet", True), ("kkr", False)]


def test_a_sag_that_is_over_has_no_plan_and_needs_none() -> None:
    course = make.sag("kdnet", calendar=BOTH).through("kdnet")
    net = Network(course.world.bodies, course.world.timetable)
    assert planned(course.sag, course.definitions, net, make.NOW)[1:] == (None, {}, NEVER)
