"""The guide and the keys in a real browser."""

from typing import Any

from tests.browser.conftest import DESKTOP, Visit
from tests.browser.looks import both, fits, is_for_everybody_at_both, tour, violations
from tests.web.house import IDA

GUIDES = ("/hjaelp", "/hjaelp/sagsejer", "/hjaelp/formand", "/hjaelp/sekretariat", "/hjaelp/administrator")


def test_the_guides_are_for_everybody(visit: Visit) -> None:
    for page in tour(visit, IDA, GUIDES, bypass_csp=True):
        is_for_everybody_at_both(page)


@both
def test_a_question_mark_lists_the_keys(visit: Visit, size: Any) -> None:
    page = visit(IDA, "/sager", size=size, bypass_csp=True)
    listed = page.get_by_role("dialog", name="Taster")
    page.keyboard.press("?")
    assert listed.is_visible()
    assert violations(page) == []
    assert fits(page)
    page.keyboard.press("Escape")
    assert not listed.is_visible()
    page.keyboard.press("?")
    page.get_by_role("button", name="Luk").click()
    assert not listed.is_visible()


def test_two_keys_go_somewhere(visit: Visit) -> None:
    page = visit(IDA, "/sager/ny", size=DESKTOP)
    page.keyboard.type("gh")
    page.wait_for_url("**/hjaelp/sagsejer#opret-en-sag")
    page.keyboard.type("gs")
    page.wait_for_url("**/sager")


def test_keys_are_silent_while_one_writes(visit: Visit) -> None:
    page = visit(IDA, "/sager/ny", size=DESKTOP)
    title = page.get_by_label("Titel").first
    title.focus()
    page.keyboard.type("gs?/")
    assert title.input_value() == "gs?/"
    assert page.url.endswith("/sager/ny")
    assert not page.get_by_role("dialog").is_visible()


def test_keys_can_be_turned_off(visit: Visit) -> None:
    page = visit(IDA, "/hjaelp#taster", size=DESKTOP)
    page.get_by_role("button", name="Slå tasterne fra").click()
    page.keyboard.press("?")
    assert not page.get_by_role("dialog").is_visible()
    page.get_by_role("button", name="Slå tasterne til").click()
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="Taster").is_visible()
