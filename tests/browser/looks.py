"""What every page is looked at for: accessibility, room on a small screen, targets and text of a fair size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, Response

from kdflow.domain.authority import PersonId
from tests.browser.conftest import DESKTOP, PHONE, Visit

SMALLEST = 44
"""The height of the smallest target, in CSS pixels."""

MOST_BYTES = 150_000

both = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])

_TOO_SMALL = """(least) => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary')].filter(one => {
    const box = one.getBoundingClientRect();
    if (!box.width || !box.height || one.closest('.skip')) return false;
    if (one.matches('input[type=radio], input[type=checkbox]'))
      return one.labels[0].getBoundingClientRect().height < least;
    if (one.matches('p a, li p a') && getComputedStyle(one).display === 'inline') return false;
    return box.height < least - 0.5;
  }).map(one => one.outerHTML.slice(0, 90) + ' ' + one.getBoundingClientRect().height)"""

_TOO_FINE = """() => [...document.querySelectorAll('main *, header *, footer *, .demo *')].filter(one =>
    [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim())
    && one.getBoundingClientRect().height && parseFloat(getComputedStyle(one).fontSize) < 16)
  .map(one => one.outerHTML.slice(0, 90))"""


_AXE = """() => axe.run({iframes: false, resultTypes: ['violations', 'incomplete']}).then(found => ({
    violations: found.violations.map(one => one.id + ': ' + one.nodes.map(node => node.target)),
    unsure: found.incomplete.filter(one => one.id === 'color-contrast')
      .flatMap(one => one.nodes.map(node => node.target[0])),
  }))"""


def tour(visit: Visit, who: PersonId | None, paths: Sequence[str], **values: Any) -> Iterator[Page]:
    """Somebody goes from page to page in one browser, which loads style, letters and scripts once."""
    page = visit(who, paths[0], **values)
    yield page
    for path in paths[1:]:
        page.goto(path)
        yield page


def at_both(page: Page) -> Iterator[Page]:
    """The page at a desk, and then on a phone."""
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        yield page


def open_all(page: Page) -> None:
    """Unfold everything that is folded."""
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")


class Found(NamedTuple):
    """What axe says of a page: what is wrong, and the words whose contrast it cannot say."""

    violations: list[str]
    unsure: list[str]


def axe(page: Page) -> Found:
    """Look with axe. Its script puts in an empty <style>, which our policy refuses: open the page without it.
    The frame that shows a mail runs no script, so axe has nobody to ask there."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(_AXE)
    return Found([f"{page.url} {page.viewport_size} {one}" for one in found["violations"]], found["unsure"])


def violations(page: Page) -> list[str]:
    """What axe finds wrong."""
    return axe(page).violations


def fits(page: Page) -> bool:
    """Whether the page is no wider than the screen."""
    size = page.viewport_size
    return size is not None and bool(page.evaluate("document.documentElement.scrollWidth") <= size["width"])


def too_small(page: Page) -> list[str]:
    """The targets and texts that are too small for a finger or an eye."""
    found: list[str] = [*page.evaluate(_TOO_SMALL, SMALLEST), *page.evaluate(_TOO_FINE)]
    return found


def is_for_everybody(page: Page) -> None:
    """Everything unfolded: axe finds nothing, and on a phone it fits and nothing is too small."""
    open_all(page)
    assert violations(page) == []
    if page.viewport_size == PHONE:
        assert fits(page), page.url
        assert too_small(page) == [], page.url


def is_for_everybody_at_both(page: Page) -> None:
    """The same at a desk and on a phone."""
    for seen in at_both(page):
        is_for_everybody(seen)


def weighs_little(page: Page, path: str) -> None:
    """The page that a click leads to, with all it needs and a browser has not kept, is at most 150 kB on the wire;
    fonts are not counted."""
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")
    answers: list[Response] = []
    page.on("response", lambda one: answers.append(one))
    page.evaluate("where => { location.href = where; }", path)
    page.wait_for_url(f"**{path}")
    page.wait_for_load_state("networkidle")
    sizes = {one.url: one.request.sizes()["responseBodySize"] for one in answers if ".woff2" not in one.url}
    assert min(sizes.values()) > 0, sizes
    assert sum(sizes.values()) <= MOST_BYTES, sizes
    assert answers[0].header_value("content-encoding") == "gzip"
