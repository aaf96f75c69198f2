"""A house that is built once per session, and a copy of it for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web import house as houses
from tests.web.house import House

Built = tuple[Path, dict[str, str]]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The database of the house, and the numbers of its sager."""
    path = tmp_path_factory.mktemp("house") / "built.db"
    return path, houses.build(path)


@pytest.fixture
def house(built: Built, tmp_path: Path) -> Iterator[House]:
    """A house of one's own."""
    with houses.opened(*built, tmp_path) as found:
        yield found
