"""The house of `tests/web` behind a real server, and a real Chromium that looks at it."""

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from starlette.types import Receive, Scope, Send

from kdflow.actions.sign_in import sign_in
from kdflow.domain.authority import PersonId
from tests.web import house as houses
from tests.web.house import House

PHONE: Any = {"width": 390, "height": 844}
DESKTOP: Any = {"width": 1280, "height": 900}

expect.set_options(timeout=15_000)  # a loaded machine is no fault of what is tested

FLAGS = ["--no-sandbox", "--js-flags=--single-threaded"]
"""Beside another worker JavaScript has no core to spare for threads of its own."""


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The database of the house, and the numbers of its sager."""
    path = tmp_path_factory.mktemp("house") / "built.db"
    return path, houses.build(path)


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One Chromium for the session."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def house(built: tuple[Path, dict[str, str]], tmp_path: Path) -> Iterator[House]:
    """A house of one's own."""
    with houses.opened(*built, tmp_path) as found:
        yield found


class Door:
    """A server for the session; behind it is the house of the test that is at work."""

    def __init__(self, listening: socket.socket) -> None:
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        self.house: House | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the house answer."""
        assert self.house, "a page was asked for when no test was at work"
        await self.house.app(scope, receive, send)


@pytest.fixture(scope="session")
def door() -> Iterator[Door]:
    """The server, with nobody at home."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(128)
        door = Door(listening)
        server = uvicorn.Server(uvicorn.Config(door, log_level="error", ws="none", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        yield door
        server.should_exit = True
        thread.join(timeout=10)


@pytest.fixture
def address(door: Door, house: House) -> Iterator[str]:
    """Where the house is served."""
    door.house = house
    yield door.url
    door.house = None


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, house: House, address: str) -> Iterator[Visit]:
    """Open a page as somebody, on a desktop or a phone; `values` go to the browser's context.

    What the browser writes to its console, and every request to another host, fails the test at its end.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def opened(who: PersonId | None, path: str, *, size: Any = DESKTOP, **values: Any) -> Page:
        context = browser.new_context(base_url=address, viewport=size, locale="da-DK", **values)
        contexts.append(context)
        if who:
            secret = sign_in(house.wiring.db, who, days=30, old_secret=None, now=house.wiring.now())
            context.add_cookies([{"name": "kdflow", "value": secret, "url": address}])
        page = context.new_page()
        page.on("console", lambda message: faults.append(f"{page.url}: {message.text}"))
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("request", lambda request: _check_host(request.url, address, faults))
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    # A refused form is answered with 403, 409 or 422, which Chromium notes on its console; so it does where a test
    # takes the line away.
    noted = ("the server responded with a status of 4", "Failed to load resource: net::ERR_INTERNET_DISCONNECTED")
    assert [fault for fault in faults if not any(one in fault for one in noted)] == []


def _check_host(url: str, address: str, faults: list[str]) -> None:
    if not url.startswith((address, "data:")):
        faults.append(f"a request to {url}")
