"""A terminal on a house of its own: the house of the web tests, so that both doors can be compared."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.terminal import Terminal
from tests.web import house as houses
from tests.web.house import House

Built = tuple[Path, dict[str, str]]
Dump = Callable[[], list[str]]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The database of the house, and the numbers of its sager. Its clock stands at 24 January 2020, 16.00."""
    path = tmp_path_factory.mktemp("house") / "built.db"
    return path, houses.build(path)


@pytest.fixture(autouse=True)
def _own_ground(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the environment's settings, and no settings file where the command is run."""
    for name in [name for name in os.environ if name.startswith("KDFLOW_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def terminal(built: Built, tmp_path: Path) -> Terminal:
    """A terminal on a copy of the built house."""
    template, numbers = built
    shutil.copy(template, tmp_path / "house.db")
    return Terminal(tmp_path, f"sqlite:///{tmp_path}/house.db", dict(numbers))


@pytest.fixture
def bare(tmp_path: Path) -> Terminal:
    """A terminal in an empty folder, where no database is named."""
    return Terminal(tmp_path, "")


@pytest.fixture
def dump(terminal: Terminal) -> Dump:
    """Everything in the terminal's database, to see that nothing was written."""

    def read() -> list[str]:
        with sqlite3.connect(terminal.folder / "house.db") as connection:
            return list(connection.iterdump())

    return read


@pytest.fixture
def web(built: Built, terminal: Terminal) -> Iterator[House]:
    """The web site on another copy of the same house."""
    (terminal.folder / "web").mkdir()
    with houses.opened(*built, terminal.folder / "web") as found:
        yield found
