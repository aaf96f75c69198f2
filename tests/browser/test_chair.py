"""The chair on a phone: three taps, the order of the page, the queue, several at once, and waiting."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from kdflow.domain.authority import Absence, PersonId
from kdflow.domain.workflow import Validity
from kdflow.store import offices
from tests.browser.conftest import PHONE, Visit
from tests.browser.looks import both, is_for_everybody, is_for_everybody_at_both
from tests.web.house import IDA, JENS, KARIN, House
from tests.web.mails import deliver
from tests.web.test_approvals import KKR, another
from tests.web.test_sign_in_proof import sealed

ORDER = """() => [...document.querySelectorAll('main h2, main form.act')].map(one =>
    one.matches('form') ? 'FORM' : one.textContent.trim())"""


class Taps:
    """Counts every tap."""

    def __init__(self) -> None:
        self.count = 0

    def on(self, target: Locator) -> None:
        """One tap with a finger."""
        target.tap()
        self.count += 1


def mail_of(visit: Visit, house: House) -> Page:
    deliver(house)
    page = visit(JENS, "/post?til=jens@kdflow.example", size=PHONE, has_touch=True)
    page.get_by_role("link", name="Din godkendelse mangler").click()
    return page


@pytest.mark.parametrize(
    ("choice", "receipt"),
    [("Godkend, at sagen går videre", "Du godkendte"), ("Tag op igen", "Du tog sagen op igen")],
)
def test_from_the_mail_to_the_sent_decision_in_three_taps(
    visit: Visit, house: House, choice: str, receipt: str
) -> None:
    page, taps = mail_of(visit, house), Taps()
    taps.on(page.frame_locator(".mail-frame").get_by_role("link", name="Åbn sagen og svar"))
    expect(page.locator("input[type=password]")).to_have_count(0)
    taps.on(page.get_by_role("radio", name=choice))
    if choice == "Tag op igen":
        page.get_by_role("group", name=choice).get_by_label("Begrundelse").fill("Nye tal.")  # typed, not tapped
    taps.on(page.get_by_role("button", name="Send din beslutning"))
    page.get_by_role("status").filter(has_text=receipt).wait_for()
    assert taps.count == 3


def test_the_page_reads_recommendation_decision_papers_history(visit: Visit, house: House) -> None:
    page = visit(JENS, f"/sager/{house.numbers['consent']}", size=PHONE)
    found = page.evaluate(ORDER)
    wanted = ["Indstilling", "FORM", "Din godkendelse", "Sagsfremstilling", "Bilag", "Historik"]
    assert [one for one in found if one in wanted] == wanted


def test_waiting_for_a_later_meeting_on_the_phone(visit: Visit, house: House) -> None:
    page = visit(JENS, f"/sager/{house.numbers['consent']}", size=PHONE, java_script_enabled=False)
    page.get_by_role("radio", name="Lad sagen vente til et senere møde").check()
    choice = page.get_by_label("Vent til")
    assert "dage senere" in choice.inner_text()
    choice.select_option(KKR)
    page.get_by_role("button", name="Send din beslutning").click()
    expect(page.get_by_role("status").filter(has_text="Sagen venter til mødet i KKR Midtjylland")).to_be_visible()


def test_several_at_once_without_javascript(visit: Visit, house: House) -> None:
    another(house)
    page = visit(JENS, "/godkendelser", size=PHONE, java_script_enabled=False)
    expect(page.get_by_role("checkbox")).to_have_count(0)
    for name in ("Ny forankring", "En sag til"):
        page.get_by_role("link", name=name).click()
        page.goto("/godkendelser")
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Godkend de valgte samlet").click()
    page.get_by_role("button", name="Godkend alle 2").click()
    expect(page.get_by_role("status").filter(has_text="Du godkendte 2 sager")).to_be_visible()


def test_the_queue_works_by_keyboard_alone(visit: Visit, house: House) -> None:
    page = visit(JENS, "/")
    page.get_by_role("link", name="Alle dine godkendelser").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/godkendelser")
    page.get_by_role("link", name="Ny forankring").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/sager/**")
    page.goto("/godkendelser")
    page.get_by_role("checkbox").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/godkendelser/samlet?**")
    assert page.get_by_role("heading", level=1).inner_text() == "Godkend 1 sag"


@pytest.fixture
def busy(house: House) -> House:
    """A house with much to approve: an open sag more, a closed one, and an absence with a stand-in."""
    another(house)
    sealed(house)
    valid = Validity.model_validate({"from": "2020-01-20", "to": "2020-01-31"})
    with house.wiring.db.write() as tx:
        offices.add_absence(tx, Absence(person=JENS, valid=valid, stand_in=KARIN))
    return house


def open_two(page: Page, house: House) -> None:
    for what in ("consent", "sealed"):
        page.goto(f"/sager/{house.numbers[what]}")


@pytest.mark.parametrize("who", [JENS, KARIN, IDA])
def test_the_queue_is_for_everybody(visit: Visit, busy: House, who: PersonId) -> None:
    page = visit(who, "/godkendelser", bypass_csp=True)
    is_for_everybody_at_both(page)
    open_two(page, busy)
    page.goto("/godkendelser")
    is_for_everybody_at_both(page)


@both
def test_approving_several_is_for_everybody(visit: Visit, busy: House, size: Any) -> None:
    page = visit(JENS, "/godkendelser", size=size, bypass_csp=True)
    open_two(page, busy)
    numbers = [busy.numbers[one] for one in ("consent", "sealed", "En sag til om psykiatrien")]
    page.goto("/godkendelser/samlet?" + "&".join(f"valgt={one}.2" for one in numbers))
    expect(page.get_by_role("heading", name="Åbn dem først")).to_be_visible()
    expect(page.get_by_role("heading", name="Besked til")).to_be_visible()
    is_for_everybody(page)
    page.get_by_role("button", name="Godkend alle 2").click()
    page.get_by_role("button", name="Det er mig").click()
    page.get_by_role("status").filter(has_text="Du godkendte 2 sager").wait_for()
    is_for_everybody(page)


def test_the_page_of_who_has_read_is_for_everybody(visit: Visit, busy: House) -> None:
    number = busy.numbers["sealed"]
    visit(JENS, f"/sager/{number}")
    page = visit(IDA, f"/sager/{number}/laesninger", bypass_csp=True)
    assert page.get_by_role("row").count() >= 2
    is_for_everybody_at_both(page)


@both
def test_a_sag_that_waits_is_for_everybody(visit: Visit, house: House, size: Any) -> None:
    page = visit(JENS, f"/sager/{house.numbers['consent']}", size=size, bypass_csp=True)
    page.get_by_role("radio", name="Lad sagen vente til et senere møde").check()
    is_for_everybody(page)
    page.get_by_label("Vent til").select_option(KKR)
    page.get_by_role("button", name="Send din beslutning").click()
    page.get_by_role("status").filter(has_text="Sagen venter til mødet").wait_for()
    is_for_everybody(page)
