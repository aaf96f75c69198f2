"""A picture of every page of the demo, at a desk and on a phone: `make pictures`. They are to be looked at."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import CHROMIUM

FOLDER = Path("build/pictures")
SIZES: dict[str, Any] = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
PATIENCE = 120
"""Seconds that the demo may take to come up."""

NOBODY = ""
OWNER, CHAIR, SECRETARY = "sagsejer-sundhed", "formand-kd-net", "sekretaer-kd-net"
ADMINISTRATOR = "administrator"

MEETING = "/moeder/kd-net-2020-01-24"
PAGES: dict[str, tuple[str, ...]] = {
    NOBODY: ("/log-ind", "/offentligt", "/offentligt/kkr-midt", "/privatliv", "/tilgaengelighed", "/findes-ikke"),
    OWNER: (
        *("/", "/sager", "/sager?hos=kd-net", "/sager/ny", "/planer", "/soeg?q=aftalen", "/soeg", "/opgaver"),
        *("{sag}", "{sag}/plan", "{sag}/ejer", "/beskeder", "/beskeder/valg", "/abonnementer", "/ruter", "/konto"),
        *("/hjaelp", "/hjaelp/sagsejer"),
    ),
    CHAIR: ("/", "/godkendelser", "{sag}", MEETING, "/organer", "/organer/kd-net", "/konto/fravaer"),
    SECRETARY: (
        *("/", "/organer/kd-net/bord", f"{MEETING}/dagsorden", f"{MEETING}/referat", MEETING, "/moeder"),
        *("/moeder/nyt", "/moeder/indlaes", "/aarshjul", "/forbindelser", "/flaskehalse", "/udsendelser", "/post"),
    ),
    ADMINISTRATOR: ("/", "/administration", "/administration/historik"),
}
"""The pages that are shown, by who looks; `{sag}` is a sag of the owner's."""


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
    with _demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for who, paths in PAGES.items():
            for size in SIZES:
                _look(browser, address, who, paths, size)
        browser.close()
    print(f"{len(list(FOLDER.iterdir()))} pictures in {FOLDER}")


@contextmanager
def _demo() -> Iterator[str]:
    """The demo in a process and a database of its own, served."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with TemporaryDirectory() as folder:
        command = [str(Path(sys.executable).parent / "kdflow"), "demo", "--db", f"sqlite:///{folder}/demo.db"]
        process = subprocess.Popen([*command, "--port", str(port)], stdout=subprocess.DEVNULL)
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


def _look(browser: Browser, address: str, who: str, paths: tuple[str, ...], size: str) -> None:
    """Pictures of some pages as one person sees them."""
    context = browser.new_context(base_url=address, viewport=SIZES[size], locale="da-DK")
    page = context.new_page()
    page.on("console", lambda message: print(f"{page.url}: {message.text}"))
    if who:
        _enter(page, who)
    for path in paths:
        page.goto(path.format(sag=_a_sag(page) if "{sag}" in path else ""))
        name = path.strip("/").replace("/", "-").replace("?", "-").replace("{sag}", "sag") or "start"
        page.screenshot(path=FOLDER / f"{who or 'nobody'}-{name}-{size}.png", full_page=True)
    context.close()


def _enter(page: Page, who: str) -> None:
    """Be somebody, by the button of the demo."""
    page.goto("/log-ind")
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.locator(f"form:has(input[name=person][value='{who}']) button").first.click()
    page.wait_for_load_state()


def _a_sag(page: Page) -> str:
    """The address of the first sag on the list of those that are at KD-Net."""
    page.goto("/sager?hos=kd-net")
    return (page.locator("main a[href^='/sager/SAG-']").first.get_attribute("href") or "/sager").split("#")[0]


if __name__ == "__main__":
    main()
