"""The site is told to stop while it sweeps or sends: the job comes to an end, nothing is half, and it is quick."""

from __future__ import annotations

import threading
from pathlib import Path

from kdflow.store import duties
from kdflow.store.database import Database
from tests.faults.crowd import many
from tests.faults.postoffice import PostOffice
from tests.faults.processes import until, worker
from tests.faults.stage import (
    DUE,
    EARLY,
    SECOND,
    Copy,
    Stages,
    each_once,
    letters_by_state,
    repeats,
    sent_names,
    settle,
    told,
    undisturbed,
)
from tests.faults.worker import Orders, set_clock
from tests.store.stand import opened

QUICK = 3.0
"""Seconds within which a site stops; a mail that is in the server's hands may take longer."""


def test_while_it_sends(copy: Copy, stages: Stages, office: PostOffice, tmp_path: Path) -> None:
    """The mail in the server's hands is finished, the others are left to whoever comes next, at once."""
    once = undisturbed(copy(stages.asleep), [DUE])
    url, clock = copy(stages.asleep), tmp_path / "clock"
    set_clock(clock, DUE)
    reached = threading.Event()

    def arrived(number: int) -> None:
        if number >= 3:
            reached.set()
            threading.Event().wait(0.3)  # a slow server

    office.arrived = arrived
    with worker(Orders(task="serve", db=url, mail=office.port, clock=str(clock))) as site, opened(url) as db:
        assert reached.wait(60), site.words
        code, seconds = site.stop()
        assert (code, site.words.count("Error"), site.words.count("Traceback")) == (0, 0, 0), site.words
        assert seconds < QUICK
        found = letters_by_state(db)
        assert found["sending"] == found["claimed"] == 0
        assert 3 <= len(office.taken) <= 5
        assert sorted(office.copies) == sent_names(db, DUE)
        office.arrived = lambda _: None
        settle(db, office.channel(), DUE + SECOND)
        each_once(db, office, DUE)
        assert told(db) == once
        assert repeats(db) == 0


def test_while_it_sweeps(copy: Copy, stages: Stages, office: PostOffice, tmp_path: Path) -> None:
    """What it has looked at is told, whole batches; the rest waits for whoever comes next."""
    url, clock = copy(stages.asleep), tmp_path / "clock"
    set_clock(clock, EARLY)
    with opened(url) as db:
        steps = many(db, 3000)
        with db.write() as tx:
            duties.wake_all(tx)
        with worker(Orders(task="serve", db=url, mail=office.port, clock=str(clock))) as site:
            until(lambda: 0 < awake(db) < steps, "the sweep has begun", [site])
            code, seconds = site.stop()
            assert (code, site.words.count("Traceback")) == (0, 0), site.words
            assert seconds < QUICK
        assert 0 < awake(db) < steps, "it should have been stopped in the middle"


def awake(db: Database) -> int:
    """How many steps wait to be looked at."""
    with db.read() as tx:
        return int(tx.run("select count(*) from step where wake_at = 0").fetchone()[0])
