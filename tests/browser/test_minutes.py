"""Minutes in a real browser: kept while one types, never lost, decided and approved; for everybody."""

import re
from typing import Any

import pytest
from playwright.sync_api import Dialog, expect

from kdflow.domain.authority import PersonId
from tests.browser.conftest import PHONE, Visit
from tests.browser.looks import both, is_for_everybody, is_for_everybody_at_both, tour
from tests.web.forms import send
from tests.web.house import DORTE, IDA, JENS, KARIN, LARS, House
from tests.web.test_agenda import DESK
from tests.web.test_minutes import EVENTUELT, MINUTES, approved, held, named, point_form, sent, typed, written

TEXT = "#referat-standing-eventuelt-text"


def _meeting(house: House) -> None:
    """A meeting under way: three sager, somebody absent, a guest, a task and a remark."""
    first, *_ = held(house, "Første sag", "Anden sag med en temmelig lang titel om samarbejdsorganisering")
    karin = house.client(KARIN)
    send(karin, MINUTES, "/deltagere", here__jens="")
    send(karin, MINUTES, "/deltagere", name="Ole Vikar", part="substitute", stands_for="jens")
    send(karin, MINUTES, "/deltagere", name="Gitte Gæst", part="guest", point=EVENTUELT)
    point = point_form(karin, EVENTUELT)
    for who, due in (("Lars Fra Anden Kommune", "1. april 2020"), ("Lars Fra Anden Kommune", "2020-03-16")):
        karin.post(
            f"{MINUTES}/opgave",
            data={
                **point,
                "key": f"a-key-{due}",
                **named(EVENTUELT, task_person=who, task_text="Skriv et notat om tallene", task_due=due),
            },
        )
    remark = typed(karin, f"sag:{first.id}:1", remark_body="DASSOS", remark_text="Husk tallene.")
    karin.post(f"{MINUTES}/bemaerkning", data=remark)
    written(karin, "Intet at bemærke.")


def _other_writes(house: House, text: str) -> None:
    jens = house.client(JENS)
    jens.post(f"{MINUTES}/skriv", data=typed(jens, EVENTUELT, text=text))


def test_the_pages_are_for_everybody(visit: Visit, house: House) -> None:
    def seen(who: PersonId, *paths: str) -> None:
        for page in tour(visit, who, paths, bypass_csp=True):
            is_for_everybody_at_both(page)

    _meeting(house)
    send(house.client(KARIN), MINUTES, "/til-formand")
    seen(KARIN, MINUTES, f"{MINUTES}/beslut")
    seen(JENS, f"{MINUTES}/godkend")
    seen(LARS, "/opgaver")
    send(house.client(JENS), f"{MINUTES}/godkend", "/godkend")
    seen(KARIN, MINUTES, f"{MINUTES}/udsend")
    seen(JENS, f"{MINUTES}/godkend")
    sent(house)
    done = send(house.client(LARS), "/opgaver", "/opgaver/1")
    assert done.status_code == 200
    seen(KARIN, f"{MINUTES}/1?udsendt=ja", DESK)
    seen(IDA, f"{MINUTES}/1")
    seen(LARS, "/opgaver?gjort=1")


def test_what_is_typed_is_kept_and_a_reload_keeps_it(visit: Visit, house: House) -> None:
    held(house, "En sag")
    page = visit(KARIN, MINUTES)
    page.locator(TEXT).fill("Mens jeg skriver")
    point = page.locator("#punkt-standing-eventuelt")
    expect(point.locator("[data-saved]")).to_have_text("Gemt kl. 10")
    page.locator(TEXT).press_sequentially(" mere")
    page.keyboard.press("Control+s")
    expect(point.locator("input[name$='.version']")).to_have_value("2")
    page.reload()
    expect(page.locator(TEXT)).to_have_value("Mens jeg skriver mere")


