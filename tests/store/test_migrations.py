"""The schema: made from nothing, made twice, taken back and made again, and the same as the tables say."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from kdflow.actions.install_catalog import install_catalog
from kdflow.store import history, schema, tables
from kdflow.store.database import Database
from tests.store.stand import NOW, Walker, house, proved


def differences(db: Database) -> list[Any]:
    """What the tables of the code have otherwise than the database."""
    with db.engine.connect() as conn:
        opts: dict[str, Any] = {"compare_type": True, "compare_server_default": True, "include_name": _is_ours}
        context = MigrationContext.configure(conn, opts=opts)
        return list(compare_metadata(context, tables.Row.metadata))


def _is_ours(name: str | None, _kind: str, _parents: object) -> bool:
    """Full-text indexes are no tables that SQLAlchemy knows; tests of searching look at them."""
    return not (name or "").startswith("search_")


def test_an_empty_database_is_brought_to_the_newest_version(empty: Database) -> None:
    assert schema.version(empty) is None
    schema.upgrade(empty)
    assert schema.version(empty) is not None
    assert differences(empty) == []


def test_a_difference_would_be_seen(empty: Database) -> None:
    schema.upgrade(empty)
    with empty.write() as tx:
        tx.run("alter table sag drop column case_text")
        tx.run("create table stray (id int primary key)")
    assert {change[0] for change in differences(empty)} == {"add_column", "remove_table"}


def test_upgrading_twice_keeps_everything(db: Database) -> None:
    walker = Walker(db)
    walker.open()
    before = schema.version(db)
    schema.upgrade(db)
    assert schema.version(db) == before
    proved(db)
    walker.open()


def test_the_schema_can_be_taken_back_and_made_again(empty: Database) -> None:
    schema.upgrade(empty)
    install_catalog(empty, house(), now=NOW)
    Walker(empty).before_join()
    schema.downgrade(empty, "base")
    assert set(sa.inspect(empty.engine).get_table_names()) <= {"alembic_version"}
    schema.upgrade(empty)
    assert differences(empty) == []
    install_catalog(empty, house(), now=NOW)
    Walker(empty).before_join()
    proved(empty)


def test_what_is_kept_survives_a_step_back_and_forward(db: Database) -> None:
    walker = Walker(db)
    walker.before_join()
    before = rows(db)
    schema.downgrade(db, "0001")
    schema.upgrade(db)
    assert rows(db) == before
    proved(db)
    walker.open()


def rows(db: Database) -> dict[str, list[Any]]:
    """Every row of the tables that were there from the beginning; bodies, without what came later."""
    with db.read() as tx:
        found = {
            name: tx.run(f"select {columns} from {name} order by 1, 2").fetchall()  # noqa: S608
            for name, columns in FIRST_TABLES.items()
        }
    return {name: [tuple(row) for row in kept] for name, kept in found.items()}


FIRST_TABLES = {
    **dict.fromkeys(("meeting", "step", "seat", "sag", "event", "definition", "appointment"), "*"),
    "notice": "id, kind, person, sag, step, data, at",
}
"""With their columns; an old notice does not wait to be sent once more, however the schema has gone."""


@pytest.mark.parametrize("table", ["event", "definition"])
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_what_is_kept_for_ever_cannot_be_changed(db: Database, table: str, verb: str) -> None:
    Walker(db).open()
    statement = f"delete from {table}" if verb == "delete" else f"update {table} set digest = ''"  # noqa: S608
    with pytest.raises(Exception, match=f"{table} is append-only"), db.write() as tx:
        tx.run(statement)
    with db.read() as tx:
        assert tx.run(f"select count(*) from {table} where digest <> ''").fetchone()[0] > 0  # noqa: S608
    proved(db)


def test_the_chain_begins_with_nothing(empty: Database) -> None:
    schema.upgrade(empty)
    with empty.read() as tx:
        assert history.head(tx) == history.Head(seq=0, digest=history.GENESIS)
        assert history.first_break(tx) is None
