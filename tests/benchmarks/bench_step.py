"""One engine step against its floor: the very same statements, with the same values, sent by the bare driver.

The steps are played once and their statements written down. Then, on two copies of the database as it was
before, the engine makes each step and the bare driver sends what was written down for it, in turn. Afterwards
all three databases must be equal, so the floor has done all of the work.
"""

from __future__ import annotations

import gc
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
import sqlalchemy as sa

from kdflow.domain.sag import SagId, StepSeq
from kdflow.domain.situation import Inputs
from kdflow.store.database import Database, Tx
from tests.store.stand import OWNER, SECRETARY, Ground, Walker, furnish, meeting, opened, snapshot

TARGETS = {"sqlite": 4.0, "postgres": 2.0}
CYCLE = ("submit", "accept", "postpone", "decline")
"""Moves of one step that lead back to where it began."""

Statement = tuple[str, Any, bool]
"""SQL as the driver gets it, its values, and whether they are many rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """One step to be made: the same sag, move, key and instant every time it is played."""

    sag: SagId
    step: StepSeq
    move: str
    number: int

    def make(self, db: Database) -> None:
        """Make it."""
        walker = Walker(db, prefix="bench", count=self.number)
        by = OWNER if self.move in ("submit", "hand-on") else SECRETARY
        inputs = Inputs(
            reason="Because." if self.move in ("postpone", "decline") else None,
            meeting=meeting("north", 0) if self.move == "submit" else None,
        )
        walker.advance(self.sag, self.step, self.move, by, inputs)


@dataclass(slots=True, kw_only=True)
class Result:
    """Seconds for each step: the engine's and the floor's, by move."""

    kind: str
    engine: dict[str, list[float]] = field(default_factory=dict)
    floor: dict[str, list[float]] = field(default_factory=dict)
    statements: dict[str, int] = field(default_factory=dict)

    def ratio(self, moves: Sequence[str]) -> float:
        """The engine's time in floors, for one round of some moves."""
        return _round(self.engine, moves) / _round(self.floor, moves)


def _round(times: dict[str, list[float]], moves: Sequence[str]) -> float:
    return sum(statistics.median(times[move]) for move in moves)


def measure(ground: Ground, kind: str, *, cycles: int, hand_ons: int) -> Result:
    """Measure some cycles of one step, and some hand-ons through a join, each of a sag of its own."""
    with ExitStack() as stack:
        origin = furnish(ground)
        stack.callback(ground.drop, origin)
        with opened(origin) as db:
            plays = _prepare(db, cycles, hand_ons)
        urls = [ground.copy(origin) for _ in range(3)]
        for url in urls:
            stack.callback(ground.drop, url)
        return _measure(Result(kind=kind), plays, urls)


def _measure(result: Result, plays: list[Play], urls: list[str]) -> Result:
    with opened(urls[0]) as db:
        script = [recorded_step(db, play) for play in plays]
        expected = snapshot(db)
    with opened(urls[1]) as db, bare(urls[2]) as send, _quiet():
        for play, statements in zip(plays, script, strict=True):
            _compare(result, play, statements, db, send)
    for url in urls[1:]:
        with opened(url) as db:
            assert snapshot(db) == expected, f"{url} is not what the same steps made before"
    return result


def _prepare(db: Database, cycles: int, hand_ons: int) -> list[Play]:
    walker = Walker(db, prefix="prepare")
    ready = [walker.before_join() for _ in range(hand_ons)]
    sag, step = walker.at_meeting()
    wanted = [(sag, step, move) for _ in range(cycles) for move in CYCLE]
    wanted += [(sag, step, "hand-on") for sag, step in ready]
    return [Play(sag=s, step=q, move=move, number=n) for n, (s, q, move) in enumerate(wanted, start=1)]


def _compare(
    result: Result, play: Play, statements: list[Statement], db: Database, send: Callable[[list[Statement]], None]
) -> None:
    sides: list[tuple[dict[str, list[float]], Callable[[], None]]] = [
        (result.engine, lambda: play.make(db)),
        (result.floor, lambda: send(statements)),
    ]
    for times, act in sides if play.number % 2 else reversed(sides):
        begun = time.perf_counter()
        act()
        times.setdefault(play.move, []).append(time.perf_counter() - begun)
    result.statements[play.move] = len(statements)


@contextmanager
def _quiet() -> Iterator[None]:
    """No rubbish is collected while a clock runs."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def recorded_step(db: Database, play: Play) -> list[Statement]:
    """Make a step and write down what it sends."""
    with recorded() as statements:
        play.make(db)
    return statements


@contextmanager
def recorded() -> Iterator[list[Statement]]:
    """Every statement that goes through a `Tx` within the block."""
    found: list[Statement] = []
    run, run_many = Tx.run, Tx.run_many

    def note(tx: Tx, sql: str, values: Sequence[Any] = ()) -> Any:
        found.append((sql.replace("?", "%s") if tx.is_postgres else sql, values, False))
        return run(tx, sql, values)

    def note_many(tx: Tx, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        before = len(found)
        run_many(tx, sql, rows)
        if rows and len(found) == before:  # one row goes through `run` and has been noted there
            found.append((sql.replace("?", "%s") if tx.is_postgres else sql, rows, True))

    Tx.run, Tx.run_many = note, note_many  # type: ignore[method-assign, assignment]
    try:
        yield found
    finally:
        Tx.run, Tx.run_many = run, run_many  # type: ignore[method-assign]


@contextmanager
def bare(url: str) -> Iterator[Callable[[list[Statement]], None]]:
    """A function that sends statements in one transaction, through nothing but the driver."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        with _bare_sqlite(str(parsed.database)) as send:
            yield send
    else:
        with _bare_postgres(url) as send:
            yield send


@contextmanager
def _bare_sqlite(path: str) -> Iterator[Callable[[list[Statement]], None]]:
    conn = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        conn.execute(f"PRAGMA {pragma}")

    def send(statements: list[Statement]) -> None:
        conn.execute("BEGIN IMMEDIATE")
        for sql, values, many in statements:
            _read(conn.executemany(sql, values) if many else conn.execute(sql, values))
        conn.execute("COMMIT")

    try:
        yield send
    finally:
        conn.close()


@contextmanager
def _bare_postgres(url: str) -> Iterator[Callable[[list[Statement]], None]]:
    with psycopg.connect(url.replace("+psycopg", "")) as conn:

        def send(statements: list[Statement]) -> None:
            for sql, values, many in statements:
                query = sql.encode()
                if many:
                    cursor = conn.cursor()
                    cursor.executemany(query, values)
                    _read(cursor)
                else:
                    _read(conn.execute(query, values))
            conn.commit()

        yield send


def _read(cursor: Any) -> None:
    if cursor.description:
        cursor.fetchall()


def report(result: Result) -> str:
    """The figures of one database, as lines."""
    target = TARGETS[result.kind]
    lines = [f"  {'step':<10} {'floor us':>9} {'engine us':>10} {'ratio':>6}  statements"]
    for move in result.engine:
        floor, engine = _round(result.floor, [move]) * 1e6, _round(result.engine, [move]) * 1e6
        lines.append(f"  {move:<10} {floor:9.0f} {engine:10.0f} {engine / floor:5.2f}x  {result.statements[move]}")
    for name, moves in (("cycle", CYCLE), ("hand-on", ("hand-on",))):
        ratio = result.ratio(moves)
        verdict = "PASS" if ratio <= target else "MISS"
        lines.append(f"  {verdict}: {name} {ratio:.2f}x the floor (target: at most {target:g}x)")
    return "\n".join(lines)
