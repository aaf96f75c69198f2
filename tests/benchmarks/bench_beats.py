"""The clock at work: a hundred and ten thousand letters and sager at once, several processes, a moved meeting, and
what it would cost without the index, or without rows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partialmethod
from itertools import product
from time import monotonic
from typing import Any

import pytest

from kdflow.actions.deliver_notices import take_back
from kdflow.actions.gather_notices import gather_notices
from kdflow.actions.pass_deadlines import pass_deadlines
from kdflow.domain.delivery import LEASE
from kdflow.domain.departures import civil
from kdflow.domain.sag import SagId
from kdflow.domain.watch import look_at_sag
from kdflow.store import duties, letters
from kdflow.store.database import Database, Tx
from kdflow.store.world import network_of, whole_world, with_routes
from tests.actions.test_change_calendar import change
from tests.benchmarks.bench_clock import clocked, fill, put_out, tidied
from tests.faults.crowd import many
from tests.faults.stage import DUE, Stages, house_on
from tests.forks import CLEAN
from tests.store.stand import Ground, opened

PROCESSES = (1, 2, 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """How long something took, for so many at once."""

    name: str
    seconds: float
    count: int

    def __str__(self) -> str:
        each = f"{self.seconds / self.count * 1e6:9.0f} µs each" if self.count > 1 else ""
        return f"  {self.name:58} {self.count:7,} {self.seconds * 1e3:10.2f} ms {each}".rstrip()


def measure(
    ground: Ground,
    *,
    few: int,
    much: int,
    pending: int,
    sager: int,
    moved: int,
    processes: Sequence[int] = PROCESSES,
) -> list[Row]:
    """All rows: `few` and `much` letters among `pending` that wait, `much` sager that wake up together, `moved` at
    a meeting, and `sager` that are looked at one by one."""
    asleep = Stages(ground).asleep
    with _copied(ground, asleep) as url:
        rows = [*_among_many(url, few, much, pending, processes)]
    with _copied(ground, asleep) as url:
        rows += _catch_up(url, much)
    with _copied(ground, asleep) as url:
        rows += _move(url, moved)
    with _copied(ground, asleep) as url:
        rows += _one_by_one(url, sager)
    return rows


@contextmanager
def _copied(ground: Ground, url: str) -> Iterator[str]:
    copy = ground.copy(url)
    yield copy
    ground.drop(copy)


def _timed(name: str, count: int, act: Callable[[], object]) -> Row:
    spent: list[float] = []
    with clocked(spent):
        act()
    return Row(name=name, seconds=spent[0], count=count)


def report(rows: Sequence[Row]) -> str:
    """The figures, as lines."""
    return "\n".join(map(str, rows))


# --- letters among many that wait --------------------------------------------------------------------------------


def _among_many(url: str, few: int, much: int, pending: int, processes: Sequence[int]) -> Iterator[Row]:
    with opened(url) as db:
        fill(db, 1, pending)
        tidied(db)
        for number, count in enumerate((few, much)):
            yield from _letters(db, count, number)
    full = Database(url, synchronous="FULL")
    if full.is_sqlite:
        yield from _letters(full, few, 2, ", synchronous=full")
    full.close()
    ways = ("",) if full.is_sqlite else ("", BLOCKING)
    for number, (how, workers) in enumerate(product(ways, processes), start=3):
        yield _throughput(url, much, workers, number, how)
    with opened(url) as db:
        yield from _reaps(db, few, 3 + len(ways) * len(processes))
        yield _timed("empty claim", 1, lambda: _claim(db))
        with db.write() as tx:
            tx.run("drop index ix_letter_next_at")
        yield _timed("empty claim without its index", 1, lambda: _claim(db))


def _claim(db: Database, limit: int = 50) -> tuple[letters.Letter, ...]:
    with db.write() as tx:
        return letters.claim(tx, DUE, DUE + LEASE, limit=limit)


def _letters(db: Database, count: int, number: int, how: str = "") -> Iterator[Row]:
    put_out(db, count, DUE - timedelta(minutes=number))
    claimed: list[letters.Letter] = []
    yield _timed(f"claim{how}", count, lambda: claimed.extend(_claim(db, count)))
    yield _timed(f"mark and finish, each in its own transaction{how}", count, lambda: _send(db, claimed))
    if len(claimed) != count:
        raise AssertionError(f"{count} letters were to be sent, and {len(claimed)} were claimed")


def _send(db: Database, claimed: Sequence[letters.Letter]) -> None:
    for one in claimed:
        with db.write() as tx:
            letters.mark_sending(tx, one, DUE + LEASE)
        with db.write() as tx:
            letters.finish(tx, one, "sent", sent_at=DUE)


def _reaps(db: Database, count: int, number: int) -> Iterator[Row]:
    """Letters are taken back whose worker did not return; and where there is none."""
    with db.write() as tx:
        tx.run("update letter set state = 'sent', lease_until = null where state in ('claimed', 'sending')")
    put_out(db, count, DUE - timedelta(minutes=number))
    _claim(db, count)
    for name, found in (("reap: as many left behind", count), ("empty reap", 1)):
        yield _timed(name, found, lambda: _reap(db, DUE + LEASE + timedelta(seconds=1)))
    with db.write() as tx:
        ready = len(letters.claim(tx, DUE + 2 * LEASE, DUE + 3 * LEASE, limit=count))
    if ready != count:
        raise AssertionError(f"{count} letters were left behind, and {ready} taken back")


def _reap(db: Database, now: datetime) -> None:
    with db.write() as tx:
        take_back(tx, now=now)


BLOCKING = ", without SKIP LOCKED"


def _throughput(url: str, count: int, workers: int, number: int, how: str) -> Row:
    """So many processes claim all there is; each letter is one's."""
    with opened(url) as db:
        put_out(db, count, DUE - timedelta(minutes=number))
    with CLEAN.Manager() as manager, ProcessPoolExecutor(workers, mp_context=CLEAN) as pool:
        barrier = manager.Barrier(workers)
        found = [one.result() for one in [pool.submit(_claim_all, url, barrier, how) for _ in range(workers)]]
    claimed = [letter for ids, _, _ in found for letter in ids]
    if not len(claimed) == len(set(claimed)) == count:
        raise AssertionError(f"{count} letters, {len(claimed)} claims of {len(set(claimed))}")
    took = max(end for _, _, end in found) - min(begin for _, begin, _ in found)
    return Row(name=f"claim all, 50 at a time, by {workers} processes{how}", seconds=took, count=count)


