"""Agendas and desks in a real browser: by keyboard alone, without JavaScript, for everybody."""

import re
from datetime import date

from playwright.sync_api import Page, expect

from kdflow.actions.build_agenda import Details, PointReceipt, add_point, drop_point
from kdflow.actions.close_sag import close_sag, open_again
from kdflow.actions.set_clock import set_clock
from kdflow.domain.authority import PersonId
from kdflow.domain.dates import local_instant
from kdflow.domain.timetable import MeetingId
from tests.browser.conftest import Visit
from tests.browser.looks import is_for_everybody_at_both, tour
from tests.web.forms import send
from tests.web.house import IDA, KARIN, House
from tests.web.test_agenda import AGENDA, DESK, MEETING, accepted, submitted
from tests.web.test_calendar_pages import save

MEET = MeetingId("kd-net-2020-03-13")


def agenda(house: House) -> None:
    """Two sager and a closed one on the agenda, one that waits, and one that came late."""
    accepted(house, "Første sag")
    accepted(house, "Anden sag med en temmelig lang titel om samarbejdsorganisering")
    accepted(house, "Hemmelig sag", closed=True)
    submitted(house, "Foreslået sag")
    submitted(house, "Sen sag", "2020-03-03")
    set_clock(house.wiring.db, local_instant(date(2020, 3, 4), 10))


def order(page: Page) -> list[str]:
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

    agenda(house)
    seen(KARIN, "/bord", DESK, AGENDA, f"{AGENDA}/udsend")
    send(house.client(KARIN), f"{AGENDA}/udsend", "/udsend", reason="Velkommen")
    send(house.client(KARIN), AGENDA, "/nyt", title="Et punkt til")
    seen(KARIN, f"{AGENDA}/1?udsendt=ja", AGENDA, MEETING)
    seen(IDA, f"{AGENDA}/1")


def test_the_way_from_a_point_to_closing_its_sag_is_for_everybody(visit: Visit, house: House) -> None:
    walker = accepted(house, "Første sag")
    page = visit(KARIN, AGENDA, bypass_csp=True)
    page.locator("summary", has_text="Ret: punkt 3").click()
    is_for_everybody_at_both(page)
    page.get_by_role("link", name="Luk sagen, så er punktet også lukket").click()
    expect(page.locator("#adgang")).to_be_in_viewport()
    given = {"version": None, "by": IDA, "now": walker.at}
    close_sag(house.wiring.db, walker.id, reason="Navne.", key="browser-luk-1", **given)  # type: ignore[arg-type]
    send(house.client(KARIN), f"{AGENDA}/udsend", "/udsend", reason="Velkommen")
    open_again(house.wiring.db, walker.id, reason="Ret.", key="browser-luk-2", **given)  # type: ignore[arg-type]
    page.goto(page.url.partition("/sager")[0] + AGENDA)
    expect(page.get_by_text("Punktet er lukket, men sagen er åben")).to_be_visible()
    is_for_everybody_at_both(page)


def test_an_agenda_is_built_by_keyboard_alone_and_every_move_is_told(visit: Visit, house: House) -> None:
    agenda(house)
    page = visit(KARIN, AGENDA)
    before = order(page)
    _tab_to(page, "Flyt punkt 3, Første sag ned")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("»Første sag« er nu punkt 4.")
    assert order(page) == [before[0], before[1], before[3], before[2], *before[4:]]
    page.keyboard.press("Enter")  # the focus is still there
    expect(page.get_by_role("status")).to_have_text("»Første sag« er nu punkt 5.")
    _tab_to(page, "Sæt på: Foreslået sag")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("»Foreslået sag« er sat på som punkt")
    assert "Foreslået sag" in order(page)


def test_what_is_typed_stands_there_still_when_a_point_is_moved(visit: Visit, house: House) -> None:
    agenda(house)
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
    agenda(house)
    page = visit(KARIN, AGENDA, java_script_enabled=False)
    page.get_by_role("button", name="Flyt punkt 3, Første sag ned").click()
    expect(page.get_by_role("status")).to_have_text("»Første sag« er nu punkt 4.")
    page.get_by_role("button", name=re.compile(r"Flyt til mødet 29\. maj 2020 ?: Sen sag")).click()
    expect(page.get_by_role("status")).to_have_text("Sagen er flyttet til det senere møde.")


def test_the_frozen_agenda_is_printed_without_what_belongs_to_the_screen(visit: Visit, house: House) -> None:
    agenda(house)
    send(house.client(KARIN), f"{AGENDA}/udsend", "/udsend")
    page = visit(IDA, f"{AGENDA}/1")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Hovedmenu")).to_be_hidden()
    assert page.get_by_role("heading", name="Dagsorden for møde i KD-Net").is_visible()
    expect(page.get_by_role("heading", name="Første sag")).to_be_visible()


# --- what could not be done ------------------------------------------------------------------------------------


