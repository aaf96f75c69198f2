"""Agendas and desks in a real browser: by keyboard alone, by drag, without JavaScript, for everybody."""

import re
from datetime import date

from playwright.sync_api import Page, expect

from kdflow.actions.set_clock import set_clock
from kdflow.domain.authority import PersonId
from kdflow.domain.dates import local_instant
from tests.browser.conftest import Visit
from tests.browser.looks import is_for_everybody_at_both, tour
from tests.web.forms import send
from tests.web.house import IDA, KARIN, House
from tests.web.test_agenda import AGENDA, DESK, MEETING, accepted, submitted


def _agenda(house: House) -> None:
    """Two sager and a closed one on the agenda, one that waits, and one that came late."""
    accepted(house, "Første sag")
    accepted(house, "Anden sag med en temmelig lang titel om samarbejdsorganisering")
    accepted(house, "Hemmelig sag", closed=True)
    submitted(house, "Foreslået sag")
    submitted(house, "Sen sag", "2020-03-03")
    set_clock(house.wiring.db, local_instant(date(2020, 3, 4), 10))


def _order(page: Page) -> list[str]:
    return page.locator(".point-title > a, .point-title > b").all_text_contents()


def _tab_to(page: Page, name: str) -> None:
    """Press Tab until something with this name has the focus."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()").endswith(name):
            return
    raise AssertionError(f"no way by Tab to {name!r}")


def test_the_pages_are_for_everybody(visit: Visit, house: House) -> None:
    def seen(who: PersonId, *paths: str) -> None:
        for page in tour(visit, who, paths, bypass_csp=True):
            is_for_everybody_at_both(page)

    _agenda(house)
    seen(KARIN, "/bord", DESK, AGENDA, f"{AGENDA}/udsend")
    send(house.client(KARIN), f"{AGENDA}/udsend", "/udsend", reason="Velkommen")
    send(house.client(KARIN), AGENDA, "/nyt", title="Et punkt til")
    seen(KARIN, f"{AGENDA}/1?udsendt=ja", AGENDA, MEETING)
    seen(IDA, f"{AGENDA}/1")


def test_an_agenda_is_built_by_keyboard_alone_and_every_move_is_told(visit: Visit, house: House) -> None:
    _agenda(house)
    page = visit(KARIN, AGENDA)
    before = _order(page)
    _tab_to(page, "Flyt punkt 3, Første sag ned")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("»Første sag« er nu punkt 4.")
    assert _order(page) == [before[0], before[1], before[3], before[2], *before[4:]]
    page.keyboard.press("Enter")  # the focus is still there
    expect(page.get_by_role("status")).to_have_text("»Første sag« er nu punkt 5.")
    _tab_to(page, "Sæt på: Foreslået sag")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("»Foreslået sag« er sat på som punkt")
    assert "Foreslået sag" in _order(page)


def test_a_point_is_dragged_to_its_place(visit: Visit, house: House) -> None:
    _agenda(house)
    page = visit(KARIN, AGENDA)
    points = page.locator("[data-point]")
    grip = points.nth(2).locator("[data-grip]")
    target = points.nth(0).bounding_box()
    grip.scroll_into_view_if_needed()
    target = points.nth(0).bounding_box()
    assert target
    grip.hover()
    page.mouse.down()
    page.mouse.move(target["x"] + 40, target["y"] + 40, steps=5)
    page.mouse.move(target["x"] + 40, target["y"] + 4)
    page.mouse.up()
    expect(page.get_by_role("status")).to_have_text("»Første sag« er nu punkt 1.")
    assert _order(page)[0] == "Første sag"


def test_what_is_typed_stands_there_still_when_a_point_is_moved(visit: Visit, house: House) -> None:
    _agenda(house)
    page = visit(KARIN, AGENDA)
    late = page.get_by_label("Hvorfor kan sagen ikke vente?")
    late.fill("Høringsfristen er før næste møde.")
    page.get_by_text("Tilføj et punkt uden sag").click()
    page.locator("#nyt-title").fill("Nyt fra formanden")
    page.get_by_role("button", name="Flyt punkt 3, Første sag ned").click()
    expect(page.get_by_role("status")).to_have_text("»Første sag« er nu punkt 4.")
    expect(late).to_have_value("Høringsfristen er før næste møde.")
    expect(page.locator("#nyt-title")).to_be_visible()
    expect(page.locator("#nyt-title")).to_have_value("Nyt fra formanden")


def test_without_javascript_the_same_buttons_do_the_same(visit: Visit, house: House) -> None:
    _agenda(house)
    page = visit(KARIN, AGENDA, java_script_enabled=False)
    page.get_by_role("button", name="Flyt punkt 3, Første sag ned").click()
    expect(page.get_by_role("status")).to_have_text("»Første sag« er nu punkt 4.")
    page.get_by_role("button", name=re.compile(r"Flyt til mødet 29\. maj 2020 ?: Sen sag")).click()
    expect(page.get_by_role("status")).to_have_text("Sagen er flyttet til det senere møde.")


def test_the_frozen_agenda_is_printed_without_what_belongs_to_the_screen(visit: Visit, house: House) -> None:
    _agenda(house)
    send(house.client(KARIN), f"{AGENDA}/udsend", "/udsend")
    page = visit(IDA, f"{AGENDA}/1")
    page.emulate_media(media="print")
    assert not page.get_by_role("navigation", name="Hovedmenu").is_visible()
    assert page.get_by_role("heading", name="Dagsorden for møde i KD-Net").is_visible()
    assert page.get_by_role("heading", name="Første sag").is_visible()
