"""Every page of each role for everybody: by axe, by keyboard, in high contrast, with measured contrast, at 200
and 400 % (which makes of 1280 pixels 320, WCAG 1.4.10), without motion or JavaScript; and on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.album import pages
from tests.browser.conftest import DESKTOP, PHONE, Visit
from tests.browser.contrast import measured
from tests.browser.looks import at_both, axe, fits, open_all, too_small
from tests.browser.senses import by_keyboard, in_high_contrast, without_motion, without_script, zoomed
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


OWN_WORDS = re.compile(r'type="hidden"[^>]*|(?:href|action|value|id|for|name|title|aria-[a-z]+)="[^"]*"|>[^<]+')
"""What two roles may get otherwise on pages that are built alike."""


def built(html: str) -> str:
    """How a page is built below its head, which is that of the reader."""
    main = html[html.find("<main") : html.rfind("</main>")] if "<main" in html else html
    return OWN_WORDS.sub("", main)


STATES = (
    *("/sager?tilstand=aabne&orden=titel", "/sager?q=findes-ikke", "/sager?q=plan&hos=kd-net&orden=titel"),
    *("/sager?fra=engang", "/soeg?q=psykiatri", "/soeg?q=kd-net", "/soeg?q=kd-net+2020", "/findes-ikke"),
    *("/sager/{fresh}", "/sager/{closed}", "/sager/{agenda}", "/sager/{consent}", "/sager/{consent}/plan"),
    "/sager/{agenda}/plan?senest=15.10.2020",
    "/sager/{consent}/plan?senest=15.10.2020&uden=kkr-midt-2020-02-05&ekstra=kontaktudvalg&ekstra_den=5.4.2020",
    "/sager/{consent}/plan?senest=vrøvl&fra=1.1.2020&ekstra=kkr-midt&uden=x&forud=x",
    *("/aarshjul?aar=2020", "/aarshjul?aar=2020&organ=kd-net&organ=kkr-midt", "/aarshjul?aar=2044"),
    *("/aarshjul?aar=2021", "/forbindelser?aar=2020", "/forbindelser?aar=2021", "/forbindelser?til=klima-sg"),
    "/forbindelser?fra=kkr-midt&til=kontaktudvalg&aar=2020",
    *("/hjaelp/sagsejer", "/hjaelp/formand", "/hjaelp/sekretariat", "/hjaelp/administrator"),
)
"""What else a page can look like, by its address."""

PARTS = 8
"""How many tests share the pages; all roles look at a page in the same one, so that what they get alike is looked
at once."""


@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_of_each_role_is_for_everybody(visit: Visit, house: House, part: int) -> None:
    place = furnish(house)
    publish(place)
    known: set[str] = set()
    faults: list[str] = []
    for role in ("nobody", "owner", "chair", "secretary", "administrator"):
        page = visit(ROLES[role], "/log-ind", bypass_csp=True)
        states = [path.format(**house.numbers) for path in STATES] if role in ("owner", "chair") else []
        for path in [*map(place.address, pages()), *states][part::PARTS]:
            answer = page.goto(path)
            html = answer.text() if answer else ""
            if (shape := built(html)) not in known:
                where = page.url if answer and answer.ok else "refused"
                is_first = where not in known
                known |= {shape, where}
                faults += (f"{role} at {path}: {one}" for one in faults_of(page, html, is_first=is_first))
    assert faults == []


def faults_of(page: Page, html: str, *, is_first: bool) -> Iterator[str]:
    """What is not for everybody on a page that was sent as `html`, with all of it unfolded; by the other senses
    the first time that somebody gets it at its address."""
    yield from without_script(page, html)
    open_all(page)
    unsure = set()
    for seen in at_both(page):
        found = axe(seen)
        unsure |= set(found.unsure)
        yield from found.violations
        if not fits(seen):
            yield f"too wide at {seen.viewport_size}: {seen.evaluate(TOO_WIDE)}"
    yield from (f"too small: {one}" for one in too_small(page))
    page.set_viewport_size(NARROW)
    if not fits(page):
        yield f"too wide at 400 %: {page.evaluate(TOO_WIDE)}"
    yield from (f"no key scrolls {one}" for one in page.evaluate(UNREACHABLE))
    page.evaluate("() => document.querySelectorAll('input[type=radio]').forEach(one => one.click())")
    if not fits(page):
        yield f"too wide with all that is chosen: {page.evaluate(TOO_WIDE)}"
    if is_first and page.locator("link[rel=stylesheet]").count():  # a letter by itself has none
        yield from by_other_senses(page, sorted(unsure))


def by_other_senses(page: Page, unsure: list[str]) -> Iterator[str]:
    """The same for those who zoom, use keys or high contrast, see little, or want nothing to move; axe cannot say
    the contrast of the words that are `unsure`."""
    yield from zoomed(page)
    page.set_viewport_size(DESKTOP)
    yield from by_keyboard(page)
    yield from in_high_contrast(page)
    yield from without_motion(page)
    yield from (f"too faint: {one}" for one in measured(page, unsure) if not one["isFine"])


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
    expect(page.locator("table.hits")).to_be_visible()
    assert fits(page)
