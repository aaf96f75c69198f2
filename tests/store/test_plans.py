"""One step reads by key: however many sager there are, no statement of the hot path walks through them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kdflow.store.database import Database
from tests.benchmarks.bench_step import recorded
from tests.store.stand import OWNER, SqliteGround, Walker, furnish, opened

LARGE = re.compile(r"SCAN (sag|step|seat|event|command|notice|content)\b")


def plans(db: Database, sql: str, count: int) -> str:
    """How SQLite would carry a statement out."""
    with db.read() as tx:
        found = tx.run(f"explain query plan {sql}", (None,) * count).fetchall()
    return "\n".join(row[-1] for row in found)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """SQLite only: PostgreSQL plans by statistics, and scans small tables."""
    with opened(furnish(SqliteGround(tmp_path))) as database:
        yield database


def test_no_statement_of_a_step_scans_a_table_that_grows(db: Database) -> None:
    walker = Walker(db)
    sag, step = walker.before_join()
    with recorded() as statements:
        walker.advance(sag, step, "hand-on", OWNER)
    assert len(statements) > 10
    for sql, values, many in statements:
        count = len(values[0]) if many else len(values)
        assert not LARGE.search(plans(db, sql, count)), sql
    assert LARGE.search(plans(db, "select * from step where station = ?", 1))
