"""The schema's versions: bring a database up to the newest one, by Alembic."""

from __future__ import annotations

from importlib.resources import as_file, files

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from kdflow.domain.errors import KdflowError
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
    with as_file(files("kdflow.store") / "migrations") as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        with db.engine.connect() as conn:
            config.attributes["connection"] = conn
            command.upgrade(config, "head")
            conn.commit()


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
    found = version(db) if db.is_there() else None
    if found != newest():
        where = db.url.render_as_string(hide_password=True)
        raise NotSetUp(f"the database {where} is at version {found or 'none'}: run `kdflow db upgrade` first")
