"""Signing in at a provider that lies where it is told to: who gets in, and what is not believed."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from kdflow.actions.come_back import note_failure
from kdflow.channels.oidc import providers
from kdflow.domain.authority import Office
from kdflow.store.attempts import MOST_OVER_ONE
from tests.web.forms import text_of
from tests.web.house import IDA, JENS, House
from tests.web.mails import in_earnest
from tests.web.provider import (
    IDAS,
    Running,
    asked,
    back,
    free_port,
    go,
    running,
    settings_for,
    there_and_back,
    with_providers,
)

UNKNOWN = "Vi kender dig ikke her"
UNUSABLE = "Svaret kunne ikke bruges"


@pytest.fixture(scope="module")
def provider() -> Iterator[Running]:
    """A provider for all the tests here."""
    with running() as found:
        yield found


@pytest.fixture(autouse=True)
def _real(house: House, provider: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KOMMUNEN", "REGIONEN"):
        monkeypatch.setenv(f"KDFLOW_SIGN_IN_SECRET_{name}", "a secret of the environment")
    with_providers(house, settings_for(provider.issuer))


def is_in(client: TestClient) -> bool:
    return client.get("/", follow_redirects=False).status_code == 200


# --- the way in --------------------------------------------------------------------------------------------------


def test_the_way_in(house: House, provider: Running) -> None:
    provider.knows("s-1", **IDAS)
    client = house.client()
    assert "Log ind med Kommunens login" in client.get("/log-ind").text
    answer = there_and_back(client, provider, "s-1", "/log-ind/hos/kommunen?videre=/ruter")
    assert answer.url.path == "/ruter"
    assert "Ida Sagsejer" in answer.text


def test_what_is_asked_for(house: House) -> None:
    client = house.client()
    first, second = asked(go(client)), asked(go(client))
    assert first["response_type"] == "code"
    assert first["scope"] == "openid email"
    assert first["code_challenge_method"] == "S256"
    assert first["redirect_uri"] == "http://testserver/log-ind/hos/kommunen/retur"
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) >= 43
        assert first[name] != second[name]
    assert "prompt" not in first


def test_the_subject_says_who_it_is_when_the_address_has_changed(house: House, provider: Running) -> None:
    provider.knows("s-2", **IDAS)
    there_and_back(house.client(), provider, "s-2")
    provider.knows("s-2", email="jens@kdflow.example", email_verified=True)
    assert "Ida Sagsejer" in there_and_back(house.client(), provider, "s-2").text


def test_an_address_that_is_given_to_somebody_else_lets_nobody_in(house: House, provider: Running) -> None:
    provider.knows("s-3", **IDAS)
    there_and_back(house.client(), provider, "s-3")
    provider.knows("s-4", **IDAS)
    assert UNKNOWN in there_and_back(house.client(), provider, "s-4").text


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "nobody@kdflow.example", "email_verified": True},
        {"email": "ida@kdflow.example", "email_verified": False},
        {"email": "ida@kdflow.example"},
        {"email": "ida@kdflow.example", "email_verified": "true"},
        {"email": "ida@ondt.example", "email_verified": True},
        {"email": "ida@kdflow.example.ondt.example", "email_verified": True},
        {"email": ["ida@kdflow.example"], "email_verified": True},
        {"preferred_username": "ida@kdflow.example", "upn": "ida@kdflow.example", "email_verified": True},
        {"email": "ida@kdflow.example", "xms_edov": True},
        {},
    ],
)
def test_who_is_not_known(house: House, provider: Running, claims: dict[str, Any]) -> None:
    provider.knows("s-unknown", **claims)
    client = house.client()
    answer = there_and_back(client, provider, "s-unknown")
    assert answer.url.path == "/log-ind"
    assert UNKNOWN in answer.text
    assert not is_in(client)


def test_nobody_learns_who_is_known(house: House, provider: Running) -> None:
    provider.knows("s-a", email="ida@kdflow.example", email_verified=False)
    provider.knows("s-b", email="nobody@kdflow.example", email_verified=False)
    pages = [text_of(there_and_back(house.client(), provider, one).text) for one in ("s-a", "s-b")]
    assert pages[0] == pages[1]
    assert "ida@" not in pages[0]


@pytest.mark.parametrize(("verified", "gets_in"), [(None, True), (True, True), (False, False)])
def test_a_provider_that_vouches(house: House, provider: Running, verified: bool | None, gets_in: bool) -> None:
    """Entra ID sends no email_verified: its addresses count where the operator has said so."""
    with_providers(house, settings_for(provider.issuer, vouches=True))
    more = {} if verified is None else {"email_verified": verified}
    provider.knows("s-vouched", email="ida@kdflow.example", **more)
    client = house.client()
    there_and_back(client, provider, "s-vouched")
    assert is_in(client) is gets_in


def test_a_token_gives_nobody_a_role(house: House, provider: Running) -> None:
    before = house.page("consent", IDA)
    roles = ["administrator", "kdflow-administrator"]
    provider.knows("s-role", **IDAS, roles=roles, groups=roles, wids=roles)
    client = house.client()
    there_and_back(client, provider, "s-role")
    with house.wiring.db.read() as tx:
        assert (
            tx.run("select count(*) from appointment where office = ?", (Office.ADMINISTRATOR,)).fetchone()[0] == 0
        )
    assert client.get(f"/sager/{before.sag.number}").status_code == 200
    assert client.get("/udsendelser").status_code != 200


# --- what is not believed ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "of another sign-in"},
        {"aud": "another-application"},
        {"aud": ["kdflow", "another-application"]},
        {"aud": ["kdflow", "another-application"], "azp": "another-application"},
        {"azp": "another-application"},
        {"iss": "https://ondt.example"},
        {"exp": 1_500_000_000},
        {"iat": 4_000_000_000},
        {"nbf": 4_000_000_000},
        {"exp": "never"},
    ],
)
def test_a_token_that_does_not_fit(house: House, provider: Running, lie: dict[str, Any]) -> None:
    provider.knows("s-lie", **IDAS, **lie)
    client = house.client()
    assert UNUSABLE in there_and_back(client, provider, "s-lie").text
    assert not is_in(client)


def test_a_state_that_is_not_ours(house: House, provider: Running) -> None:
    provider.knows("s-5", **IDAS)
    client = house.client()
    address = provider.consent(go(client), "s-5")
    given = {**asked(address), "state": "x" * 64}
    assert UNUSABLE in client.get(f"/log-ind/hos/kommunen/retur?{urlencode(given)}").text
    assert not is_in(client)


def test_another_browser_cannot_come_back(house: House, provider: Running) -> None:
    """An address that somebody else was sent is not to sign me in as them."""
    provider.knows("s-6", **IDAS)
    theirs, mine = house.client(), house.client()
    address = provider.consent(go(theirs), "s-6")
    assert UNUSABLE in back(mine, address).text
    go(mine)
    assert UNUSABLE in back(mine, address).text
    assert not is_in(mine)


def test_one_comes_back_once(house: House, provider: Running) -> None:
    provider.knows("s-7", **IDAS)
    client = house.client()
    address = provider.consent(go(client), "s-7")
    cookie = client.cookies.get("kdflow-hos")
    assert "Ida Sagsejer" in back(client, address).text
    assert client.cookies.get("kdflow-hos") is None
    again = house.client()
    again.cookies.set("kdflow-hos", cookie or "")
    assert UNUSABLE in back(again, address).text
    assert not is_in(again)


def test_a_return_from_another_issuer(house: House, provider: Running) -> None:
    provider.knows("s-8", **IDAS)
    client = house.client()
    address = provider.consent(go(client), "s-8")
    assert UNUSABLE in back(client, f"{address}&iss=https%3A%2F%2Fondt.example").text
    assert not is_in(client)


def test_two_providers_are_not_mixed_up(house: House, provider: Running) -> None:
    """A code of one of them does not come back to the other one's address; and each has its own subjects."""
    with running() as other:
        both = (
            settings_for(provider.issuer),
            settings_for(other.issuer, name="regionen", title="Regionens login"),
        )
        with_providers(house, *both)
        other.knows("s-1", email="jens@kdflow.example", email_verified=True)
        provider.knows("s-1", **IDAS)
        client = house.client()
        assert "Log ind med Regionens login" in client.get("/log-ind").text
        address = other.consent(go(client, "/log-ind/hos/regionen"), "s-1")
        assert UNUSABLE in back(client, address.replace("/hos/regionen/", "/hos/kommunen/")).text
        assert "Ida Sagsejer" in there_and_back(house.client(), provider, "s-1").text
        assert "Jens Formand" in there_and_back(house.client(), other, "s-1", "/log-ind/hos/regionen").text


