"""The whole way through a certified provider of sign-in, which has rules of its own: we do what it demands."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from kdflow.channels.oidc import NotBelieved, NotSetUp, Provider
from tests.identity.municipality import SECRET, Municipality, Visitor, municipality
from tests.web.forms import text_of
from tests.web.house import JENS, House
from tests.web.provider import IDAS, SITE, asked, back, free_port, go, settings_for, with_providers
from tests.web.test_sign_in_elsewhere import UNKNOWN, UNUSABLE, is_in
from tests.web.test_sign_in_proof import REASON, away, is_decided, number, press, secret_in, send_back

__all__ = ["number"]

SIGN_IN, CONSENT = "Kommunens login", "Tillad"
NOT_OURS = "Den anden loginside kender ikke kdflow"


@pytest.fixture(scope="module")
def provider(identity_modules: Path) -> Iterator[Municipality]:
    """A provider for all the tests here."""
    with municipality(identity_modules, SITE) as found:
        yield found


@pytest.fixture(autouse=True)
def _real(house: House, provider: Municipality, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KDFLOW_SIGN_IN_SECRET_KOMMUNEN", SECRET)
    with_providers(house, settings_for(provider.issuer))


@pytest.fixture
def visitor(provider: Municipality) -> Visitor:
    """A browser that the provider has not seen."""
    return Visitor(provider)


def arrive(client: TestClient, visitor: Visitor, username: str, path: str = "/log-ind/hos/kommunen") -> Response:
    """Sign in by way of the provider."""
    return back(client, visitor.sign_in(go(client, path), username))


def with_query(address: str, **changed: str) -> str:
    """The same address that says something else; nothing of what is changed to ""."""
    query = urlencode({name: text for name, text in {**asked(address), **changed}.items() if text})
    return urlsplit(address)._replace(query=query).geturl()


# --- the way in --------------------------------------------------------------------------------------------------


def test_the_way_in(house: House, provider: Municipality, visitor: Visitor) -> None:
    """Such a provider tells an address at userinfo only."""
    provider.knows("ida", **IDAS)
    client = house.client()
    answer = arrive(client, visitor, "ida", "/log-ind/hos/kommunen?videre=/ruter")
    assert visitor.seen == [SIGN_IN, CONSENT]
    assert answer.url.path == "/ruter"
    assert "Ida Sagsejer" in answer.text


def test_a_provider_that_puts_the_address_into_the_token(house: House, identity_modules: Path) -> None:
    with municipality(identity_modules, SITE, in_token=True) as other:
        with_providers(house, settings_for(other.issuer))
        other.knows("ida", **IDAS)
        assert "Ida Sagsejer" in arrive(house.client(), Visitor(other), "ida").text


def test_who_has_a_session_there_is_not_asked(house: House, provider: Municipality, visitor: Visitor) -> None:
    provider.knows("ida", **IDAS)
    arrive(house.client(), visitor, "ida")
    assert "Ida Sagsejer" in arrive(house.client(), visitor, "ida").text
    assert visitor.seen == []


def test_nobody_learns_who_is_known(house: House, provider: Municipality) -> None:
    provider.knows("a", email="nobody@kdflow.example", email_verified=True)
    provider.knows("b", email="karin@kdflow.example", email_verified=False)
    provider.knows("c")
    clients = [house.client() for _ in "abc"]
    pages = [arrive(client, Visitor(provider), one) for client, one in zip(clients, "abc", strict=True)]
    assert UNKNOWN in pages[0].text
    assert len({text_of(page.text) for page in pages}) == 1
    assert not any(is_in(client) for client in clients)


def test_the_subject_stays_when_the_address_has_changed(house: House, provider: Municipality) -> None:
    provider.knows("ida-2", **IDAS)
    arrive(house.client(), Visitor(provider), "ida-2")
    provider.knows("ida-2", email="jens@kdflow.example", email_verified=True)
    assert "Ida Sagsejer" in arrive(house.client(), Visitor(provider), "ida-2").text


def test_who_cancels_there(house: House, visitor: Visitor) -> None:
    client = house.client()
    assert "Du blev ikke logget ind" in back(client, visitor.cancel(go(client))).text


def test_new_keys(house: House, provider: Municipality) -> None:
    provider.knows("ida", **IDAS)
    arrive(house.client(), Visitor(provider), "ida")
    provider.take_new_keys()
    assert "Ida Sagsejer" in arrive(house.client(), Visitor(provider), "ida").text


# --- what it demands of us ---------------------------------------------------------------------------------------


def test_the_code_is_good_with_its_verifier_only_and_once(
    house: House, provider: Municipality, visitor: Visitor
) -> None:
    provider.knows("ida", **IDAS)
    ours, now = house.wiring.providers["kommunen"], house.wiring.now()

    def finish(verifier: str = "", code: str = "") -> str:
        begun = ours.begin(anew=False, now=now)
        brought = asked(visitor.sign_in(begun.address, "ida"))
        given = {"issuer": brought["iss"], "nonce": begun.nonce, "anew": False, "now": now}
        return ours.finish(code or brought["code"], verifier=verifier or begun.verifier, **given).email  # type: ignore[arg-type]

    assert finish() == "ida@kdflow.example"
    with pytest.raises(NotBelieved, match="invalid_grant"):
        finish(verifier="x" * 64)
    with pytest.raises(NotBelieved, match="invalid_grant"):
        finish(code="of-another-sign-in")


def test_a_challenge_that_somebody_changed(house: House, provider: Municipality, visitor: Visitor) -> None:
    provider.knows("ida", **IDAS)
    client = house.client()
    address = with_query(go(client), code_challenge="x" * 43)
    assert UNUSABLE in back(client, visitor.sign_in(address, "ida")).text
    assert not is_in(client)


def test_a_challenge_that_somebody_took_away(house: House, visitor: Visitor) -> None:
    client = house.client()
    answer = visitor.sign_in(with_query(go(client), code_challenge="", code_challenge_method=""), "ida")
    assert asked(answer)["error"] == "invalid_request"
    assert NOT_OURS in back(client, answer).text


def test_a_return_that_does_not_say_who_sent_it(house: House, provider: Municipality, visitor: Visitor) -> None:
    """A provider that promises to say so (RFC 9207) always does."""
    provider.knows("ida", **IDAS)
    client = house.client()
    assert UNUSABLE in back(client, with_query(visitor.sign_in(go(client), "ida"), iss="")).text
    assert not is_in(client)


def test_a_secret_that_does_not_fit(
    house: House,
    provider: Municipality,
    visitor: Visitor,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """At Entra ID it expires: visitors are told that it is not them, and the log says what to do."""
    provider.knows("ida", **IDAS)
    monkeypatch.setenv("KDFLOW_SIGN_IN_SECRET_KOMMUNEN", "it has expired")
    client = house.client()
    before = house.dump()
    answer = arrive(client, visitor, "ida")
    assert NOT_OURS in answer.text
    assert not is_in(client)
    [told] = [one.getMessage() for one in caplog.records if one.levelno == logging.ERROR]
    assert "invalid_client" in told
    assert "KDFLOW_SIGN_IN_SECRET_KOMMUNEN" in told
    assert not [line for line in house.dump() if line not in before and "attempt" in line]


def test_an_application_that_it_does_not_know(house: House, provider: Municipality, visitor: Visitor) -> None:
    provider.knows("ida", **IDAS)
    now = house.wiring.now()
    begun = house.wiring.providers["kommunen"].begin(anew=False, now=now)
    brought = asked(visitor.sign_in(begun.address, "ida"))
    other = Provider(settings_for(provider.issuer, client_id="another"), SITE)
    with pytest.raises(NotSetUp):
        other.finish(
            brought["code"], issuer=brought["iss"], nonce=begun.nonce, verifier=begun.verifier, anew=False, now=now
        )


# --- when it tells no address ------------------------------------------------------------------------------------


def test_who_is_known_gets_in_while_userinfo_is_down(
    house: House, provider: Municipality, visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    """Their subject is enough; of a newcomer the address must be told."""
    provider.knows("known", **IDAS)
    arrive(house.client(), visitor, "known")
    ours = house.wiring.providers["kommunen"]
    assert ours._known
    down = {**ours._known.metadata, "userinfo_endpoint": f"http://127.0.0.1:{free_port()}/"}
    ours._known = replace(ours._known, metadata=down)
    assert "Ida Sagsejer" in arrive(house.client(), visitor, "known").text
    assert "no address from kommunen" in caplog.text
    provider.knows("new", email="karin@kdflow.example", email_verified=True)
    assert UNKNOWN in arrive(house.client(), Visitor(provider), "new").text


def test_userinfo_about_somebody_else_is_not_believed(house: House, provider: Municipality) -> None:
    """OpenID Connect Core, 5.3.2: the subject must be that of the ID token."""
    provider.knows("ida", **IDAS)
    ours, now = house.wiring.providers["kommunen"], house.wiring.now()
    begun = ours.begin(anew=False, now=now)
    known = ours._known
    assert known
    tokens = ours._tokens(known, asked(Visitor(provider).sign_in(begun.address, "ida"))["code"], begun.verifier)
    subject = str(ours._decoded(tokens["id_token"], known, now).claims["sub"])
    assert ours._email_at_userinfo(known, tokens["access_token"], subject) == IDAS
    with pytest.raises(NotBelieved, match="somebody else"):
        ours._email_at_userinfo(known, tokens["access_token"], "somebody else's")


# --- to prove that it is you -------------------------------------------------------------------------------------


def jens(provider: Municipality) -> None:
    provider.knows("jens", email="jens@kdflow.example", email_verified=True)


def test_a_decision_after_signing_in_there_once_more(
    house: House, number: str, provider: Municipality, visitor: Visitor
) -> None:
    jens(provider)
    client = house.client()
    arrive(client, visitor, "jens")
    before = secret_in(client)
    answer = send_back(client, number)
    assert answer.url.path == "/bekraeft"
    address = away(client, answer)
    assert asked(address)["max_age"] == "900"
    answer = back(client, visitor.sign_in(address, "jens"))
    assert visitor.seen == [SIGN_IN]  # the session there is not enough
    assert "Du har bekræftet" in answer.text
    assert REASON in text_of(answer.text)
    assert secret_in(client) != before
    press(client, answer, f"/sager/{number}/led/2")
    assert is_decided(house)


def test_who_goes_there_and_does_not_ask_for_it_proves_nothing(
    house: House, number: str, provider: Municipality, visitor: Visitor
) -> None:
    jens(provider)
    client = house.client()
    arrive(client, visitor, "jens")
    address = with_query(away(client, send_back(client, number)), prompt="", max_age="")
    answer = back(client, visitor.sign_in(address, "jens"))
    assert visitor.seen == []
    assert UNUSABLE in answer.text
    assert REASON in text_of(answer.text)


def test_somebody_else_proves_nothing(house: House, number: str, provider: Municipality, visitor: Visitor) -> None:
    provider.knows("karin", email="karin@kdflow.example", email_verified=True)
    client = house.client(JENS)
    answer = back(client, visitor.sign_in(away(client, send_back(client, number)), "karin"))
    assert "Det var ikke dig" in answer.text
    assert not is_decided(house)
