"""The administration in a real browser: accessibility, small screens, the keyboard and no JavaScript."""

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kdflow.domain.authority import Office
from kdflow.store import offices
from tests.browser.conftest import PHONE, Visit
from tests.browser.looks import both, is_for_everybody, is_for_everybody_at_both, tour
from tests.web.house import DORTE, IDA, JENS, LARS, House
from tests.web.test_administration import appoint

KD_NET = "/administration/organer/kd-net"


@pytest.fixture(autouse=True)
def _lars_is_administrator(house: House) -> None:
    appoint(house, LARS, Office.ADMINISTRATOR, "*")


def _fill(page: Page, summary: str, field: str, text: str, button: str = "Se, hvem det rammer") -> Page:
    """Unfold a form, type into a field, and send it."""
    page.get_by_text(summary, exact=True).click()
    page.locator(field).fill(text)
    page.locator(f"form:has({field})").get_by_role("button", name=button).click()
    return page


def test_who_leaves_is_for_everybody(visit: Visit, house: House) -> None:
    with house.wiring.db.write() as tx:
        offices.end_person(tx, IDA, date(2020, 1, 31))
        offices.end_person(tx, DORTE, date(2020, 1, 23))
    paths = [f"/administration/personer/{who}" for who in (IDA, DORTE)]
    for page in tour(visit, LARS, ["/administration/personer", *paths], bypass_csp=True):
        is_for_everybody_at_both(page)
    page = visit(LARS, "/administration/personer/jens", size=PHONE, bypass_csp=True)
    page.get_by_text("Stop personen", exact=True).click()
    page.get_by_role("button", name="Gem dagen").click()
    expect(page.get_by_role("heading", name="Det kan ikke gøres")).to_be_visible()
    is_for_everybody(page)


@both
def test_what_a_change_would_do_is_for_everybody(visit: Visit, size: Any) -> None:
    rule = visit(LARS, KD_NET, size=size, bypass_csp=True)
    is_for_everybody(_fill(rule, "Frister", "#frister-days-submission", "15"))
    rule.get_by_role("button", name="Gem ændringen").click()
    expect(rule.get_by_role("status").get_by_text("Ændringen er gemt")).to_be_visible()
    is_for_everybody(rule)
    rule.get_by_role("button", name="Tag ændringen tilbage").click()
    expect(rule.get_by_role("heading", name="Hvem får besked?")).to_be_visible()
    is_for_everybody(rule)
    rule.get_by_role("button", name="Gem ændringen").click()
    expect(rule.get_by_role("status").get_by_text("Ændringen er taget tilbage")).to_be_visible()
    ended = _fill(
        visit(LARS, KD_NET, size=size, bypass_csp=True), "Organet ophører", "#ophor-valid_to", "1.2.2020"
    )
    expect(ended.get_by_role("heading", name="Det kan ikke gøres")).to_be_visible()
    is_for_everybody(ended)
    wrong = _fill(visit(LARS, KD_NET, size=size, bypass_csp=True), "Frister", "#frister-days-submission", "mange")
    expect(wrong.get_by_role("alert")).to_be_visible()
    is_for_everybody(wrong)
    past = visit(LARS, "/administration/historik", size=size, bypass_csp=True)
    expect(past.get_by_text("ændrede organet")).to_be_visible()
    is_for_everybody(past)


def test_a_chair_is_away_by_keyboard_on_a_phone_without_javascript(visit: Visit, house: House) -> None:
    page = visit(JENS, "/konto/fravaer", size=PHONE, java_script_enabled=False)
    page.locator("#fravaer-valid_from").focus()
    page.keyboard.type("27. januar 2020")
    page.keyboard.press("Tab")
    page.keyboard.type("7. februar 2020")
    page.keyboard.press("Enter")
    page.get_by_role("status").get_by_text("Fraværet er lagt ind").wait_for(timeout=10_000)
