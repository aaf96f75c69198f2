"""A sweep and a delivery cost what is due, not what waits beside it: counted, not timed.

SQLite counts the steps of its virtual machine, PostgreSQL the pages it looks at; no other program disturbs either.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from kdflow.actions.deliver_notices import deliver_notices
from kdflow.actions.gather_notices import gather_notices
from kdflow.actions.pass_deadlines import pass_deadlines
from kdflow.domain.delivery import LEASE
from kdflow.store import letters
from kdflow.store.database import Database
from tests.benchmarks.bench_clock import GROWTH, fill, pages_read, put_out, tidied, wake
from tests.faults.stage import DUE, Copy, Stages, beat, nowhere, ways
from tests.store.stand import opened

FEW_WAIT, MANY_WAIT, ARE_DUE = 2_000, 20_000, 20
ROUNDS = 3


class Meter:
    """Counts what a database does."""

    def __init__(self, db: Database) -> None:
        self.db, self.steps = db, 0
        if db.is_sqlite:
            for connections in (db._writing, db._reading):
                connections.take = partial(self._counted, connections.take)  # type: ignore[method-assign]

    def _counted(self, take: Callable[[], Any]) -> Any:
        driver = take()
        driver.set_progress_handler(self._step, 1)
        return driver

    def _step(self) -> int:
        self.steps += 1
        return 0

    def cost(self, act: Callable[[], int]) -> int:
        """What it costs to do what is due, which must be all of it."""
        before = self.steps + pages_read(self.db)
        assert act() == ARE_DUE
        return self.steps + pages_read(self.db) - before


def claim(db: Database, now: datetime) -> int:
    """Claim what is due; how many letters."""
    with db.write() as tx:
        return len(letters.claim(tx, now, now + LEASE, limit=2 * ARE_DUE))


def costs(url: str, pending: int) -> Mapping[str, int]:
    """The least that each part of a beat costs in a few rounds, with so many sager, notices, letters waiting."""
    found: dict[str, list[int]] = {"sweep": [], "gather": [], "deliver": [], "claim": []}
    with opened(url) as db:
        fill(db, ARE_DUE, pending)
        beat(db, nowhere(), DUE)
        tidied(db)
        meter = Meter(db)
        for number in range(1, ROUNDS + 1):
            now = DUE + timedelta(minutes=number)
            wake(db, ARE_DUE)
            found["sweep"].append(meter.cost(lambda: pass_deadlines(db, now=now).sager))  # noqa: B023
            put_out(db, ARE_DUE, now, as_letters=False)
            found["gather"].append(meter.cost(lambda: gather_notices(db, now=now)))  # noqa: B023
            mail = ways(nowhere())
            found["deliver"].append(meter.cost(lambda: deliver_notices(db, mail, clock=lambda: now).sent))  # noqa: B023
            put_out(db, ARE_DUE, now)
            found["claim"].append(meter.cost(lambda: claim(db, now)))  # noqa: B023
    return {name: min(counts) for name, counts in found.items()}


def test_what_waits_costs_nothing(copy: Copy, stages: Stages) -> None:
    few, many = (costs(copy(stages.asleep), pending) for pending in (FEW_WAIT, MANY_WAIT))
    grown = {name: many[name] / few[name] for name in few if many[name] > GROWTH * few[name]}
    assert grown == {}, f"{MANY_WAIT:,} wait instead of {FEW_WAIT:,}: {few} became {many}"
