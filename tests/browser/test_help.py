"""The guide and the keys in a real browser."""

from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, Visit
from tests.browser.looks import both, fits, violations
from tests.web.house import IDA, KARIN

GUIDES = ("/hjaelp", "/hjaelp/sagsejer", "/hjaelp/formand", "/hjaelp/sekretariat", "/hjaelp/administrator")


@both
def test_a_question_mark_lists_the_keys(visit: Visit, size: Any) -> None:
    page = visit(IDA, "/sager", size=size, bypass_csp=True)
    listed = page.get_by_role("dialog", name="Taster")
    page.keyboard.press("?")
    expect(listed).to_be_visible()
    assert violations(page) == []
    assert fits(page)
    page.keyboard.press("Escape")
    expect(listed).to_be_hidden()
    page.keyboard.press("?")
    page.get_by_role("button", name="Luk").click()
    expect(listed).to_be_hidden()


def test_two_keys_go_somewhere(visit: Visit) -> None:
    page = visit(IDA, "/sager/ny", size=DESKTOP)
    page.keyboard.type("gh")
    page.wait_for_url("**/hjaelp/sagsejer#opret-en-sag")
    page.keyboard.type("gs")
    page.wait_for_url("**/sager")


def test_who_has_a_desk_goes_there_by_two_keys(visit: Visit) -> None:
    page = visit(KARIN, "/sager", size=DESKTOP)
    page.keyboard.type("gd")
    page.wait_for_url("**/bord")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog").get_by_text("Gå til dit bord")).to_be_visible()
    expect(visit(IDA, "/hjaelp").get_by_text("Gå til dit bord")).to_have_count(0)


def test_keys_are_silent_while_one_writes(visit: Visit) -> None:
    page = visit(IDA, "/sager/ny", size=DESKTOP)
    title = page.get_by_label("Titel").first
    title.focus()
    page.keyboard.type("gs?/")
    assert title.input_value() == "gs?/"
    assert page.url.endswith("/sager/ny")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_keys_can_be_turned_off(visit: Visit) -> None:
    page = visit(IDA, "/hjaelp#taster", size=DESKTOP)
    page.get_by_role("button", name="Slå tasterne fra").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.get_by_role("button", name="Slå tasterne til").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Taster")).to_be_visible()
