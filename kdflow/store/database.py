"""One database, SQLite or PostgreSQL: how transactions begin, and the driver's own connection inside them.

SQLite follows SQLAlchemy's "non-legacy transactional modes": the driver never begins by itself, writers begin
with BEGIN IMMEDIATE, and a lock in the process makes them queue instead of sleep. Its transactions
begin on the driver's connections directly: SQLAlchemy's round each would take longer than what is inside.
"""

from __future__ import annotations

import re
import select
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine

from kdflow.domain.errors import KdflowError
from kdflow.domain.notices import Notice
from kdflow.store import sqlite
from kdflow.store.sqlite import READS, WRITES, Synchronous

_T = TypeVar("_T")

SETUP, CALENDARS, DEFINITIONS = "setup", "calendars", "definitions"
"""What changes are counted under, whoever makes them: of bodies, people, offices and absences; of meetings, but
for when the sweep looks at them. Definitions are only ever added, and are counted themselves."""

_CHANGES = {
    SETUP: re.compile(r"\b(insert into|update|delete from) (body|person|appointment|absence)\b"),
    CALENDARS: re.compile(r"\b(insert into|delete from) meeting\b|\bupdate meeting set (?!wake_at = )"),
}
_COUNT = (
    "insert into setting (key, value) values (?, '1') "
    "on conflict (key) do update set value = cast(cast(setting.value as integer) + 1 as varchar)"
)

_MARKS = (
    f"select key, value from setting where key in ('{SETUP}', '{CALENDARS}') "
    f"union all select '{DEFINITIONS}', cast(count(*) as varchar) from definition"
)

REPEATABLE_READ = 3
"""The isolation of reading transactions on PostgreSQL, as its driver numbers it."""

QUIET = 30.0
"""Seconds after which it is asked whether the server of a connection is still there."""