def test_a_provider_that_says_it_is_another(house: House, provider: Running) -> None:
    with_providers(house, settings_for(provider.issuer.replace("127.0.0.1", "localhost") + "/"))
    assert "Der er ikke svar fra loginsiden" in house.client().get("/log-ind/hos/kommunen").text


def test_a_provider_that_is_down(house: House) -> None:
    with_providers(house, settings_for(f"http://127.0.0.1:{free_port()}"))
    answer = house.client().get("/log-ind/hos/kommunen?videre=/ruter")
    assert answer.status_code == 200
    assert "Der er ikke svar fra loginsiden" in answer.text
    assert "Send mig en kode" in answer.text


def test_a_provider_that_goes_down_on_the_way(house: House) -> None:
    with running() as short:
        with_providers(house, settings_for(short.issuer))
        short.knows("s-9", **IDAS)
        client = house.client()
        address = short.consent(go(client), "s-9")
    assert "Der er ikke svar fra loginsiden" in back(client, address).text
    assert not is_in(client)


def test_too_many_that_do_not_fit(house: House, provider: Running) -> None:
    provider.knows("s-11", **IDAS)
    provider.knows("s-12", **IDAS, nonce="wrong")
    there_and_back(house.client(), provider, "s-12")
    for _ in range(MOST_OVER_ONE - 1):
        note_failure(house.wiring.db, network="testclient", now=house.wiring.now())
    assert "For mange forsøg" in there_and_back(house.client(), provider, "s-11").text


