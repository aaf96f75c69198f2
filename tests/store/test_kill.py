"""kill -9 between any two statements of one action leaves the old state whole, or the new one.

A child process makes one hand-on through a join and kills itself before its n-th statement, for every n there
is, and once more right after the commit. Nothing in the product helps: the child wraps `Tx` and the commit.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any

import pytest
from sqlalchemy import event

from kdflow.actions.consequences import Receipt
from kdflow.domain.sag import SagId, StepSeq
from kdflow.store.database import Database, Tx
from tests.store.stand import OWNER, Ground, Walker, load, opened, proved, snapshot

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
KEY = "the hand-on"

State = dict[str, list[tuple[Any, ...]]]


def hand_on(db: Database, sag: SagId, step: StepSeq) -> Receipt:
    """The action that is to be interrupted."""
    return Walker(db, count=99).advance(sag, step, "hand-on", OWNER, version=2, key=KEY)


def state(url: str) -> State:
    """Everything in a database but the ids of notices: PostgreSQL leaves gaps in them on purpose."""
    with opened(url) as db:
        proved(db)
        found = snapshot(db)
        with db.read() as tx:
            told = tx.run("select kind, person, sag, step, data, at from notice order by id").fetchall()
    return found | {"notice": [tuple(row) for row in told]}


def watched(url: str, act: Callable[[Database], object], before: Callable[[str], None]) -> None:
    """Act, and call `before` with each statement that is about to be sent, and with what comes after."""
    run, commit = Tx.run, Tx.commit

    def commit_one(tx: Tx) -> None:
        before("commit")
        commit(tx)

    def run_one(tx: Tx, sql: str, values: Sequence[Any] = ()) -> Any:
        before(sql)
        return run(tx, sql, values)

    def run_many(tx: Tx, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        for row in rows:
            run_one(tx, sql, row)

    with ExitStack() as stack:
        wrap = stack.enter_context(pytest.MonkeyPatch.context())
        wrap.setattr(Tx, "run", run_one)
        wrap.setattr(Tx, "run_many", run_many)
        wrap.setattr(Tx, "commit", commit_one)
        db = stack.enter_context(opened(url))
        event.listen(db.engine, "commit", lambda _conn: before("commit"))  # PostgreSQL's go this way
        act(db)
        before("nothing: it is over")


def killed(url: str, act: Callable[[Database], object], at: int) -> None:
    """Act in a child that kills itself before its statement number `at` (from 1)."""
    child = os.fork()
    if child == 0:
        count = 0

        def before(_sql: str) -> None:
            nonlocal count
            count += 1
            if count == at:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            watched(url, act, before)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"the child came to its end before statement {at}"
    assert os.WTERMSIG(status) == signal.SIGKILL


@pytest.fixture(scope="module")
def stage(ground: Ground, furnished: str) -> tuple[str, SagId, StepSeq]:
    """A database with a sag whose next hand-on goes through a join; nobody is connected to it."""
    url = ground.copy(furnished)
    with opened(url) as db:
        return url, *Walker(db, prefix="prepare").before_join()


def test_a_kill_between_any_two_statements(ground: Ground, stage: tuple[str, SagId, StepSeq]) -> None:
    origin, sag, step = stage
    before = state(origin)
    whole, statements = _whole(ground, stage)
    after = state(whole)
    written = [sql for sql in statements if sql.startswith(("insert", "update"))]
    assert len(written) >= 8, "too little is written for this to be a test"
    assert {sql.split()[2 if sql.startswith("insert") else 1] for sql in written} >= {
        *("sag", "step", "event", "chain", "notice", "command")
    }
    seen = []
    for at in range(1, len(statements) + 1):
        url = ground.copy(origin)
        killed(url, lambda db: hand_on(db, sag, step), at)
        left = state(url)
        seen.append("old" if left == before else "new" if left == after else f"torn before {statements[at - 1]}")
        with opened(url) as db:
            receipt = hand_on(db, sag, step)
        assert receipt.repeated is (seen[-1] == "new")
        assert state(url) == after, f"sent again after a kill before statement {at}: {statements[at - 1]}"
        ground.drop(url)
    assert statements[-2] == "commit"
    assert seen == ["old"] * (len(statements) - 1) + ["new"]
    ground.drop(whole)


def _whole(ground: Ground, stage: tuple[str, SagId, StepSeq]) -> tuple[str, list[str]]:
    """A database in which nobody was killed, and every statement that was sent."""
    origin, sag, step = stage
    url = ground.copy(origin)
    statements: list[str] = []
    watched(url, lambda db: hand_on(db, sag, step), statements.append)
    with opened(url) as db:
        assert load(db, sag).places == ("d",)
    return url, statements


def test_a_transaction_that_is_not_one_would_be_seen(ground: Ground, stage: tuple[str, SagId, StepSeq]) -> None:
    origin, sag, _ = stage
    before = state(origin)

    def torn(db: Database) -> None:
        with db.write() as tx:
            tx.run("update sag set title = 'Another' where id = ?", (sag,))
        with db.write() as tx:
            tx.run("update step set state = 'handed-on' where sag = ?", (sag,))

    url = ground.copy(origin)
    killed(url, torn, 4)
    assert state(url) != before
    ground.drop(url)
