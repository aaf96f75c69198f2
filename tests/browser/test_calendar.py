"""The calendar pages in a real browser: accessible, readable on a phone, the table before the wheel."""

from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import expect

from kdflow.domain.dates import read_date
from kdflow.domain.timetable import MeetingId, MeetingStatus
from kdflow.store import meetings
from tests.browser.conftest import DESKTOP, PHONE, Visit
from tests.browser.looks import (
    is_for_everybody_at_both,
    tour,
)
from tests.web.house import IDA, House

PAGES = ("/aarshjul?aar=2020", "/aarshjul?aar=2020&organ=kd-net&organ=kkr-midt", "/forbindelser?aar=2020")


@pytest.fixture
def changed(house: House) -> None:
    """A calendar with a moved and a cancelled meeting, and one whose day is not known."""
    with house.wiring.db.write() as tx:
        table = meetings.timetable(tx).by_id
        moved, off, vague = (
            table[MeetingId(key)] for key in ("kd-net-2020-05-29", "kkr-midt-2020-09-09", "dassos-2020-01-22")
        )
        for old, new in (
            (moved, replace(moved, on=read_date("2020-06-05"), was=moved.on)),
            (off, replace(off, status=MeetingStatus.CANCELLED)),
            (vague, replace(vague, on=read_date("2020-10"))),
        ):
            meetings.change(tx, old, new, by=IDA, reason=None, now=house.wiring.now())


@pytest.mark.usefixtures("changed")
def test_the_pages_are_for_everybody_when_meetings_have_changed(visit: Visit) -> None:
    for page in tour(visit, IDA, PAGES, bypass_csp=True):
        is_for_everybody_at_both(page)


DRAWN = """() => [...document.querySelectorAll('main svg[role=img] text')].map(one =>
    parseFloat(one.getAttribute('font-size')) * one.getScreenCTM().a)"""


@pytest.mark.parametrize(
    ("path", "size"),
    [("/aarshjul?aar=2020", DESKTOP), ("/aarshjul?aar=2020", PHONE), ("/flaskehalse", DESKTOP)],
)
def test_the_words_in_a_picture_are_readable(visit: Visit, size: Any, path: str) -> None:
    sizes = visit(IDA, path, size=size).evaluate(DRAWN)
    assert sizes
    assert min(sizes) >= 14


def test_on_a_phone_the_days_at_each_body_are_figures_without_a_drawing(visit: Visit) -> None:
    page = visit(IDA, "/flaskehalse", size=PHONE)
    expect(page.locator(".bars")).to_have_count(2)
    assert not any(one.is_visible() for one in page.locator(".bars, .bars-note").all())
    row = page.get_by_role("row").filter(has_text="DASSOS").first
    expect(row.get_by_text("1 led")).to_be_visible()
    expect(visit(IDA, "/flaskehalse", size=DESKTOP).locator(".bars").first).to_be_visible()


def test_on_a_phone_the_table_comes_before_the_wheel(visit: Visit) -> None:
    tops = {}
    for name, size in (("phone", PHONE), ("desktop", DESKTOP)):
        page = visit(IDA, "/aarshjul?aar=2020", size=size)
        boxes = [page.locator(one).bounding_box() for one in (".year-table", ".year-picture")]
        tops[name] = [box["y"] for box in boxes if box]
    assert tops["phone"] == sorted(tops["phone"])
    assert tops["desktop"] != sorted(tops["desktop"])


def test_the_wheel_can_be_reached_and_read_by_keyboard(visit: Visit) -> None:
    page = visit(IDA, "/aarshjul?aar=2020", size=PHONE)
    region = page.get_by_role("group", name="Årshjulet som tegning")
    region.focus()
    assert page.evaluate("document.activeElement.classList.contains('wheel')")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.activeElement.scrollLeft > 0")
    expect(page.get_by_role("img", name="Årshjul 2020")).to_have_count(1)


def test_bodies_are_chosen_with_a_form_that_makes_an_address(visit: Visit) -> None:
    page = visit(IDA, "/aarshjul?aar=2020", java_script_enabled=False)
    page.get_by_text("Vælg organer").click()
    page.get_by_label("KD-Net", exact=True).check()
    page.get_by_role("button", name="Vis").click()
    assert page.url.endswith("/aarshjul?aar=2020&organ=kd-net")
    expect(page.locator(".grouped tbody")).to_have_count(5)
    page.get_by_role("link", name="Vis alle organer").click()
    expect(page.locator(".grouped tbody")).to_have_count(16)


def test_the_question_of_connections_is_asked_with_a_form(visit: Visit) -> None:
    page = visit(IDA, "/aarshjul", java_script_enabled=False)
    page.get_by_role("link", name="Forbindelser").click()
    page.get_by_label("Fra").select_option("dassos")
    page.get_by_label("Til").select_option("kd-net")
    page.get_by_role("button", name="Vis").click()
    expect(page.get_by_role("heading", name="Sidste DASSOS før KD-Net")).to_be_visible()
    assert "fra=dassos&til=kd-net&aar=2020" in page.url
    page.get_by_text("Sådan er fristerne regnet").first.click()
    expect(page.get_by_text("Indmelding senest fredag den 10. januar 2020 kl. 12")).to_be_visible()
