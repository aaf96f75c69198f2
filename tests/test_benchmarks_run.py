"""The benchmarks still run, and do what they say; no time is asserted."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.benchmarks import (
    bench_beats,
    bench_calendar,
    bench_clock,
    bench_decade,
    bench_memory,
    bench_pages,
    bench_plan,
    bench_step,
)
from tests.postgres import PostgresServer
from tests.store.stand import Ground, PostgresGround, SqliteGround

_numbers = itertools.count()


@pytest.fixture(autouse=True)
def no_other_loop() -> Iterator[None]:
    """A browser that another test has open keeps an event loop, in which no second one can begin."""
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(loop)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def ground(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Ground]:
    """A place for databases, and its kind."""
    if request.param == "sqlite":
        return "sqlite", SqliteGround(tmp_path)
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return "postgres", PostgresGround(server, name=f"bench_{next(_numbers)}")


def test_the_floor_does_the_work_of_the_engine(ground: tuple[str, Ground]) -> None:
    kind, where = ground
    result = bench_step.measure(where, kind, cycles=2, hand_ons=2)  # compares the databases itself
    moves = {*bench_step.CYCLE, "hand-on"}
    assert set(result.engine) == set(result.floor) == moves
    assert all(len(times[move]) == 2 for times in (result.engine, result.floor) for move in moves)
    assert min(result.statements.values()) >= 10
    assert bench_step.report(result).count("target") == 2


def test_a_floor_that_does_less_is_found_out(ground: tuple[str, Ground], monkeypatch: pytest.MonkeyPatch) -> None:
    kind, where = ground
    recorded = bench_step.recorded_step
    monkeypatch.setattr(bench_step, "recorded_step", lambda *given: recorded(*given)[:-1])
    with pytest.raises(AssertionError, match="is not what the same steps made before"):
        bench_step.measure(where, kind, cycles=1, hand_ons=0)


def test_every_way_to_plan_gives_the_same_answers() -> None:
    result = bench_plan.measure(bodies=6, years=1, rounds=1, sager=5)  # compares the answers itself
    assert set(result.micros) > {"bare bisect", "plan, with its legs", "networkx Dijkstra"}
    assert bench_plan.report(result).count("target") == 4


def test_a_method_that_answers_otherwise_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    naive = bench_plan._naive
    monkeypatch.setattr(bench_plan, "_naive", lambda net: lambda question: naive(net)(question) + 1)
    with pytest.raises(AssertionError, match="answers otherwise"):
        bench_plan.measure(bodies=6, years=1, rounds=1, sager=1)


def test_a_moved_meeting_is_measured_and_hits_those_planned_there(ground: tuple[str, Ground]) -> None:
    _, where = ground
    results = [bench_calendar.measure(where, touched=3, sager=count, rounds=2) for count in (5, 10)]
    assert [one.sager for one in results] == [5, 10]
    assert bench_calendar.report(results).count("target") == 3


def test_the_clock_is_measured_and_handles_all_that_is_due(ground: tuple[str, Ground]) -> None:
    kind, where = ground
    small, large = bench_clock.measure(where, due=5, pending=(5, 50), rounds=2)  # counts what was done itself
    assert (small.pending, large.pending) == (5, 50)
    assert set(small.product) == set(large.product) == set(bench_clock.ROWS)
    assert (small.pages > 0) is (kind == "postgres")
    assert bench_clock.report([small, large]).count("target") == (5 if kind == "postgres" else 4)


def test_the_clock_at_work_does_what_it_says(ground: tuple[str, Ground]) -> None:
    kind, where = ground
    rows = bench_beats.measure(where, few=2, much=7, pending=20, sager=4, moved=3, processes=(2,))  # counts itself
    assert len({row.name for row in rows}) == (17 if kind == "sqlite" else 16)
    assert bench_beats.report(rows).count("\n") == len(rows) - 1


def test_memory_and_machines_are_measured(tmp_path: Path) -> None:
    small, large = bench_memory.measure(SqliteGround(tmp_path), (5, 30), 4)
    assert (small.sager, large.sager) == (5, 30)
    assert small.machines == small.definitions > 0
    assert small.mebibytes > 1
    assert bench_memory.report([small, large], 4).count("target") == 1


def test_pages_are_measured_and_answer(ground: tuple[str, Ground]) -> None:
    _, where = ground
    small, large = (bench_pages.measure(where, count, rounds=1) for count in (60, 90))  # every page answers
    assert set(small.pages) == set(large.pages) == set(bench_pages.PAGES)
    assert all(small.pages[name].statements >= page.statements for name, page in large.pages.items())
    most = {"empty page": 4, "start page": 12, "list": 10, "search": 16, "sag page": 10}
    assert {name: large.pages[name].statements for name in most} == most
    assert bench_pages.report(small, large).count("target") == 3


def test_simulated_years_are_measured() -> None:
    many, one = bench_decade.measure(years=0.1)  # proves itself
    assert (many.years, one.years) == (0.1, 0.01)
    assert many.sager > one.sager
    assert many.has_faults > one.has_faults
    assert bench_decade.report([many, one]).count("sager") == 2
