"""The pages for everybody in a real browser, as somebody who is not signed in; and on paper."""

from playwright.sync_api import expect

from kdflow.domain.authority import PersonId
from tests.browser.conftest import DESKTOP, Visit
from tests.browser.looks import is_for_everybody_at_both, tour
from tests.web.house import House
from tests.web.test_agenda import accepted, day, publish
from tests.web.test_public_pages import HOME, PUBLIC_AGENDA, SECRET, minutes_of, opened, paper_of

NOBODY: PersonId | None = None


def _published(house: House) -> None:
    opened(house)
    paper_of(accepted(house, "Åben sag med en temmelig lang titel om samarbejdsorganisering"), b"%PDF-1.4 x")
    accepted(house, SECRET, closed=True)
    day(house, "2020-03-04")
    publish(house)
    minutes_of(house)


def test_the_pages_are_for_everybody(visit: Visit, house: House) -> None:
    _published(house)
    paths = ("/offentligt", HOME, PUBLIC_AGENDA, f"{HOME}/kd-net-2020-03-13/referat", "/offentligt/findes-ikke")
    for page in tour(visit, NOBODY, paths, bypass_csp=True):
        is_for_everybody_at_both(page)
        assert page.context.cookies() == [], page.url
    is_for_everybody_at_both(visit(NOBODY, "/privatliv", bypass_csp=True))


def test_an_outsider_goes_from_body_to_paper(visit: Visit, house: House) -> None:
    _published(house)
    page = visit(NOBODY, "/offentligt", size=DESKTOP)
    page.get_by_role("link", name="KD-Net").first.click()
    page.get_by_role("link", name="Læs dagsorden").first.click()
    assert SECRET not in page.content()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Notat").click()
    assert waiting.value.suggested_filename == "notat.pdf"


def test_on_paper_there_is_the_agenda_and_nothing_round_it(visit: Visit, house: House) -> None:
    _published(house)
    page = visit(NOBODY, PUBLIC_AGENDA)
    page.emulate_media(media="print")
    expect(page.locator("h1")).to_be_visible()
    for gone in (".top", ".foot", ".crumb"):
        assert page.locator(gone).is_hidden()
