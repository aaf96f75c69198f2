"""Reading in a calendar file in a real browser: accessible, readable on a phone, and without JavaScript."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Visit
from tests.browser.looks import both, is_for_everybody
from tests.web.house import KARIN, House
from tests.web.test_calendar_import import BROKEN
from tests.web.test_calendar_pages import seated

LONG = "bemærkningOmEnMegetLangAftaleUdenMellemrum" * 3
FILE = BROKEN.replace("Ekstra", LONG) + "27. marts 2020;kvart i ti;;;;\n"


def _seen(visit: Visit, **how: Any) -> Page:
    """The page that says what the file changes."""
    page = visit(KARIN, "/moeder/indlaes?organ=kd-net", **how)
    page.get_by_label("Fil", exact=True).set_input_files(
        {
            "name": "en-kalender-med-et-temmelig-langt-navn-2020.csv",
            "mimeType": "text/csv",
            "buffer": FILE.encode(),
        }
    )
    page.get_by_role("button", name="Se, hvad filen ændrer").click()
    expect(page.get_by_role("heading", name="Linjer, der ikke kan indlæses")).to_be_visible()
    return page


@both
def test_the_pages_are_for_everybody(visit: Visit, house: House, size: Any) -> None:
    seated(house)
    seen = _seen(visit, size=size, bypass_csp=True)
    refused = _seen(visit, size=size, bypass_csp=True)
    refused.get_by_role("button", name="Indlæs", exact=True).click()
    expect(refused.get_by_role("alert")).to_be_visible()
    for page in (visit(KARIN, "/moeder/indlaes", size=size, bypass_csp=True), seen, refused):
        is_for_everybody(page)


def test_a_file_is_read_in_on_a_phone_without_javascript(visit: Visit, house: House) -> None:
    seated(house)
    page = _seen(visit, size=PHONE, java_script_enabled=False)
    page.get_by_label("Indlæs resten uden de linjer, der ikke kan læses").check()
    page.get_by_role("button", name="Indlæs", exact=True).click()
    expect(page.get_by_role("status").get_by_text("Kalenderen er indlæst")).to_be_visible()
