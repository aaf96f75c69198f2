"""Every page of each role by axe, at 400 % zoom, which makes of 1280 pixels 320 (WCAG 1.4.10), and on paper."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser.album import pages
from tests.browser.conftest import DESKTOP, PHONE, Visit
from tests.browser.looks import at_both, fits, open_all, too_small, violations
from tests.browser.story import MOVED, take
from tests.web.house import KARIN, House
from tests.web.test_agenda import accepted
from tests.web.walk import ROLES, furnish, publish

NARROW: Any = {"width": 320, "height": 256}
SHEET: Any = {"width": 718, "height": 1047}
"""A4 with margins of a centimetre, at 96 pixels an inch."""

CONTROLS = """() => [...document.querySelectorAll(
    'main form:not(:has(.queue)), main button, main input:not([type=hidden]), main select')]
    .filter(one => one.checkVisibility() && one.getClientRects().length).map(one => one.outerHTML.slice(0, 120))"""
OFF_THE_SHEET = """() => [...document.querySelectorAll('body *')].filter(one => one.checkVisibility()
      && one.getBoundingClientRect().right > window.innerWidth + 1 && !one.closest('svg *, .hidden, thead'))
    .map(one => one.outerHTML.slice(0, 120))"""

TOO_WIDE = """() => [...document.querySelectorAll('main *')].filter(one => one.scrollWidth > one.clientWidth + 1
      && getComputedStyle(one).overflowX === 'visible' && !one.closest('svg *, thead')
      && ![...one.children].some(child => child.scrollWidth > child.clientWidth + 1))
    .map(one => one.outerHTML.slice(0, 120))"""

UNREACHABLE = """() => [...document.querySelectorAll('body *')].filter(one => one.checkVisibility()
      && ['auto', 'scroll'].includes(getComputedStyle(one).overflowX) && one.scrollWidth > one.clientWidth + 1
      && one.tabIndex < 0 && !one.matches('textarea, select, iframe')).map(one => one.outerHTML.slice(0, 120))"""


DRAWN_ANEW = re.compile(r'type="hidden"[^>]*|href="[^"]*"|action="[^"]*"|value="[^"]*"|id="[^"]*"')
"""What is another each time on a page that looks the same."""


def said_by(html: str) -> str:
    """What a page says below its head, which is that of the reader."""
    main = html[html.find("<main") : html.rfind("</main>")] if "<main" in html else html
    return DRAWN_ANEW.sub("", main)


@pytest.fixture(scope="module")
def known() -> set[str]:
    """The pages that were looked at, by what they say: what two roles get alike is looked at once."""
    return set()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("role", ["nobody", "owner", "chair", "secretary", "administrator"])
def test_every_page_of_each_role_is_for_everybody(visit: Visit, house: House, role: str, known: set[str]) -> None:
    """At a desk and on a phone axe finds nothing, and nothing is too small; at 400 % no page scrolls sideways."""
    place = furnish(house)
    publish(place)
    page = visit(ROLES[role], "/log-ind", bypass_csp=True)
    faults: list[str] = []
    for path in pages():
        page.goto(place.address(path))
        said = said_by(page.content())
        if said in known:
            continue
        known.add(said)
        open_all(page)
        for seen in at_both(page):
            faults += violations(seen)
        faults += [f"{path} is too small: {one}" for one in too_small(page)]
        page.set_viewport_size(NARROW)
        faults += [] if fits(page) else [f"{path} is too wide: {page.evaluate(TOO_WIDE)}"]
        faults += [f"{path}: no key scrolls {one}" for one in page.evaluate(UNREACHABLE)]
    assert faults == []


@pytest.mark.parametrize("role", ["chair", "administrator"])
def test_on_paper_every_page_fits_the_sheet_and_shows_no_controls(visit: Visit, house: House, role: str) -> None:
    place = furnish(house)
    publish(place)
    page = visit(ROLES[role], "/log-ind", size=SHEET)
    page.emulate_media(media="print")
    faults: list[str] = []
    for path in pages():
        page.goto(place.address(path))
        faults += [f"{path}: {one}" for one in (*page.evaluate(CONTROLS), *page.evaluate(OFF_THE_SHEET))]
    assert faults == []


@pytest.mark.parametrize("size", ["", "large"])
def test_on_paper_the_wheel_fits_the_sheet(visit: Visit, size: str) -> None:
    page = visit(ROLES["owner"], "/aarshjul", size=SHEET)
    if size:
        page.locator(".wheel").evaluate("(one, size) => one.classList.add(size)", size)
    assert page.locator(".wheel svg").evaluate("one => one.getBoundingClientRect().width") > SHEET["width"]
    page.emulate_media(media="print")
    assert page.evaluate(OFF_THE_SHEET) == []
    assert 600 < page.locator(".wheel svg").evaluate("one => one.getBoundingClientRect().width") <= SHEET["width"]


@pytest.mark.parametrize("size", [DESKTOP, PHONE, NARROW], ids=["desk", "phone", "narrow"])
def test_whom_a_moved_meeting_hits_fits_every_screen(visit: Visit, house: House, size: Any) -> None:
    accepted(house, "Revideret samarbejdsaftale om sundhedskoordinatorer og klinisk funktion i hele regionen")
    page = visit(KARIN, "/moeder/kd-net-2020-03-13", size=size)
    open_all(page)
    take(page, MOVED)
    assert page.locator("table.hits").is_visible()
    assert fits(page)
