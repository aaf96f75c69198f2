"""To a provider on another site and back, in a real browser: what one wanted, and what one typed, survive."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser.conftest import DESKTOP
from tests.identity.municipality import PASSWORD, SECRET, Municipality, municipality
from tests.web.house import House
from tests.web.mails import in_earnest
from tests.web.provider import settings_for, with_providers
from tests.web.test_sign_in_proof import REASON, is_decided, number

__all__ = ["number"]


@pytest.fixture
def provider(
    house: House, identity_modules: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Municipality]:
    """A provider on another site than the house: `localhost`, which is not 127.0.0.1 to a browser."""
    monkeypatch.setenv("KDFLOW_SIGN_IN_SECRET_KOMMUNEN", SECRET)
    in_earnest(house)
    address = request.getfixturevalue("address")
    with municipality(identity_modules, address, host="localhost") as found:
        found.knows("jens", email="jens@kdflow.example", email_verified=True)
        with_providers(house, settings_for(found.issuer), site=address)
        house.app.state.wiring = house.wiring
        yield found


@pytest.fixture
def page(provider: Municipality, browser: Browser, address: str) -> Iterator[Page]:
    """A page of nobody; what the browser complains of on its console fails the test."""
    context = browser.new_context(base_url=address, viewport=DESKTOP, locale="da-DK")
    found = context.new_page()
    faults: list[str] = []
    found.on("console", lambda message: faults.append(f"{found.url}: {message.text}"))
    found.on("pageerror", lambda error: faults.append(f"{found.url}: {error}"))
    yield found
    context.close()
    assert faults == []


def sign_in_there(page: Page, issuer: str) -> None:
    """Type what the provider asks for."""
    page.wait_for_url(f"{issuer}/interaction/*")
    page.get_by_label("Brugernavn").fill("jens")
    page.get_by_label("Adgangskode").fill(PASSWORD)
    page.get_by_role("button", name="Log ind").click()


def test_there_and_back_and_once_more_to_decide(
    house: House, number: str, page: Page, provider: Municipality, address: str
) -> None:
    requests: list[Request] = []
    page.on("request", lambda one: requests.append(one) if one.is_navigation_request() else None)

    wanted = f"/sager/{number}?fra=mail"
    page.goto(wanted)
    page.get_by_role("link", name="Log ind med Kommunens login").click()
    sign_in_there(page, provider.issuer)
    page.get_by_role("button", name="Tillad").click()
    page.wait_for_url(f"{address}{wanted}")
    before = secret_of(page)

    page.get_by_role("radio", name="Send tilbage").check()
    page.get_by_role("group", name="Send tilbage").get_by_label("Begrundelse").fill(REASON)
    page.locator(".act > button").click()
    page.wait_for_url(f"{address}/bekraeft?form=*")
    page.get_by_role("link", name="Log ind igen med Kommunens login").click()
    sign_in_there(page, provider.issuer)
    page.wait_for_url(f"{address}/bekraeft?form=*")
    assert secret_of(page) != before
    expect(page.get_by_role("heading", level=1)).to_have_text("Du har bekræftet, at det er dig")
    expect(page.get_by_text(REASON)).to_be_visible()
    page.get_by_role("button", name="Send nu").click()
    page.wait_for_url(f"{address}/sager/{number}?gjort=*")
    assert is_decided(house)

    assert "kdflow-hos" not in {one["name"] for one in page.context.cookies()}
    assert_nothing_is_told_on_the_way(requests, provider.issuer)


def secret_of(page: Page) -> str:
    """The secret of the session; the browser keeps it from other sites that send forms."""
    [found] = [one for one in page.context.cookies() if one["name"] == "kdflow"]
    assert found["sameSite"] == "Lax"
    assert found["httpOnly"]
    return found["value"]


def assert_nothing_is_told_on_the_way(requests: list[Request], issuer: str) -> None:
    """The provider does not learn which page somebody comes from, and no page of ours learns a code."""
    seen = [(one.url, one.all_headers()) for one in requests]
    away = [headers for url, headers in seen if url.startswith(f"{issuer}/auth?")]
    back = [headers for url, headers in seen if urlsplit(url).path.endswith("/retur")]
    assert len(away) == len(back) == 2
    assert {headers["sec-fetch-site"] for headers in (*away, *back)} == {"cross-site"}
    assert [headers for headers in away if "referer" in headers] == []
    assert [headers["referer"] for _, headers in seen if "code=" in headers.get("referer", "")] == []
    assert [url for url, _ in seen if "code=" in url and "/retur?" not in url] == []