def test_when_the_line_is_gone_the_text_stays_and_is_kept_later(visit: Visit, house: House) -> None:
    held(house, "En sag")
    page = visit(KARIN, MINUTES)
    page.route("**/skriv", lambda route: route.fulfill(status=429, body=""))
    page.locator(TEXT).fill("Uden net")
    said = page.locator("#punkt-standing-eventuelt [data-saved]")
    expect(said).to_contain_text("Kunne ikke gemmes")
    expect(page.locator(TEXT)).to_have_value("Uden net")
    page.unroute("**/skriv")
    expect(said).to_have_text("Gemt kl. 10", timeout=10_000)
    assert point_form(house.client(KARIN), EVENTUELT)[f"{EVENTUELT}.text"] == "Uden net"


def test_two_people_at_one_point_choose_and_nothing_is_overwritten_unseen(visit: Visit, house: House) -> None:
    held(house, "En sag")
    page = visit(KARIN, MINUTES)
    _other_writes(house, "Jens' tekst")
    page.locator(TEXT).fill("Karins tekst")
    point = page.locator("#punkt-standing-eventuelt")
    expect(point.get_by_role("alert")).to_contain_text("En anden har skrevet til det samme punkt")
    expect(point.get_by_role("alert")).to_contain_text("Jens' tekst")
    assert point_form(house.client(KARIN), EVENTUELT)[f"{EVENTUELT}.text"] == "Jens' tekst"
    page.get_by_role("button", name="Gem min tekst").click()
    expect(point.locator("[data-saved]")).to_have_text("Gemt kl. 10")
    assert point_form(house.client(KARIN), EVENTUELT)[f"{EVENTUELT}.text"] == "Karins tekst"
    _other_writes(house, "Jens igen")
    page.locator(TEXT).press_sequentially("!")
    page.get_by_role("button", name="Brug den andens tekst").click()
    expect(page.locator(TEXT)).to_have_value("Jens igen")


def test_an_edit_after_the_lock_is_explained(visit: Visit, house: House) -> None:
    held(house, "En sag")
    page = visit(KARIN, MINUTES)
    approved(house)
    page.locator(TEXT).fill("For sent")
    alert = page.locator("#punkt-standing-eventuelt").get_by_role("alert")
    expect(alert).to_contain_text("Referatet er godkendt og ligger fast")
    expect(page.locator(TEXT)).to_have_value("For sent")
    without = visit(KARIN, MINUTES, java_script_enabled=False)
    expect(without.get_by_role("heading", name="Referatet ligger fast")).to_be_visible()
    expect(without.locator(TEXT)).to_have_count(0)


def test_a_chair_approves_on_the_phone_by_one_form(visit: Visit, house: House) -> None:
    held(house, "En sag")
    send(house.client(KARIN), MINUTES, "/til-formand")
    page = visit(JENS, f"{MINUTES}/godkend", size=PHONE)
    page.get_by_role("button", name="Godkend referatet").click()
    expect(page.get_by_role("status")).to_contain_text("Referatet er godkendt")


def test_a_decision_is_recorded_and_a_task_done_without_javascript(visit: Visit, house: House) -> None:
    held(house, "En sag")
    page = visit(KARIN, MINUTES, java_script_enabled=False)
    page.get_by_role("button", name=re.compile("Registrér beslutningen om punkt 3")).click()
    expect(page.get_by_role("status").first).to_have_text("Beslutningen er registreret.")
    expect(page.get_by_text("Drøftet", exact=True)).to_be_visible()


@both
def test_many_decisions_are_seen_with_who_is_told_before_they_are_recorded(
    visit: Visit, house: House, size: Any
) -> None:
    _, second = held(house, "Første sag", "Anden sag med en temmelig lang titel om samarbejdsorganisering")
    page = visit(KARIN, f"{MINUTES}/beslut", size=size, bypass_csp=True)
    page.get_by_role("button", name="Registrér de valgte beslutninger").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Registrér 2 beslutninger")
    expect(page.get_by_role("heading", name="Besked til")).to_be_visible()
    is_for_everybody(page)
    send(house.client(DORTE), f"/sager/{second.number}", "/foelg")
    page.get_by_role("button", name="Registrér beslutningerne").click()
    alert = page.get_by_role("alert").filter(has_text="Det er ikke længere det samme, der sker")
    expect(alert).to_be_focused()
    expect(page.get_by_text("Dorte", exact=False).first).to_be_visible()
    is_for_everybody(page)
    page.get_by_role("button", name="Registrér beslutningerne").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_have_text("Beslutningerne er registreret.")


