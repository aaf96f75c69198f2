"""The page that finds a personal number before it is published, in a real browser."""

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Visit
from tests.browser.looks import is_for_everybody, is_for_everybody_at_both
from tests.web.house import KARIN, House
from tests.web.test_agenda import AGENDA
from tests.web.test_personal_numbers import CPR, ready


def test_it_says_where_and_publishes_once_it_is_told_why(visit: Visit, house: House) -> None:
    ready(house, case_text=f"Nummeret {CPR} er opdigtet.")
    is_for_everybody_at_both(visit(KARIN, f"{AGENDA}/udsend", bypass_csp=True))
    page = visit(KARIN, f"{AGENDA}/udsend", size=PHONE, bypass_csp=True)
    page.get_by_role("button", name="Udsend til").click()
    is_for_everybody(page)
    page.get_by_role("link", name="Fjern det, eller sæt kryds").click()
    expect(page.get_by_role("checkbox", name="Det er rigtigt, at det står der")).to_be_focused()
    page.keyboard.press("Space")
    page.get_by_label("Hvorfor er det rigtigt?").fill("Et opdigtet nummer")
    page.get_by_role("button", name="Udsend til").click()
    expect(page.locator("#kvittering")).to_be_visible()
