"""A house on SQLite and one on PostgreSQL; each test gets its own copy of a database that is prepared once."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import make
from tests.postgres import PostgresServer

TEMPLATE = "kdflow_prepared"

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the schema and the catalog."""
    path = tmp_path_factory.mktemp("template") / "prepared.db"
    make.prepare(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> PostgresServer:
    """A PostgreSQL with a database that holds the schema and the catalog."""
    postgres_server.drop_database(TEMPLATE)
    make.prepare(postgres_server.create_database(TEMPLATE))
    return postgres_server


@pytest.fixture
def sqlite_house(sqlite_template: Path, tmp_path: Path) -> Iterator[make.House]:
    """A prepared house in a file of its own."""
    path = tmp_path / "kdflow.db"
    shutil.copy(sqlite_template, path)
    house = make.house(f"sqlite:///{path}")
    yield house
    house.db.close()


@pytest.fixture
def postgres_house(postgres_template: PostgresServer) -> Iterator[make.House]:
    """A prepared house in a PostgreSQL database of its own."""
    name = f"house_{next(_numbers)}"
    house = make.house(postgres_template.create_database(name, template=TEMPLATE))
    yield house
    house.db.close()
    postgres_template.drop_database(name)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def house(request: pytest.FixtureRequest) -> make.House:
    """A prepared house, in either database."""
    found: make.House = request.getfixturevalue(f"{request.param}_house")
    return found
