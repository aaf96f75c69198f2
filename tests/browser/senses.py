"""What a page must be for those who use keys, high contrast or no JavaScript, who zoom, or want nothing to move.

Each look says what is wrong, as pieces of the page; nothing, where all is well.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page

from tests.browser.looks import fits

ZOOMED: Any = {"width": 640, "height": 450}
"""A desktop of 1280 x 900 at 200 %."""

CUT_OFF = """() => [...document.querySelectorAll('body *')].filter(one => {
    const style = getComputedStyle(one);
    return [style.overflowX, style.overflowY].some(how => how === 'hidden' || how === 'clip')
      && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)
      && one.clientWidth > 1 && !one.closest('.hidden, select, thead');
  }).map(one => one.outerHTML.slice(0, 90))"""

_SHAPELESS = """() => [...document.querySelectorAll(
    'button, input:not([type=hidden]), select, textarea')].filter(one => {
    const style = getComputedStyle(one);
    return one.checkVisibility() && one.getClientRects().length && !parseFloat(style.borderTopWidth)
      && !style.textDecorationLine.includes('underline') && !one.matches('[type=radio], [type=checkbox]')
      && !one.querySelector('svg');
  }).map(one => one.outerHTML.slice(0, 90))"""

_MOVING = """() => [...document.querySelectorAll('*')].filter(one => {
    const style = getComputedStyle(one), long = (times) => times.split(',').some(time => parseFloat(time) > 0);
    return long(style.transitionDuration) || (style.animationName !== 'none' && long(style.animationDuration))
      || style.scrollBehavior === 'smooth';
  }).map(one => one.outerHTML.slice(0, 90)).concat(
    document.getAnimations().map(one => `an animation of ${one.effect?.target?.outerHTML.slice(0, 90)}`))"""

_OUT_OF_REACH = """() => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary')].filter(one =>
      one.checkVisibility({visibilityProperty: true}) && one.getClientRects().length && !one.disabled
      && (one.tabIndex < 0 || (one.focus({preventScroll: true}), document.activeElement !== one)))
  .map(one => one.outerHTML.slice(0, 90))"""

_UNSEEN = """() => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')].filter(one => {
      const outlined = (one) => parseFloat(getComputedStyle(one).outlineWidth) >= 2
        && getComputedStyle(one).outlineStyle !== 'none';
      if (!one.checkVisibility({visibilityProperty: true}) || !one.getClientRects().length || one.disabled)
        return false;
      one.blur();
      one.focus({focusVisible: true, preventScroll: true});
      return !outlined(one) && !outlined(one.closest('.choice') || one);
    }).map(one => one.outerHTML.slice(0, 90))"""

_LONELY = """(html) => [...new DOMParser().parseFromString(html, 'text/html').querySelectorAll('main button')]
    .filter(one => !one.form && !one.hasAttribute('popovertarget')
      && !(one.getAttribute('form') && one.getRootNode().getElementById(one.getAttribute('form')))
      && !one.closest('[hidden], template')).map(one => one.outerHTML.slice(0, 90))"""


def zoomed(page: Page) -> Iterator[str]:
    """At 200 %: what makes it scroll sideways, and what is cut off."""
    page.set_viewport_size(ZOOMED)
    if not fits(page):
        yield "too wide at 200 %"
    yield from (f"cut off at 200 %: {one}" for one in page.evaluate(CUT_OFF))


def by_keyboard(page: Page) -> Iterator[str]:
    """What no key reaches, and where one does not see that one is, in plain colours and in high contrast."""
    yield from (f"no key reaches {one}" for one in page.evaluate(_OUT_OF_REACH))
    yield from (f"no focus is seen at {one}" for one in page.evaluate(_UNSEEN))
    page.emulate_media(forced_colors="active")
    yield from (f"no focus is seen in high contrast at {one}" for one in page.evaluate(_UNSEEN))
    page.emulate_media(forced_colors="none")


def in_high_contrast(page: Page) -> Iterator[str]:
    """The controls that are told from text by their ground alone."""
    page.emulate_media(forced_colors="active")
    for colours in ("light", "dark"):
        page.emulate_media(color_scheme=colours)
        yield from (f"shapeless in high contrast: {one}" for one in page.evaluate(_SHAPELESS))
    page.emulate_media(forced_colors="none", color_scheme="light")


def without_motion(page: Page) -> Iterator[str]:
    """What moves although nothing should."""
    page.emulate_media(reduced_motion="reduce")
    yield from (f"moves: {one}" for one in page.evaluate(_MOVING))
    page.emulate_media(reduced_motion="no-preference")


def without_script(page: Page, html: str) -> Iterator[str]:
    """The buttons of a page, as it was sent, that only a script can make do something."""
    yield from (f"does nothing without JavaScript: {one}" for one in page.evaluate(_LONELY, html))
