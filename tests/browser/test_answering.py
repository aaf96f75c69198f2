"""From a mail on the phone to a sent decision, and the pages about mails, in a real browser."""

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from kdflow.channels import Permanent
from kdflow.domain.authority import PersonId
from tests.actions.test_deliver_notices import Post
from tests.browser.conftest import PHONE, Visit
from tests.browser.looks import both, is_for_everybody, is_for_everybody_at_both, tour
from tests.web.house import IDA, JENS, KARIN, House
from tests.web.mails import answer_link, deliver, in_earnest
from tests.web.test_sendings import served_by


def test_three_taps_from_the_mail_to_the_decision(visit: Visit, house: House) -> None:
    deliver(house)
    page = visit(JENS, "/post?til=jens@kdflow.example", size=PHONE, has_touch=True)
    page.get_by_role("link", name="Din godkendelse mangler").click()
    taps: list[str] = []

    def tap(target: Locator) -> None:
        target.tap()
        taps.append(str(target))

    tap(page.frame_locator(".mail-frame").get_by_role("link", name="Åbn sagen og svar"))
    page.wait_for_url("**/sager/**")
    assert "/svar" not in page.url
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    tap(page.get_by_role("radio", name="Godkend, at sagen går videre"))
    tap(page.get_by_role("button", name="Send din beslutning"))
    page.get_by_role("status").filter(has_text="Du godkendte").wait_for()
    assert len(taps) == 3
    step = house.sag("consent").at("kdnet")
    assert step
    assert len(step.approvals) == 1


def test_the_link_brings_the_form_into_view(visit: Visit, house: House) -> None:
    page = visit(JENS, answer_link(house, JENS), size=PHONE)
    top = page.locator(".panel").first.bounding_box()
    assert top
    assert -10 <= top["y"] <= 400


def test_it_works_without_javascript(visit: Visit, house: House) -> None:
    page = visit(JENS, answer_link(house, JENS), size=PHONE, java_script_enabled=False)
    page.get_by_role("radio", name="Godkend, at sagen går videre").check()
    page.get_by_role("button", name="Send din beslutning").click()
    expect(page.get_by_role("status").filter(has_text="Du godkendte")).to_be_visible()


def test_a_used_link_on_the_phone(visit: Visit, house: House) -> None:
    link = answer_link(house, JENS)
    page = visit(JENS, link, size=PHONE)
    page.get_by_role("radio", name="Godkend, at sagen går videre").check()
    page.get_by_role("button", name="Send din beslutning").click()
    again = visit(JENS, link, size=PHONE, bypass_csp=True)
    expect(again.get_by_role("status").filter(has_text="Du godkendte den")).to_be_visible()
    again.bring_to_front()  # the first page may still hold the window
    expect(again.locator("#fra-mail")).to_be_focused()
    is_for_everybody(again)


PAGES: dict[PersonId | None, tuple[str, ...]] = {
    IDA: ("/beskeder", "/beskeder/valg", "/beskeder/valg?gjort=1", "/post"),
    JENS: ("/post/1",),
    KARIN: ("/udsendelser", "/udsendelser?igen=ja", "/"),
    None: ("/svar/findes-ikke",),
}


@pytest.fixture
def busy(house: House) -> House:
    """A house with mails that arrived, and others that were given up."""
    with house.wiring.db.write() as tx:
        tx.run("update notice set due_at = null where person <> ?", (JENS,))
    deliver(house)
    with house.wiring.db.write() as tx:
        tx.run("update notice set due_at = ? where letter is null", (tx.instant(house.wiring.now()),))
    box = house.wiring.ways.mail
    served_by(house, Post(answer=lambda _: Permanent("550 5.1.1 <ida@kdflow.example>: no such user here")))
    deliver(house)
    served_by(house, box)  # type: ignore[arg-type]
    return house


@pytest.mark.usefixtures("busy")
def test_the_pages_about_mails_are_for_everybody(visit: Visit) -> None:
    for who, paths in PAGES.items():
        for page in tour(visit, who, paths, bypass_csp=True):
            assert page.locator("h1").count() == 1, page.url
            is_for_everybody_at_both(page)


@both
@pytest.mark.parametrize("path", ["/log-ind", "/log-ind/kode"])
def test_signing_in_is_for_everybody(request: pytest.FixtureRequest, house: House, size: Any, path: str) -> None:
    in_earnest(house)
    visit: Visit = request.getfixturevalue("visit")
    page = visit(None, path, size=size, bypass_csp=True)
    is_for_everybody(page)
    page.locator("main button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    is_for_everybody(page)


@both
def test_a_wrong_choice_is_for_everybody(visit: Visit, size: Any) -> None:
    page = visit(IDA, "/beskeder/valg", size=size, bypass_csp=True)
    page.get_by_role("radio", name="Samlet hver uge").check()
    page.get_by_label("Dag", exact=True).select_option("Onsdag")
    page.get_by_label("Mails må komme til").select_option("0")
    page.get_by_role("button", name="Gem mit valg").click()
    expect(page.get_by_role("alert").get_by_text("Vælg et tidspunkt")).to_be_visible()
    assert page.get_by_label("Dag", exact=True).input_value() == "2"
    is_for_everybody(page)


@both
def test_the_preview_of_a_change_is_for_everybody(visit: Visit, size: Any) -> None:
    page = visit(KARIN, "/moeder/kd-net-2020-03-13", size=size, bypass_csp=True)
    page.locator("details:has(form[action$='/flyt']) > summary").first.click()
    form = page.locator("form[action$='/flyt']")
    form.locator("[name=on]").fill("2020-03-20")
    form.get_by_role("button").last.click()
    page.get_by_text("Besked til").wait_for()
    is_for_everybody(page)
