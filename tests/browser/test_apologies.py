"""Apologies in a browser: by keyboard on a phone, and nothing for axe to find on the pages where they stand."""

from tests.browser.conftest import PHONE, Visit
from tests.browser.looks import at_both, fits, open_all, too_small, tour, violations
from tests.web.house import JENS, KARIN, House
from tests.web.test_agenda import DESK, MEETING, accepted
from tests.web.test_minutes import MINUTES


def test_a_member_sends_apologies_by_keyboard_and_takes_them_back(visit: Visit) -> None:
    page = visit(JENS, MEETING, size=PHONE)
    for button, said in (("Meld afbud", "du ikke kommer"), ("Jeg kommer alligevel", "trukket tilbage")):
        page.get_by_role("button", name=button).focus()
        page.keyboard.press("Enter")
        page.get_by_role("status").filter(has_text=said).wait_for()


def test_axe_finds_nothing_before_the_meeting(visit: Visit, house: House) -> None:
    accepted(house, "En sag med en temmelig lang titel om samarbejdsorganisering")
    found: list[str] = []
    for page in tour(visit, KARIN, [MEETING, MINUTES, DESK, "/udsendelser"], bypass_csp=True):
        open_all(page)
        for seen in at_both(page):
            found += violations(seen)
    assert found == []


def test_all_of_it_fits_a_phone(visit: Visit, house: House) -> None:
    accepted(house, "En sag")
    for page in tour(
        visit, JENS, [MEETING, MINUTES, "/godkendelser", f"/sager/{house.numbers['consent']}"], size=PHONE
    ):
        open_all(page)
        assert fits(page), page.url
        assert too_small(page) == [], page.url
