"""Measure one engine step against its floor, what a process holds on to, and simulated years: `make bench`."""

from __future__ import annotations

import argparse
import platform
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import psycopg
import sqlalchemy as sa

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
from tests.postgres import PostgresServer, start_postgres
from tests.store.stand import Ground, PostgresGround, SqliteGround


def main() -> None:
    """Run everything, or some parts; the exit code tells only whether something broke."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--part", action="append", choices=PARTS, help="only this part; again for another")
    parser.add_argument("--cycles", type=int, default=300, help="rounds of four moves (default: %(default)s)")
    parser.add_argument("--hand-ons", type=int, default=300, help="hand-ons (default: %(default)s)")
    parser.add_argument("--sager", type=int, default=100_000, help="the large database (default: %(default)s)")
    parser.add_argument("--walked", type=int, default=400, help="sager walked in it (default: %(default)s)")
    parser.add_argument("--planned", type=int, default=1000, help="sager at a moved meeting (%(default)s)")
    parser.add_argument("--due", type=int, default=1000, help="sager and letters that are due (%(default)s)")
    parser.add_argument("--pending", type=int, default=1_000_000, help="those that wait beside them (%(default)s)")
    parser.add_argument("--years", type=float, default=10, help="simulated years (%(default)s)")
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = start_postgres()
        print(versions(stack.enter_context(server) if server else None))
        grounds: dict[str, Ground] = {"sqlite": SqliteGround(folder)}
        if server:
            grounds["postgres"] = PostgresGround(server)
        for part in given.part or PARTS:
            for title, report in PARTS[part](given, grounds):
                print(f"\n{title}\n{report}", flush=True)


Given = argparse.Namespace
Grounds = Mapping[str, Ground]
Reports = Iterator[tuple[str, str]]


def _step(given: Given, grounds: Grounds) -> Reports:
    for kind, ground in grounds.items():
        result = bench_step.measure(ground, kind, cycles=given.cycles, hand_ons=given.hand_ons)
        title = f"One step on {kind}, in medians of {given.cycles} cycles and {given.hand_ons} hand-ons"
        yield title, bench_step.report(result)


def _plan(_given: Given, _grounds: Grounds) -> Reports:
    yield "One plan of a four-step route", bench_plan.report(bench_plan.measure())


def _calendar(given: Given, grounds: Grounds) -> Reports:
    for kind, ground in grounds.items():
        sizes = (max(given.sager // 10, 2 * given.planned), given.sager)
        found = [bench_calendar.measure(ground, touched=given.planned, sager=size, rounds=5) for size in sizes]
        yield f"A meeting is moved, on {kind}", bench_calendar.report(found)


def _clock(given: Given, grounds: Grounds) -> Reports:
    for kind, ground in grounds.items():
        rows = bench_clock.measure(ground, due=given.due, pending=(given.due, given.pending), rounds=5)
        yield f"The clock on {kind}: {given.due:,} due", bench_clock.report(rows)
        beats = bench_beats.measure(
            ground,
            few=max(given.due // 10, 1),
            much=10 * given.due,
            pending=given.pending,
            sager=given.due,
            moved=max(given.due // 2, 1),
        )
        yield f"The clock at work, on {kind}", bench_beats.report(beats)


def _pages(given: Given, grounds: Grounds) -> Reports:
    for kind, ground in grounds.items():
        few, many = (bench_pages.measure(ground, count, rounds=15) for count in (bench_pages.FEW, given.sager))
        yield f"Pages on {kind}, {given.sager:,} sager, in medians of 15", bench_pages.report(few, many)


def _memory(given: Given, grounds: Grounds) -> Reports:
    counts = (max(given.sager // 100, given.walked), given.sager)
    found = bench_memory.measure(grounds["sqlite"], counts, given.walked)
    yield "Memory of one process (sqlite)", bench_memory.report(found, given.walked)


def _decade(given: Given, _grounds: Grounds) -> Reports:
    yield "Simulated years (sqlite)", bench_decade.report(bench_decade.measure(given.years))


PARTS = {
    "step": _step,
    "plan": _plan,
    "calendar": _calendar,
    "clock": _clock,
    "pages": _pages,
    "memory": _memory,
    "decade": _decade,
}


def versions(server: PostgresServer | None) -> str:
    """What it all ran on."""
    postgres = "no PostgreSQL here"
    if server:
        with server.connect() as connection:
            row = connection.execute("show server_version").fetchone()
            postgres = f"PostgreSQL {row[0] if row else '?'} (psycopg {psycopg.__version__})"
    sqlite = f"SQLite {sqlite3.sqlite_version} (WAL, synchronous=NORMAL)"
    return f"Python {platform.python_version()}, SQLAlchemy {sa.__version__}, {sqlite}, {postgres}"


if __name__ == "__main__":
    main()