def typing(page: Page) -> None:
    page.get_by_text("Tilføj et punkt uden sag").click()
    page.locator("#nyt-title").fill("Nyt fra formanden")
    page.locator("#nyt-closed").check()


def still_typed(page: Page) -> None:
    expect(page.locator("#nyt-title")).to_be_visible()
    expect(page.locator("#nyt-title")).to_have_value("Nyt fra formanden")
    expect(page.locator("#nyt-closed")).to_be_checked()


def _free_point(house: House) -> PointReceipt:
    details = Details(title="Et punkt til")
    return add_point(house.wiring.db, MEET, details, key="et-punkt", by=KARIN, now=house.wiring.now())


def test_a_point_that_somebody_removed_is_said_to_be_gone_and_what_was_typed_stays(
    visit: Visit, house: House
) -> None:
    agenda(house)
    point = _free_point(house).point
    page = visit(KARIN, AGENDA)
    typing(page)
    page.get_by_text("Ret: punkt 5, Et punkt til").click()
    page.locator("[id='ret-free-1-text'], [id='ret-free:1-text']").fill("En længere tekst")
    drop_point(house.wiring.db, MEET, point, key="fjern-det", by=KARIN, now=house.wiring.now())
    page.get_by_role("button", name="Flyt punkt 5, Et punkt til op").click()
    said = page.get_by_role("status")
    expect(said).to_contain_text("Det blev ikke gjort, for dagsordenen er ændret imens.")
    expect(said).to_contain_text("»En længere tekst«")
    expect(said).to_be_in_viewport()
    expect(said).to_be_focused()
    assert "Et punkt til" not in order(page)
    still_typed(page)
    is_for_everybody_at_both(page)


def test_a_refusal_is_said_where_one_is(visit: Visit, house: House) -> None:
    agenda(house)
    page = visit(KARIN, AGENDA)
    typing(page)
    send(house.client(KARIN), f"{AGENDA}/udsend", "/udsend")
    page.get_by_role("button", name="Flyt punkt 3, Første sag ned").click()
    expect(page.get_by_role("status")).to_contain_text("Et punkt, der er udsendt, beholder sit nummer.")
    expect(page.get_by_role("button", name="Flyt punkt")).to_have_count(0)
    still_typed(page)


def test_without_a_line_it_is_said_and_can_be_done_later(visit: Visit, house: House) -> None:
    agenda(house)
    page = visit(KARIN, AGENDA)
    typing(page)
    before = order(page)
    page.context.set_offline(True)
    down = page.get_by_role("button", name="Flyt punkt 3, Første sag ned")
    down.click()
    expect(page.get_by_role("status")).to_contain_text("Der er ingen forbindelse.")
    expect(page.get_by_role("status")).to_be_in_viewport()
    assert order(page) == before
    page.context.set_offline(False)
    down.click()
    expect(page.get_by_role("status")).to_have_text("»Første sag« er nu punkt 4.")
    still_typed(page)


def test_somebody_signed_out_keeps_what_was_typed(visit: Visit, house: House) -> None:
    agenda(house)
    page = visit(KARIN, AGENDA)
    typing(page)
    page.context.clear_cookies()
    page.get_by_role("button", name="Flyt punkt 3, Første sag ned").click()
    expect(page.get_by_role("status")).to_contain_text("Er du logget ud, så log ind i et andet vindue")
    still_typed(page)


# --- declined, cancelled ---------------------------------------------------------------------------------------


def test_a_submission_is_declined_by_keyboard_beside_the_agenda(visit: Visit, house: House) -> None:
    agenda(house)
    page = visit(KARIN, AGENDA)
    _tab_to(page, "Afvis: Foreslået sag")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Den hører til i Social.")
    is_for_everybody_at_both(page)
    _tab_to(page, "Afvis indmeldelsen: Foreslået sag")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Indmeldelsen er afvist, og sagsejeren har fået begrundelsen.")
    expect(page.get_by_role("link", name="Foreslået sag")).to_have_count(0)


def test_when_the_meeting_is_cancelled_meanwhile_it_is_said_and_nothing_typed_is_lost(
    visit: Visit, house: House
) -> None:
    agenda(house)
    page = visit(KARIN, AGENDA)
    typing(page)
    karin = house.client(KARIN)
    save(karin, send(karin, MEETING, "/aflys", reason="Ingen kan"), "/aflys")
    page.get_by_role("button", name="Flyt punkt 3, Første sag ned").click()
    said = page.get_by_role("status")
    expect(said).to_contain_text("Mødet er aflyst, så der kan ikke bygges en dagsorden til det.")
    expect(said).to_contain_text("»Nyt fra formanden«")
    expect(page.get_by_role("heading", name="Mødet er aflyst")).to_be_visible()
    expect(page.locator("main form")).to_have_count(0)
    is_for_everybody_at_both(page)
