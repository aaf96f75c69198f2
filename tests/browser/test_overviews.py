"""The overviews in a real browser: for everybody, at both widths, and on paper."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Visit
from tests.browser.looks import fits, is_for_everybody_at_both, tour
from tests.web.house import IDA, KARIN, LARS, House
from tests.web.test_agenda import AGENDA, accepted, day, publish
from tests.web.test_public_pages import minutes_of

PAGES = ("/organer", "/organer/kd-net", "/organer/kkr-midt", "/planer")


def test_the_pages_are_for_everybody(visit: Visit, house: House) -> None:
    accepted(house, "Åben sag med en temmelig lang titel om samarbejdsorganisering")
    day(house, "2020-03-04")
    publish(house)
    minutes_of(house)
    for page in tour(visit, IDA, PAGES, bypass_csp=True):
        is_for_everybody_at_both(page)
    is_for_everybody_at_both(visit(LARS, "/planer", bypass_csp=True))
    is_for_everybody_at_both(visit(KARIN, "/organer/kd-net", bypass_csp=True))


SHEET: Any = {"width": 718, "height": 1000}
"""A sheet of A4 less its margins, in CSS pixels."""


@pytest.mark.parametrize("what", ["sag", "plan", "agenda", "minutes", "body", "plans", "wheel"])
def test_a_page_fits_on_paper_without_what_only_works_on_a_screen(visit: Visit, house: House, what: str) -> None:
    accepted(house, "Åben sag")
    day(house, "2020-03-04")
    publish(house)
    minutes_of(house)
    number = house.numbers["consent"]
    paths = {
        "sag": f"/sager/{number}",
        "plan": f"/sager/{house.numbers['fresh']}/plan",
        "agenda": f"{AGENDA}/1",
        "minutes": AGENDA.replace("dagsorden", "referat/1"),
        "wheel": "/aarshjul",
        "body": "/organer/kd-net",
        "plans": "/planer",
    }
    page = visit(IDA, paths[what], size=SHEET)
    page.emulate_media(media="print")
    expect(page.locator("h1")).to_be_visible()
    for gone in (".top", ".foot", ".demo", ".tabs", ".crumb", "main form button"):
        for one in page.locator(gone).all():
            assert one.is_hidden(), gone
    assert fits(page)
    for picture in page.locator(".picture svg").all():
        box = picture.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= SHEET["width"]


def test_a_picture_of_many_plans_scrolls_by_itself_on_a_phone(visit: Visit, house: House) -> None:
    page = visit(IDA, "/planer", size=PHONE)
    assert fits(page)
    picture = page.get_by_role("region", name="Planerne som tegning")
    picture.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("one => one.scrollLeft > 0", arg=picture.element_handle())
