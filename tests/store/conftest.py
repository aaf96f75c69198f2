"""Both databases: each test of the store runs on a SQLite file and on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kdflow.store.database import Database
from tests.store.stand import Ground, PostgresGround, SqliteGround, furnish, opened

BOTH = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


@pytest.fixture(scope="session", params=BOTH)
def ground(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """Where databases stand: a folder, or a server."""
    if request.param == "sqlite":
        return SqliteGround(tmp_path_factory.mktemp("sqlite"))
    return PostgresGround(request.getfixturevalue("postgres_server"))


@pytest.fixture(scope="session")
def furnished(ground: Ground) -> str:
    """A database with the whole house in it, to be copied and never written to."""
    return furnish(ground)


@pytest.fixture
def url(ground: Ground, furnished: str) -> Iterator[str]:
    """A database with the whole house in it, for this test alone."""
    own = ground.copy(furnished)
    yield own
    ground.drop(own)


@pytest.fixture
def db(url: str) -> Iterator[Database]:
    """The same, opened."""
    with opened(url) as database:
        yield database


@pytest.fixture
def empty(ground: Ground) -> Iterator[Database]:
    """A database with nothing in it."""
    own = ground.empty()
    with opened(own) as database:
        yield database
    ground.drop(own)