def _claim_all(url: str, barrier: threading.Barrier, how: str) -> tuple[list[int], float, float]:
    with opened(url) as db, pytest.MonkeyPatch.context() as patch:
        if how == BLOCKING:
            patch.setattr(Tx, "run", partialmethod(_run_blocking, Tx.run))
        with db.read():
            pass
        barrier.wait()
        begin, found = monotonic(), []
        while claimed := _claim(db):
            found += [one.id for one in claimed]
        return found, begin, monotonic()


def _run_blocking(tx: Tx, run: Callable[..., Any], sql: str, values: Sequence[Any] = ()) -> Any:
    return run(tx, sql.replace(" skip locked", ""), values)


# --- sager -----------------------------------------------------------------------------------------------------


def _catch_up(url: str, count: int) -> Iterator[Row]:
    """A house that slept for five weeks, in which every sag has missed its meeting."""
    with opened(url) as db:
        many(db, count)
        tidied(db)
        yield _timed("catch-up: the sweep", count, lambda: _swept(db, count))
        yield _timed("catch-up: the letters", count, lambda: gather_notices(db, now=DUE))


def _swept(db: Database, count: int) -> None:
    found = pass_deadlines(db, now=DUE).sager
    if found < count or pass_deadlines(db, now=DUE).sager:
        raise AssertionError(f"{count} sager are due, and {found} were looked at, or some twice")


def _move(url: str, count: int) -> Iterator[Row]:
    """A meeting that many sager are to be submitted to."""
    with opened(url) as db:
        many(db, count)
        tidied(db)
        house = house_on(db)
        house.on("2020-02-10", 10)
        pass_deadlines(db, now=house.now)
        yield _timed("a meeting moves", count, lambda: change(house, "move", "kd-net-2020-03-13", "2020-03-20"))
        swept: list[int] = []
        later = house.now + timedelta(minutes=1)
        yield _timed("... and the sweep", count, lambda: swept.append(pass_deadlines(db, now=later).sager))
        if swept[0] < count:
            raise AssertionError(f"{count} sager are at the meeting, {swept[0]} were looked at")


def _one_by_one(url: str, count: int) -> Iterator[Row]:
    """Each sag looked at in a transaction of its own; and all of them at every beat, were there no rows."""
    with opened(url) as db:
        many(db, count)
        pass_deadlines(db, now=DUE)
        tidied(db)
        with db.read() as tx:
            ids = [row[0] for row in tx.run("select id from sag order by id").fetchall()]
        yield _timed("a sag's duties looked at, a transaction each", len(ids), lambda: _wake_each(db, ids))
        yield _timed("empty sweep", 1, lambda: pass_deadlines(db, now=DUE))
        yield _timed("the same without rows: every sag, on the fly", len(ids), lambda: _on_the_fly(db, ids))
        yield _timed("... in SQL: every duty with its step and meeting", len(ids), lambda: _in_sql(db))


def _wake_each(db: Database, ids: Sequence[SagId]) -> None:
    for one in ids:
        with db.write() as tx:
            duties.wake(tx, [one])
        pass_deadlines(db, now=DUE, batch=1)


def _on_the_fly(db: Database, ids: Sequence[SagId]) -> None:
    with db.read() as tx:
        world = whole_world(tx, DUE)
        net = network_of(tx, world)
        for sag, route in with_routes(tx, ids):
            look_at_sag(sag, route, net, world, [])


def _in_sql(db: Database) -> None:
    """Which duties have come, asked of all of them; what working days make of it is still to be found out."""
    with db.read() as tx:
        tx.run(
            "select d.subject, d.kind, d.due, s.seq, m.status from sag g join step s on s.sag = g.id "
            "join duty d on d.subject = 'sag:' || g.id and d.step = s.seq left join meeting m on m.id = d.meeting "
            "where g.life in ('under-way', 'resting') and s.outcome is null and d.due <= ?",
            (civil(DUE),),
        ).fetchall()