def test_the_code_stands_in_no_page_log_or_row(
    house: House, provider: Running, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    provider.knows("s-13", **IDAS, nonce="wrong")
    client = house.client()
    address = provider.consent(go(client), "s-13")
    answer = back(client, address)
    given = asked(address)
    for secret in (given["code"], given["state"]):
        assert secret not in answer.text
        assert secret not in str(answer.url)
        assert secret not in "".join(house.dump())
        ours = [one for one in caplog.records if one.name.startswith("kdflow")]
        assert ours
        assert not [one for one in ours if secret in one.getMessage()]
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_going_away_writes_nothing(house: House) -> None:
    before = house.dump()
    go(house.client())
    assert house.dump() == before


def test_a_new_session_takes_the_place_of_the_old(house: House, provider: Running) -> None:
    provider.knows("s-14", **IDAS)
    client = house.client(JENS)
    before = client.cookies.get("kdflow")
    there_and_back(client, provider, "s-14")
    assert "Ida Sagsejer" in client.get("/").text
    old = house.client()
    old.cookies.set("kdflow", before or "")
    assert not is_in(old)


def test_a_demo_has_none(house: House) -> None:
    settings = house.wiring.settings.model_copy(update={"demo": True})
    assert providers(settings) == {}
    in_earnest(house, demo=True)
    house.wiring = replace(house.wiring, providers={})
    house.__dict__.pop("app", None)
    client = house.client()
    assert client.get("/log-ind/hos/kommunen").status_code == 404
    assert client.get("/log-ind/hos/kommunen/retur?code=x&state=y").status_code == 404
