"""SQLite's connections: what raises leaves nothing, the next transaction gets the same one, none stays open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kdflow.store.database import Database, Tx


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """A database with one table."""
    database = Database(f"sqlite:///{tmp_path}/one.db", synchronous="OFF")
    with database.write() as tx:
        tx.run("create table one (word text)")
    yield database
    database.close()


class DiesError(BaseException):
    """Not even an Exception: a process is killed like that in a simulation."""


def words(tx: Tx) -> list[str]:
    """What is kept."""
    return [row[0] for row in tx.run("select word from one order by word").fetchall()]


def test_what_raises_leaves_nothing_and_the_next_one_writes(db: Database) -> None:
    def dies() -> None:
        with db.write() as tx:
            tx.run("insert into one values ('lost')")
            raise DiesError

    for _ in range(3):
        with pytest.raises(DiesError):
            dies()
    with db.write() as tx:
        assert words(tx) == []
        tx.run("insert into one values ('kept')")
    with db.read() as tx:
        assert words(tx) == ["kept"]


def test_one_reader_after_the_other_shares_a_connection(db: Database) -> None:
    with db.read() as tx:
        first = tx._driver
    with db.read() as tx, db.read() as other:
        assert tx._driver is first
        assert other._driver is not first
        with pytest.raises(Exception, match="readonly"):
            tx.run("insert into one values ('by a reader')")


def test_closed_databases_have_no_file_open(db: Database) -> None:
    with db.read():
        pass
    db.close()
    assert not Path(str(db.url.database) + "-wal").exists(), "the last connection that closes takes it along"
