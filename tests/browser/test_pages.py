"""Every page in a real browser: accessibility, small screens, weight, and a page without JavaScript."""

from typing import Any

import pytest
from playwright.sync_api import expect

from kdflow.domain.authority import PersonId
from tests.browser.conftest import PHONE, Visit
from tests.browser.looks import both, fits, open_all, tour, violations, weighs_little
from tests.web.house import DORTE, IDA, JENS, KARIN, House

LISTS = (
    "/",
    "/sager",
    "/sager?tilstand=aabne&orden=titel",
    "/sager?q=findes-ikke",
    "/soeg",
    "/soeg?q=psykiatri",
    "/soeg?q=kd-net",
)
OF_SAGER = (
    "/sager/{consent}",
    "/sager/{fresh}",
    "/sager/{closed}",
    "/sager/{agenda}",
    "/sager/{consent}/plan",
    "/sager/ny",
)
OTHERS = (
    "/ruter",
    "/moeder/kd-net-2020-01-24",
    "/abonnementer",
    "/beskeder",
    "/beskeder/valg",
    "/post",
    "/log-ind",
    "/tilgaengelighed",
    "/findes-ikke",
)
PAGES = (*LISTS, *OF_SAGER, *OTHERS)


@both
@pytest.mark.parametrize("who", [JENS, KARIN])
def test_axe_finds_nothing_where_there_is_something_to_decide(
    visit: Visit, house: House, size: Any, who: PersonId
) -> None:
    page = visit(who, f"/sager/{house.numbers['consent']}", size=size, bypass_csp=True)
    page.get_by_role("radio", name="Send tilbage").check()
    page.locator(".act > button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    open_all(page)
    assert violations(page) == []


def test_titles_are_unique_and_in_danish(visit: Visit, house: House) -> None:
    titles = []
    for page in tour(visit, IDA, [path.format(**house.numbers) for path in PAGES]):
        assert page.locator("html").get_attribute("lang") == "da"
        expect(page.locator("h1")).to_have_count(1)
        titles.append(page.title())
    assert len({*titles}) == len(titles) - 2  # the start page with two other filters


def test_the_skip_link_goes_to_the_content(visit: Visit) -> None:
    page = visit(IDA, "/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Gå til indhold"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_a_page_weighs_little(visit: Visit, house: House) -> None:
    weighs_little(visit(IDA, "/sager"), f"/sager/{house.numbers['consent']}")


def test_it_works_without_javascript(visit: Visit, house: House) -> None:
    page = visit(JENS, "/", java_script_enabled=False, size=PHONE)
    page.get_by_role("link", name="Godkend, at sagen går videre").click()
    page.get_by_role("button", name="Send din beslutning").click()
    expect(page.get_by_role("alert").get_by_text("Vælg, hvad der skal ske.")).to_be_visible()
    page.get_by_role("radio", name="Send tilbage").check()
    reason = page.get_by_role("group", name="Send tilbage").get_by_label("Begrundelse")
    reason.fill("Der mangler et afsnit om økonomi.")
    page.get_by_role("button", name="Send din beslutning").click()
    expect(page.get_by_role("status").get_by_text("Du sendte sagen tilbage")).to_be_visible()
    assert house.sag("consent").places == ("gruppe",)


def test_without_the_design_system_it_is_still_a_page(visit: Visit, house: House) -> None:
    page = visit(JENS, "/tilgaengelighed", size=PHONE)
    page.route("**/static/vendor/**", lambda route: route.fulfill(status=200, body=""))
    page.goto(f"/sager/{house.numbers['consent']}")
    assert fits(page)
    expect(page.get_by_role("button", name="Send din beslutning")).to_be_visible()


def test_what_a_chair_of_another_group_sees(visit: Visit, house: House) -> None:
    page = visit(DORTE, f"/sager/{house.numbers['consent']}")
    expect(page.get_by_text("Venter på Jens Formand")).to_be_visible()


def test_a_phone_says_what_the_buttons_of_the_demo_clock_do(visit: Visit) -> None:
    box = visit(JENS, "/", size=PHONE).get_by_text("Spol frem:").bounding_box()
    assert box
    assert box["width"] > 40
    assert box["height"] > 10
