"""Each look at a page finds what it is there to find."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, Visit
from tests.browser.contrast import measured
from tests.browser.looks import axe
from tests.browser.senses import by_keyboard, in_high_contrast, without_motion, without_script, zoomed
from tests.web.house import IDA

FINE = (
    "<style>:focus { outline: 3px solid }</style>"
    "<main><a href='/'>Ja</a><button form='f'>Gem</button><form id='f'>"
)


def too_faint(page: Page) -> Iterable[str]:
    """The words that are too faint on their ground."""
    return [one["target"] for one in measured(page, axe(page).unsure) if not one["isFine"]]


@pytest.mark.parametrize(
    ("look", "fault"),
    [
        (zoomed, "<p style='width: 900px'>Bred</p>"),
        (
            zoomed,
            "<p style='width: 90px; overflow: hidden; white-space: nowrap'>En linje uden ende</p>",
        ),
        (by_keyboard, "<a href='/' tabindex='-1'>Nej</a>"),
        (by_keyboard, "<a href='/' style='outline: none'>Nej</a>"),
        (in_high_contrast, "<button style='border: 0'>Nej</button>"),
        (without_motion, "<p style='transition: color 1s'>Nej</p>"),
        (too_faint, "<p style='background: linear-gradient(#fff, #eee); color: #ccc'>Nej</p>"),
    ],
)
def test_a_fault_is_found(visit: Visit, look: Callable[[Page], Iterable[str]], fault: str) -> None:
    page = visit(IDA, "/tilgaengelighed", size=DESKTOP, bypass_csp=True)
    page.set_content(FINE)
    assert list(look(page)) == []
    page.set_content(FINE + fault)
    assert list(look(page)) != []


def test_a_button_that_only_a_script_knows_is_found(visit: Visit) -> None:
    page = visit(IDA, "/tilgaengelighed", size=DESKTOP, bypass_csp=True)
    assert list(without_script(page, FINE + "<button>I skemaet</button>")) == []
    assert len(list(without_script(page, FINE + "</form><button>Uden for</button>"))) == 1
