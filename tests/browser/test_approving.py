"""The chair on a phone: three taps, no surprises, and a clear word when something is missing or has changed."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Visit
from tests.web.house import IDA, JENS, KARIN, House


def test_three_taps_from_the_start_page_to_the_decision(visit: Visit, house: House) -> None:
    page = visit(JENS, "/", size=PHONE)
    page.get_by_role("link", name="Godkend, at sagen går videre").click()
    page.get_by_role("radio", name="Godkend, at sagen går videre").check()
    page.get_by_role("button", name="Send din beslutning").click()
    receipt = page.get_by_role("status").filter(has_text="Du godkendte")
    expect(receipt).to_be_visible()
    assert "fredag den 24. januar 2020 kl. 16.00" in receipt.inner_text().lower()
    step = house.sag("consent").at("kdnet")
    assert step
    assert len(step.approvals) == 1


def test_the_order_on_a_phone_is_read_decide_history(visit: Visit, house: House) -> None:
    page = visit(JENS, f"/sager/{house.numbers['consent']}", size=PHONE)
    tops = [
        page.get_by_role("heading", name=name).bounding_box()
        for name in ("Indstilling", "Din godkendelse", "Sagsfremstilling", "Historik")
    ]
    places = [box["y"] for box in tops if box]
    assert len(places) == 4
    assert places == sorted(places)


def test_nothing_is_chosen_beforehand(visit: Visit, house: House) -> None:
    page = visit(JENS, f"/sager/{house.numbers['consent']}", size=PHONE)
    expect(page.locator("input[type=radio]:checked")).to_have_count(0)
    expect(page.locator(".choice-fields:visible")).to_have_count(0)
    page.get_by_role("radio", name="Send tilbage").check()
    expect(page.locator(".choice-fields:visible")).to_have_count(1)


def test_focus_moves_to_the_error_summary_and_on_to_the_field(visit: Visit, house: House) -> None:
    page = visit(JENS, f"/sager/{house.numbers['consent']}", size=PHONE)
    page.get_by_role("radio", name="Send tilbage").check()
    page.get_by_role("button", name="Send din beslutning").click()
    expect(page.locator(".summary")).to_be_focused()
    page.get_by_role("link", name="Skriv, hvorfor sagen sendes tilbage.").click()
    expect(page.locator("[name='return.reason'][aria-invalid=true]")).to_be_focused()


def test_somebody_else_was_there_first(visit: Visit, house: House) -> None:
    path = f"/sager/{house.numbers['consent']}"
    jens, karin = visit(JENS, path, size=PHONE), visit(KARIN, path)
    jens.get_by_role("radio", name="Send tilbage").check()
    jens.get_by_role("group", name="Send tilbage").get_by_label("Begrundelse").fill("Min lange begrundelse.")
    karin.get_by_role("radio", name="Tag op igen").check()
    karin.get_by_role("group", name="Tag op igen").get_by_label("Begrundelse").fill("Nye tal.")
    karin.get_by_role("button", name="Udfør").first.click()
    with jens.expect_response(f"**{path}/**") as answer:
        jens.get_by_role("button", name="Send din beslutning").click()
    assert answer.value.status == 409
    alert = jens.get_by_role("alert")
    expect(alert.get_by_role("heading", name="Sagen er ændret")).to_be_visible()
    expect(alert.get_by_text("Min lange begrundelse.")).to_be_visible()
    expect(alert.get_by_text("KD-Net: Under forberedelse")).to_be_visible()
    step = house.sag("consent").at("kdnet")
    assert step
    assert step.state == "preparing"


def test_the_search_is_one_key_away(visit: Visit) -> None:
    page = visit(IDA, "/")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("kanarie")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/soeg\?q=kanarie"))
    expect(page.locator("main a[href*='/sager/SAG-']")).to_have_count(1)
