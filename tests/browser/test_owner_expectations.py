"""What owners of sager expect: numbers 1 to 10 of the users' expectations (all: test_expectations.py)."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO

from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from kdflow.actions.change_calendar import change_calendar
from kdflow.actions.set_clock import set_clock
from kdflow.domain.calendar_change import CalendarChange, ChangeKind
from kdflow.domain.dates import FuzzyDate, local_instant
from tests.browser.conftest import Visit
from tests.browser.looks import violations
from tests.web.house import IDA, JENS, KARIN, TITLES, House


def _new_sag(page: Page, title: str, wished: str = "", route: str = "droeftelse-kd-net@1") -> None:
    page.get_by_label("Titel").fill(title)
    page.get_by_label("Ønsket besluttet senest").fill(wished)
    if route:
        page.locator(f"input[name=route][value='{route}']").check()


def test_1_after_sign_in_what_waits_is_first_and_one_click_away(visit: Visit, house: House) -> None:
    page = visit(None, "/log-ind")
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.locator(f"form:has(input[name=person][value={JENS}]) button").first.click()
    page.wait_for_url("**/")
    expect(page.locator("main h2").first).to_have_text(re.compile(r"^Venter på dig\s+\d+$"))
    page.locator("section[aria-labelledby=venter]").get_by_role("link", name=TITLES["consent"]).click()
    page.wait_for_url(f"**/sager/{house.numbers['consent']}#led-2")


def test_2_a_row_says_where_a_sag_is_who_has_it_and_its_next_deadline(visit: Visit, house: House) -> None:
    listed = visit(IDA, "/sager").get_by_role("row").filter(has_text=TITLES["agenda"])
    told = re.compile(r"KD-Net.*Karin Sekretær.*fre\. 24\. jan\. 2020.*i dag", re.DOTALL)
    expect(listed).to_contain_text(told)
    set_clock(house.wiring.db, local_instant(date(2020, 1, 26), 10))
    own = visit(IDA, "/").get_by_role("row").filter(has_text=TITLES["consent"])
    for label, words in (
        ("Er nu hos", "KD-Net"),
        ("Hvem har den", "Jens Formand"),
        ("Næste frist", "ons. 29. jan. 2020 kl. 12 om 3 dage, indmelding til KKR Midtjylland"),
    ):
        expect(own.locator(f"td[data-label='{label}']")).to_contain_text(words, use_inner_text=True)


def test_3_the_metro_line_has_one_current_stop_and_says_all_of_it_in_words(visit: Visit, house: House) -> None:
    page = visit(IDA, f"/sager/{house.numbers['consent']}", bypass_csp=True)
    stops = page.locator(".metro .stop")
    expect(page.locator(".metro [aria-current]")).to_have_count(1)
    expect(page.locator(".metro [aria-current=step]")).to_contain_text(
        re.compile("KD-Net.*Besluttet.*Her er sagen nu", re.DOTALL)
    )
    expect(stops.first).to_contain_text(re.compile(r"DASSOS.*Anbefalet.*22\. jan\. 2020.*Færdig", re.DOTALL))
    for later in stops.all()[2:]:
        expect(later).to_contain_text(re.compile(r"Tidligst \d+\. \w+\. 2020.*Kommer senere", re.DOTALL))
    assert violations(page) == []


def test_4_a_sag_needs_title_owner_and_route_and_its_dates_are_counted_back(visit: Visit, house: House) -> None:
    now = local_instant(date(2026, 3, 2), 9)
    set_clock(house.wiring.db, now)
    added = CalendarChange(kind=ChangeKind.ADD, body="kd-net", on=FuzzyDate.day(date(2026, 5, 29)))
    change_calendar(house.wiring.db, added, key="maj-moedet", by=KARIN, now=now)
    page = visit(IDA, "/sager/ny")
    page.get_by_role("button", name="Se planen").click()
    expect(page.get_by_role("alert")).to_contain_text("Vælg en rute.")
    _new_sag(page, "")
    page.get_by_role("button", name="Opret og sæt i gang").click()
    expect(page.get_by_role("alert")).to_contain_text("Skriv sagens titel.")
    page.get_by_label("Titel").fill("En sag til maj")
    page.get_by_label("Eller regn baglæns fra et møde i KD-Net").select_option("fredag den 29. maj 2026")
    plan = page.locator("#plan")
    expect(plan).to_contain_text("Besluttet senest fredag den 29. maj 2026")
    expect(plan).to_contain_text(
        re.compile(r"onsdag den 13\. maj.*10 hverdage før mødet fredag den 29\. maj", re.DOTALL)
    )
    expect(plan).to_contain_text("Kristi himmelfartsdag og 2. pinsedag springes over")
    page.get_by_role("button", name="Opret og sæt i gang").click()
    expect(page.locator(".sag-head")).to_contain_text("Sagsejer: Ida Sagsejer")


def test_5_a_day_that_cannot_be_is_said_in_danish_beside_its_field(visit: Visit) -> None:
    page = visit(IDA, "/sager/ny")
    for day, words in (
        ("24. december 2020", "Der holdes ingen møder torsdag den 24. december 2020, som er Juleaftensdag."),
        ("1. januar 2020", "Dagen er forbi."),
    ):
        _new_sag(page, "En sag", day)
        page.locator(".actions .button").click()
        field = page.get_by_label("Ønsket besluttet senest")
        expect(field).to_have_attribute("aria-describedby", re.compile("ny-wished-fejl"))
        expect(page.locator(".field", has=field).locator("#ny-wished-fejl")).to_contain_text(words)
        expect(field).to_have_value(day)


def test_6_what_was_typed_survives_a_refusal_the_back_button_and_a_session_that_ended(
    visit: Visit, house: House
) -> None:
    page = visit(IDA, "/sager/ny")
    _new_sag(page, "Min lange titel", "24. december 2020", route="")
    page.get_by_label("Sagsfremstilling").fill("Det, jeg har skrevet.")
    page.get_by_role("button", name="Se planen").click()
    expect(page.get_by_role("alert")).to_be_visible()

    def nothing_is_lost() -> None:
        expect(page.get_by_label("Titel")).to_have_value("Min lange titel")
        expect(page.get_by_label("Ønsket besluttet senest")).to_have_value("24. december 2020")
        expect(page.get_by_label("Sagsfremstilling")).to_have_value("Det, jeg har skrevet.")

    nothing_is_lost()
    page.goto("/sager/ny")
    _new_sag(page, "Min lange titel", "24. december 2020", route="")
    page.get_by_label("Sagsfremstilling").fill("Det, jeg har skrevet.")
    page.get_by_role("link", name="Sager", exact=True).click()
    page.wait_for_url("**/sager")
    page.go_back()
    nothing_is_lost()
    page.context.clear_cookies()
    page.get_by_role("button", name="Se planen").click()
    expect(page.get_by_role("heading", name="Du er logget ud")).to_be_visible()
    for text in ("Min lange titel", "Det, jeg har skrevet."):
        expect(page.locator("main")).to_contain_text(text)


def test_7_the_number_of_a_sag_is_accepted_by_the_search_and_the_address_bar(visit: Visit, house: House) -> None:
    number = house.numbers["fresh"]
    assert re.fullmatch(r"SAG-\d{4}-\d{4}", number)
    page = visit(IDA, "/")
    for typed in (number, number.lower()):
        page.goto("/")
        page.get_by_role("searchbox").fill(typed)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/sager/{number}")
        page.goto(f"/{typed}")
        page.wait_for_url(f"**/sager/{number}")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES["fresh"])


def test_8_the_search_finds_inflected_and_compound_words(visit: Visit) -> None:
    page = visit(IDA, "/")
    for words in ("klimahandlingsplan", "handlingsplan", "handlingsplanerne", "klimahandlingsplaners"):
        page.goto(f"/soeg?q={words}")
        found = page.locator("main a[href*='/sager/SAG-']")
        expect(found).to_have_count(1)
        expect(found).to_have_text(TITLES["fresh"])


def test_9_the_history_says_who_did_what_when_from_what_to_what_and_why(visit: Visit, house: House) -> None:
    page = visit(JENS, f"/sager/{house.numbers['consent']}")
    row = page.locator(".history li").filter(has_text="registrerede beslutningen").first
    expect(row).to_contain_text("Fredag den 24. januar 2020 kl. 16.00")
    expect(row).to_contain_text("Karin Sekretær")
    expect(row).to_contain_text("anbefalet")
    page.get_by_role("radio", name="Send tilbage").check()
    page.get_by_role("group", name="Send tilbage").get_by_label("Begrundelse").fill("Der mangler tal.")
    page.get_by_role("button", name="Send din beslutning").click()
    returned = page.locator(".history li").filter(has_text="Jens Formand sendte sagen tilbage")
    expect(returned).to_contain_text(re.compile(r"Fredag den 24\. januar 2020 kl\. 16\.\d\d"))
    expect(returned.locator(".change")).to_contain_text(re.compile("Besluttet.* → "))
    expect(returned).to_contain_text("»Der mangler tal.«")


def test_10_a_filtered_list_is_an_address_and_is_exported_with_the_same_rows(visit: Visit) -> None:
    page = visit(IDA, "/sager")
    page.get_by_label("Tilstand").select_option("aabne")
    page.get_by_label("Er nu hos").select_option("kd-net")
    page.get_by_role("button", name="Vis sager").click()
    again = visit(IDA, page.url)
    rows = again.locator("tbody th a")
    assert page.locator("tbody th a").all_text_contents() == rows.all_text_contents()
    with again.expect_download() as waiting:
        again.get_by_role("link", name="Excel (XLSX)").click()
    sheet = load_workbook(BytesIO(waiting.value.path().read_bytes())).active
    assert sheet is not None
    told = [[str(cell) for cell in row] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert [any(title in row for row in told) for title in rows.all_text_contents()] == [True] * len(told)
