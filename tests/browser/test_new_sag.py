"""Opening a sag in a browser: with JavaScript the plan comes as one chooses, without it by a button; what is typed
comes back after the tab was closed."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Visit
from tests.browser.looks import violations
from tests.web.house import IDA, House

FIRST = "Sættes sagen i gang i dag, kan den tidligst være behandlet i KD-Net fredag den 13. marts 2020"


def _choose(page: Page) -> None:
    page.get_by_label("Titel").fill("Min nye sag")
    page.locator("input[name=route][value='droeftelse-kd-net@1']").check()


def _open(page: Page) -> None:
    page.get_by_role("button", name="Opret og sæt i gang").click()
    page.wait_for_url(re.compile("/sager/SAG-"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Min nye sag")


def test_with_javascript_the_plan_comes_as_one_chooses_and_one_press_opens(visit: Visit) -> None:
    for size in (DESKTOP, PHONE):
        page = visit(IDA, "/sager/ny", size=size, bypass_csp=True)
        _choose(page)
        expect(page.locator("#ny-plan")).to_contain_text(FIRST)
        assert page.url.endswith("/sager/ny")
        page.get_by_label("Ønsket besluttet senest").fill("13. marts 2020")
        page.get_by_label("Område (kan udelades)").fill("Sundhed")
        expect(page.locator("#ny-plan")).to_contain_text("Besluttet senest fredag den 13. marts 2020")
        assert violations(page) == []
        _open(page)


def test_without_javascript_the_first_press_shows_the_plan_and_the_second_opens(visit: Visit) -> None:
    page = visit(IDA, "/sager/ny", java_script_enabled=False)
    _choose(page)
    page.get_by_role("button", name="Se planen").click()
    expect(page.locator("#ny-plan")).to_contain_text(FIRST)
    _open(page)


def test_what_was_typed_comes_back_after_the_tab_was_closed(visit: Visit, house: House) -> None:
    page = visit(IDA, "/sager/ny")
    _choose(page)
    page.get_by_label("Sagsfremstilling").fill("Det, jeg er i gang med")
    expect(page.locator("#ny-gemt")).to_have_text("Gemt kl. 16 som kladde")
    page.close()
    again = visit(IDA, "/sager/ny", bypass_csp=True)
    expect(again.get_by_label("Titel")).to_have_value("Min nye sag")
    expect(again.get_by_label("Sagsfremstilling")).to_have_value("Det, jeg er i gang med")
    expect(again.locator(".draft-back")).to_contain_text("Du begyndte på en sag")
    assert violations(again) == []
    again.get_by_role("button", name="Kassér det").click()
    expect(again.get_by_label("Titel")).to_have_value("")


def test_without_a_line_it_is_said_that_the_draft_is_not_kept(visit: Visit) -> None:
    page = visit(IDA, "/sager/ny")
    page.context.set_offline(True)
    page.get_by_label("Titel").fill("En sag, jeg er i gang med")
    expect(page.locator("#ny-gemt")).to_contain_text("Kladden kunne ikke gemmes.")
    page.context.set_offline(False)
    page.get_by_label("Titel").press_sequentially(" nu")
    expect(page.locator("#ny-gemt")).to_have_text("Gemt kl. 16 som kladde")
