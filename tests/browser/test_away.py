"""Being away, ending a sag, and choosing nothing, in a real browser: accessibility, both widths, no JavaScript."""

from typing import Any

import pytest
from playwright.sync_api import expect

from kdflow.domain.authority import Office
from tests.browser.conftest import PHONE, Visit
from tests.browser.looks import both, is_for_everybody, is_for_everybody_at_both
from tests.web.house import DORTE, IDA, JENS, LARS, House
from tests.web.test_administration import appoint


@pytest.mark.parametrize("who", [IDA, JENS, DORTE])
def test_the_page_of_an_absence_is_for_everybody(visit: Visit, house: House, who: str) -> None:
    appoint(house, DORTE, Office.CHAIR, "kd-net-formandskab")
    appoint(house, LARS, Office.VICE_CHAIR, "dassos")
    appoint(house, LARS, Office.MEMBER, "kd-net-formandskab")
    is_for_everybody_at_both(visit(who, "/konto/fravaer", bypass_csp=True))


@both
def test_a_sag_is_withdrawn_in_two_steps(visit: Visit, house: House, size: Any) -> None:
    page = visit(IDA, f"/sager/{house.numbers['agenda']}", size=size, bypass_csp=True)
    page.get_by_text("Lad sagen hvile, træk den, eller lad den bortfalde").click()
    page.locator("input[name=move][value=withdraw]").check()
    page.locator("textarea[name='withdraw.reason']").fill("Parterne er enige.")
    page.locator("form[action$='/liv']").get_by_role("button", name="Udfør").click()
    expect(page.get_by_role("heading", name="Træk sagen?")).to_be_visible()
    is_for_everybody(page)
    page.get_by_role("button", name="Tilbage").click()
    expect(page.locator("textarea[name='withdraw.reason']")).to_have_value("Parterne er enige.")
    page.locator("form[action$='/liv']").get_by_role("button", name="Udfør").click()
    page.get_by_role("button", name="Træk sagen").click()
    expect(page.get_by_role("status").first).to_be_visible()
    assert house.sag("agenda").life == "withdrawn"


def test_who_chooses_nothing_lands_on_why_without_javascript(visit: Visit, house: House) -> None:
    page = visit(JENS, f"/sager/{house.numbers['consent']}", size=PHONE, java_script_enabled=False)
    page.goto("/godkendelser")
    page.get_by_role("button", name="Godkend de valgte samlet").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("link", name="Sæt kryds ved de sager, du vil godkende").click()
    assert page.url.endswith(f"#valgt-{house.numbers['consent']}-2")
    seen = visit(JENS, "/godkendelser/samlet", size=PHONE, bypass_csp=True)
    is_for_everybody(seen)
