"""The chance to end by a day: against hand counts, every course written out, and many courses thrown by dice."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, time

import pytest

from kdflow import rendering
from kdflow.domain import odds
from kdflow.domain.dates import local_instant
from kdflow.domain.deadlines import DeadlineKind, Rule
from kdflow.domain.departures import CLOSED, DAY, NEVER, Departures
from kdflow.domain.journey import Stop
from kdflow.domain.network import network
from kdflow.domain.odds import Distribution, Rate, Rates, distribution, rate
from kdflow.domain.odds_told import Shown, as_shown
from kdflow.domain.planner import plan_of
from kdflow.domain.prepared import Prepared, prepare
from kdflow.domain.timetable import Body
from kdflow.rendering.environment import environment
from tests import make
from tests.make import Course

CERTAIN = Rate(postpones=0, returns=0, observations=100)


@dataclass(frozen=True)
class Case:
    """A sag, prepared from where it stands and as if it came to every station once more."""

    prepared: Prepared
    again: tuple[Stop, ...]

    @classmethod
    def of(cls, course: Course) -> Case:
        net = network(course.world)
        prepared = prepare(course.sag, course.definitions, net, course.world.now)
        return cls(prepared, odds.afresh(course.sag, course.definitions, net))

    def odds(self, rates: Rates, tail: float = 1e-9) -> Distribution:
        found = distribution(self.prepared, rates, self.again, tail=tail)
        assert found is not None
        assert math.isclose(sum(share for _, share in found.arrivals) + found.never + found.cut, 1, abs_tol=1e-9)
        return found

    @property
    def arrives(self) -> int:
        return plan_of(self.prepared).arrives


def days(found: Distribution) -> dict[str, float]:
    """The shares by day."""
    shares: dict[str, float] = {}
    for minute, share in found.arrivals:
        day = date.fromordinal(minute // DAY).isoformat()
        shares[day] = shares.get(day, 0) + share
    return shares


def even(postpones: float, returns: float = 0.0, *bodies: str) -> Rates:
    """The same rates at some bodies."""
    one = Rate(postpones=postpones, returns=returns, observations=100)
    return dict.fromkeys(bodies or ("dassos", "kd-net", "kkr-midt", "kontaktudvalg"), one)


# --- by hand ---------------------------------------------------------------------------------------------------


def test_a_body_that_has_often_been_seen_is_taken_at_its_word_and_an_unknown_one_is_not() -> None:
    assert rate(0, 0, 0) == Rate(postpones=0.1, returns=0.1, observations=0)
    assert rate(80, 9, 1) == Rate(postpones=0.1, returns=0.02, observations=90)
    assert rate(0, 1000, 0).postpones + rate(0, 1000, 0).returns < 1


def test_without_delays_the_plan_is_certain() -> None:
    for text in ("gruppe > kdnet > kkr", "gruppe~ > kdnet + kkr > kontakt?", "gruppe > kdnet + kkr"):
        case = Case.of(make.sag(text))
        found = case.odds(even(0))
        assert found.arrivals == ((case.arrives, 1.0),)
        assert (found.never, found.cut) == (0, 0)


def test_two_steps_counted_by_hand() -> None:
    course = make.sag("kdnet > kkr", calendar="kd-net 2020-02-03, 03-02; kkr-midt 2020-02-10, 03-09, 04-06")
    rates = {**even(0.25, 0, "kd-net"), **even(0.5, 0, "kkr-midt")}
    found = Case.of(course).odds(rates)
    # KD-Net decides in February (3/4) or March (3/16), else never; KKR takes each of its meetings with one half
    assert days(found) == pytest.approx(
        {
            "2020-02-10": 3 / 4 * 1 / 2,
            "2020-03-09": 3 / 4 * 1 / 4 + 3 / 16 * 1 / 2,
            "2020-04-06": 3 / 4 * 1 / 8 + 3 / 16 * 1 / 4,
        }
    )
    assert found.never == pytest.approx(1 / 16 + 3 / 4 * 1 / 8 + 3 / 16 * 1 / 4)


def test_sent_back_it_is_treated_again_by_the_one_before() -> None:
    course = make.sag("kdnet > kkr", calendar="kd-net 2020-02-03, 03-02; kkr-midt 2020-02-10, 03-09")
    found = Case.of(course).odds({**even(0, 0, "kd-net"), **even(0, 0.4, "kkr-midt")})
    assert days(found) == pytest.approx({"2020-02-10": 0.6, "2020-03-09": 0.4 * 0.6})
    assert found.never == pytest.approx(0.4 * 0.4)


def test_what_is_decided_is_certain_until_the_sag_is_sent_back_to_it() -> None:
    course = make.sag("kdnet > kkr", calendar="kd-net 2020-01-22, 03-02; kkr-midt 2020-02-10, 03-09, 04-06")
    course.decided("kdnet").do("kdnet", "hand-on")
    rates = {**even(0.5, 0, "kd-net"), **even(0, 0, "kkr-midt")}
    assert days(Case.of(course).odds(rates)) == {"2020-02-10": 1}
    sent = Case.of(course).odds({**rates, **even(0, 0.5, "kkr-midt")})
    # back in February (1/2), KD-Net treats it in March (1/2, else never), KKR once more sends it back or not
    assert days(sent) == pytest.approx({"2020-02-10": 0.5, "2020-03-09": 0.5 * 0.5 * 0.5})


def test_a_seat_on_an_agenda_can_be_postponed_and_takes_the_next_meeting_whatever_its_deadline() -> None:
    rules = {DeadlineKind.SUBMISSION: Rule(days=30, unit="calendar", at=time(12))}
    bodies = [make.body("kd-net", rules=rules)]
    course = make.sag("kdnet", bodies=bodies, calendar="kd-net 2020-02-03, 02-10, 03-30")
    course.do("kdnet", "submit", meeting="2020-02-03").do("kdnet", "accept")
    found = Case.of(course).odds(even(0.5))
    assert days(found) == pytest.approx({"2020-02-03": 0.5, "2020-02-10": 0.25, "2020-03-30": 0.125})


def test_a_seat_is_lost_when_what_it_waits_for_is_postponed_beyond_it() -> None:
    course = make.sag("kdnet > kkr?", calendar="kd-net 2020-02-03, 03-02; kkr-midt 2020-02-10, 03-09")
    course.do("kdnet", "submit", meeting="2020-02-03").ahead("kkr", "2020-02-10")
    found = Case.of(course).odds({**even(0.5, 0, "kd-net"), **even(0, 0, "kkr-midt")})
    assert days(found) == pytest.approx({"2020-02-10": 0.5, "2020-03-09": 0.25})


def test_papers_of_one_who_is_submitted_ahead_count_and_not_the_decision_it_waits_for() -> None:
    rules = {DeadlineKind.SUBMISSION: Rule(days=10, unit="calendar", at=time(12))}
    bodies = [make.body("kd-net"), make.body("kkr-midt", rules=rules)]
    calendar = "kd-net 2020-02-03, 02-06; kkr-midt 2020-02-10, 03-09"
    for text, expected in (
        ("kdnet > kkr", {"2020-03-09": 0.75}),
        ("kdnet > kkr?", {"2020-02-10": 0.75}),
    ):
        course = make.sag(text, bodies=bodies, calendar=calendar)
        assert days(Case.of(course).odds({**even(0.5, 0, "kd-net"), **even(0, 0, "kkr-midt")})) == expected


def test_nineteen_councils_at_once_are_too_many_courses_and_the_answer_is_none() -> None:
    councils = " + ".join(f"b{number}" for number in range(19))
    keys = [f"b{number}" for number in range(19)]
    calendar = "; ".join(f"{key} 2020-02-{number + 1:02}, 03-{number + 1:02}" for number, key in enumerate(keys))
    course = make.sag(f"{councils} > kdnet", bodies=[*keys, "kd-net"], calendar=f"{calendar}; kd-net 2020-06-01")
    case = Case.of(course)
    assert distribution(case.prepared, even(0.3, 0, *keys), case.again, tail=0, most_points=2000) is None


# --- every course written out, and dice ------------------------------------------------------------------------


class Walker:
    """A second telling of the rules, without merging and without the planner: one course at a time."""

    def __init__(self, case: Case, rates: Rates) -> None:
        self.case, self.rates = case, rates
        self.stops = case.again
        self.ready = case.prepared.ready
        self.followers = [
            {other for other, stop in enumerate(self.stops) if place in stop.before}
            for place in range(len(self.stops))
        ]

    def downstream(self, places: set[int]) -> set[int]:
        """These stops and all that come after them."""
        found = set(places)
        while more := {f for place in found for f in self.followers[place]} - found:
            found |= more
        return found

    def meeting(self, stop: Stop, papers: int, after: int) -> int:
        """When a stop decides that can begin: by looking at every meeting."""
        if stop.departures is None:
            return max(papers, after)
        gate = after - after % DAY if stop.same_day else after
        rows = rows_of(stop.departures)
        return min((max(d, after) for b, d, s in rows if d >= gate and b >= gate and s >= papers), default=NEVER)

    def begin(self, up: dict[int, tuple[int, int]], done: dict[int, tuple[int, int]], floor: int) -> None:
        """Let every stop begin that has all it waits for."""
        for place, stop in enumerate(self.stops):
            if place in up or place in done or not all(before in done for before in stop.before):
                continue
            papers = max([floor, *(done[before][1] for before in stop.before)])
            after = max([floor, *(done[before][0] for before in stop.before)])
            papers = papers if stop.ahead else max(papers, after)
            up[place] = (self.meeting(stop, papers, after), papers)

    def course(self, choose: Callable[[float, float], str]) -> int:
        """One course to its end; `choose` answers at each treatment."""
        up: dict[int, tuple[int, int]] = {}
        done = dict.fromkeys(self.case.prepared.behind, (self.ready, self.ready))
        self.begin(up, done, self.ready)
        last = self.ready
        while up:
            now, place = min((decides, place) for place, (decides, _) in up.items())
            if now >= NEVER:
                return NEVER
            last = now
            papers = up.pop(place)[1]
            answer = self.answer(place, choose)
            if answer == "postpone":
                table = self.stops[place].departures
                assert table is not None
                later = [d for b, d, s in rows_of(table) if b > now and s != CLOSED]
                up[place] = (min(later, default=NEVER), papers)
            elif answer == "return":
                for gone in self.downstream(set(self.stops[place].before)):
                    up.pop(gone, None)
                    done.pop(gone, None)
                self.begin(up, done, now + 1)
            else:
                done[place] = (now, papers)
                self.begin(up, done, self.ready)
        return last

    def answer(self, place: int, choose: Callable[[float, float], str]) -> str:
        if self.stops[place].departures is None:
            return "decide"
        rate = self.rates[self.case.prepared.bodies[place]]
        return choose(rate.postpones, rate.returns if self.stops[place].before else 0.0)


def rows_of(table: Departures) -> list[tuple[int, int, int]]:
    """Begins, decides, submits of each meeting."""
    return list(zip(table.begins, table.decides, table.submits, strict=True))[:-1]


class Enough(Exception):
    """A course that is longer than the script."""


def written_out(walker: Walker, depth: int) -> tuple[dict[int, float], float]:
    """Every course of at most `depth` treatments with its share, and the share of the longer ones."""
    found: dict[int, float] = {}
    scripts: list[tuple[str, ...]] = [()]
    longer = 0.0
    while scripts:
        script = scripts.pop()
        end, share = told(walker, script)
        if end is not None:
            found[end] = found.get(end, 0.0) + share
        elif len(script) == depth:
            longer += share
        elif share:
            scripts += [(*script, answer) for answer in ("decide", "postpone", "return")]
    return found, longer


def told(walker: Walker, script: tuple[str, ...]) -> tuple[int | None, float]:
    """The end of the course that a script tells (None: it goes on beyond the script), and its share."""
    share = 1.0
    answers = iter(script)

    def choose(postpones: float, returns: float) -> str:
        nonlocal share
        answer = next(answers, None)
        if answer is None:
            raise Enough
        share *= {"postpone": postpones, "return": returns, "decide": 1 - postpones - returns}[answer]
        return answer

    try:
        return walker.course(choose), share
    except Enough:
        return None, share


SHAPES = (
    "gruppe > kdnet",
    "gruppe~ > kdnet > kkr?",
    "gruppe > kdnet + kkr",
    "gruppe~ > kdnet + kkr > kontakt",
)


def some_course(text: str, dice: random.Random, meetings: int) -> Course:
    """A sag on a route with calendars thrown by dice, and deadlines that are out of order at times."""
    bodies: list[Body] = []
    rows: list[str] = []
    for key in ("dassos", "kd-net", "kkr-midt", "kontaktudvalg"):
        rule = Rule(days=dice.randrange(0, 25), unit="calendar", at=time(12))
        bodies.append(make.body(key, rules={DeadlineKind.SUBMISSION: rule}))
        picked = sorted(dice.sample(range(1, 12 * 28), meetings))
        on = (f"2020-{n // 28 + 1:02}-{n % 28 + 1:02}" for n in picked)
        rows.append(f"{key} {', '.join(on)}")
    return make.sag(text, bodies=bodies, calendar="; ".join(rows))


@pytest.mark.parametrize("text", SHAPES)
@pytest.mark.parametrize("seed", range(6))
def test_every_course_written_out_gives_the_same_shares(text: str, seed: int) -> None:
    dice = random.Random(f"{text}{seed}")  # noqa: S311
    case = Case.of(some_course(text, dice, 2))
    rates = {
        body: Rate(postpones=dice.uniform(0, 0.3), returns=dice.uniform(0, 0.3), observations=50)
        for body in case.prepared.bodies
    }
    written, longer = written_out(Walker(case, rates), 12)
    assert sum(written.values()) + longer == pytest.approx(1)
    found = case.odds(rates, tail=0)
    shares = {**dict(found.arrivals), NEVER: found.never}
    assert longer < 0.001
    for minute in {*written, *shares}:
        assert shares.get(minute, 0) == pytest.approx(written.get(minute, 0), abs=longer + 1e-12)


@pytest.mark.parametrize("text", ["gruppe > kdnet > kkr > kontakt?", "gruppe > kdnet + kkr > kontakt"])
def test_many_courses_thrown_by_dice_come_out_within_four_sigma(text: str) -> None:
    dice = random.Random(4)  # noqa: S311
    course = some_course(text, dice, 12)
    case = Case.of(course)
    rates = even(0.25, 0.1)
    walker, draws = Walker(case, rates), 6_000

    def choose(postpones: float, returns: float) -> str:
        thrown = dice.random()
        return "postpone" if thrown < postpones else "return" if thrown < postpones + returns else "decide"

    ends = [walker.course(choose) for _ in range(draws)]
    found = case.odds(rates)
    assert len(found.arrivals) > 5
    for minute, _ in found.arrivals:
        expected = found.chance_by(minute)
        seen = sum(end <= minute for end in ends) / draws
        assert abs(seen - expected) <= 4 * math.sqrt(expected * (1 - expected) / draws) + found.cut


def test_what_is_cut_is_told() -> None:
    dice = random.Random(1)  # noqa: S311
    case = Case.of(some_course("gruppe > kdnet > kkr > kontakt", dice, 20))
    rough, fine = case.odds(even(0.2, 0.05), tail=1e-3), case.odds(even(0.2, 0.05), tail=1e-10)
    assert rough.cut > fine.cut
    for minute, _ in fine.arrivals:
        assert rough.chance_by(minute) <= fine.chance_by(minute) + 1e-12
        assert fine.chance_by(minute) <= rough.chance_by(minute) + rough.cut + 1e-12


# --- as it is shown --------------------------------------------------------------------------------------------

HALF = Distribution(
    arrivals=((local_minute := date(2020, 5, 29).toordinal() * DAY, 0.5), (local_minute + 40 * DAY, 0.4)),
    never=0.1,
    cut=0.0,
)


def shown(found: Distribution, by: int, observations: int = 30) -> Shown | None:
    case = Case.of(make.sag("kdnet > kkr"))
    seen = Rate(postpones=0.1, returns=0.1, observations=observations)
    return as_shown(found, by, case.prepared, {"kd-net": seen, "kkr-midt": replace(seen, observations=44)})


def test_nothing_is_said_below_twenty_observations_at_any_body_on_the_way() -> None:
    assert shown(HALF, local_minute, 19) is None
    told = shown(HALF, local_minute, 20)
    assert told is not None
    assert told.rests_on == (("kd-net", 20), ("kkr-midt", 44))


def test_a_body_that_is_behind_needs_no_observations() -> None:
    course = make.sag("gruppe > kdnet", calendar="dassos 2020-01-22; kd-net 2020-01-24")
    course.decided("gruppe").do("gruppe", "hand-on")
    told = as_shown(HALF, local_minute, Case.of(course).prepared, {"kd-net": rate(30, 0, 0)})
    assert told is not None
    assert told.rests_on == (("kd-net", 30),)


def test_nothing_is_said_where_much_was_cut_or_nothing_can_be_followed() -> None:
    assert shown(replace(HALF, cut=0.02), local_minute) is None
    case = Case.of(make.sag("kdnet"))
    assert as_shown(None, local_minute, case.prepared, {"kd-net": rate(30, 0, 0)}) is None


def test_the_day_of_four_courses_in_five() -> None:
    assert HALF.date_at(0.5) == date(2020, 5, 29)
    assert HALF.date_at(0.8) == date(2020, 7, 8)
    assert HALF.date_at(0.95) is None


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (0.0, "0 af 10"),
        (1e-7, "mindre end 1 af 10"),
        (0.04, "mindre end 1 af 10"),
        (0.06, "1 af 10"),
        (0.54, "5 af 10"),
        (0.76, "8 af 10"),
        (0.94, "9 af 10"),
        (0.96, "mere end 9 af 10"),
        (0.9999999, "mere end 9 af 10"),
        (1.0, "10 af 10"),
    ],
)
def test_the_chance_in_words(chance: float, words: str) -> None:
    early, late = ((local_minute, chance),) * bool(chance), ((local_minute + DAY, 1 - chance),) * (chance < 1)
    told = shown(Distribution(arrivals=early + late, never=0, cut=0), local_minute)
    assert told is not None
    assert rendering.words()["odds"][told.exactness].format(tenths=told.tenths) == words


def test_the_arrival_is_the_plans_whatever_the_time() -> None:
    course = make.sag("kdnet > kkr", now=local_instant(date(2020, 4, 1)))
    case = Case.of(course)
    assert case.odds(even(0)).arrivals == ((case.arrives, 1.0),)


def test_what_is_told_beside_a_plan() -> None:
    told = shown(HALF, local_minute, 34)
    part = environment().get_template("parts/odds.html").module
    text = " ".join(str(part.chance(told, {"kd-net": make.body("kd-net")})).split())  # type: ignore[attr-defined]
    assert "<b>5 af 10</b> for, at sagen er færdigbehandlet senest fredag den 29. maj 2020" in text
    assert "I 8 af 10 forløb er den færdig senest <b>onsdag den 8. juli 2020</b>." in text
    assert "Bygger på 34 behandlinger i KD-Net og 44 behandlinger i kkr-midt." in text
    assert str(part.chance(None, {})).strip() == ""  # type: ignore[attr-defined]
