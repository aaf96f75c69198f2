"""Finding sager in a real browser: the search by keyboard, filters that are an address, and without JavaScript."""

from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, Visit
from tests.browser.looks import both
from tests.web.house import IDA, KARIN, TITLES, House

PAGES = (
    "/",
    "/sager",
    "/sager?q=plan&hos=kd-net&orden=titel",
    "/sager?fra=engang",
    "/sager?q=findes-ikke",
    "/soeg",
    "/soeg?q=psykiatri",
    "/soeg?q=kd-net+2020",
)


def test_a_slash_puts_the_focus_in_the_search(visit: Visit, house: House) -> None:
    page = visit(IDA, "/ruter", size=DESKTOP)
    page.keyboard.press("/")
    page.keyboard.type("handlingsplanerne")
    page.keyboard.press("Enter")
    page.wait_for_url("**/soeg?q=handlingsplanerne")
    assert page.locator("mark").first.inner_text() == "klimahandlingsplan"
    page.get_by_role("link", name=TITLES["fresh"]).click()
    page.wait_for_url(f"**/sager/{house.numbers['fresh']}")


@both
def test_filters_are_chosen_and_taken_away_without_javascript(visit: Visit, size: Any) -> None:
    page = visit(KARIN, "/sager", size=size, java_script_enabled=False)
    shown = page.locator("tbody tr")
    before = shown.count()
    page.get_by_label("Tilstand").select_option("aabne")
    page.get_by_label("Søgeord eller nummer").fill("handlingsplaner")
    page.get_by_role("button", name="Vis sager").click()
    assert page.url.endswith("/sager?q=handlingsplaner&tilstand=aabne")
    expect(shown).to_have_count(1)
    again = visit(KARIN, page.url, size=size, java_script_enabled=False)
    expect(again.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Fjern alle").click()
    assert shown.count() == before


def test_a_number_in_the_address_bar_leads_to_its_sag(visit: Visit, house: House) -> None:
    page = visit(IDA, f"/{house.numbers['fresh'].lower()}")
    assert page.url.endswith(f"/sager/{house.numbers['fresh']}")


def test_the_whole_list_is_downloaded(visit: Visit) -> None:
    page = visit(IDA, "/sager?tilstand=aabne")
    with page.expect_download() as waited:
        page.get_by_role("link", name="Excel (XLSX)").click()
    assert waited.value.suggested_filename.endswith(".xlsx")
