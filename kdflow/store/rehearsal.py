"""Commands that are carried out to see what they would do, and then taken back: they leave nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kdflow.store.database import Database, Tx


class Rehearsal(Database):
    """A database in which every transaction is a part of one that is taken back in the end. A command finds what
    those before it have done, and one that fails leaves nothing to those after it."""

    def __init__(self, db: Database, tx: Tx) -> None:
        self.url = db.url
        self.tx = tx

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """A part of the one transaction."""
        told = len(self.tx.told)
        self.tx.run("savepoint rehearsed")
        try:
            yield self.tx
        except BaseException:
            self.tx.run("rollback to savepoint rehearsed")
            del self.tx.told[told:]
            raise
        finally:
            self.tx.run("release savepoint rehearsed")

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """The same transaction: what the commands have done is seen."""
        yield self.tx


class _TakenBack(Exception):
    """The rehearsal is over."""


@contextmanager
def rehearsal(db: Database) -> Iterator[Rehearsal]:
    """A database to carry commands out in, as if somebody did so now; whoever else writes to SQLite waits."""
    try:
        with db.write() as tx:
            tx.is_rehearsal = True
            yield Rehearsal(db, tx)
            raise _TakenBack
    except _TakenBack:
        pass
