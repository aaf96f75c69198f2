"""What the heart asks every few seconds is found by an index: no table that grows is walked through."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from kdflow.domain.delivery import LEASE
from kdflow.store import duties, letters, outbox
from kdflow.store.database import Database, Tx
from tests.benchmarks.bench_step import recorded
from tests.store.stand import NOW, OWNER
from tests.store.test_waiting import carried_out

SCAN = re.compile(r"(?:SCAN|Seq Scan on) (?:sag|step|meeting|notice|letter|duty|leg)\b")

# what is asked: the index that finds it
ASKED: dict[str, tuple[Callable[[Tx], object], str]] = {
    "awake_sager": (lambda tx: duties.awake_sager(tx, 1, limit=200), "ix_step_wake_at"),
    "awake_meetings": (lambda tx: duties.awake_meetings(tx, 1, limit=200), "ix_meeting_wake_at"),
    "waiting_people": (lambda tx: outbox.waiting_people(tx, NOW, limit=50), "ix_notice_due_at"),
    "claim of notices": (lambda tx: outbox.claim(tx, OWNER, NOW, limit=200), "ix_notice_person_due_at"),
    "claim of letters": (lambda tx: letters.claim(tx, NOW, NOW + LEASE, limit=50), "ix_letter_next_at"),
    "held_people": (lambda tx: letters.held_people(tx, limit=50), "ix_letter_next_at"),
    "left_behind": (lambda tx: letters.left_behind(tx, NOW, limit=500), "ix_letter_lease_until"),
    "mark_sending": (lambda tx: letters.mark_sending(tx, _letter(tx), NOW + LEASE), "INTEGER PRIMARY KEY"),
    "finish": (lambda tx: letters.finish(tx, _letter(tx), "sent", sent_at=NOW), "INTEGER PRIMARY KEY"),
    "next_at": (letters.next_at, "ix_letter_next_at"),
}


def _letter(tx: Tx) -> letters.Letter:
    """A letter that has just been claimed."""
    letters.add(tx, message_id=f"<{tx.instant(NOW)}@kdflow>", now=NOW, person=OWNER)
    (found,) = letters.claim(tx, NOW, NOW + LEASE, limit=1)
    return found


@pytest.mark.parametrize("what", ASKED)
def test_no_statement_scans(db: Database, what: str) -> None:
    """Which index it is only SQLite says: PostgreSQL goes by statistics, and here nearly every table is empty."""
    ask, index = ASKED[what]
    with recorded() as statements, db.write() as tx:
        ask(tx)
    asked = [(sql, values[0] if many else values) for sql, values, many in statements]
    found = [carried_out(db, sql, values) for sql, values in asked if not sql.startswith("insert")]
    assert found
    for plan in found:
        assert not SCAN.search(plan), plan
    assert not db.is_sqlite or index in found[-1], found[-1]


def test_a_scan_would_be_seen(db: Database) -> None:
    for sql in ("select * from letter where error = ?", "select * from notice where data = ?"):
        assert SCAN.search(carried_out(db, sql, ("x",)))


def test_of_many_letters_only_those_that_are_due_are_read(db: Database) -> None:
    """By what PostgreSQL really read, with statistics to go astray by: it may not take the index of the leases,
    which these know as empty, nor walk through all that wait."""
    far = NOW + timedelta(days=300)
    with db.write() as tx:
        tx.run(
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000) "
            "insert into letter "
            "(person, state, is_digest, message_id, made_at, next_at, token, attempts, repeats) "
            "select ?, 'ready', ?, '<' || i || '@kdflow>', ?, ?, 0, 0, 0 from n",
            (OWNER, False, tx.instant(NOW), tx.instant(far)),
        )
        tx.run("update letter set next_at = ? where id <= 20", (tx.instant(NOW),))
        tx.run("analyze letter")
    with recorded() as statements, db.write() as tx:
        claimed = letters.claim(tx, NOW, NOW + LEASE, limit=50)
        assert letters.mark_sending(tx, claimed[0], NOW + LEASE)
        assert letters.finish(tx, claimed[0], "ready", next_at=NOW)
    assert len(claimed) == 20
    if not db.is_sqlite:
        with db.write() as tx:
            tx.run("update letter set state = 'ready', lease_until = null")
            assert max(rows_read(tx, sql, values) for sql, values, _ in statements) == 20


def rows_read(tx: Tx, sql: str, values: Sequence[object]) -> int:
    """How many rows PostgreSQL read at most in one part of a statement, those included that it left out again."""
    plan = "\n".join(row[0] for row in tx.run(f"explain (analyze, timing off) {sql}", values).fetchall())
    return max(int(found) for found in re.findall(r"(?:actual rows=|Removed by \w+(?: \w+)*: )(\d+)", plan))
