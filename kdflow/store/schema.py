"""The schema's versions: bring a database up to the newest one, by Alembic."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from kdflow.domain.errors import KdflowError
from kdflow.store import indexing
from kdflow.store.database import Database, Unreachable


class NotSetUp(KdflowError):
    """The database is empty, or of another version than the program."""


def upgrade(db: Database) -> None:
    """Bring the database up to the newest version; nothing when it is there already.

    Raises:
        Unreachable: there is no database at that address. NotSetUp: it is of a newer version than this program.
    """
    found = version(db)
    if found and found > newest():
        raise NotSetUp(f"the database is at version {found}, newer than this program ({newest()}): update kdflow")
    _migrate(db, command.upgrade, "head")
    indexing.catch_up(db)


def downgrade(db: Database, to: str) -> None:
    """Take the database back to an earlier version ("base": nothing)."""
    _migrate(db, command.downgrade, to)


def _migrate(db: Database, verb: Callable[[Config, str], None], to: str) -> None:
    with as_file(files("kdflow.store") / "migrations") as folder, db.engine.connect() as conn:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.attributes["connection"] = conn
        with _tables_may_be_made_anew(conn):
            verb(config, to)
            conn.commit()


@contextmanager
def _tables_may_be_made_anew(conn: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew; references are not enforced meanwhile, but proved at the end.

    https://sqlite.org/lang_altertable.html: the switch has no effect inside a transaction, so the driver is told.
    """
    if conn.dialect.name != "sqlite":
        yield
        return
    driver: Any = conn.connection.driver_connection
    driver.execute("pragma foreign_keys = off")
    try:
        yield
        broken = driver.execute("pragma foreign_key_check").fetchall()
        if broken:
            raise NotSetUp(f"the database has rows that refer to nothing: {broken[:5]}")
    finally:
        driver.execute("pragma foreign_keys = on")


def version(db: Database) -> str | None:
    """The version the database is at, or None when it is empty.

    Raises:
        Unreachable: there is no database at that address.
    """
    try:
        with db.engine.connect() as conn:
            return MigrationContext.configure(conn).get_current_revision()
    except sa.exc.DatabaseError as error:
        where = db.url.render_as_string(hide_password=True)
        raise Unreachable(f"cannot reach the database {where}: {error.orig}") from error


def newest() -> str:
    """The version that this program works with."""
    with as_file(files("kdflow.store") / "migrations") as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        return str(ScriptDirectory.from_config(config).get_current_head())


def require_newest(db: Database) -> None:
    """Refuse a database that is not at the newest version. A file that is not there is not made."""
    folder = Path(db.url.database or "").parent
    if db.is_sqlite and not folder.exists():
        raise NotSetUp(f"there is no folder {folder}, so {db.url} cannot be there")
    found = version(db) if db.is_there() else None
    if found != newest():
        where = db.url.render_as_string(hide_password=True)
        raise NotSetUp(f"the database {where} is at version {found or 'none'}: run `kdflow db upgrade` first")
