"""One plan of a four-step route: the planner beside a bare bisection, a naive planner, Dijkstra and networkx.

The plan's legs carry what binds them; "with its reasons" also explains every leg (`domain/explaining`), as values
and without words, which no other method does. The target beside a bare bisect is for the plan with its legs.

All answer the same questions on the same ten years of calendars, and their answers are compared. What is made once
(sorted arrays, graphs, profiles) is made before the clock runs; how long that takes is said beside it.
"""

from __future__ import annotations

import heapq
import random
import statistics
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from time import perf_counter
from typing import Any

import networkx as nx  # type: ignore[import-untyped]

from kdflow.domain import journey, planner, profile
from kdflow.domain.dates import FuzzyDate, local_instant
from kdflow.domain.deadlines import DeadlineKind, Rule
from kdflow.domain.departures import DAY, NEVER, civil
from kdflow.domain.explaining import explain
from kdflow.domain.network import Network
from kdflow.domain.prepared import Prepared, prepare
from kdflow.domain.timetable import Body, Meeting, MeetingId, Timetable
from tests import make

BODIES, YEARS, GAP = 150, 10, 39
FIRST = date(2020, 1, 1)
ROUTES, QUESTIONS = 40, 25
TARGET_PLAN, TARGET_PROFILE = 40, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Microseconds for one answer, by method (medians over rounds), and seconds for what is made once."""

    micros: dict[str, float]
    made: dict[str, float]
    meetings: int
    questions: int
    all_sager: tuple[int, float]


def calendars(seed: int, bodies: int, years: int) -> Network:
    """Bodies that meet about every six weeks, with submission 3 to 12 working days before."""
    rng = random.Random(seed)  # noqa: S311
    known, meetings = {}, []
    for number in range(bodies):
        key = f"b{number}"
        rule = Rule(days=rng.randint(3, 12))
        known[key] = Body(
            key=key, name=key, short=key, kind="administrativ", rules={DeadlineKind.SUBMISSION: rule}
        )
        day = FIRST + timedelta(days=rng.randint(0, GAP))
        while day < FIRST.replace(year=FIRST.year + years):
            on = FuzzyDate.day(day)
            meetings.append(
                Meeting(id=MeetingId(f"{key}-{day}"), body=key, on=on, starts_at=local_instant(day, 10))
            )
            day += timedelta(days=rng.randint(GAP - 14, GAP + 14))
    return Network(known, Timetable(meetings=tuple(meetings)))


def journeys(net: Network, count: int, seed: int) -> list[Prepared]:
    """Chains of four stations at random bodies, at their start."""
    rng = random.Random(seed)  # noqa: S311
    found = []
    for _ in range(count):
        names = rng.sample(sorted(net.bodies), 4)
        course = make.sag(" > ".join(names), bodies=[net.bodies[name] for name in names])
        found.append(prepare(course.sag, course.definitions, net, local_instant(FIRST, 9)))
    return found


Question = tuple[Prepared, int]
Method = Callable[[Question], int]


def measure(*, bodies: int = BODIES, years: int = YEARS, rounds: int = 7, sager: int = 10_000) -> Result:
    """Time every method on the same questions, turn by turn, and compare their answers."""
    net = calendars(1, bodies, years)
    routes = journeys(net, ROUTES, 2)
    rng = random.Random(3)  # noqa: S311
    last = civil(local_instant(FIRST.replace(year=FIRST.year + max(1, years // 2)), 9))
    asked = [(route, rng.randint(route.ready, last)) for route in routes for _ in range(QUESTIONS)]
    made: dict[str, float] = {}
    methods = {
        "plan, with its legs": _product,
        "plan with its reasons": _explained,
        "profile question": _timed(made, "profile", lambda: _profiles(routes, last)),
        "naive (dicts, scans, datetimes)": _timed(made, "naive", lambda: _naive(net)),
        "Dijkstra by hand": _timed(made, "Dijkstra", lambda: _dijkstra(net)),
        "networkx Dijkstra": _timed(made, "networkx", lambda: _networkx(net, routes)),
    }
    expected = [_product(question) for question in asked]
    few = asked[:: max(1, len(asked) // 60)]
    for name, method in methods.items():
        answers = [method(question) for question in few]
        wanted = [end for question, end in zip(asked, expected, strict=True) if question in few]
        if answers[: len(few)] != wanted[: len(few)]:
            raise AssertionError(f"{name} answers otherwise than the planner")
    micros = _turn_by_turn({"bare bisect": _floor(), **methods}, asked, few, rounds)
    return Result(
        micros=micros,
        made=made,
        meetings=len(net.timetable.meetings),
        questions=len(asked),
        all_sager=(sager, _from_nothing(net, sager)),
    )


def _timed(made: dict[str, float], name: str, build: Callable[[], Method]) -> Method:
    start = perf_counter()
    method = build()
    made[name] = perf_counter() - start
    return method


def _turn_by_turn(
    methods: dict[str, Method], asked: Sequence[Question], few: Sequence[Question], rounds: int
) -> dict[str, float]:
    """Median microseconds an answer; slow methods are asked less, but in every round."""
    times: dict[str, list[float]] = {name: [] for name in methods}
    for _ in range(rounds):
        for name, method in methods.items():
            questions = few if "Dijkstra" in name else asked
            start = perf_counter()
            for question in questions:
                method(question)
            times[name].append((perf_counter() - start) / len(questions) * 1e6)
    return {name: statistics.median(found) for name, found in times.items()}


def _from_nothing(net: Network, sager: int) -> float:
    """Seconds for planning so many sager from their stored state: compile where each stands, and ride."""
    names = sorted(net.bodies)[:4]
    course = make.sag(" > ".join(names), bodies=[net.bodies[name] for name in names])
    fresh, now = Network(net.bodies, net.timetable), local_instant(FIRST, 9)
    start = perf_counter()
    for _ in range(sager):
        planner.plan(course.sag, course.definitions, fresh, now)
    return perf_counter() - start


# --- methods ---------------------------------------------------------------------------------------------------


def _floor() -> Method:
    start = FIRST.toordinal() * DAY
    dates = [start + number * GAP * DAY for number in range(50)]

    def ask(question: Question) -> int:
        return bisect_left(dates, question[1])

    return ask


def _product(question: Question) -> int:
    prepared, ready = question
    calls = journey.ride_bare(prepared.stops, ready, prepared.network.workdays.add_to_ordinal)
    return planner.plan_of(prepared, calls).arrives


def _explained(question: Question) -> int:
    prepared, ready = question
    prepared = prepared.at(ready)
    plan = planner.plan_of(prepared)
    for leg in plan.legs:
        explain(prepared, leg)
    return plan.arrives


def _profiles(routes: Sequence[Prepared], last: int) -> Method:
    found = {id(route): profile.profile(route, route.ready, last) for route in routes}

    def ask(question: Question) -> int:
        return found[id(question[0])].arrival(question[1])

    return ask


def _naive(net: Network) -> Method:
    """What people write: a dictionary of lists, datetimes, and a scan for the first meeting that fits."""
    known = {
        key: [
            (_stamp(begins), _stamp(submits))
            for begins, submits in zip(table.begins, table.submits, strict=True)
            if begins < NEVER
        ]
        for key, table in ((key, net.departures(key)) for key in net.bodies)
    }

    def ask(question: Question) -> int:
        prepared, ready = question
        papers = _stamp(ready)
        for body in prepared.bodies:
            fitting = [begins for begins, submits in known[body] if submits >= papers and begins >= papers]
            if not fitting:
                return NEVER
            papers = min(fitting)
        return papers.toordinal() * DAY + papers.hour * 60 + papers.minute

    return ask


def _stamp(minute: int) -> datetime:
    return datetime.fromordinal(minute // DAY) + timedelta(minutes=minute % DAY)


def _dijkstra(net: Network) -> Method:
    """The time-expanded graph, searched by hand: nodes are (station, minute), arcs the meetings one can make."""

    def ask(question: Question) -> int:
        prepared, ready = question
        queue = [(ready, 0)]
        seen: set[tuple[int, int]] = set()
        while queue:
            minute, station = heapq.heappop(queue)
            if station == len(prepared.bodies):
                return minute
            if (minute, station) in seen:
                continue
            seen.add((minute, station))
            table = net.departures(prepared.bodies[station])
            for begins, submits in zip(table.begins, table.submits, strict=True):
                if submits >= minute and minute <= begins < NEVER:
                    heapq.heappush(queue, (begins, station + 1))
        return NEVER

    return ask


def _networkx(net: Network, routes: Sequence[Prepared]) -> Method:
    """The same graph by networkx, built once a route: submissions in order of time, each with its meeting."""
    graphs = {id(route): _graph(net, route) for route in routes}

    def ask(question: Question) -> int:
        graph, submissions = graphs[id(question[0])]
        place = bisect_left(submissions[0], question[1])
        if place == len(submissions[0]):
            return NEVER
        first = submissions[0][place]
        lengths = nx.single_source_dijkstra_path_length(graph, (0, first))
        ends = [first + length for (station, _), length in lengths.items() if station == len(submissions)]
        return int(min(ends, default=NEVER))

    return ask


def _graph(net: Network, route: Prepared) -> tuple[Any, list[list[int]]]:
    graph: Any = nx.DiGraph()
    tables = [net.departures(body) for body in route.bodies]
    submissions = [sorted(submits for submits in table.submits if submits < NEVER) for table in tables]
    for station, table in enumerate(tables):
        for early, late in pairwise(submissions[station]):
            graph.add_edge((station, early), (station, late), weight=late - early)
        following = submissions[station + 1] if station + 1 < len(tables) else None
        for begins, submits in zip(table.begins, table.submits, strict=True):
            if begins >= NEVER:
                continue
            if following is None:
                graph.add_edge((station, submits), (station + 1, begins), weight=begins - submits)
            elif (place := bisect_left(following, begins)) < len(following):
                target = following[place]
                graph.add_edge((station, submits), (station + 1, target), weight=target - submits)
    return graph, submissions


def report(result: Result) -> str:
    """The table, with the ratios that the targets are about."""
    floor = result.micros["bare bisect"]
    lines = [f"  {result.meetings:,} meetings, {result.questions:,} questions on routes of four steps"]
    for name, micros in result.micros.items():
        lines.append(f"  {name:<34}{micros:>10.2f} us {micros / floor:>9.1f}x a bare bisect")
    made = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in result.made.items())
    count, seconds = result.all_sager
    reasons, naive = (result.micros[name] for name in ("plan with its reasons", "naive (dicts, scans, datetimes)"))
    plan, question = result.micros["plan, with its legs"] / floor, result.micros["profile question"] / floor
    return "\n".join(
        [
            *lines,
            f"  made before: {made} (profiles and graphs of {ROUTES} routes)",
            f"  one plan with its legs {plan:.1f}x (target {TARGET_PLAN}x), a profile question {question:.1f}x "
            f"(target {TARGET_PROFILE}x)",
            f"  with the reasons of every leg {reasons / naive:.2f}x the naive planner, which tells none "
            f"(target below 1x); {reasons / floor:.1f}x a bare bisect",
            f"  {count:,} sager planned from nothing in {seconds:.2f} s (target 1 s)",
        ]
    )
