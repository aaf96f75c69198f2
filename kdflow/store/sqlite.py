"""SQLite's connections: how one is made ready, and those that wait for the next transaction."""

from __future__ import annotations

from collections import deque
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

Synchronous = Literal["FULL", "NORMAL", "OFF"]

READS, WRITES = "BEGIN", "BEGIN IMMEDIATE"
"""How transactions begin."""

STATEMENTS = 512
"""How many statements a connection keeps prepared: all that kdflow has."""


def engine(url: sa.URL, synchronous: Synchronous) -> Engine:
    """What the schema is brought up to date through; its transactions write."""
    made = sa.create_engine(url)

    @event.listens_for(made, "connect")
    def _connect(dbapi: Any, _record: Any) -> None:
        _make_ready(dbapi, synchronous)

    @event.listens_for(made, "begin")
    def _begin(conn: Connection) -> None:
        driver: Any = conn.connection.driver_connection
        driver.execute(WRITES)

    return made


class Connections:
    """The connections of one process, each lent for one transaction at a time. Thread-safe.

    SQLAlchemy's pool would take longer than a small transaction does. There are never more of them than threads
    that ask at the same time.
    """

    def __init__(self, engine: Engine, synchronous: Synchronous, *, reads_only: bool = False) -> None:
        self._engine, self._synchronous, self._reads_only = engine, synchronous, reads_only
        self._free: deque[Any] = deque()

    def take(self) -> Any:
        """A connection that nobody else has."""
        try:
            return self._free.pop()
        except IndexError:
            return self._new()

    def give_back(self, driver: Any) -> None:
        """Let others have a connection; what was not committed is rolled back."""
        driver.rollback()
        self._free.append(driver)

    def close(self) -> None:
        """Close those that nobody has."""
        while self._free:
            self._free.pop().close()

    def _new(self) -> Any:
        arguments, options = self._engine.dialect.create_connect_args(self._engine.url)
        options = {"check_same_thread": False, "cached_statements": STATEMENTS, **options}
        driver: Any = self._engine.dialect.connect(*arguments, **options)
        _make_ready(driver, self._synchronous, reads_only=self._reads_only)
        return driver


def _make_ready(driver: Any, synchronous: Synchronous, *, reads_only: bool = False) -> None:
    driver.isolation_level = None
    driver.create_function("lower", 1, _lower, deterministic=True)  # SQLite's own knows no Å
    pragmas = ("busy_timeout=10000", "journal_mode=WAL", f"synchronous={synchronous}", "foreign_keys=ON")
    for pragma in (*pragmas, f"query_only={reads_only}"):
        driver.execute(f"PRAGMA {pragma}")


def _lower(text: str | None) -> str | None:
    return None if text is None else text.lower()
