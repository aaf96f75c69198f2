"""The planner against an oracle that tries every meeting everywhere, cases by hand, and the real calendar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kdflow.domain.dates import FuzzyDate, local_instant, read_date
from kdflow.domain.deadlines import DeadlineKind, Roll, Rule, Unit
from kdflow.domain.departures import DAY, NEVER, Departures, civil, day_of, departures, instant_of
from kdflow.domain.leeway import Slack, latest_ready, missed, slack
from kdflow.domain.network import Network, network
from kdflow.domain.planner import Plan, plan, plan_of
from kdflow.domain.prepared import Prepared, prepare
from kdflow.domain.replanning import changes, holds_until
from kdflow.domain.sag import Sag, SagId
from kdflow.domain.timetable import Body, Meeting, MeetingId, MeetingStatus, Timetable
from kdflow.domain.workflow import Definitions
from tests import make
from tests.domain.test_workdays import is_worked, passed, walk

DAY_ONE = date(2026, 3, 16)
"""The random calendars begin here: the clock changes, Easter, Kristi himmelfart and Pinse all follow."""


def minute(day: date, hour: int = 0, past: int = 0) -> int:
    """A wall-clock time in civil minutes, by hand."""
    return day.toordinal() * 1440 + hour * 60 + past


# --- a random case, and what it means in plain numbers -----------------------------------------------------------


@dataclass(frozen=True)
class Held:
    """A meeting of a random calendar; `early` makes its submission end so many minutes before its rule says."""

    name: str
    body: str
    day: date
    hour: int | None = None
    month: bool = False
    status: MeetingStatus = MeetingStatus.PLANNED
    early: int = 0

    @cached_property
    def meeting(self) -> Meeting:
        """As the product sees it."""
        on = read_date(f"{self.day:%Y-%m}") if self.month else FuzzyDate.day(self.day)
        at = None if self.hour is None or self.month else local_instant(self.day, self.hour)
        return Meeting(id=MeetingId(self.name), body=self.body, on=on, starts_at=at, status=self.status)

    @property
    def bounds(self) -> tuple[int, int]:
        """The first minute it can begin at, the last it can decide at."""
        if self.month:
            first = self.day.replace(day=1)
            last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            return minute(first), minute(last, 23, 59)
        if self.hour is None:
            return minute(self.day), minute(self.day, 23, 59)
        return minute(self.day, self.hour), minute(self.day, self.hour)


Station = dict[str, Any]
"""A station, as a workflow file writes it."""

Row = tuple[int, int, int, str]
"""A meeting that can be taken: begins, decides, submits, name."""


@dataclass(frozen=True)
class Case:
    """Bodies, their meetings, and a route over them; everything is told twice from here: to product and oracle."""

    bodies: tuple[Body, ...]
    held: tuple[Held, ...]
    stations: tuple[Station, ...]
    ready: datetime

    @cached_property
    def net(self) -> Network:
        """The product's calendars."""
        meetings = tuple(one.meeting for one in self.held)
        return Network({body.key: body for body in self.bodies}, Timetable(meetings=meetings))

    @cached_property
    def route(self) -> Definitions:
        """The product's route."""
        return make.on_procedures([dict(station) for station in self.stations])

    @cached_property
    def prepared(self) -> Prepared:
        """The product's question for a sag that has not begun."""
        return self.of(draft(self.route))

    def of(self, sag: Sag) -> Prepared:
        """The product's question for a sag on the route, with the early submissions in place."""
        found = prepare(sag, self.route, self.net, self.ready)
        early = {one.name: one.early for one in self.held}
        for place, stop in enumerate(found.stops):
            if stop.departures is not None:
                table = Departures.of(
                    (decides, begins, submits - early[name], MeetingId(name))
                    for begins, decides, submits, name in rows_of(stop.departures)
                )
                found = found.with_stop(place, stop._replace(departures=table))
        return found

    def rows(self, station: Station) -> list[Row]:
        """The meetings that can be taken at a station, in no order, by this test's own reckoning."""
        found: list[Row] = []
        by_key = {body.key: body for body in self.bodies}
        body: Body | None = by_key[station["body"]]
        while body is not None:
            for one in (one for one in self.held if one.body == body.key and takes_papers(one)):
                begins, decides = one.bounds
                start, end = body.valid.start or date.min, body.valid.end or date.max
                if start <= date.fromordinal(begins // 1440) and date.fromordinal(decides // 1440) <= end:
                    due = last_submission(body.rules.get(DeadlineKind.SUBMISSION), begins)
                    found.append((begins, decides, due - one.early, one.name))
            body = by_key.get(body.successor or "")
        return found


def takes_papers(one: Held) -> bool:
    """Whether anything can still be submitted to a meeting."""
    return one.status in (MeetingStatus.PLANNED, MeetingStatus.MOVED)


def last_submission(rule: Rule | None, begins: int) -> int:
    """The last minute of submission, by walking from day to day; never after the meeting has begun."""
    if rule is None:
        return begins
    day = date.fromordinal(begins // 1440)
    if rule.unit == "working" and rule.days:
        day = walk(day, -rule.days)
    else:
        day -= timedelta(days=rule.days)
        step = {"earlier": -1, "later": 1, "none": 0}[rule.roll]
        while step and not is_worked(day):
            day += timedelta(days=step)
    return min(begins, minute(day, rule.at.hour, rule.at.minute))


def rows_of(table: Departures) -> list[Row]:
    """The rows of a product's table, without its end."""
    rows = zip(table.begins, table.decides, table.submits, table.meetings, strict=True)
    return [(begins, decides, submits, name) for begins, decides, submits, name in rows if name is not None]


def draft(route: Definitions) -> Sag:
    """A sag that has not begun."""
    return Sag(
        id=SagId(1),
        number="SAG-2026-0001",
        title="En sag",
        owner=make.IDA,
        route=route.workflow.ref,
        life=route.life.initial,
    )


# --- the oracle --------------------------------------------------------------------------------------------------


@dataclass
class Best:
    """The earliest that anybody found: for each station, and for the last of them."""

    decided: dict[str, int]
    end: int = NEVER


def best(case: Case, ready: int, floors: Mapping[str, int] | None = None) -> Best:
    """Try every meeting at every station: nothing is greedy here, and nothing is in order."""
    tables = {station["key"]: case.rows(station) for station in case.stations}
    found = Best({station["key"]: NEVER for station in case.stations})

    def onward(place: int, papers: dict[str, int], decided: dict[str, int]) -> None:
        if place == len(case.stations):
            found.end = min(found.end, max(decided.values()))
            for key, decision in decided.items():
                found.decided[key] = min(found.decided[key], decision)
            return
        station = case.stations[place]
        key = station["key"]
        after = max([ready, *(decided[before] for before in station["after"])])
        have = max([ready, (floors or {}).get(key, 0), *(papers[before] for before in station["after"])])
        if after < NEVER and station.get("submit") != "conditional":
            lag = station.get("lag", 0)
            have = max(have, minute(walk(day_of(after), lag)) if lag else after)
        for decision in outcomes(station, tables[key], have, after) or [NEVER]:
            onward(place + 1, papers | {key: have}, decided | {key: decision})

    onward(0, {}, {})
    return found


def outcomes(station: Station, rows: Sequence[Row], have: int, after: int) -> list[int]:
    """Every minute at which a station can decide."""
    if after >= NEVER:
        return []
    if station["procedure"] == "meeting@1":
        gate = minute(day_of(after)) if station.get("same_day") else after
        made = [(d, s) for b, d, s, _ in rows if have <= s and gate <= b]
        return sorted({max(d, after) for d, s in made if after <= s or term(s) == term(d)})
    start = max(have, after)
    if window := station.get("window"):
        close = minute(window["to"], 23, 59)
        return [close] if start <= close else []
    return [minute(walk(day_of(start), station["takes"])) if station["takes"] else start]


def term(at: int) -> int:
    """The term of office that a minute lies in: four years each, one of them from New Year 2026."""
    return (date.fromordinal(at // 1440).year - 2026) // 4


def instants(case: Case, low: int, high: int) -> list[int]:
    """The minutes in low..high after which anything can change: deadlines, meetings, closes and ends of days."""
    points = {low, high}
    for station in case.stations:
        for begins, _, submits, _ in case.rows(station):
            points |= {begins, submits, begins // 1440 * 1440 + 1439}
        if window := station.get("window"):
            points.add(minute(window["to"], 23, 59))
        if station.get("takes") or station.get("lag"):
            points |= {day * 1440 + 1439 for day in range(low // 1440, high // 1440 + 1)}
    return sorted(point for point in points if low <= point <= high)


# --- random cases ------------------------------------------------------------------------------------------------
# Everything about a meeting, a rule or a station is drawn as one number: a case is made in a few draws.

BODIES = ("x", "y", "z")
STATUSES = (*[MeetingStatus.PLANNED] * 5, *MeetingStatus)
EARLY = (0, 0, 0, 1, 3 * 1440, 20 * 1440)
HOURS = (None, None, 8, 12, 23)
ROLLS: tuple[Roll, ...] = ("earlier", "later", "none")
TIMES = (time(12), time(0), time(23, 59))
numbers = st.integers(0, (1 << 24) - 1)


def parts(number: int, *sizes: int) -> list[int]:
    """A number taken apart: one below each of the sizes."""
    found = []
    for size in sizes:
        number, rest = divmod(number, size)
        found.append(rest)
    return found


def instant(number: int, days: int = 90) -> int:
    """Some minute about the time of the calendars."""
    day, hour, past = parts(number, days, 4, 3)
    return minute(DAY_ONE + timedelta(days=day - 10), (0, 9, 12, 23)[hour], (0, 1, 59)[past])


minutes = numbers.map(instant)


def held_by(body: str, most: int, least: int = 0) -> st.SearchStrategy[tuple[Held, ...]]:
    """Some meetings of a body, on days that other bodies meet on too."""
    return st.lists(numbers, min_size=least, max_size=most).map(
        lambda drawn: tuple(some_meeting(f"{body}-{place}", body, number) for place, number in enumerate(drawn))
    )


def some_meeting(name: str, body: str, number: int) -> Held:
    """One meeting."""
    day, hour, month, status, early = parts(number, 76, len(HOURS), 8, len(STATUSES), len(EARLY))
    return Held(
        name=name,
        body=body,
        day=DAY_ONE + timedelta(days=day),
        hour=HOURS[hour],
        month=month == 7,
        status=STATUSES[status],
        early=EARLY[early],
    )


def some_rules(number: int) -> dict[DeadlineKind, Rule]:
    """A rule for submission, or none."""
    some, days, unit, at, roll = parts(number, 4, 13, 3, 3, 3)
    kind: Unit = "calendar" if unit == 2 else "working"
    return submission(Rule(days=days, unit=kind, at=TIMES[at], roll=ROLLS[roll]) if some else None)


def some_station(key: str, before: Sequence[str], number: int, *, work: bool) -> Station:
    """A station after some of those `before` it."""
    chosen, body, kind, more, days = parts(number, 1 << len(before), 3, 8, 10, 61)
    after = [one for place, one in enumerate(before) if chosen >> place & 1][:3]
    station: Station = {"key": key, "body": BODIES[body], "after": after}
    if work and kind >= 6:
        window = {"window": {"to": DAY_ONE + timedelta(days=days)}} if more >= 8 else {}
        return station | {"procedure": "preparation@1", "takes": 0 if window else more} | window
    station["procedure"] = "meeting@1"
    if after and kind >= 3:
        return station | {"submit": "conditional", "same_day": kind == 5}
    return station | {"lag": more % 5 if after and work and kind == 2 else 0}


@st.composite
def cases(draw: st.DrawFn, *, most: int = 5, long: int = 5, work: bool = True) -> Case:
    """A route of 2 to `long` stations over three bodies with up to `most` meetings; x may end and be followed."""
    bodies = [make.body(key, rules=some_rules(draw(numbers))) for key in BODIES]
    held = [meeting for key in BODIES for meeting in draw(held_by(key, most, least=2))]
    ends, heir, on = parts(draw(numbers), 4, 2, 40)
    if ends == 3:
        end = DAY_ONE + timedelta(days=10 + on)
        born = make.validity(f"{end + timedelta(days=1)}..")
        bodies[0] = replace(bodies[0], valid=make.validity(f"..{end}"), successor="x-heir" if heir else None)
        bodies.append(make.body("x-heir", valid=born, rules=some_rules(draw(numbers))))
        held += draw(held_by("x-heir", min(most, 3)))
    drawn = draw(st.lists(numbers, min_size=2, max_size=long))
    route = [
        some_station("abcde"[place], "abcde"[:place], number, work=work) for place, number in enumerate(drawn)
    ]
    return Case(tuple(bodies), tuple(held), tuple(route), instant_of(instant(draw(numbers), days=45)))


@contextmanager
def round_an_election() -> Iterator[None]:
    """Let the random calendars lie round the beginning of a term."""
    global DAY_ONE
    kept, DAY_ONE = DAY_ONE, date(2025, 12, 1)
    try:
        yield
    finally:
        DAY_ONE = kept


MANY = settings(max_examples=200, deadline=None)
SOME = settings(max_examples=80, deadline=None)


# --- the earliest journey ----------------------------------------------------------------------------------------


@MANY
@given(cases())
def test_the_plan_is_the_earliest_journey_there_is_and_so_at_every_station(case: Case) -> None:
    found, oracle = plan_of(case.prepared), best(case, civil(case.ready))
    assert {leg.station: leg.decides for leg in found.legs} == oracle.decided
    assert found.arrives == oracle.end
    broken = [leg.station for leg in found.legs if oracle.decided[leg.station] >= NEVER]
    assert found.breaks_at == next(iter(broken), None)
    assert (found.arrives >= NEVER) is bool(broken)


@MANY
@given(st.data())
def test_the_same_holds_round_an_election(data: st.DataObject) -> None:
    with round_an_election():
        case = data.draw(cases())
        found, oracle = plan_of(case.prepared), best(case, civil(case.ready))
    assert {leg.station: leg.decides for leg in found.legs} == oracle.decided
    assert found.arrives == oracle.end


@SOME
@given(st.data())
def test_ready_earlier_is_never_later_round_an_election(data: st.DataObject) -> None:
    with round_an_election():
        case, later = data.draw(cases()), data.draw(st.integers(0, 60 * DAY))
    sag = case.prepared
    assert plan_of(sag).arrives <= plan_of(sag.at(sag.ready + later)).arrives


@MANY
@given(cases())
def test_a_plan_can_be_followed_gate_by_gate(case: Case) -> None:
    found, ready = plan_of(case.prepared), civil(case.ready)
    legs = {leg.station: leg for leg in found.legs}
    tables = {station["key"]: {row[3]: row for row in case.rows(station)} for station in case.stations}
    for station in case.stations:
        leg = legs[station["key"]]
        if not leg.is_possible:
            assert leg.meeting is None
            continue
        before = [legs[key] for key in station["after"]]
        assert leg.after == max([ready, *(one.decides for one in before)])
        assert leg.papers >= max([ready, *(one.papers for one in before)])
        if leg.kind != "meeting":
            continue
        assert leg.meeting is not None
        begins, decides, submits, _ = tables[leg.station][leg.meeting]
        assert (leg.begins, leg.submits) == (begins, submits)
        assert leg.papers <= submits <= begins
        assert leg.decides == max(decides, leg.after)
        assert day_of(begins) >= day_of(leg.after)
        assert station.get("same_day") or begins >= leg.after
        assert station.get("submit") == "conditional" or leg.papers >= leg.after
        assert leg.is_conditional is (submits < leg.after)


@SOME
@given(cases())
def test_planning_twice_changes_nothing(case: Case) -> None:
    once, twice = plan_of(case.prepared), plan_of(case.prepared)
    again = plan(draft(case.route), case.route, case.net, case.ready)
    assert once == twice
    assert changes(once, twice) == ()
    assert again == plan(draft(case.route), case.route, Network(case.net.bodies, case.net.timetable), case.ready)


@SOME
@given(cases(), st.data())
def test_the_order_of_a_calendar_is_nothing_to_the_plan(case: Case, data: st.DataObject) -> None:
    shuffled = replace(case, held=tuple(data.draw(st.permutations(case.held))))
    assert plan_of(shuffled.prepared) == plan_of(case.prepared)


# --- the latest departure ----------------------------------------------------------------------------------------


def targets(case: Case) -> st.SearchStrategy[int]:
    """Minutes to be decided by: those at which something is decided, and any."""
    ends = [decides for station in case.stations for _, decides, _, _ in case.rows(station)]
    return st.one_of(st.sampled_from(ends), minutes) if ends else minutes


@SOME
@given(cases(most=4, long=4), st.data())
def test_the_latest_departure_is_the_last_minute_that_arrives_in_time(case: Case, data: st.DataObject) -> None:
    target, ready = data.draw(targets(case)), civil(case.ready)
    high = max(ready, target)
    in_time = [one for one in instants(case, ready, high) if best(case, one).end <= target]
    assert latest_ready(case.prepared, target) == max(in_time, default=None)


@SOME
@given(cases(most=4, long=4), st.data())
def test_the_minute_after_the_latest_departure_is_too_late(case: Case, data: st.DataObject) -> None:
    target = data.draw(targets(case))
    latest = latest_ready(case.prepared, target)
    if latest is None:
        assert best(case, civil(case.ready)).end > target
    else:
        assert best(case, latest).end <= target < best(case, latest + 1).end


# --- slack -------------------------------------------------------------------------------------------------------


def order(row: Row) -> tuple[int, int, int, str]:
    """The order in which meetings are over."""
    begins, decides, submits, name = row
    return decides, begins, submits, name


def takeable(case: Case, station: Station, papers: int, after: int) -> list[Row]:
    """The meetings that a station could have with its papers and the decisions before it at these minutes."""
    gate = minute(day_of(after)) if station.get("same_day") else after
    return sorted((row for row in case.rows(station) if papers <= row[2] and gate <= row[0]), key=order)


def slack_by_hand(case: Case, station: Station, target: int) -> Slack | None:
    """The slack of a station, by trying every minute at which its papers might come."""
    leg = plan_of(case.prepared).leg(station["key"])
    assert leg is not None
    if not leg.is_possible:
        return None
    low, high = leg.papers, max(leg.papers, target)
    ready = civil(case.ready)
    in_time = [one for one in instants(case, low, high) if best(case, ready, {leg.station: one}).end <= target]
    if not in_time:
        return None
    latest, skipped = max(in_time), 0
    if leg.kind == "meeting":
        could = takeable(case, station, leg.papers, leg.after)
        then = takeable(case, station, latest, leg.after)
        skipped = could.index(then[0])
    return Slack(latest, passed(day_of(leg.papers), day_of(latest)), skipped)


@SOME
@given(cases(most=4, long=3), st.data())
def test_slack_is_how_much_later_the_papers_of_one_step_may_come(case: Case, data: st.DataObject) -> None:
    target = data.draw(targets(case))
    station = data.draw(st.sampled_from(case.stations))
    assert slack(case.prepared, station["key"], target) == slack_by_hand(case, station, target)


@SOME
@given(cases(most=4, long=3), st.data())
def test_a_step_has_slack_exactly_when_the_plan_arrives_in_time(case: Case, data: st.DataObject) -> None:
    target = data.draw(targets(case))
    found = plan_of(case.prepared)
    for leg in found.legs:
        assert (slack(case.prepared, leg.station, target) is not None) is (found.arrives <= target)


# --- nothing that is better makes it worse -----------------------------------------------------------------------


def ends(prepared: Prepared) -> dict[str, int]:
    """When each station of a plan decides."""
    return {leg.station: leg.decides for leg in plan_of(prepared).legs}


def no_later(one: Prepared, other: Prepared) -> bool:
    """Whether the first plan is no later than the second, at any station."""
    late = ends(other)
    return plan_of(one).arrives <= plan_of(other).arrives and all(ends(one)[key] <= late[key] for key in late)


@MANY
@given(cases(), st.integers(1, 20 * 1440))
def test_to_be_ready_earlier_never_arrives_later(case: Case, sooner: int) -> None:
    prepared = case.prepared
    assert no_later(prepared.at(prepared.ready - sooner), prepared)


@MANY
@given(cases(), st.data())
def test_another_meeting_never_makes_it_later(case: Case, data: st.DataObject) -> None:
    body = data.draw(st.sampled_from(case.bodies))
    more = [replace(one, name=f"more-{one.name}") for one in data.draw(held_by(body.key, 2))]
    assert no_later(replace(case, held=(*case.held, *more)).prepared, case.prepared)


@MANY
@given(cases(), st.data())
def test_a_later_submission_deadline_never_makes_it_later(case: Case, data: st.DataObject) -> None:
    assume(case.held)
    eased = data.draw(st.sampled_from(case.held))
    held = tuple(replace(one, early=0) if one == eased else one for one in case.held)
    assert no_later(replace(case, held=held).prepared, case.prepared)


def test_a_later_deadline_can_make_it_earlier() -> None:
    strict = simple("kdnet", "kd-net 2020-01-24, 03-13", rule=Rule(days=10))
    loose = simple("kdnet", "kd-net 2020-01-24, 03-13", rule=Rule(days=3))
    assert [one.meeting for one in plan_of(strict).legs] == ["kd-net-2020-03-13"]
    assert [one.meeting for one in plan_of(loose).legs] == ["kd-net-2020-01-24"]


# --- a missed meeting --------------------------------------------------------------------------------------------


def lacking(prepared: Prepared, station: str, meeting: str) -> Prepared:
    """The same where one station cannot have one meeting, and all others still can."""
    place = prepared.place(station)
    stop = prepared.stops[place]
    assert stop.departures is not None
    rows = [row for row in rows_of(stop.departures) if row[3] != meeting]
    table = Departures.of((decides, begins, submits, MeetingId(name)) for begins, decides, submits, name in rows)
    return prepared.with_stop(place, stop._replace(departures=table))


@MANY
@given(cases(), st.data())
def test_to_miss_a_meeting_is_to_plan_as_if_that_station_had_it_not(case: Case, data: st.DataObject) -> None:
    prepared = case.prepared
    before = plan_of(prepared)
    legs = [leg for leg in before.legs if leg.meeting]
    assume(legs)
    leg = data.draw(st.sampled_from(legs))
    assert leg.meeting is not None
    found, after = missed(prepared, leg.station), plan_of(lacking(prepared, leg.station, leg.meeting))
    assert found.plan == after
    assert found.days_at_end == days_lost(before.arrives, after.arrives)
    assert found.days_at_end is None or found.days_at_end >= 0
    followers = [one["key"] for one in case.stations if leg.station in one["after"]]
    assert found.next_station in (followers or [leg.station])
    there = before.leg(found.next_station or ""), after.leg(found.next_station or "")
    assert there[0] is not None
    assert there[1] is not None
    assert found.days_at_next == days_lost(there[0].decides, there[1].decides)


def days_lost(before: int, after: int) -> int | None:
    """The days between two minutes, where both are."""
    return None if max(before, after) >= NEVER else (day_of(after) - day_of(before)).days


@SOME
@given(cases(), st.data())
def test_to_miss_a_meeting_is_to_cancel_it_where_no_other_station_could_take_it(
    case: Case, data: st.DataObject
) -> None:
    legs = [leg for leg in plan_of(case.prepared).legs if leg.meeting]
    assume(legs)
    leg = data.draw(st.sampled_from(legs))
    visits = [one["key"] for one in case.stations if leg.meeting in [row[3] for row in case.rows(one)]]
    meets = [one["key"] for one in case.stations if one["key"] in visits and one["procedure"] == "meeting@1"]
    assume(meets == [leg.station])
    gone = tuple(
        replace(one, status=MeetingStatus.CANCELLED) if one.name == leg.meeting else one for one in case.held
    )
    assert missed(case.prepared, leg.station).plan == plan_of(replace(case, held=gone).prepared)


NOT_PLANNED = {
    "no meeting is left": ("kdnet", "kd-net 2019-01-24", "kdnet"),
    "what it waits for cannot be reached": ("kdnet > kkr", "kd-net 2019-01-24; kkr-midt 2020-06-17", "kkr"),
    "it is work without meetings": ("gruppe~ > kdnet", "kd-net 2020-03-13", "gruppe"),
}


@pytest.mark.parametrize("why", NOT_PLANNED)
def test_a_meeting_that_is_not_planned_cannot_be_missed(why: str) -> None:
    text, calendar, station = NOT_PLANNED[why]
    with pytest.raises(ValueError, match="no meeting is planned"):
        missed(simple(text, calendar), station)


# --- how long a plan holds ---------------------------------------------------------------------------------------


def chosen(prepared: Prepared) -> list[tuple[str, str | None, bool]]:
    """The meetings of a plan, and which of its steps can be made at all."""
    return [(leg.station, leg.meeting, leg.is_possible) for leg in plan_of(prepared).legs]


@MANY
@given(cases(work=False), st.data())
def test_over_meetings_alone_a_plan_holds_until_its_first_submission_ends(case: Case, data: st.DataObject) -> None:
    prepared = case.prepared
    found = plan_of(prepared)
    assert found.first_due == holds_until(prepared, found)
    assert found.first_due == min((leg.submits for leg in found.legs if leg.meeting), default=NEVER)
    end = min(found.first_due, prepared.ready + 120 * DAY)
    later = data.draw(st.integers(prepared.ready, end))
    assert chosen(prepared.at(later)) == chosen(prepared.at(end)) == chosen(prepared)


@MANY
@given(cases(), st.data())
def test_a_plan_holds_to_the_very_minute_it_says(case: Case, data: st.DataObject) -> None:
    prepared = case.prepared
    until = holds_until(prepared, plan_of(prepared))
    end = min(until, prepared.ready + 120 * DAY)
    later = data.draw(st.integers(prepared.ready, end))
    assert chosen(prepared.at(later)) == chosen(prepared.at(end)) == chosen(prepared)
    if until < NEVER and plan_of(prepared).breaks_at is None:
        assert chosen(prepared.at(until + 1)) != chosen(prepared)


HOLDS: dict[str, tuple[list[Station], str]] = {
    "until submission ends": ([{"key": "kdnet", "body": "kd-net"}], "2020-02-28T12:00"),
    "until five days of work would be too long": (
        [
            {"key": "gruppe", "body": "dassos", "procedure": "preparation@1", "takes": 5},
            {"key": "kdnet", "body": "kd-net", "after": ["gruppe"]},
        ],
        "2020-02-23T23:59",
    ),
    "until the window closes": (
        [
            {"key": "h", "body": "dassos", "procedure": "preparation@1", "window": {"to": "2020-02-10"}},
            {"key": "kdnet", "body": "kd-net", "after": ["h"]},
        ],
        "2020-02-10T23:59",
    ),
    "until the lag would be too long": (
        [
            {"key": "gruppe", "body": "dassos", "procedure": "preparation@1"},
            {"key": "kdnet", "body": "kd-net", "after": ["gruppe"], "lag": 3},
        ],
        "2020-02-25T23:59",
    ),
}


@pytest.mark.parametrize("why", HOLDS)
def test_how_long_a_plan_holds_by_hand(why: str) -> None:
    stations, until = HOLDS[why]
    prepared = of_stations(stations, "kd-net 2020-01-24, 03-13, 05-29", rule=Rule(days=10))
    found = plan_of(prepared)
    leg = found.leg("kdnet")
    assert leg is not None
    assert leg.meeting == "kd-net-2020-03-13"
    assert instant_of(holds_until(prepared, found)).isoformat()[:16] == until


# --- by hand -----------------------------------------------------------------------------------------------------


def submission(rule: Rule | None) -> dict[DeadlineKind, Rule]:
    """The rules of a body with this one for submission."""
    return {DeadlineKind.SUBMISSION: rule} if rule else {}


def of_stations(
    stations: list[Station],
    calendar: str,
    *,
    ready: datetime = make.NOW,
    rule: Rule | None = None,
    bodies: Sequence[Body] = (),
) -> Prepared:
    """A sag that has not begun, on these stations; every body has the one rule for submission."""
    route = make.on_procedures(stations)
    keys = {str(station["body"]) for station in stations}
    known = {key: make.body(key, rules=submission(rule)) for key in keys} | {one.key: one for one in bodies}
    return prepare(draft(route), route, Network(known, make.timetable(calendar)), ready)


def simple(text: str, calendar: str, *, ready: datetime = make.NOW, rule: Rule | None = None) -> Prepared:
    """The same on a route in its short writing."""
    stations = [station.model_dump() for station in make.route(text).workflow.stations]
    return of_stations(stations, calendar, ready=ready, rule=rule)


def meetings(found: Plan) -> dict[str, str | None]:
    """The meeting of each step of a plan."""
    return {leg.station: leg.meeting for leg in found.legs}


MONTHS = "kd-net 2020-01-24, 03-13, 05-29; kkr-midt 2020-02-05, 04-01, 06-17"


def test_the_first_station_that_cannot_be_reached_is_named_and_the_plan_never_arrives() -> None:
    found = plan_of(simple("gruppe~ > kdnet > kkr > kontakt", "kd-net 2020-01-24; kkr-midt 2020-01-22"))
    assert (found.breaks_at, found.arrives) == ("kkr", NEVER)
    assert [leg.is_possible for leg in found.legs] == [True, True, False, False]
    assert meetings(found) == {"gruppe": None, "kdnet": "kd-net-2020-01-24", "kkr": None, "kontakt": None}


def test_a_branch_that_breaks_leaves_the_other_its_meetings() -> None:
    found = plan_of(simple("gruppe~ > kdnet + kkr > kontakt", "kd-net 2020-01-24; kontaktudvalg 2020-06-02"))
    assert (found.breaks_at, found.arrives) == ("kkr", NEVER)
    assert meetings(found)["kdnet"] == "kd-net-2020-01-24"


def test_a_meeting_without_an_hour_begins_with_its_day_and_is_over_at_its_end() -> None:
    one_day = "kd-net 2020-01-24; kkr-midt 2020-01-24, 02-05"
    assert meetings(plan_of(simple("kdnet > kkr?", one_day)))["kkr"] == "kkr-midt-2020-02-05"
    late = plan_of(simple("kdnet", one_day, ready=local_instant(date(2020, 1, 24), 0)))
    assert meetings(late) == {"kdnet": "kd-net-2020-01-24"}
    too_late = simple("kdnet", one_day, ready=local_instant(date(2020, 1, 24), 0, 1))
    assert plan_of(too_late).breaks_at == "kdnet"


def test_a_meeting_in_an_unknown_day_of_a_month_holds_what_follows_to_the_end_of_the_month() -> None:
    found = simple("kdnet > kkr", "kd-net 2020-02; kkr-midt 2020-02-27, 02-29, 03-01, 03-02")
    assert meetings(plan_of(found)) == {"kdnet": "kd-net-2020-02", "kkr": "kkr-midt-2020-03-01"}
    begun = simple("kdnet", "kd-net 2020-02", ready=local_instant(date(2020, 2, 1), 9))
    assert plan_of(begun).breaks_at == "kdnet"  # it may have been held on the first


def test_the_same_day_is_enough_where_the_route_says_so() -> None:
    stations: list[Station] = [
        {"key": "kdnet", "body": "kd-net"},
        {"key": "kkr", "body": "kkr-midt", "after": ["kdnet"], "submit": "conditional", "same_day": True},
    ]
    one_day = "kd-net 2020-01-24; kkr-midt 2020-01-24, 02-05"
    assert meetings(plan_of(of_stations(stations, one_day)))["kkr"] == "kkr-midt-2020-01-24"
    stations[1]["same_day"] = False
    assert meetings(plan_of(of_stations(stations, one_day)))["kkr"] == "kkr-midt-2020-02-05"


def test_a_body_that_meets_earlier_on_the_day_has_decided_no_earlier_than_the_one_before_it() -> None:
    stations: list[Station] = [
        {"key": "kdnet", "body": "kd-net"},
        {"key": "kkr", "body": "kkr-midt", "after": ["kdnet"], "submit": "conditional", "same_day": True},
    ]
    found = of_stations(stations, "kd-net 2020-01-24; kkr-midt 2020-01-24")
    table = found.network.timetable
    for meeting, hour in zip(table.meetings, (14, 10), strict=True):
        table = table.changed(replace(meeting, starts_at=local_instant(date(2020, 1, 24), hour)))
    route = make.on_procedures(stations)
    legs = plan(draft(route), route, Network(found.network.bodies, table), make.NOW).legs
    day = date(2020, 1, 24)
    assert [(leg.begins, leg.decides) for leg in legs] == [
        (minute(day, 14), minute(day, 14)),
        (minute(day, 10), minute(day, 14)),
    ]


def test_ahead_of_its_turn_a_sag_takes_the_meeting_whose_submission_ends_before_the_decision() -> None:
    days, rule = "kd-net 2020-02-14; kkr-midt 2020-02-19, 04-01", Rule(days=5)
    ordinary = plan_of(simple("kdnet > kkr", days, rule=rule))
    ahead = plan_of(simple("kdnet > kkr?", days, rule=rule))
    assert meetings(ordinary)["kkr"] == "kkr-midt-2020-04-01"
    assert meetings(ahead)["kkr"] == "kkr-midt-2020-02-19"
    assert [leg.is_conditional for leg in ahead.legs] == [False, True]
    assert not any(leg.is_conditional for leg in ordinary.legs)


@pytest.mark.parametrize("status", list(MeetingStatus))
def test_only_a_meeting_that_still_takes_papers_is_planned_for(status: MeetingStatus) -> None:
    table = make.timetable("kd-net 2020-01-24, 03-13")
    first = replace(table.meetings[0], status=status)
    bodies = {"kd-net": make.body("kd-net")}
    route = make.route("kdnet")
    found = plan(draft(route), route, Network(bodies, table.changed(first)), make.NOW)
    open_still = status in (MeetingStatus.PLANNED, MeetingStatus.MOVED)
    assert meetings(found) == {"kdnet": "kd-net-2020-01-24" if open_still else "kd-net-2020-03-13"}


def test_papers_take_their_lag_after_the_decision_before_them() -> None:
    stations: list[Station] = [
        {"key": "kdnet", "body": "kd-net"},
        {"key": "kkr", "body": "kkr-midt", "after": ["kdnet"], "lag": 3},
    ]
    found = of_stations(stations, "kd-net 2020-04-07; kkr-midt 2020-04-15, 04-16, 04-17")
    leg = plan_of(found).leg("kkr")
    assert leg is not None
    assert leg.papers == minute(date(2020, 4, 15))  # over all of Easter: 8, 14 and 15 April
    assert leg.meeting == "kkr-midt-2020-04-15"


def test_work_begins_the_next_day_whatever_the_hour() -> None:
    stations: list[Station] = [{"key": "gruppe", "body": "dassos", "procedure": "preparation@1", "takes": 1}]
    for ready in (local_instant(date(2026, 6, 6), 23, 59), local_instant(date(2026, 6, 7), 0)):
        found = plan_of(of_stations(stations, "", ready=ready))
        assert found.arrives == minute(date(2026, 6, 8))


def test_a_window_holds_everybody_until_it_closes_and_takes_nobody_after() -> None:
    stations: list[Station] = [
        {"key": "h", "body": "x", "procedure": "preparation@1", "window": {"to": "2020-04-30"}}
    ]
    for day in (date(2020, 1, 20), date(2020, 4, 30)):
        found = plan_of(of_stations(stations, "", ready=local_instant(day, 23, 59)))
        assert found.arrives == minute(date(2020, 4, 30), 23, 59)
    late = plan_of(of_stations(stations, "", ready=local_instant(date(2020, 5, 1), 0)))
    assert (late.breaks_at, late.arrives) == ("h", NEVER)


def test_a_window_or_a_meeting_without_end_gives_no_slack_to_what_is_too_late() -> None:
    found = simple("kdnet > kkr", MONTHS)
    assert slack(found, "kkr", minute(date(2020, 2, 4))) is None
    assert latest_ready(found, minute(date(2020, 2, 4))) is None
    assert slack(found, "kdnet", NEVER - 1) is not None


def test_a_meeting_that_begins_before_the_decision_is_none_that_could_be_missed() -> None:
    """KKR meets on some day of March; that is no meeting for what KD-Net decides on 13 March."""
    stations: list[Station] = [
        {"key": "kdnet", "body": "kd-net"},
        {"key": "kkr", "body": "kkr-midt", "after": ["kdnet"], "submit": "conditional"},
    ]
    found = of_stations(stations, "kd-net 2020-03-13; kkr-midt 2020-03-20, 2020-03, 2020-04-01")
    assert meetings(plan_of(found))["kkr"] == "kkr-midt-2020-03-20"
    room = slack(found, "kkr", minute(date(2020, 4, 1), 23, 59))
    assert room is not None
    assert (day_of(room.latest), room.meetings) == (date(2020, 4, 1), 1)


# --- where a sag stands ------------------------------------------------------------------------------------------


def on_its_way(course: make.Course) -> Prepared:
    """The question for a sag on its way, at the hour of its course."""
    return prepare(course.sag, course.definitions, network(course.world), course.world.now)


def standing_plan(course: make.Course) -> Plan:
    """The plan of a sag on its way."""
    return plan_of(on_its_way(course))


def test_a_sag_keeps_its_seat_though_an_earlier_meeting_could_be_had() -> None:
    course = make.sag("kdnet > kkr", calendar=MONTHS)
    assert meetings(standing_plan(course))["kdnet"] == "kd-net-2020-01-24"
    course.do("kdnet", "submit", meeting="2020-03-13")
    found = standing_plan(course)
    assert [(leg.kind, leg.meeting) for leg in found.legs] == [
        ("seat", "kd-net-2020-03-13"),
        ("meeting", "kkr-midt-2020-04-01"),
    ]


@SOME
@given(st.data())
def test_a_seat_is_never_moved_by_another_meeting(data: st.DataObject) -> None:
    course = make.sag("kdnet > kkr", calendar=MONTHS).do("kdnet", "submit", meeting="2020-03-13")
    old = standing_plan(course)
    table = course.world.timetable
    for one in data.draw(held_by("kd-net", 4)):
        table = table.changed(replace(one.meeting, on=FuzzyDate.day(one.day.replace(year=2020))))
    if data.draw(st.booleans()):
        table = table.changed(replace(table.meetings[0], status=MeetingStatus.CANCELLED))
    course.world = replace(course.world, timetable=table)
    assert standing_plan(course).leg("kdnet") == old.leg("kdnet")


def test_a_seat_moves_with_its_meeting_and_is_lost_with_it() -> None:
    course = make.sag("kdnet > kkr", calendar=MONTHS).do("kdnet", "submit", meeting="2020-03-13")
    table = course.world.timetable
    seat = table.find(MeetingId("kd-net-2020-03-13"))
    assert seat is not None
    moved = replace(seat, on=read_date("2020-04-02"), status=MeetingStatus.MOVED)
    course.world = replace(course.world, timetable=table.changed(moved))
    found = standing_plan(course)
    assert found.legs[0].decides == minute(date(2020, 4, 2), 23, 59)
    assert meetings(found) == {"kdnet": "kd-net-2020-03-13", "kkr": "kkr-midt-2020-06-17"}
    gone = replace(seat, status=MeetingStatus.CANCELLED)
    course.world = replace(course.world, timetable=table.changed(gone))
    found = standing_plan(course)
    assert (found.legs[0].kind, found.legs[0].meeting) == ("meeting", "kd-net-2020-01-24")


def test_a_seat_that_is_lost_is_followed_by_a_later_meeting_and_never_by_an_earlier() -> None:
    course = make.sag("kdnet > kkr", calendar=MONTHS).do("kdnet", "submit", meeting="2020-03-13")
    found = missed(on_its_way(course), "kdnet")
    assert meetings(found.plan) == {"kdnet": "kd-net-2020-05-29", "kkr": "kkr-midt-2020-06-17"}
    assert (found.next_station, found.days_at_next, found.days_at_end) == ("kkr", 77, 77)


def test_a_decided_step_is_behind_and_what_follows_waits_for_nothing() -> None:
    course = make.sag("kdnet! > kkr", calendar=MONTHS).decided("kdnet")
    assert meetings(standing_plan(course)) == {"kkr": "kkr-midt-2020-02-05"}  # though the chair has not consented
    course.do("kdnet", "approve", "jens").do("kdnet", "hand-on")
    assert meetings(standing_plan(course)) == {"kkr": "kkr-midt-2020-02-05"}
    course.decided("kkr").do("kkr", "hand-on")
    found = standing_plan(course)
    assert (found.legs, found.breaks_at) == ((), None)


def test_a_step_put_off_has_lost_its_seat_and_is_planned_for_the_next_meeting() -> None:
    course = make.sag("kdnet > kkr", calendar=MONTHS).decided("kdnet", "udsat")
    found = standing_plan(course)
    assert [(leg.kind, leg.meeting) for leg in found.legs] == [
        ("meeting", "kd-net-2020-03-13"),
        ("meeting", "kkr-midt-2020-04-01"),
    ]
    course.do("kdnet", "hold-over")
    held_over = standing_plan(course)
    assert (held_over.legs[0].kind, held_over.legs[0].meeting) == ("seat", "kd-net-2020-03-13")
    assert held_over.arrives == found.arrives


def test_a_sag_that_was_sent_back_is_planned_over_the_same_stations_again() -> None:
    course = make.sag("gruppe~ > kdnet > kkr", calendar=MONTHS).through("gruppe").through("kdnet")
    assert list(meetings(standing_plan(course))) == ["kkr"]
    course.do("kkr", "submit", meeting="2020-02-05").do(
        "kkr", "return", reason="Tallene mangler.", back_to="kdnet"
    )
    assert meetings(standing_plan(course)) == {"kdnet": "kd-net-2020-03-13", "kkr": "kkr-midt-2020-04-01"}


def test_a_join_waits_for_the_branch_that_is_still_out() -> None:
    course = make.sag("start~ > kdnet + dassos > kkr", calendar=f"{MONTHS}; dassos 2020-01-22, 05-20")
    course.through("start").through("dassos")
    found = standing_plan(course)
    assert meetings(found) == {"kdnet": "kd-net-2020-01-24", "kkr": "kkr-midt-2020-02-05"}
    course.do("kdnet", "submit", meeting="2020-03-13")
    assert meetings(standing_plan(course))["kkr"] == "kkr-midt-2020-04-01"


def test_the_lag_is_counted_from_the_decision_and_not_from_the_day_one_asks() -> None:
    """KD-Net decided on 24 January; five working days on, on 31 January, the papers are there."""
    stations: list[Station] = [
        {"key": "kdnet", "body": "kd-net"},
        {"key": "kkr", "body": "kkr-midt", "after": ["kdnet"], "lag": 5},
    ]
    course = make.on_route(make.on_procedures(stations), calendar="kd-net 2020-01-24; kkr-midt 2020-02-05, 04-01")
    assert meetings(standing_plan(course)) == {"kdnet": "kd-net-2020-01-24", "kkr": "kkr-midt-2020-02-05"}
    course.through("kdnet")
    assert meetings(standing_plan(course)) == {"kkr": "kkr-midt-2020-02-05"}
    course.on("2020-02-03")
    assert meetings(standing_plan(course)) == {"kkr": "kkr-midt-2020-02-05"}


# --- bodies that end ---------------------------------------------------------------------------------------------


def kosu(*, successor: str | None = "kosu@2022", begins: str = "2022-01-01") -> tuple[Body, Body]:
    """KOSU as it was until 2021, and as it is from 2022."""
    old = make.body("kosu@2021", valid=make.validity("..2021-12-31"), successor=successor)
    return old, make.body("kosu@2022", valid=make.validity(f"{begins}.."))


def at_kosu(bodies: Sequence[Body], calendar: str, day: date) -> Plan:
    """The plan of a sag for KOSU as it was."""
    stations: list[Station] = [{"key": "kosu", "body": "kosu@2021"}]
    return plan_of(of_stations(stations, calendar, ready=local_instant(day, 9), bodies=bodies))


KOSU = "kosu@2021 2021-11-10, 2021-12-08; kosu@2022 2022-01-19, 2022-03-16"


def test_after_the_end_of_a_body_its_successor_treats_the_sag() -> None:
    before = at_kosu(kosu(), KOSU, date(2021, 11, 20))
    assert [(leg.body, leg.meeting) for leg in before.legs] == [("kosu@2021", "kosu@2021-2021-12-08")]
    after = at_kosu(kosu(), KOSU, date(2021, 12, 20))
    assert [(leg.body, leg.meeting) for leg in after.legs] == [("kosu@2022", "kosu@2022-2022-01-19")]


def test_a_body_that_ended_without_a_successor_cannot_be_reached() -> None:
    found = at_kosu(kosu(successor=None), KOSU, date(2021, 12, 20))
    assert (found.breaks_at, found.arrives) == ("kosu", NEVER)
    assert [leg.body for leg in found.legs] == ["kosu@2021"]


def test_a_meeting_outside_the_time_of_its_body_is_none() -> None:
    late = at_kosu(kosu(successor=None), "kosu@2021 2022-01-12, 2021-12", date(2021, 11, 20))
    assert [leg.meeting for leg in late.legs] == ["kosu@2021-2021-12"]
    across = at_kosu(kosu(successor=None), "kosu@2021 2021-12-08/2022-01-05", date(2021, 11, 20))
    assert across.breaks_at == "kosu"


def test_a_successor_that_meets_already_takes_nothing_before_the_end() -> None:
    """DKS is merged into a KOSU that has long been there: until then its sager are DKS's own."""
    calendar = "kosu@2021 2021-12-08; kosu@2022 2021-11-24, 2021-12-31, 2022-01-19"
    found = at_kosu(kosu(begins="2018-01-01"), calendar, date(2021, 11, 20))
    assert [leg.meeting for leg in found.legs] == ["kosu@2021-2021-12-08"]
    after = at_kosu(kosu(begins="2018-01-01"), calendar, date(2021, 12, 20))
    assert [leg.meeting for leg in after.legs] == ["kosu@2022-2022-01-19"]


def test_bodies_that_follow_each_other_in_a_circle_end_the_search() -> None:
    one, other = make.body("a", successor="b"), make.body("b", successor="a")
    table = make.timetable("a 2020-01-24; b 2020-02-05")
    found = departures("a", {"a": one, "b": other}, table.of_body)
    assert set(found.meetings) >= {"a-2020-01-24", None}


# --- the real calendar -------------------------------------------------------------------------------------------

REAL = (
    "kd-net 2020-01-24, 03-13, 05-29, 08-28, 10-23; kkr-midt 2020-02-05, 04-01, 06-17, 09-09, 11-13; "
    "dassos 2020-01-22, 02-26"
)
LEAD = {"kd-net": Rule(days=10, at=time(12)), "kkr-midt": Rule(days=5, at=time(12))}


def real(stations: str | list[Station], ready: datetime) -> Prepared:
    """A sag on the calendar of 2020, with KD-Net's submission 10 working days before at 12, and KKR's 5."""
    route = make.route(stations) if isinstance(stations, str) else make.on_procedures(stations)
    keys = ("kd-net", "kkr-midt", "dassos", "byraad-19", "regionsraad")
    bodies = {key: make.body(key, rules=submission(LEAD.get(key, Rule(days=5)))) for key in keys}
    return prepare(draft(route), route, Network(bodies, make.timetable(REAL)), ready)


# KD-Net, its submission, KKR, the days between
GAPS = [
    ("2020-01-24", "2020-01-10", "2020-02-05", 12),
    ("2020-03-13", "2020-02-28", "2020-04-01", 19),
    ("2020-05-29", "2020-05-14", "2020-06-17", 19),
    ("2020-08-28", "2020-08-14", "2020-09-09", 12),
    ("2020-10-23", "2020-10-09", "2020-11-13", 21),
]


@pytest.mark.parametrize(("kdnet", "due", "kkr", "days"), GAPS)
def test_every_kkr_is_made_from_the_last_kd_net_before_it(kdnet: str, due: str, kkr: str, days: int) -> None:
    last = local_instant(date.fromisoformat(due), 12)
    found = plan_of(real("kdnet > kkr", last))
    assert meetings(found) == {"kdnet": f"kd-net-{kdnet}", "kkr": f"kkr-midt-{kkr}"}
    at_kdnet, at_kkr = found.legs
    assert at_kdnet.submits == civil(last) == found.first_due
    assert (day_of(at_kkr.decides) - day_of(at_kdnet.decides)).days == days
    late = plan_of(real("kdnet > kkr", last + timedelta(minutes=1)))
    assert meetings(late)["kdnet"] != f"kd-net-{kdnet}"


def test_to_miss_kd_net_in_march_costs_77_days_at_kkr() -> None:
    prepared = real("kdnet > kkr", local_instant(date(2020, 2, 27), 9))
    found = missed(prepared, "kdnet")
    assert meetings(plan_of(prepared)) == {"kdnet": "kd-net-2020-03-13", "kkr": "kkr-midt-2020-04-01"}
    assert meetings(found.plan) == {"kdnet": "kd-net-2020-05-29", "kkr": "kkr-midt-2020-06-17"}
    assert (found.next_station, found.days_at_next, found.days_at_end) == ("kkr", 77, 77)


def test_kkr_of_april_is_made_until_noon_of_28_february() -> None:
    prepared = real("kdnet > kkr", local_instant(date(2020, 1, 20), 9))
    assert latest_ready(prepared, minute(date(2020, 4, 1), 23, 59)) == minute(date(2020, 2, 28), 12)
    assert latest_ready(prepared, minute(date(2020, 4, 1), 23, 58)) is None
    at_kdnet = slack(prepared, "kdnet", minute(date(2020, 4, 1), 23, 59))
    assert at_kdnet == Slack(minute(date(2020, 2, 28), 12), 29, 0)
    at_kkr = slack(prepared, "kkr", minute(date(2020, 6, 17), 23, 59))
    assert at_kkr == Slack(minute(date(2020, 6, 10), 12), 57, 1)


def test_a_dead_window_of_95_days_in_which_nothing_can_be_decided() -> None:
    """KKR before and after an election: 24 October 2025 and 27 January 2026 (made up)."""
    days = "kkr-midt 2025-10-24, 2026-01-27"
    rule = Rule(days=5, at=time(12))
    last = simple("kkr", days, rule=rule, ready=local_instant(date(2025, 10, 17), 12))
    assert missed(last, "kkr").days_at_end == 95
    early = simple("kkr", days, rule=rule, ready=local_instant(date(2025, 10, 17), 12, 1))
    late = simple("kkr", days, rule=rule, ready=local_instant(date(2026, 1, 20), 12))
    assert plan_of(early).arrives == plan_of(late).arrives == minute(date(2026, 1, 27), 23, 59)
    assert latest_ready(early, minute(date(2026, 1, 27), 23, 59)) == civil(late_ready := instant_of(late.ready))
    assert late_ready == instant_of(plan_of(early).first_due)
    assert latest_ready(early, minute(date(2026, 1, 26), 23, 59)) is None


HEARING = {"procedure": "preparation@1", "window": {"from": "2020-02-07", "to": "2020-04-30"}, "after": ["kkr"]}
APPROVAL = {"procedure": "preparation@1", "takes": 60, "after": ["udkast"]}
C03: list[Station] = [
    {"key": "dassos", "body": "dassos"},
    {"key": "kdnet", "body": "kd-net", "after": ["dassos"], "submit": "conditional"},
    {"key": "kkr", "body": "kkr-midt", "after": ["kdnet"]},
    {"key": "hoering-byraad", "body": "byraad-19", **HEARING},
    {"key": "hoering-region", "body": "regionsraad", **HEARING},
    {
        "key": "udkast",
        "body": "dassos",
        "procedure": "preparation@1",
        "takes": 40,
        "after": ["hoering-byraad", "hoering-region"],
    },
    {"key": "byraad", "body": "byraad-19", **APPROVAL},
    {"key": "region", "body": "regionsraad", **APPROVAL},
]
"""The rammeaftale, with 40 working days for the draft and 60 for its approval (both made up)."""


def test_c03_counted_back_from_15_october_2020() -> None:
    prepared = real(C03, local_instant(date(2020, 1, 10), 9))
    found = plan_of(prepared)
    assert meetings(found)["kkr"] == "kkr-midt-2020-02-05"
    assert {leg.station: day_of(leg.decides) for leg in found.legs if not leg.meeting} == {
        "hoering-byraad": date(2020, 4, 30),
        "hoering-region": date(2020, 4, 30),
        "udkast": date(2020, 6, 30),  # less Store bededag, Kristi himmelfart and 2. pinsedag
        "byraad": date(2020, 9, 22),
        "region": date(2020, 9, 22),
    }
    target = minute(date(2020, 10, 15), 23, 59)
    last = latest_ready(prepared, target)  # the hearing closes anyway, so KKR of 1 April is early enough
    assert last == minute(date(2020, 2, 19), 12)  # submission to DASSOS of 26 February
    then = meetings(plan_of(prepared.at(last)))
    assert then["kdnet"] == "kd-net-2020-03-13"
    assert then["kkr"] == "kkr-midt-2020-04-01"
    assert slack(prepared, "kkr", target) == Slack(minute(date(2020, 3, 25), 12), 43, 1)
    assert slack(prepared, "byraad", target) == Slack(minute(date(2020, 7, 23), 23, 59), 17, 0)
    assert latest_ready(prepared, minute(date(2020, 9, 21), 23, 59)) is None


def days_of(prepared: Prepared) -> Iterator[date]:
    """The days on which the steps of a plan decide."""
    return (day_of(leg.decides) for leg in plan_of(prepared).legs)


def test_c03_ahead_of_its_turn_at_kd_net_wins_two_months() -> None:
    """KD-Net's submission ends on 10 January, DASSOS decides on 22: without the condition KKR is in April."""
    ready = local_instant(date(2020, 1, 10), 12)
    ordinary = [*C03[:1], {**C03[1], "submit": "ordinary"}, C03[2]]
    assert list(days_of(real(C03[:3], ready))) == [date(2020, 1, 22), date(2020, 1, 24), date(2020, 2, 5)]
    assert list(days_of(real(ordinary, ready))) == [date(2020, 1, 22), date(2020, 3, 13), date(2020, 4, 1)]
