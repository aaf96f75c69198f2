"""Letters as a mail program shows them: for everybody, on a phone and a desktop, light and dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kdflow import rendering
from kdflow.channels.email import Smtp
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.contrast import measured
from tests.browser.looks import at_both, axe, is_for_everybody, is_for_everybody_at_both
from tests.channels.letters import LETTERHEAD, body, message, read
from tests.channels.servers import HOST, real_server
from tests.test_messages import part, written
from tests.told import EVERY_KIND

NOW = datetime(2020, 1, 20, 7, 30, tzinfo=UTC)
LETTERS: dict[str, Callable[[], rendering.LetterText]] = {
    "consent": lambda: written(part("consent-wanted", path="/svar/x"), now=NOW),
    "missed": lambda: written(part("missed"), now=NOW),
    "code": lambda: written(part("sign-in", ""), now=NOW),
    "digest": lambda: written(
        part("returned"),
        part("minutes", ""),
        part("meeting-changed", "SAG-2020-0112"),
        part("submission", "SAG-2020-0113"),
        part("consent-escalated", "SAG-2020-0117"),
        part("body-ending", ""),
        is_digest=True,
        since=NOW - timedelta(days=4),
        now=NOW,
    ),
}
COLOURS = pytest.mark.parametrize("colours", ["light", "dark"])
KINDS = pytest.mark.parametrize("letter", LETTERS)

Open = Callable[[str, Any, Literal["light", "dark"]], Page]


@pytest.fixture
def opened(browser: Browser) -> Iterator[Open]:
    """Show a letter; whatever it asks the network for fails the test."""
    contexts: list[BrowserContext] = []
    asked: list[str] = []

    def shown(letter: str, size: Any, colours: Literal["light", "dark"]) -> Page:
        context = browser.new_context(viewport=size, color_scheme=colours)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.set_content(LETTERS[letter]().html if letter in LETTERS else letter)
        return page

    yield shown
    for context in contexts:
        context.close()
    assert asked == []


@COLOURS
@KINDS
def test_a_letter_is_for_everybody(opened: Open, letter: str, colours: Literal["light", "dark"]) -> None:
    page = opened(letter, DESKTOP, colours)
    assert page.title() == LETTERS[letter]().subject
    assert page.locator("html").get_attribute("lang") == "da"
    expect(page.locator("h1")).to_have_count(1)
    is_for_everybody_at_both(page)


@KINDS
def test_a_letter_is_one_column_with_buttons_for_fingers(opened: Open, letter: str) -> None:
    page = opened(letter, PHONE, "light")
    for link in page.locator("main a").all():
        box = link.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["width"] >= 44
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    assert page.evaluate("document.querySelector('main').getBoundingClientRect().width") <= 390
    wide = opened(letter, DESKTOP, "light")
    assert wide.evaluate("document.querySelector('main').getBoundingClientRect().width") <= 600


_BARE = """() => [...document.querySelectorAll('body *')].filter(one => {
    const style = getComputedStyle(one);
    return style.display !== 'none' && [...one.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())
      && !one.getAttribute('style') && !['B', 'BR'].includes(one.tagName);
  }).map(one => one.outerHTML.slice(0, 90))"""
_DARKENED = """() => {
    const light = (colour) => {
      const [r, g, b] = colour.match(/[0-9.]+/g).slice(0, 3).map(one => (255 - one) / 255)
        .map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (one) => {
      const own = getComputedStyle(one).backgroundColor;
      return own !== 'rgba(0, 0, 0, 0)' ? own : ground(one.parentElement);
    };
    return [...document.querySelectorAll('h1, h2, p, li, a')].map(one => {
      const [a, b] = [light(getComputedStyle(one).color), light(ground(one))].sort((x, y) => y - x);
      return [one.textContent.slice(0, 30), (a + 0.05) / (b + 0.05)];
    }).filter(one => one[1] < 4.5);
  }"""


@KINDS
def test_text_says_itself_how_it_looks_and_can_be_read_when_colours_are_inverted(
    opened: Open, letter: str
) -> None:
    page = opened(letter, PHONE, "dark")
    assert page.evaluate(_BARE) == []
    assert page.evaluate(_DARKENED) == []


def sent_and_read() -> dict[str, EmailMessage]:
    """A mail of every kind, as a mail program reads what a real mail server was given."""
    with real_server() as server:
        with Smtp(host=HOST, port=server.port, letterhead=LETTERHEAD, security="none").open() as sender:
            for kind in EVERY_KIND:
                letter = written(part(kind), now=NOW)
                told = {"subject": letter.subject, "text": letter.text, "html": letter.html}
                sender.send(message(**told, message_id=f"<{kind}@kdflow>", at=NOW))
        mails = [read(mail) for mail in server.mails]
    return {mail["Message-ID"][1:].partition("@")[0]: mail for mail in mails}


def test_a_mail_of_every_kind_is_for_everybody(opened: Open) -> None:
    """One tour, in one browser: in bright and dark programs, at a desk and on a phone."""
    mails = sent_and_read()
    assert sorted(mails) == EVERY_KIND
    page = opened("", DESKTOP, "light")
    for kind, mail in mails.items():
        page.set_content(body(mail, "html"))
        assert page.title() == mail["Subject"], kind
        assert page.locator("h1").count() == 1, kind
        for seen in at_both(page):
            is_for_everybody(seen)
        assert page.evaluate(_BARE) == page.evaluate(_DARKENED) == [], kind
        assert [one for one in measured(page, axe(page).unsure) if not one["isFine"]] == [], kind
