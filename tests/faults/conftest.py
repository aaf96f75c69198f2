"""Both databases, the stages on them, and a mail server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.postoffice import PostOffice, post_office
from tests.faults.stage import EARLY, Copy, Stages
from tests.faults.worker import set_clock
from tests.store.stand import Ground, PostgresGround, SqliteGround

BOTH = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


@pytest.fixture(scope="session", params=BOTH)
def ground(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """Where databases stand: a folder, or a server."""
    if request.param == "sqlite":
        return SqliteGround(tmp_path_factory.mktemp("faults"))
    return PostgresGround(request.getfixturevalue("postgres_server"), name="faults")


@pytest.fixture(scope="session")
def stages(ground: Ground) -> Stages:
    """Databases in which something is about to happen."""
    return Stages(ground)


@pytest.fixture
def copy(ground: Ground) -> Iterator[Copy]:
    """Makes copies of databases for this test alone."""
    made: list[str] = []

    def new(url: str) -> str:
        made.append(ground.copy(url))
        return made[-1]

    yield new
    for url in made:
        ground.drop(url)


@pytest.fixture
def office() -> Iterator[PostOffice]:
    """A mail server."""
    with post_office() as found:
        yield found


@pytest.fixture
def clock(tmp_path: Path) -> Path:
    """The clock of all processes, before anything is due."""
    file = tmp_path / "clock"
    set_clock(file, EARLY)
    return file
