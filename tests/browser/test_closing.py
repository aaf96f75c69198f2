"""A sag is closed to others from a phone, and its list of those who have it, in a real browser."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Visit
from tests.browser.looks import is_for_everybody, is_for_everybody_at_both
from tests.web.house import IDA, House
from tests.web.test_agenda import accepted, day, publish


def test_a_sag_is_closed_from_a_phone_and_who_has_it_is_seen(visit: Visit, house: House) -> None:
    walker = accepted(house, "Bliver lukket")
    day(house, "2020-03-04")
    publish(house)
    page = visit(IDA, f"/sager/{walker.number}", size=PHONE, bypass_csp=True)
    page.locator("summary", has_text="Luk sagen for andre").click()
    page.get_by_role("button", name="Luk sagen for andre").click()
    expect(page.locator("#adgang-reason")).to_be_visible()
    expect(page.locator("#adgang-reason-fejl")).to_be_visible()
    is_for_everybody(page)
    page.locator("#adgang-reason").fill("Der står navne i den.")
    page.get_by_role("button", name="Luk sagen for andre").click()
    expect(page.get_by_role("heading", name="Du lukkede sagen for andre")).to_be_visible()
    is_for_everybody(page)
    page.get_by_role("link", name="Hvem har fået sagen tilsendt").click()
    expect(page.get_by_text("Jens Formand")).to_be_visible()
    is_for_everybody_at_both(page)
