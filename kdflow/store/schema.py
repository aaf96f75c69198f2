"""The schema's versions: bring a database up to the newest one, by Alembic."""

from __future__ import annotations

from importlib.resources import as_file, files

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext

from kdflow.store.database import Database


def upgrade(db: Database) -> None:
    """Bring the database up to the newest version; nothing when it is there already."""
    with as_file(files("kdflow.store") / "migrations") as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        with db.engine.connect() as conn:
            config.attributes["connection"] = conn
            command.upgrade(config, "head")
            conn.commit()


def version(db: Database) -> str | None:
    """The version the database is at, or None when it is empty."""
    with db.engine.connect() as conn:
        return MigrationContext.configure(conn).get_current_revision()


def is_empty(db: Database) -> bool:
    """Whether nothing has been set up yet."""
    return not sa.inspect(db.engine).get_table_names()
