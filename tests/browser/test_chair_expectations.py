"""What chairs expect on a phone: numbers 12 to 18 of the users' expectations (all: test_expectations.py)."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from kdflow.domain.authority import Office
from tests.browser.conftest import PHONE, Visit
from tests.browser.looks import fits, open_all, too_small
from tests.web.house import IDA, JENS, LARS, TITLES, House
from tests.web.mails import answer_link
from tests.web.test_administration import appoint
from tests.web.test_answer_links import rows
from tests.web.test_approvals import absent

IN_ORDER = """() => [...document.querySelectorAll('main h2, main form.act, .metro-box')].map(one =>
    one.matches('h2') ? one.textContent.trim() : one.matches('form') ? 'the form' : 'the route')"""


def test_12_opening_the_link_any_number_of_times_changes_nothing(visit: Visit, house: House) -> None:
    link = answer_link(house, JENS)
    page, scanner = visit(JENS, "/", size=PHONE), visit(None, "/log-ind", size=PHONE)
    before = rows(house)
    for one in (page, scanner):
        for _ in range(3):
            one.goto(link)
            assert one.request.get(link).ok
            assert one.request.head(link).ok
    assert rows(house) == before
    expect(page.get_by_role("radio", name="Godkend, at sagen går videre")).not_to_be_checked()


def test_13_on_a_phone_nothing_scrolls_or_is_small_and_one_reads_decides_and_sees_what_happened(
    visit: Visit, house: House
) -> None:
    page = visit(JENS, f"/sager/{house.numbers['consent']}", size=PHONE)
    order = page.evaluate(IN_ORDER)
    first = ["Indstilling", "the form", "Din godkendelse", "Sagsfremstilling", "Bilag", "the route", "Plan"]
    assert order[: len(first)] == first
    assert order[-1] == "Historik"
    open_all(page)
    page.evaluate("document.querySelectorAll('input[type=radio]').forEach(one => one.click())")
    assert fits(page)
    assert too_small(page) == []
    others = visit(IDA, f"/sager/{house.numbers['consent']}", size=PHONE).evaluate(IN_ORDER)
    assert others[:3] == ["the route", "Plan", "Indstilling"]  # who has nothing to decide sees the way first


def test_15_the_receipt_says_what_when_and_where_and_the_link_shows_it_again(visit: Visit, house: House) -> None:
    link = answer_link(house, JENS)
    page = visit(JENS, link, size=PHONE)
    page.get_by_role("radio", name="Godkend, at sagen går videre").check()
    page.get_by_role("button", name="Send din beslutning").click()
    when = r"edag den 24\. januar 2020 kl\. 16\.\d\d.*"
    receipt = page.get_by_role("status").filter(has_text="Du godkendte")
    expect(receipt).to_contain_text(re.compile(f"{when}Sagen er nu hos KD-Net", re.DOTALL))
    again = visit(JENS, link, size=PHONE)
    told = again.get_by_role("status").filter(has_text="Du godkendte")
    expect(told).to_contain_text(re.compile(f"{when}Du skal ikke gøre mere. Sagen er nu hos KD-Net", re.DOTALL))
    expect(again.get_by_role("alert")).to_have_count(0)


def test_17_a_paper_says_its_kind_and_size_and_opens_in_one_tap(visit: Visit, house: House) -> None:
    page = visit(JENS, f"/sager/{house.numbers['consent']}", size=PHONE, has_touch=True)
    link = page.locator(".papers a")
    expect(link).to_have_count(1)
    expect(link).to_contain_text(re.compile(r"Notat om forankring.*PDF, 46 kB", re.DOTALL))
    with page.expect_download() as waiting:
        link.tap()
    assert waiting.value.suggested_filename.endswith(".pdf")
    assert waiting.value.path().read_bytes().startswith(b"%PDF")


def test_18_a_deputy_answers_for_the_chair_and_the_history_says_so(visit: Visit, house: House) -> None:
    appoint(house, LARS, Office.VICE_CHAIR, "kd-net")
    absent(house, None)
    page = visit(JENS, "/", size=PHONE)
    page.get_by_role("link", name="Skift rolle").click()
    open_all(page)
    page.locator(f"form:has(input[name=person][value={LARS}]) button").first.click()
    page.get_by_role("link", name=TITLES["consent"]).first.click()
    expect(page.locator("form.act")).to_contain_text("Du handler på vegne af Jens Formand, som er fraværende.")
    page.get_by_role("radio", name="Godkend, at sagen går videre").check()
    page.get_by_role("button", name="Send din beslutning").click()
    expect(page.get_by_role("status").filter(has_text="Du godkendte")).to_contain_text("på vegne af Jens Formand")
    done = page.locator(".history li").first
    expect(done).to_contain_text("Lars Fra Anden Kommune (på vegne af Jens Formand) godkendte")
