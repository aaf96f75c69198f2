"""A picture of every page of the demo, at a desk and on a phone: `make pictures`. They are to be looked at."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.album import CHAIR, CHAPTERS, IN_EARNEST, Chapter
from tests.browser.story import open_all, take
from tests.conftest import CHROMIUM

FOLDER = Path("build/pictures")
SIZES: dict[str, Any] = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
PATIENCE = 120
"""Seconds that the demo may take to come up."""

PLACES = {
    "{sag}": ("/sager?hos=kd-net", "main a:has-text('Samarbejdsaftale om IV-behandling')"),
    "{closed}": ("/sager?adgang=lukket", "main a[href^='/sager/SAG-']"),
    "{waiting}": ("/godkendelser", "main a[href^='/sager/']"),
    "{mail}": ("/post", "main a[href^='/post/']"),
}
"""What stands for an address in the album: the page it is found on, and the first link there."""


FILLED: dict[str, str] = {}
"""What stands for an address that is found out otherwise."""

IN_THE_OPEN = {
    "KDFLOW_SECURE_COOKIES": "false",
    "KDFLOW_MAIL_HOST": "mail.invalid",
    "KDFLOW_MAIL_FROM": "kdflow@kdflow.example",
}
"""A house on this machine, without TLS, whose mails go nowhere."""

KDFLOW = str(Path(sys.executable).parent / "kdflow")


def main() -> None:
    """Make them all.

    Raises:
        SystemExit: there is no Chromium, or the demo did not come up.
    """
    chosen = os.environ.get("KDFLOW_CHROMIUM")
    chromium = next((found for name in ([chosen] if chosen else CHROMIUM) if (found := shutil.which(name))), None)
    if chromium is None:
        raise SystemExit("no Chromium here: apt-get install chromium-headless-shell (or chromium)")
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for house, chapters in ((_demo, CHAPTERS), (_installation, IN_EARNEST)):
            with house(Path(folder)) as address:
                for number, chapter in enumerate(chapters, 1):
                    _Photographer(browser, address, f"{house.__name__[1:5]}{number}").take(chapter)
        browser.close()
    print(f"{len(list(FOLDER.iterdir()))} pictures in {FOLDER}")


def _demo(folder: Path) -> AbstractContextManager[str]:
    """The demo, in a database of its own."""
    return _served("demo", "--db", f"sqlite:///{folder}/demo.db")


@contextmanager
def _installation(folder: Path) -> Iterator[str]:
    """A house in earnest, where one signs in by mail (that goes nowhere) or by the link of an operator.

    A place of the album is filled here: the link.
    """
    db = ("--db", f"sqlite:///{folder}/house.db")
    subprocess.run([KDFLOW, *db, "db", "upgrade"], check=True, stdout=subprocess.DEVNULL)
    link = subprocess.run([KDFLOW, *db, "sign-in", CHAIR], check=True, capture_output=True, text=True)
    FILLED["{link}"] = link.stdout.strip()
    with _served(*db, "serve", **IN_THE_OPEN) as address:
        yield address


@contextmanager
def _served(*command: str, **settings: str) -> Iterator[str]:
    """kdflow in a process of its own, when it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {**os.environ, **settings}
    process = subprocess.Popen([KDFLOW, *command, "--port", str(port)], stdout=subprocess.DEVNULL, env=own)
    try:
        yield _up(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait()


def _up(address: str) -> str:
    """The address, when it answers."""
    for _ in range(PATIENCE):
        try:
            urllib.request.urlopen(f"{address}/log-ind").close()  # noqa: S310
        except OSError:
            time.sleep(1)
        else:
            return address
    raise SystemExit("the demo did not come up")


class _Photographer:
    """Takes the pictures of one chapter; at each size everybody has a browser of their own."""

    def __init__(self, browser: Browser, address: str, number: str) -> None:
        self._browser, self._address, self._number = browser, address, number

    def take(self, chapter: Chapter) -> None:
        for who, deed in chapter.before:
            with self._as(who, "desk") as page:
                deed(page)
        for size in SIZES:
            for who, paths in chapter.shown.items():
                with self._as(who, size) as page:
                    for path in paths:
                        page.goto(_found(page, path))
                        self._keep(page, who, path, size)
            for one in chapter.pressed:
                with self._as(one.who, size) as page:
                    page.goto(one.path)
                    open_all(page)
                    take(page, one.steps)
                    self._keep(page, one.who, one.name, size)

    @contextmanager
    def _as(self, who: str, size: str) -> Iterator[Page]:
        """A page that somebody looks at."""
        context = self._browser.new_context(base_url=self._address, viewport=SIZES[size], locale="da-DK")
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: print(f"{page.url}: {message.text}"))
        if who:
            _enter(page, who)
        yield page
        context.close()

    def _keep(self, page: Page, who: str, name: str, size: str) -> None:
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            print(f"{page.url} is wider than the {size}")
        plain = re.sub(r"[^\w=.-]+", "-", name).strip("-") or "start"
        page.screenshot(path=FOLDER / f"{self._number}-{who or 'nobody'}-{plain}-{size}.png", full_page=True)


def _found(page: Page, path: str) -> str:
    """An address of the album, with what the demo has for its place."""
    for place, address in FILLED.items():
        path = path.replace(place, address)
    for place, (shown, link) in PLACES.items():
        if place in path:
            page.goto(shown)
            address = page.locator(link).first.get_attribute("href") or shown
            return path.replace(place, address.split("#")[0])
    return path


def _enter(page: Page, who: str) -> None:
    """Be somebody, by the button of the demo."""
    page.goto("/log-ind")
    open_all(page)
    page.locator(f"form:has(input[name=person][value='{who}']) button").first.click()
    page.wait_for_load_state()


if __name__ == "__main__":
    main()
