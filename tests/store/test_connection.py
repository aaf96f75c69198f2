"""PostgreSQL goes away and comes back: the transaction it took along leaves nothing, the next one works."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from kdflow.store import settings
from kdflow.store.database import Database, Tx
from tests.postgres import PostgresServer
from tests.store.stand import PostgresGround, Walker, furnish, opened, proved

# With the milliseconds it waits for the end: without them it only sends the signal, and the end may come later.
END = "select pg_terminate_backend(pid, 30000) from pg_stat_activity where datname = current_database() "


@pytest.fixture
def db(postgres_server: PostgresServer) -> Iterator[Database]:
    """A furnished database on PostgreSQL."""
    ground = PostgresGround(postgres_server, name="connection")
    url = furnish(ground)
    with opened(url) as database:
        yield database
    ground.drop(url)


def end_others(db: Database) -> None:
    """End every connection to the database but the one this is said through."""
    with opened(db.url.render_as_string(hide_password=False)) as other, other.read() as tx:
        ended = tx.run(END + "and pid <> pg_backend_pid()").fetchall()
        assert ended
        assert all(row[0] for row in ended)


def test_a_connection_that_was_lost_in_between_is_replaced(db: Database) -> None:
    walker = Walker(db)
    walker.open()
    end_others(db)
    walker.open()
    end_others(db)
    proved(db)


def test_a_connection_that_is_lost_within_leaves_nothing(db: Database) -> None:
    def write(tx: Tx) -> None:
        settings.keep(tx, "key", "value")

    def interrupted() -> None:
        with db.write() as tx:
            write(tx)
            end_others(db)
            write(tx)

    with pytest.raises(sa.exc.OperationalError, match="connection"):
        interrupted()
    with db.read() as tx:
        assert settings.find(tx, "key") is None
    with db.write() as tx:
        write(tx)
    with db.read() as tx:
        assert settings.find(tx, "key") == "value"
