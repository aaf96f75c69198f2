"""The pages that change a calendar, in a real browser: accessibility, small screens, and no JavaScript."""

from typing import Any

from playwright.sync_api import Page, expect

from kdflow.domain.authority import PersonId
from tests.browser.conftest import PHONE, Visit
from tests.browser.looks import both, is_for_everybody
from tests.web.forms import send
from tests.web.house import IDA, KARIN, House
from tests.web.test_places import limited

MEETING = "/moeder/kd-net-2020-03-13"
PATHS = ("/moeder", "/moeder?aar=2020&organ=kd-net", "/moeder/nyt?organ=kd-net", MEETING)


def _submitted(house: House) -> None:
    where = f"/sager/{house.numbers['fresh']}"
    send(house.client(IDA), where, "/led/1", move="submit", submit__meeting="kd-net-2020-03-13")


def _see(visit: Visit, form: str, who: PersonId = KARIN, **how: Any) -> Page:
    """The page that says whom a change hits."""
    page = visit(who, MEETING, **how)
    page.get_by_text({"flyt": "Flyt mødet", "aflys": "Aflys mødet"}[form], exact=True).click()
    if form == "flyt":
        page.locator("#flyt-on").fill("14. marts 2020")
    page.locator(f"form[action$='/{form}'] button").click()
    expect(page.get_by_text("Det rammer 2 sager")).to_be_visible()
    return page


@both
def test_the_pages_are_for_everybody(visit: Visit, house: House, size: Any) -> None:
    _submitted(house)
    pages = [visit(KARIN, path, size=size, bypass_csp=True) for path in PATHS]
    pages += [_see(visit, form, size=size, bypass_csp=True) for form in ("flyt", "aflys")]
    wrong = visit(KARIN, "/moeder/nyt", size=size, bypass_csp=True)
    wrong.get_by_role("button", name="Se, hvem det rammer").click()
    expect(wrong.get_by_role("alert")).to_be_visible()
    for page in [*pages, wrong]:
        is_for_everybody(page)


def test_a_meeting_is_moved_on_a_phone_without_javascript(visit: Visit, house: House) -> None:
    _submitted(house)
    page = _see(visit, "flyt", size=PHONE, java_script_enabled=False)
    expect(page.get_by_text("Lørdag den 14. marts 2020 er ikke en hverdag")).to_be_visible()
    page.get_by_role("button", name="Flyt mødet").click()
    expect(page.get_by_role("status").get_by_text("Du har flyttet mødet")).to_be_visible()
    expect(page.get_by_text("Flyttet fra fredag den 13. marts 2020")).to_be_visible()


def _word(visit: Visit, house: House, **how: Any) -> Page:
    """The page that says whom a word on a place hits, and who is told what."""
    walkers = limited(house, 2, 1)
    page = visit(KARIN, MEETING, **how)
    place = page.locator(f"details.place-word:has(input[name=sag][value='{walkers[0].id}'])")
    place.locator("summary").click()
    place.get_by_label("Begrundelse").fill("Haster.")
    place.get_by_role("button", name="Tag med").click()
    expect(page.get_by_role("heading", name="Besked til 2 personer")).to_be_visible()
    return page


@both
def test_who_is_told_of_a_place_is_seen_by_everybody(visit: Visit, house: House, size: Any) -> None:
    is_for_everybody(_word(visit, house, size=size, bypass_csp=True))


def test_a_place_is_given_on_a_phone_without_javascript(visit: Visit, house: House) -> None:
    page = _word(visit, house, size=PHONE, java_script_enabled=False)
    page.get_by_text("Plads i KD-Net: Sag nummer 0").click()
    expect(page.get_by_text("Begrundelse: Haster.").first).to_be_visible()
    page.get_by_role("button", name="Tag sagen med").click()
    expect(page.get_by_text("Taget med af sekretariatet")).to_be_visible()
