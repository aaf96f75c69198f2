"""One step reads by key: however many sager there are, no statement of the hot path walks through them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kdflow.domain.authority import PersonId
from kdflow.domain.situation import Inputs
from kdflow.domain.visibility import Sight
from kdflow.store import finding
from kdflow.store.database import Database
from tests.benchmarks.bench_step import recorded
from tests.store.stand import OWNER, SqliteGround, Walker, furnish, meeting, opened

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


def test_neither_a_day_nor_a_name_is_searched_for_sag_by_sag(db: Database) -> None:
    walker = Walker(db)
    sag, _ = walker.at_meeting()
    meetings = (meeting("north", 1),)
    walker.move(sag, "m", "submit", OWNER, Inputs(meeting=meetings[0]))
    sight = Sight(person=PersonId("lars"), bodies=frozenset({"north"}), sees_all=False)
    with recorded() as statements, db.read() as tx:
        assert finding.by_relevance(tx, "24. januar", sight, meetings=meetings, limit=21) == ((2, sag),)
        assert finding.by_relevance(tx, "owner", sight, limit=21) == ((1, sag),)
        assert finding.count_relevant(tx, "owner januar", sight, meetings=meetings, most=200) == 1
    assert len(statements) > 5
    for sql, values, _ in statements:
        assert not LARGE.search(plans(db, sql, len(values))), sql
