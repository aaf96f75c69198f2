"""One database, SQLite or PostgreSQL: how transactions begin, and the driver's own connection inside them.

SQLite follows SQLAlchemy's "non-legacy transactional modes": the driver never begins by itself, writers begin
with BEGIN IMMEDIATE, and a lock in the process makes them queue instead of sleep.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from kdflow.domain.errors import KdflowError

Synchronous = Literal["FULL", "NORMAL", "OFF"]


class Tx:
    """An open transaction: `conn` for Core statements, `run` for the hot path through the driver.

    `kept` is the process's memory of rows that never change once they are written, and `added` names those that
    this transaction has written: they may be remembered when it has committed.
    Statements of the hot path are written with `?`; for PostgreSQL they are rewritten once and kept.
    """

    __slots__ = ("_driver", "_postgres", "added", "conn", "is_read_only", "kept")

    def __init__(self, conn: Connection, kept: dict[str, Any], *, is_read_only: bool = False) -> None:
        self.conn = conn
        self.kept = kept
        self.added: set[str] = set()
        self.is_read_only = is_read_only
        self._driver: Any = conn.connection.driver_connection
        self._postgres = conn.dialect.name == "postgresql"

    @property
    def is_postgres(self) -> bool:
        """Whether rows must be locked one by one (SQLite locks the whole database)."""
        return self._postgres

    def run(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """Send one statement through the driver's connection; the cursor is returned."""
        return self._driver.execute(_dollars(sql) if self._postgres else sql, values)

    def run_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Send one statement for many rows."""
        if len(rows) == 1:
            self.run(sql, rows[0])
        elif rows:
            self._driver.cursor().executemany(_dollars(sql) if self._postgres else sql, rows)

    def instant(self, at: datetime) -> Any:
        """An aware instant as the driver takes it (SQLite keeps text in UTC)."""
        if self._postgres:
            return at
        return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")

    @staticmethod
    def read_instant(value: Any) -> datetime:
        """An instant as the driver gives it, aware and in UTC."""
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        return datetime.fromisoformat(value).replace(tzinfo=UTC)

    def day(self, value: date | None) -> Any:
        """A day as the driver takes it."""
        return value if self._postgres or value is None else value.isoformat()

    @staticmethod
    def read_day(value: Any) -> date | None:
        """A day as the driver gives it."""
        return date.fromisoformat(value) if isinstance(value, str) else value


def marks(values: Sequence[Any]) -> str:
    """As many placeholders as there are values, for `in (...)`."""
    return ", ".join("?" * len(values))


@lru_cache(maxsize=256)
def _dollars(sql: str) -> str:
    return sql.replace("?", "%s")


class Unreachable(KdflowError):
    """There is no database at the address given, or it is none that kdflow can keep things in."""


def _url(text: str) -> sa.URL:
    try:
        url = sa.make_url(text)
    except (sa.exc.ArgumentError, ValueError) as error:
        raise Unreachable(
            "this is no database URL; write sqlite:///FILE or postgresql://USER@HOST/NAME"
        ) from error
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise Unreachable(f"kdflow keeps its data in SQLite or PostgreSQL, not in {url.get_backend_name()}")
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise Unreachable("kdflow keeps its data in a file: write sqlite:///FILE")
    return url


class Database:
    """Where an installation keeps everything. Thread-safe; open one per process."""

    def __init__(self, url: str, *, synchronous: Synchronous = "FULL") -> None:
        self.url = _url(url)
        self.engine = _sqlite(self.url, synchronous) if self.is_sqlite else _postgres(self.url)
        self._reader = _sqlite(self.url, synchronous, reads_only=True) if self.is_sqlite else _reading(self.engine)
        self._writers = threading.Lock() if self.is_sqlite else nullcontext()
        self._kept: dict[str, Any] = {}

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.url.get_backend_name() == "sqlite"

    def is_there(self) -> bool:
        """Whether there can be something to read: false for an SQLite file that does not exist."""
        name = self.url.database
        return not self.is_sqlite or not name or Path(name).exists()

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """A transaction that commits when the block ends and leaves nothing when it raises."""
        with self._writers, self.engine.begin() as conn:
            yield Tx(conn, self._kept)

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """A transaction that sees one moment and can change nothing."""
        with self._reader.connect() as conn, conn.begin() as transaction:
            yield Tx(conn, self._kept, is_read_only=True)
            transaction.rollback()

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()
        self._reader.dispose()


def _postgres(url: sa.URL) -> Engine:
    try:
        return sa.create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise Unreachable("PostgreSQL needs its driver: install kdflow[postgres]") from error


def _reading(engine: Engine) -> Engine:
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _lower(text: str | None) -> str | None:
    return None if text is None else text.lower()


def _sqlite(url: sa.URL, synchronous: Synchronous, *, reads_only: bool = False) -> Engine:
    engine = sa.create_engine(url)
    begin = "BEGIN" if reads_only else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "connect")
    def _connect(dbapi: Any, _record: Any) -> None:
        dbapi.isolation_level = None
        dbapi.create_function("lower", 1, _lower, deterministic=True)  # SQLite's own knows no Å
        pragmas = ("busy_timeout=10000", "journal_mode=WAL", f"synchronous={synchronous}", "foreign_keys=ON")
        for pragma in (*pragmas, f"query_only={reads_only}"):
            dbapi.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(conn: Connection) -> None:
        driver: Any = conn.connection.driver_connection
        driver.execute(begin)

    return engine
