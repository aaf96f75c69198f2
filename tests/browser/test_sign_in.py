"""Signing in and proving that it is you, in a real browser; the way to a provider has a file of its own."""

from typing import Any

import pytest
from playwright.sync_api import expect

from kdflow.actions.prove import begin_authenticator, confirm_authenticator
from kdflow.actions.sign_in import sign_in
from kdflow.domain import authenticator
from kdflow.domain.identity import OPERATOR, Origin
from kdflow.queries.account import new_authenticator
from kdflow.store import authenticators
from tests.browser.conftest import PHONE, Visit
from tests.browser.looks import both, is_for_everybody, is_for_everybody_at_both, tour
from tests.web.house import JENS, KARIN, House
from tests.web.mails import in_earnest
from tests.web.provider import free_port, settings_for, with_providers
from tests.web.test_sign_in_proof import number

__all__ = ["number"]


@pytest.fixture
def real(house: House) -> House:
    """The house as a real installation, with a provider; asked for before it is served."""
    return with_providers(house, settings_for(f"http://127.0.0.1:{free_port()}"))


@pytest.fixture
def frozen(house: House) -> House:
    """A real installation whose clock stands still."""
    return in_earnest(house)


@both
def test_the_demo_begins_with_a_few_roles(visit: Visit, size: Any) -> None:
    page = visit(None, "/log-ind", size=size, bypass_csp=True)
    assert page.locator(".faces button").count() >= 3
    expect(page.locator(".roles button").first).to_be_hidden()
    is_for_everybody(page)


def test_the_way_in_is_for_everybody(real: House, visit: Visit) -> None:
    for page in tour(visit, None, ["/log-ind", "/log-ind?fejl=ukendt", "/log-ind/kode"], bypass_csp=True):
        is_for_everybody_at_both(page)


@both
def test_the_account_is_for_everybody(real: House, visit: Visit, size: Any) -> None:
    visit(JENS, "/konto")
    page = visit(JENS, "/konto", size=size, bypass_csp=True)
    expect(page.get_by_role("button", name="Afslut alle andre")).to_be_visible()
    is_for_everybody(page)
    page.get_by_role("link", name="Tilføj en autentifikator").click()
    is_for_everybody(page)
    page.get_by_role("button", name="Tilføj en autentifikator").click()
    expect(page.get_by_label("Nøgle", exact=True)).to_be_visible()
    page.get_by_role("button", name="Tilføj").click()
    expect(page.get_by_role("alert")).to_be_visible()
    is_for_everybody(page)


@both
def test_a_press_in_the_demo_and_the_decision_is_made(visit: Visit, number: str, size: Any) -> None:
    page = visit(JENS, f"/sager/{number}", size=size, bypass_csp=True)
    page.get_by_role("radio", name="Godkend, at sagen går videre").check()
    page.locator(".act > button").click()
    page.wait_for_url("**/bekraeft?form=*")
    is_for_everybody(page)
    page.get_by_role("button", name="Det er mig").click()
    page.wait_for_url(f"**/sager/{number}?gjort=approve*")
    expect(page.get_by_role("status").first).to_be_visible()


def test_an_authenticator_that_waits_is_for_everybody(frozen: House, visit: Visit) -> None:
    now = frozen.wiring.now()
    with frozen.wiring.db.write() as tx:
        authenticators.begin(tx, JENS, authenticator.new_secret(), now)
        authenticators.confirm(tx, JENS, now, counts=False)
    seen = {
        JENS: ("/konto", "/konto/autentifikator", "/bekraeft"),
        KARIN: ("/konto/autentifikator", "/administration/personer", "/administration/personer/jens"),
    }
    for who, paths in seen.items():
        for page in tour(visit, who, paths, bypass_csp=True):
            is_for_everybody_at_both(page)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_by_a_code_on_a_phone(frozen: House, visit: Visit, number: str, script: bool) -> None:
    db, now = frozen.wiring.db, frozen.wiring.now()
    begin_authenticator(db, JENS, now=now)
    new = new_authenticator(db, JENS)
    assert new
    secret = new[0].replace(" ", "")
    early = authenticator.code_at(secret, now.fromtimestamp(now.timestamp() - authenticator.STEP, now.tzinfo))
    session = sign_in(db, JENS, days=1, old_secret=None, now=now, origin=Origin(way=OPERATOR))
    assert confirm_authenticator(db, JENS, early, secret=session, network="", now=now).secret
    page = visit(JENS, f"/sager/{number}", size=PHONE, java_script_enabled=script, bypass_csp=True)
    page.get_by_role("radio", name="Godkend, at sagen går videre").check()
    page.locator(".act > button").click()
    page.get_by_label("Kode fra din autentifikator").fill("000000")
    page.get_by_role("button", name="Bekræft og send").click()
    expect(page.get_by_role("alert")).to_be_visible()
    if script:
        is_for_everybody(page)
    page.get_by_label("Kode fra din autentifikator").fill(authenticator.code_at(secret, now))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/sager/{number}?gjort=approve*")
