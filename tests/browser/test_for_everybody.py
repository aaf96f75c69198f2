"""The main pages on a busy day for people who zoom, use keyboards, high contrast or no JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kdflow.domain.authority import Appointment, Office, PersonId
from kdflow.store import offices
from tests.browser.conftest import DESKTOP, Visit
from tests.browser.looks import fits, open_all
from tests.browser.senses import CUT_OFF, ZOOMED, in_high_contrast
from tests.web.house import IDA, JENS, KARIN, House
from tests.web.test_agenda import AGENDA, DESK, day, submitted
from tests.web.test_minutes import MINUTES, held

MAIN: dict[str, tuple[PersonId, str]] = {
    "start": (IDA, "/"),
    "sag": (IDA, "/sager/{consent}"),
    "decision": (JENS, "/sager/{consent}"),
    "approvals": (JENS, "/godkendelser"),
    "desk": (KARIN, DESK),
    "agenda": (KARIN, AGENDA),
    "minutes": (KARIN, MINUTES),
    "year wheel": (IDA, "/aarshjul?aar=2020"),
    "search": (IDA, "/soeg?q=sag"),
}
Look = Callable[..., Page]


@pytest.fixture
def look(visit: Visit, house: House) -> Look:
    """Open a main page by its name, on a day when there is something on each; one browser for each person."""
    held(house, "Første sag", "Anden sag med en temmelig lang titel om samarbejdsorganisering")
    submitted(house, "Sen sag", "2020-03-03")
    day(house, "2020-03-13")

    browsers: dict[str, Page] = {}

    def looked(name: str, **values: Any) -> Page:
        who, path = MAIN[name]
        key, address = f"{who} {values}", path.format(**house.numbers)
        if key in browsers:
            browsers[key].goto(address)
        else:
            browsers[key] = visit(who, address, **values)
        return browsers[key]

    return looked


def nothing_is_lost(page: Page) -> None:
    """The page does not scroll sideways, nothing is cut off, and the menu is there."""
    open_all(page)
    assert fits(page), page.url
    assert page.evaluate(CUT_OFF) == [], page.url
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("link", name="Sager", exact=True)).to_be_visible()


def test_at_200_percent_by_zoom_or_by_letters_nothing_is_lost(look: Look) -> None:
    for name in MAIN:
        nothing_is_lost(look(name, size=ZOOMED, device_scale_factor=2))
        page = look(name, size=DESKTOP)
        page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": 32}})
        page.reload()
        assert page.evaluate("getComputedStyle(document.body).fontSize") == "34px"
        nothing_is_lost(page)


REACHED = """() => {
    window.reached = new Set(); window.unseen = [];
    const outlined = (one) => parseFloat(getComputedStyle(one).outlineWidth) >= 2
      && getComputedStyle(one).outlineStyle !== 'none';
    document.addEventListener('focusin', ({target}) => {
      window.reached.add(target);
      if (!outlined(target) && !outlined(target.closest('.choice') || target))
        window.unseen.push(target.outerHTML.slice(0, 90));
    });
    return document.querySelectorAll('a, button, input, select, textarea, summary, [tabindex]').length;
  }"""
MISSED = """() => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')].filter(one =>
      one.checkVisibility({visibilityProperty: true}) && one.getClientRects().length && !one.disabled
      && !window.reached.has(one)
      && !(one.type === 'radio'
        && [...window.reached].some(other => other.name === one.name && other.form === one.form)))
    .map(one => one.outerHTML.slice(0, 90))"""


REFOCUSED = """() => {
    window.unseen = [];
    for (const one of window.reached) { one.blur(); one.focus({focusVisible: true}); }
  }"""


def test_all_is_reached_by_keyboard_and_one_sees_where_one_is(look: Look) -> None:
    for name in MAIN:
        page = look(name)
        page.emulate_media(forced_colors="none")
        for _ in range(page.evaluate(REACHED)):
            page.keyboard.press("Tab")
        assert page.evaluate(MISSED) == [], name
        assert page.evaluate("() => window.unseen") == [], name
        page.emulate_media(forced_colors="active")
        page.evaluate(REFOCUSED)
        assert page.evaluate("() => window.unseen") == [], f"{name} in high contrast"


MARK = """(one) => {
    const dot = one.querySelector('.stop-dot'), mark = getComputedStyle(dot, '::after');
    return mark.content !== 'none' && mark.backgroundColor !== getComputedStyle(dot).backgroundColor;
  }"""

LINED = """(one) => getComputedStyle(one, '::before').backgroundColor
    !== getComputedStyle(one.closest('.metro-box')).backgroundColor"""


def _one_is_told_from(page: Page, here: str, others: str) -> bool:
    lines = "ones => ones.map(one => getComputedStyle(one).borderBottomColor)"
    return page.locator(here).evaluate_all(lines)[0] not in page.locator(others).evaluate_all(lines)


def test_in_high_contrast_controls_and_where_a_sag_is_are_told_by_more_than_their_ground(look: Look) -> None:
    for name in MAIN:
        page = look(name, forced_colors="active")
        assert list(in_high_contrast(page)) == [], name
        for colours in ("light", "dark"):
            page.emulate_media(color_scheme=colours, forced_colors="active")
            if page.locator(".top-nav [aria-current]").count():
                assert _one_is_told_from(page, ".top-nav a[aria-current]", ".top-nav a:not([aria-current])"), name
            if name == "sag":
                assert page.locator(".stop.current").evaluate(MARK)
                assert not any(one.evaluate(MARK) for one in page.locator(".stop.coming").all())
                assert page.locator(".stop").first.evaluate(LINED)


SCRIPTED = ("sag", "decision", "agenda", "minutes")
"""The main pages with a script of their own."""


def test_without_javascript_the_main_pages_say_the_same(look: Look) -> None:
    for name in MAIN:
        plain = look(name, java_script_enabled=False)
        said = plain.locator("main").inner_text()
        assert said.count("\n") > 3, name
        if name in SCRIPTED:
            assert look(name).locator("main").inner_text() == said, name


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize(("who", "most"), [(KARIN, 13), (IDA, 11)])
def test_the_head_of_a_page_is_one_row_at_a_desk(
    visit: Visit, house: House, who: PersonId, most: int, language: str
) -> None:
    """Karin keeps a secretariat and leads a body, so that she has all there is in the menu, beside a long name."""
    with house.wiring.db.write() as tx:
        tx.run("update person set name = 'Karin Sekretariatsleder Fra Kommunen' where id = ?", (KARIN,))
        offices.give(tx, Appointment(person=KARIN, office=Office.CO_CHAIR, body="dassos"))
    page = visit(who, f"/sprog/{language}?til=/", size=DESKTOP)
    middles = page.locator(".brand, .top-nav a, .top-find, .who > *").evaluate_all(
        "ones => ones.map(one => one.getBoundingClientRect()).map(box => Math.round((box.top + box.bottom) / 2))"
    )
    assert len(middles) == most
    assert max(middles) - min(middles) <= 2


def test_another_language_keeps_the_page(look: Look) -> None:
    page = look("year wheel")
    path = page.url
    for language, name in (("en", "English"), ("da", "Dansk")):
        page.get_by_role("link", name=name, exact=True).click()
        expect(page.locator("html")).to_have_attribute("lang", language)
        assert page.url == path
