"""Measure one engine step against its floor, and what a process holds on to: `make bench`."""

from __future__ import annotations

import argparse
import platform
import sqlite3
import tempfile
from contextlib import ExitStack
from pathlib import Path

import psycopg
import sqlalchemy as sa

from tests.benchmarks import (
    bench_beats,
    bench_calendar,
    bench_clock,
    bench_memory,
    bench_pages,
    bench_plan,
    bench_step,
)
from tests.postgres import PostgresServer, start_postgres
from tests.store.stand import Ground, PostgresGround, SqliteGround


def main() -> None:
    """Run everything; the exit code tells only whether something broke."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--cycles", type=int, default=300, help="rounds of four moves (default: %(default)s)")
    parser.add_argument("--hand-ons", type=int, default=300, help="hand-ons (default: %(default)s)")
    parser.add_argument("--sager", type=int, default=100_000, help="the large database (default: %(default)s)")
    parser.add_argument("--walked", type=int, default=400, help="sager walked in it (default: %(default)s)")
    parser.add_argument("--planned", type=int, default=1000, help="sager at a moved meeting (%(default)s)")
    parser.add_argument("--due", type=int, default=1000, help="sager and letters that are due (%(default)s)")
    parser.add_argument("--pending", type=int, default=1_000_000, help="those that wait beside them (%(default)s)")
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = start_postgres()
        print(versions(stack.enter_context(server) if server else None))
        grounds: dict[str, Ground] = {"sqlite": SqliteGround(folder)}
        if server:
            grounds["postgres"] = PostgresGround(server)
        for kind, ground in grounds.items():
            print(f"\nOne step on {kind}, in medians of {given.cycles} cycles and {given.hand_ons} hand-ons")
            result = bench_step.measure(ground, kind, cycles=given.cycles, hand_ons=given.hand_ons)
            print(bench_step.report(result), flush=True)
        print("\nOne plan of a four-step route")
        print(bench_plan.report(bench_plan.measure()), flush=True)
        for kind, ground in grounds.items():
            print(f"\nA meeting is moved, on {kind}")
            found = [
                bench_calendar.measure(ground, touched=given.planned, sager=count, rounds=5)
                for count in (max(given.sager // 10, 2 * given.planned), given.sager)
            ]
            print(bench_calendar.report(found), flush=True)
        for kind, ground in grounds.items():
            print(f"\nThe clock on {kind}: {given.due:,} due")
            rows = bench_clock.measure(ground, due=given.due, pending=(given.due, given.pending), rounds=5)
            print(bench_clock.report(rows), flush=True)
            beats = bench_beats.measure(
                ground,
                few=max(given.due // 10, 1),
                much=10 * given.due,
                pending=given.pending,
                sager=given.due,
                moved=max(given.due // 2, 1),
            )
            print(bench_beats.report(beats), flush=True)
        for kind, ground in grounds.items():
            print(f"\nPages on {kind}, {given.sager:,} sager, in medians of 15")
            few, many = (bench_pages.measure(ground, count, rounds=15) for count in (bench_pages.FEW, given.sager))
            print(bench_pages.report(few, many), flush=True)
        print("\nMemory of one process (sqlite)")
        counts = (max(given.sager // 100, given.walked), given.sager)
        print(bench_memory.report(bench_memory.measure(grounds["sqlite"], counts, given.walked), given.walked))


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
