"""Days of waiting out of the history: two statements on either database, whatever became of the sager."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from kdflow.domain.situation import Inputs
from kdflow.domain.waiting import Treatment
from kdflow.domain.workflow import Outcome
from kdflow.queries.bottlenecks import bottlenecks
from kdflow.store import definitions, waiting
from kdflow.store.database import Database, Tx
from tests.benchmarks.bench_step import recorded
from tests.store.stand import ADMINISTRATOR, NOW, OWNER, SECRETARY, Walker, chair, meeting

DAY = 1440
FINAL = ("handed-on", "returned", "rejected", "withdrawn", "pulled")


def treatments(db: Database, start: datetime = NOW, end: datetime = NOW + timedelta(days=999)) -> list[Treatment]:
    """What was handed on, by the names that the shipped procedures give their moves."""
    with db.read() as tx:
        found = waiting.treatments(
            tx, submits=("submit",), decides=("decide",), leaves=("hand-on",), start=start, end=end
        )
    return sorted(found, key=lambda one: one.opened_at)


def standing(db: Database) -> list[str]:
    """The bodies where open sager stand."""
    with db.read() as tx:
        return sorted(body for body, _ in waiting.standing(tx, final=FINAL))


def test_a_step_from_its_opening_until_it_is_handed_on(db: Database) -> None:
    walker = Walker(db)
    assert (treatments(db), standing(db)) == ([], [])
    sag = walker.open("fork@1")
    assert standing(db) == ["north"]
    walker.count += 4 * DAY
    walker.decide(sag, "a")
    walker.count += 3 * DAY
    assert treatments(db) == []
    walker.move(sag, "a", "hand-on", OWNER)
    (one,) = treatments(db)
    assert (one.body, one.days, one.preparing, one.at_meetings, one.lying) == ("north", 7, 4, 0, 3)
    assert standing(db) == ["east", "south"]


def test_waiting_for_a_meeting_is_a_part_of_it(db: Database) -> None:
    walker = Walker(db)
    sag, _ = walker.at_meeting()
    walker.count += DAY
    walker.move(sag, "m", "submit", OWNER, Inputs(meeting=meeting("north", 1)))
    walker.move(sag, "m", "decline", SECRETARY, Inputs(reason="Not this one"))
    walker.count += 2 * DAY
    walker.move(sag, "m", "submit", OWNER, Inputs(meeting=meeting("north", 1)))
    walker.move(sag, "m", "accept", SECRETARY)
    walker.count += 40 * DAY
    walker.move(sag, "m", "treat", SECRETARY)
    walker.move(sag, "m", "decide", SECRETARY, Inputs(outcome=Outcome.APPROVED))
    walker.approve(sag, "m", chair("north"))
    walker.move(sag, "m", "hand-on", OWNER)
    (one,) = treatments(db)
    assert (one.days, one.preparing, one.at_meetings, one.lying) == (43, 1, 42, 0)


def test_a_sag_that_is_over_stands_nowhere(db: Database) -> None:
    walker = Walker(db)
    sag = walker.open("fork@1")
    walker.advance(sag, None, "withdraw", ADMINISTRATOR, Inputs(reason="No more"))
    assert (treatments(db), standing(db)) == ([], [])


def test_a_sag_counts_once_at_a_body(db: Database) -> None:
    walker = Walker(db)
    for _ in range(3):
        walker.open("fork@1")
    with db.read() as tx:
        assert len(waiting.standing(tx, final=())) == 3
        assert waiting.treatments(tx, submits=(), decides=(), leaves=(), start=NOW, end=walker.now()) == ()


def test_the_moves_are_found_by_what_they_do(db: Database) -> None:
    with db.read() as tx:
        assert {one.ref for one in definitions.procedures(tx)} == {"life@1", "preparation@1", "meeting@1"}
    walker = Walker(db)
    walker.before_join()
    walker.count += 2 * DAY
    found = bottlenecks(db, walker.now())
    counts = {neck.body.key: (neck.days and neck.days.count, neck.now and neck.now.count) for neck in found.necks}
    assert counts == {"north": (1, None), "south": (1, None), "east": (None, 1)}
    (full,) = found.full
    assert full.now
    assert full.now.longest == 2


def test_a_step_counts_in_the_period_in_which_it_was_handed_on_last(db: Database) -> None:
    walker = Walker(db)
    sag = walker.open("fork@1")
    walker.count += 4 * DAY
    walker.decide(sag, "a")
    walker.move(sag, "a", "hand-on", OWNER)
    left = walker.now()
    assert len(treatments(db, left, left + timedelta(minutes=1))) == 1
    assert treatments(db, left + timedelta(minutes=1)) == []
    assert treatments(db, end=left) == []
    before = [neck.body.key for neck in bottlenecks(db, left, start=NOW.date(), end=NOW.date()).slow]
    assert before == []
    assert [neck.body.key for neck in bottlenecks(db, left + timedelta(days=300)).slow] == ["north"]
    assert bottlenecks(db, left + timedelta(days=400)).slow == ()


def test_closed_sager_are_left_out(db: Database) -> None:
    walker = Walker(db)
    walker.before_join()
    with db.write() as tx:
        tx.run("update sag set closed = ?", (True,))
    assert (treatments(db), standing(db)) == ([], [])


LARGE = re.compile(r"(?:SCAN|Seq Scan on) (sag|step|event|e|s|g)\b")


def test_neither_statement_reads_the_whole_history(db: Database) -> None:
    walker = Walker(db)
    walker.before_join()
    with recorded() as statements:
        bottlenecks(db, walker.now())
    asked = [(sql, values) for sql, values, _ in statements if "event" in sql]
    assert len(asked) == 2
    for sql, values in asked:
        assert not LARGE.search(carried_out(db, sql, values)), sql
    assert LARGE.search(carried_out(db, "select * from event where reason = ?", ("x",)))


def carried_out(db: Database, sql: str, values: Sequence[object]) -> str:
    """How the database would carry out a statement where there is too much to be scanned."""
    with db.read() as tx:
        if tx.is_postgres:
            tx.run("set local enable_seqscan = off")
        found = tx.run(f"explain {'' if tx.is_postgres else 'query plan '}{sql}", values).fetchall()
    return "\n".join(str(row[-1]) for row in found)


def test_as_many_statements_for_many_sager_as_for_one(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    run = Tx.run

    def counting(self: Tx, sql: str, values: object = ()) -> object:
        asked.append(sql)
        return run(self, sql, values)  # type: ignore[arg-type]

    walker = Walker(db)
    walker.before_join()
    bottlenecks(db, walker.now())  # definitions and calendars are read once for a process
    with monkeypatch.context() as patch:
        patch.setattr(Tx, "run", counting)
        bottlenecks(db, walker.now())
        one, asked[:] = len(asked), []
    for _ in range(4):
        walker.before_join()
    with monkeypatch.context() as patch:
        patch.setattr(Tx, "run", counting)
        bottlenecks(db, walker.now())
    assert len(asked) == one <= 4
