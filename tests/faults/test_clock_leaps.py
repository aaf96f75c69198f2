"""A clock that leaps while a beat is in the middle of its work, and a process that started with a wrong one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from kdflow.actions.trust_clock import trust_clock
from kdflow.store.database import Database, Tx
from tests.faults.postoffice import PostOffice
from tests.faults.processes import Process, until, worker
from tests.faults.stage import DUE, EARLY, Copy, Stages, all_sent, letters_by_state, quiet, repeats, settle
from tests.faults.worker import Orders, set_clock
from tests.store.stand import opened

DAY = timedelta(days=1)
LATER = DUE + 2 * DAY
"""When two letters are to be tried again that were refused today."""


def put_off(db: Database) -> int:
    """Two letters are to wait; how many others are to be sent."""
    with db.write() as tx:
        ids = [row[0] for row in tx.run("select id from letter where state = 'ready' order by id").fetchall()]
        tx.run_many("update letter set next_at = ? where id = ?", [(tx.instant(LATER), one) for one in ids[:2]])
    return len(ids) - 2


def waiting(db: Database) -> set[object]:
    """When the letters that wait are to be sent."""
    with db.read() as tx:
        rows = tx.run("select next_at from letter where state <> 'sent'").fetchall()
    return {Tx.read_instant(row[0]) for row in rows}


def is_doubted(heart: Process) -> bool:
    """Whether every part of the heart has refused to beat."""
    return heart.words.count("two clocks differ") >= 4


def done(db: Database) -> bool:
    """Whether no letter is in anybody's hands."""
    return not letters_by_state(db).keys() & {"claimed", "sending"}


@pytest.mark.parametrize("leap", [20 * DAY, timedelta(hours=11), -DAY], ids=str)
@pytest.mark.parametrize("ground", ["sqlite"], indirect=True)
def test_a_leap_in_the_middle_of_a_delivery_sends_nothing_early_and_puts_nothing_off(
    copy: Copy, stages: Stages, office: PostOffice, tmp_path: Path, leap: timedelta
) -> None:
    """The beat goes on by the clock that it began with; the next one doubts, and does nothing."""
    url, file = copy(stages.written), tmp_path / "clock"
    set_clock(file, DUE, runs=True)
    right = file.read_text("ascii")
    with opened(url) as db:
        due = put_off(db)
        office.arrived = lambda number: set_clock(file, DUE + leap, runs=True) if number == 2 else None
        orders = Orders(task="beat", db=url, mail=office.port, clock=str(file), doubts=True)
        with worker(orders) as heart:
            until(lambda: is_doubted(heart) and done(db), "the clock is doubted, the beat is over", [heart])
            assert (len(office.taken), waiting(db)) == (due, {LATER})
            file.write_text(right, "ascii")
            until(lambda: quiet(db, DUE), "the heart beats again", [heart])
            assert heart.stop()[0] == 0
        settle(db, office.channel(), LATER)
        assert sorted(office.copies) == all_sent(db, DUE - DAY)
        assert (office.duplicates, repeats(db)) == (0, 0)


@pytest.mark.parametrize("ground", ["sqlite"], indirect=True)
def test_a_process_that_started_with_a_wrong_clock_goes_on_when_an_operator_trusts_the_right_one(
    copy: Copy, stages: Stages, office: PostOffice, tmp_path: Path
) -> None:
    """As where a server starts before its clock is set; the process need not be started again."""
    url, file = copy(stages.asleep), tmp_path / "clock"
    set_clock(file, EARLY + timedelta(minutes=10), runs=True)
    orders = Orders(task="beat", db=url, mail=office.port, clock=str(file), doubts=True)
    with opened(url) as db, worker(orders) as heart:
        until(lambda: quiet(db, EARLY + timedelta(minutes=10)), "the heart beats", [heart])
        set_clock(file, EARLY + timedelta(minutes=1), runs=True)
        until(lambda: is_doubted(heart), "the clock is doubted", [heart])
        trust_clock(db, now=EARLY + timedelta(minutes=1))
        until(lambda: quiet(db, EARLY + timedelta(minutes=1, seconds=1)), "it beats again", [heart])
        said = heart.words
        set_clock(file, EARLY + DAY, runs=True)
        until(lambda: is_doubted_again(heart, said), "it doubts as before", [heart])
        assert heart.stop()[0] == 0


def is_doubted_again(heart: Process, said: str) -> bool:
    """Whether every part of the heart refuses to beat, since it said something."""
    return heart.words.count("two clocks differ") >= said.count("two clocks differ") + 4
