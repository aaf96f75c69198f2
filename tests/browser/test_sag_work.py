"""Writing about a sag in a real browser: preview, autosave, what survives, and all of it without JavaScript."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from kdflow.actions.follow_sag import follow_sag
from kdflow.actions.relate_sager import relate_sager
from kdflow.actions.revise_sag import revise_sag
from kdflow.actions.write_comment import write_comment
from kdflow.domain.revision import Revision
from tests.browser.conftest import PHONE, Visit
from tests.browser.looks import both, is_for_everybody, is_for_everybody_at_both, tour, weighs_little
from tests.web.house import IDA, JENS, KARIN, House

TEXT = """# Baggrund

En **vigtig** sag med [plan](https://x.example/plan).

### Økonomi

- Region: 100
- KKR: 200"""


def busy(house: House) -> str:
    """A sag that people have worked on; its address."""
    sag, other = house.sag("consent").id, house.numbers["fresh"]
    db, now = house.wiring.db, house.wiring.now()
    revise_sag(db, sag, None, Revision(case_text=TEXT), version=None, key="a-tekst-1", by=IDA, now=now)
    write_comment(db, sag, "Er @Jens Formand enig?\n\n> Det står i bilaget", key="a-kommentar", by=KARIN, now=now)
    write_comment(db, sag, "Ja, **helt** enig.", key="en-til-1", by=IDA, now=now)
    follow_sag(db, sag, follows=True, key="foelger-1", by=JENS, now=now)
    relate_sager(db, sag, other, key="relateret", by=IDA, now=now)
    return f"/sager/{house.numbers['consent']}"


def test_the_page_of_a_sag_that_people_work_on_is_for_everybody(visit: Visit, house: House) -> None:
    address = busy(house)
    for page in tour(visit, IDA, [address, f"{address}/kopi"], bypass_csp=True):
        is_for_everybody_at_both(page)
    is_for_everybody_at_both(visit(JENS, address, bypass_csp=True))


@both
def test_the_plan_of_a_new_sag_is_for_everybody(visit: Visit, size: Any) -> None:
    page = visit(IDA, "/sager/ny", size=size, bypass_csp=True)
    page.get_by_label("Titel").fill("En ny sag")
    page.get_by_label("Ønsket besluttet senest").fill("24. december 2020")
    page.get_by_role("radio", name="Drøftelse").first.check()
    page.get_by_role("button", name="Se planen").click()
    expect(page.locator("#ny-wished-fejl")).to_be_visible()
    expect(page.get_by_role("heading", name="Planen", exact=True)).to_be_visible()
    is_for_everybody(page)


def _open_text(page: Page) -> None:
    page.get_by_text("Ret titel og sagsfremstilling").click()


def test_what_is_written_is_kept_while_one_writes_and_comes_back(visit: Visit, house: House) -> None:
    address = f"/sager/{house.numbers['consent']}"
    page = visit(IDA, address)
    _open_text(page)
    page.locator("#tekst-case_text").fill("Det, jeg er i gang med")
    expect(page.locator("#tekst-gemt")).to_have_text("Gemt kl. 16 som kladde")
    page.goto("/")
    page.go_back()
    expect(page.locator("#tekst-case_text")).to_have_value("Det, jeg er i gang med")
    expect(page.get_by_text("Du har en kladde fra")).to_be_visible()
    page.get_by_role("button", name="Kassér kladden").click()
    expect(page.locator("#tekst-case_text")).to_have_value(house.sag("consent").case_text)


def test_a_preview_comes_without_leaving_the_page(visit: Visit, house: House) -> None:
    page = visit(IDA, f"/sager/{house.numbers['consent']}")
    _open_text(page)
    page.locator("#tekst-case_text").fill("En **vigtig** sag")
    page.locator("#tekst").get_by_role("button", name="Se, hvordan det bliver").click()
    expect(page.locator("#tekst-vis strong")).to_have_text("vigtig")
    expect(page.locator("#tekst-case_text")).to_have_value("En **vigtig** sag")


def test_ctrl_s_keeps_a_draft(visit: Visit, house: House) -> None:
    page = visit(IDA, f"/sager/{house.numbers['consent']}")
    page.locator("#kommentar-text").fill("Er det")
    page.keyboard.press("Control+s")
    expect(page.locator("#kommentar-gemt")).to_contain_text("Gemt kl. 16")


def test_it_is_said_when_a_draft_cannot_be_kept(visit: Visit, house: House) -> None:
    page = visit(IDA, f"/sager/{house.numbers['consent']}")
    page.context.clear_cookies()
    page.locator("#kommentar-text").fill("Går det tabt?")
    expect(page.locator("#kommentar-gemt")).to_contain_text("Kladden kunne ikke gemmes.")
    expect(page.locator("#kommentar-text")).to_have_value("Går det tabt?")


def test_all_of_it_works_without_javascript(visit: Visit, house: House) -> None:
    page = visit(IDA, f"/sager/{house.numbers['consent']}", java_script_enabled=False, size=PHONE)
    page.locator("#kommentar-text").fill("Er **det** rigtigt?")
    box = page.locator("#kommentar")
    box.get_by_role("button", name="Se, hvordan det bliver").click()
    assert page.locator("#kommentar-vis strong").text_content() == "det"
    page.locator("#kommentar").get_by_role("button", name="Gem som kladde").click()
    expect(page.get_by_text("Du har en kladde fra")).to_be_visible()
    assert page.locator("#kommentar-text").input_value() == "Er **det** rigtigt?"
    page.get_by_role("button", name="Send kommentaren").click()
    assert page.locator(".comments .written strong").text_content() == "det"
    expect(page.get_by_text("Du har en kladde fra")).to_be_hidden()


def test_a_page_that_people_work_on_weighs_little(visit: Visit, house: House) -> None:
    address = busy(house)
    weighs_little(visit(IDA, "/sager"), address)


def test_without_a_line_it_is_said_that_the_draft_is_not_kept(visit: Visit, house: House) -> None:
    page = visit(IDA, f"/sager/{house.numbers['consent']}")
    _open_text(page)
    page.context.set_offline(True)
    page.locator("#tekst-case_text").fill("Det, jeg er i gang med")
    expect(page.locator("#tekst-gemt")).to_contain_text("Kladden kunne ikke gemmes.")
    page.context.set_offline(False)
    page.locator("#tekst-case_text").press_sequentially(" nu")
    expect(page.locator("#tekst-gemt")).to_have_text("Gemt kl. 16 som kladde")
