"""Writing the case text of one station in a real browser: at a desk, on a phone, and without JavaScript."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from kdflow.actions.revise_sag import revise_sag
from kdflow.domain.revision import Revision
from kdflow.domain.station_texts import OwnText
from tests.browser.conftest import PHONE, Visit
from tests.browser.looks import both, is_for_everybody
from tests.web.house import IDA, KARIN, House

EDITOR = "#fremstilling-kdnet"
FIELD = f"{EDITOR}-case_text"


def address(house: House) -> str:
    return f"/sager/{house.numbers['consent']}"


def written(house: House, station: str, text: str) -> None:
    """Ida has written the case text of a station."""
    given: dict[str, Any] = {"version": None, "key": f"egen-tekst-{station}", "by": IDA}
    wish = Revision(own_text=OwnText(station, text))
    revise_sag(house.wiring.db, house.sag("consent").id, None, wish, now=house.wiring.now(), **given)


@both
def test_the_text_of_a_station_is_written_kept_shown_and_dropped(visit: Visit, house: House, size: Any) -> None:
    page = visit(IDA, address(house), size=size, bypass_csp=True)
    page.get_by_text("Skriv en særlig sagsfremstilling til KD-Net", exact=True).click()
    expect(page.locator(FIELD)).to_have_value(house.sag("consent").case_text)
    page.locator(FIELD).fill("KD-Nets **egen** tekst")
    expect(page.locator(f"{EDITOR}-gemt")).to_have_text("Gemt kl. 16 som kladde")
    page.locator(EDITOR).get_by_role("button", name="Se, hvordan det bliver").click()
    expect(page.locator(f"{EDITOR}-vis strong")).to_have_text("egen")
    is_for_everybody(page)
    page.reload()
    expect(page.locator(FIELD)).to_have_value("KD-Nets **egen** tekst")
    page.get_by_role("button", name="Gem den særlige sagsfremstilling").click()
    text = page.locator("section[aria-labelledby=fremstilling]")
    expect(text.locator(".prose").first).to_have_text("KD-Nets egen tekst")
    page.get_by_text("Sagens fælles sagsfremstilling", exact=True).click()
    page.get_by_text("Ret den særlige sagsfremstilling til KD-Net", exact=True).click()
    is_for_everybody(page)
    page.get_by_role("button", name="Brug sagens fælles tekst igen").click()
    expect(text.locator(".prose").first).to_contain_text("Sagen handler om")
    assert house.sag("consent").texts == {}


@both
def test_the_text_of_a_later_station_is_reached_from_the_list(visit: Visit, house: House, size: Any) -> None:
    written(house, "kkr", "KKRs egen tekst.")
    page = visit(KARIN, address(house), size=size, bypass_csp=True)
    page.get_by_text("Særlig sagsfremstilling til et af de andre led").click()
    is_for_everybody(page)
    page.get_by_role("link", name="Ret den særlige sagsfremstilling til KKR Midtjylland").click()
    expect(page.locator("#fremstilling-kkr-case_text")).to_have_value("KKRs egen tekst.")
    is_for_everybody(page)


def test_it_works_without_javascript(visit: Visit, house: House) -> None:
    page = visit(IDA, address(house), java_script_enabled=False, size=PHONE)
    page.get_by_text("Skriv en særlig sagsfremstilling til KD-Net", exact=True).click()
    page.locator(FIELD).fill("Uden **JavaScript**")
    page.locator(EDITOR).get_by_role("button", name="Se, hvordan det bliver").click()
    assert page.locator(f"{EDITOR}-vis strong").text_content() == "JavaScript"
    page.get_by_role("button", name="Gem den særlige sagsfremstilling").click()
    assert house.sag("consent").own_text("kdnet") == "Uden **JavaScript**"