class Tx:
    """An open transaction: `run` sends statements through the driver.

    `kept` is the process's memory of rows that never change once they are written, and `added` names those that
    this transaction has written: they may be remembered when it has committed. `told` are the notices it has put
    into the outbox; what a rehearsal writes is taken back whatever happens.
    Statements are written with `?`; for PostgreSQL they are rewritten once and kept.
    """

    __slots__ = ("_answers", "_driver", "_postgres", "added", "is_read_only", "is_rehearsal", "kept", "told")

    def __init__(
        self, driver: Any, kept: dict[str, Any], *, is_postgres: bool = False, is_read_only: bool = False
    ) -> None:
        self.kept = kept
        self.added: set[str] = set()
        self.told: list[Notice] = []
        self.is_rehearsal = False
        self._answers: dict[Any, Any] = {}
        self.is_read_only = is_read_only
        self._driver = driver
        self._postgres = is_postgres

    @property
    def is_postgres(self) -> bool:
        """Whether rows must be locked one by one (SQLite locks the whole database)."""
        return self._postgres

    @property
    def sees_one_moment(self) -> bool:
        """Whether nothing shows that others do meanwhile: they cannot where SQLite writes."""
        return self.is_read_only or not self._postgres

    def run(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """Send one statement through the driver's connection; the cursor is returned."""
        if (changed := _changed_by(sql)) is not None:
            self._count(changed)
        return self._driver.execute(_dollars(sql) if self._postgres else sql, values)

    def run_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Send one statement for many rows."""
        if len(rows) == 1:
            self.run(sql, rows[0])
        elif rows:
            if (changed := _changed_by(sql)) is not None:
                self._count(changed)
            self._driver.cursor().executemany(_dollars(sql) if self._postgres else sql, rows)

    def commit(self) -> None:
        """Keep what was written; whoever opened the transaction says so, nobody else."""
        self._driver.commit()

    def once(self, question: tuple[Any, ...], ask: Callable[[], _T]) -> _T:
        """Ask what may be asked for again: once where nothing changes meanwhile, each time where it can."""
        if not self.is_read_only:
            return ask()
        if question not in self._answers:
            self._answers[question] = ask()
        found: _T = self._answers[question]
        return found

    def _count(self, what: str) -> None:
        """Count before the first change: whoever else changes something waits here, with no row in hand."""
        if what not in self.added:
            self.added.add(what)
            self.run(_COUNT, (what,))

    def mark(self, what: str) -> str | None:
        """What stands for something as it is: another mark, and it may be otherwise. None: this transaction has
        changed it. The mark is read before what it stands for, which then is that old, or newer."""
        if what in self.added:
            return None
        if self.is_read_only:
            return self.once(("marks",), self._marks).get(what, "")
        row = self.run("select value from setting where key = ?", (what,)).fetchone()
        return str(row[0]) if row else ""

    def _marks(self) -> dict[str, str]:
        return {key: str(value) for key, value in self.run(_MARKS).fetchall()}

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


@lru_cache(maxsize=1024)
def _changed_by(sql: str) -> str | None:
    return next((what for what, changing in _CHANGES.items() if changing.search(sql)), None)


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
    """Where an installation keeps everything. Thread-safe; open one per process.

    PostgreSQL is asked for `connections` at the most; who wants one more waits so many seconds for it, and then
    fails. SQLite has as many as there are threads that ask.
    """

    def __init__(
        self, url: str, *, synchronous: Synchronous = "FULL", connections: int = 15, wait: float = 30
    ) -> None:
        self.url = _url(url)
        self.engine = (
            sqlite.engine(self.url, synchronous) if self.is_sqlite else _postgres(self.url, connections, wait)
        )
        self._writing = sqlite.Connections(self.engine, synchronous)
        self._reading = sqlite.Connections(self.engine, synchronous, reads_only=True)
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
        if not self.is_sqlite:
            with self.engine.begin() as conn:
                yield Tx(conn.connection.driver_connection, self._kept, is_postgres=True)
            return
        with self._writers:
            driver = self._writing.take()
            try:
                driver.execute(WRITES)
                tx = Tx(driver, self._kept)
                yield tx
                tx.commit()
            finally:
                self._writing.give_back(driver)

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """A transaction that sees one moment and can change nothing."""
        if not self.is_sqlite:
            with closing(self.engine.raw_connection()) as lent, _one_moment(lent.driver_connection):
                yield Tx(lent.driver_connection, self._kept, is_postgres=True, is_read_only=True)
            return
        driver = self._reading.take()
        try:
            driver.execute(READS)
            yield Tx(driver, self._kept, is_read_only=True)
        finally:
            self._reading.give_back(driver)

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()
        for connections in (self._writing, self._reading):
            connections.close()


KEPT_OPEN = 5
"""How many connections to PostgreSQL a process keeps when nobody uses them."""


def _postgres(url: sa.URL, connections: int, wait: float) -> Engine:
    kept = min(connections, KEPT_OPEN)
    try:
        engine = sa.create_engine(
            url.set(drivername="postgresql+psycopg"),
            pool_size=kept,
            max_overflow=connections - kept,
            pool_timeout=wait,
        )
    except ModuleNotFoundError as error:
        raise Unreachable("PostgreSQL needs its driver: install kdflow[postgres]") from error

    @event.listens_for(engine, "checkin")
    def _idle(_dbapi: Any, record: Any) -> None:
        record.info["idle_since"] = monotonic()

    @event.listens_for(engine, "checkout")
    def _ask_if_quiet(dbapi: Any, record: Any, _proxy: Any) -> None:
        if _is_gone(engine, dbapi, monotonic() - record.info.get("idle_since", monotonic())):
            raise sa.exc.DisconnectionError("the server has hung up")  # the pool opens another

    return engine


def _is_gone(engine: Engine, dbapi: Any, idle: float) -> bool:
    """Whether a server has left a connection. One that hangs up says so on the socket, where it is seen without a
    round trip; the server is asked only where a connection has long been quiet."""
    heard = select.poll()
    heard.register(dbapi.fileno(), select.POLLIN)
    if heard.poll(0):
        return True
    try:
        return idle > QUIET and not engine.dialect.do_ping(dbapi)
    except engine.dialect.loaded_dbapi.Error:
        return True


@contextmanager
def _one_moment(driver: Any) -> Iterator[None]:
    """Let a connection of PostgreSQL's see one moment and change nothing; it is given back as it was."""
    driver.isolation_level, driver.read_only = REPEATABLE_READ, True
    try:
        yield
    finally:
        if not driver.closed:
            driver.rollback()
            driver.isolation_level, driver.read_only = None, None