def test_frozen_minutes_are_printed_without_what_belongs_to_the_screen(visit: Visit, house: House) -> None:
    held(house, "En sag")
    approved(house)
    page = visit(IDA, sent(house))
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Hovedmenu")).to_be_hidden()
    expect(page.get_by_role("heading", name="Referat af møde i KD-Net")).to_be_visible()


def test_what_is_typed_is_kept_before_another_form_of_the_page_is_sent(visit: Visit, house: House) -> None:
    held(house, "En sag")
    page = visit(KARIN, MINUTES)
    page.locator(TEXT).fill("Skrevet lige før")
    page.get_by_role("button", name="Gem deltagere").click()
    expect(page.get_by_role("status").first).to_have_text("Deltagerne er gemt.")
    expect(page.locator(TEXT)).to_have_value("Skrevet lige før")


@pytest.mark.parametrize("scripted", [True, False])
def test_a_task_that_is_being_written_stands_there_after_another_button(
    visit: Visit, house: House, scripted: bool
) -> None:
    held(house, "En sag")
    page = visit(KARIN, MINUTES, java_script_enabled=scripted)
    point = page.locator("#punkt-standing-eventuelt")
    point.locator("summary").click()
    point.get_by_label("Hvad skal der gøres?").fill("Ring")
    page.locator(TEXT).fill("Skrevet lige før")
    page.get_by_role("button", name="Gem deltagere").click()
    expect(page.get_by_role("status").first).to_have_text("Deltagerne er gemt.")
    expect(point.get_by_label("Hvad skal der gøres?")).to_have_value("Ring")
    expect(page.locator(TEXT)).to_have_value("Skrevet lige før")


def test_enter_in_a_line_gives_the_task_beside_it(visit: Visit, house: House) -> None:
    held(house, "En sag")
    page = visit(KARIN, MINUTES)
    point = page.locator("#punkt-standing-eventuelt")
    point.locator("summary").click()
    point.get_by_label("Hvad skal der gøres?").fill("Ring")
    point.get_by_label("Opgave til").fill("Ida Sagsejer")
    point.get_by_label("Opgave til").press("Enter")
    expect(point.get_by_text("Opgave til Ida Sagsejer: Ring")).to_be_visible()


def test_the_browser_asks_before_a_task_that_is_being_written_is_left(visit: Visit, house: House) -> None:
    held(house, "En sag")
    page = visit(KARIN, MINUTES)
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", answer)
    point = page.locator("#punkt-standing-eventuelt")
    point.locator("summary").click()
    point.get_by_label("Hvad skal der gøres?").press_sequentially("Ring")
    page.locator("nav.crumb a").first.click()
    expect(point.get_by_label("Hvad skal der gøres?")).to_have_value("Ring")
    assert asked == ["beforeunload"]


def test_a_chair_finds_minutes_in_the_overview_and_sends_them_back(visit: Visit, house: House) -> None:
    held(house, "En sag")
    send(house.client(KARIN), MINUTES, "/til-formand")
    page = visit(JENS, "/", bypass_csp=True)
    for found in ("/godkendelser", "/"):
        page.goto(found)
        is_for_everybody_at_both(page)
    page.locator("#venter + .todos").get_by_role("link", name="Godkend referatet").click()
    page.get_by_text("Send tilbage med en bemærkning").click()
    is_for_everybody_at_both(page)
    page.get_by_label("Hvad skal rettes?").fill("Lars var der også.")
    page.get_by_role("button", name="Send tilbage", exact=True).click()
    expect(page.get_by_role("heading", name="Referatet er sendt tilbage")).to_be_visible()
    is_for_everybody_at_both(page)
    karin = visit(KARIN, MINUTES, bypass_csp=True)
    expect(karin.get_by_text("Lars var der også.")).to_be_visible()
    is_for_everybody_at_both(karin)
