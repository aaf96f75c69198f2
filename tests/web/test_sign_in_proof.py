"""Decisions on closed sager want a proof, of the last quarter of an hour; what was typed survives."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from kdflow import clock, drawing
from kdflow.actions.prove import reset_sign_in
from kdflow.actions.sign_in import sign_in
from kdflow.domain import authenticator
from kdflow.domain.authority import PersonId
from kdflow.domain.identity import OPERATOR, Origin
from kdflow.domain.sag import content_digest
from kdflow.queries.people import signed_in
from kdflow.store import authenticators
from tests.web.forms import form, send, text_of
from tests.web.house import DORTE, IDA, JENS, KARIN, House, Walker
from tests.web.mails import answer_link, in_earnest, later
from tests.web.provider import Running, asked, back, go, running, settings_for, there_and_back, with_providers

HALF_MINUTE = timedelta(seconds=authenticator.STEP)
TITLE = "Lukket kanariesag om en ejendom"
REASON = "Der mangler et afsnit om økonomi."


@pytest.fixture
def number(house: House) -> str:
    return sealed(house)


def sealed(house: House) -> str:
    """A closed sag that KD-Net has decided; Jens' consent is missing."""
    walker = Walker(house.wiring, TITLE, "standard@1", closed=True)
    walker.write("gruppe", "DASSOS indstiller købet til KD-Net.")
    walker.go("gruppe", "submit", IDA, meeting="dassos-2020-01-22").go("gruppe", "accept", KARIN)
    walker.on("2020-01-22").go("gruppe", "treat", KARIN).go("gruppe", "decide", KARIN, outcome="anbefalet")
    walker.go("gruppe", "approve", DORTE).go("gruppe", "hand-on", KARIN)
    walker.write("kdnet", "KD-Net godkender købet.")
    walker.go("kdnet", "submit", IDA, meeting="kd-net-2020-01-24").go("kdnet", "accept", KARIN)
    walker.on("2020-01-24").go("kdnet", "treat", KARIN).go("kdnet", "decide", KARIN, outcome="anbefalet")
    house.numbers["sealed"] = walker.number
    return walker.number


def decide(client: TestClient, number: str, **values: str) -> Response:
    """Send the decision form of the step at KD-Net."""
    return send(client, f"/sager/{number}", "/led/2", **values)


def send_back(client: TestClient, number: str) -> Response:
    return decide(client, number, move="return", return__reason=REASON, return__back_to="gruppe")


def is_decided(house: House) -> bool:
    """Whether anything has been done to the closed sag."""
    step = house.sag("sealed").at("kdnet")
    assert step
    return bool(step.approvals) or "kdnet" not in house.sag("sealed").places


def press(client: TestClient, answer: Response, action: str, **values: str) -> Response:
    """Send a form of the page that was answered."""
    fields = form(answer.text, action)
    return client.post(action, data={**fields, **{name.replace("__", "."): text for name, text in values.items()}})


def known(house: House, who: PersonId = JENS) -> TestClient:
    """The browser of somebody who came by a link of an operator."""
    client, origin = house.client(), Origin(way=OPERATOR)
    secret = sign_in(house.wiring.db, who, days=30, old_secret=None, now=house.wiring.now(), origin=origin)
    client.cookies.set("kdflow", secret)
    return client


def enrolled(house: House, who: PersonId = JENS) -> tuple[TestClient, str]:
    """Somebody with an authenticator, and its secret; their proof is no longer fresh."""
    client = known(house, who)
    send(client, "/konto/autentifikator", "/konto/autentifikator/ny")
    secret = secret_on(client)
    answer = send(client, "/konto/autentifikator", "/konto/autentifikator", kode=code(house, secret))
    assert "Autentifikatoren er tilføjet" in answer.text
    later(house, timedelta(minutes=16))
    return same(house, client), secret


def same(house: House, client: TestClient) -> TestClient:
    """The same browser at the house as it is now."""
    again = house.client()
    again.cookies = client.cookies
    return again


def secret_in(client: TestClient) -> str:
    """The newest secret in the browser's cookie."""
    return [one.value or "" for one in client.cookies.jar if one.name == "kdflow"][-1]


def secret_on(client: TestClient) -> str:
    found = re.search(r'id="noegle" value="([A-Z2-7 ]+)"', client.get("/konto/autentifikator").text)
    assert found
    return found[1].replace(" ", "")


def code(house: House, secret: str) -> str:
    return authenticator.code_at(secret, house.wiring.now())


def wrong(right: str) -> str:
    return f"{(int(right) + 1) % 10**6:06d}"


# --- where it is asked for ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("move", ["approve", "return"])
def test_a_decision_on_a_closed_sag_waits_for_the_proof(house: House, number: str, move: str) -> None:
    client = house.client(JENS)
    answer = decide(client, number, move="approve") if move == "approve" else send_back(client, number)
    assert answer.url.path == "/bekraeft"
    assert "Bekræft, at det er dig" in answer.text
    assert not is_decided(house)
    if move == "return":
        assert REASON in text_of(answer.text)
    answer = press(client, answer, "/bekraeft")
    assert answer.url.path == f"/sager/{number}"
    assert 'id="kvittering"' in answer.text
    assert is_decided(house)
    if move == "return":
        assert REASON in text_of(answer.text)


def test_an_open_sag_asks_for_none(house: House) -> None:
    answer = send(house.client(JENS), f"/sager/{house.numbers['consent']}", "/led/2", move="approve")
    assert answer.url.path == f"/sager/{house.numbers['consent']}"
    assert 'id="kvittering"' in answer.text


def test_what_decides_nothing_asks_for_none(house: House) -> None:
    client, number = house.client(IDA), house.numbers["closed"]
    fields = {"title": "Et andet navn til sagen"}
    assert send(client, f"/sager/{number}", "/tekst", **fields).url.path == f"/sager/{number}"


def test_a_correction_asks_for_one(house: House, number: str) -> None:
    client = house.client(KARIN)
    answer = send(client, f"/sager/{number}", "/led/2/rettelse", outcome="godkendt", reason=REASON)
    assert answer.url.path == "/bekraeft"


def test_the_proof_holds_for_a_quarter_of_an_hour(house: House, number: str) -> None:
    client, second, third = house.client(JENS), sealed(house), sealed(house)
    press(client, decide(client, number, move="approve"), "/bekraeft")
    for minutes, what, path in ((14, second, f"/sager/{second}"), (2, third, "/bekraeft")):
        later(house, timedelta(minutes=minutes))
        client = same(house, client)
        assert decide(client, what, move="approve").url.path == path


def rework(client: TestClient, number: str) -> Response:
    return decide(client, number, move="rework", rework__reason="Den skal vendes igen.")


def test_the_link_in_a_mail_comes_to_it_too(house: House, number: str) -> None:
    with house.wiring.db.write() as tx:
        due = tx.instant(house.wiring.now())
        tx.run("update notice set due_at = null")
        sag = house.sag("sealed").id
        tx.run("update notice set due_at = ? where kind = 'consent-wanted' and sag = ?", (due, sag))
    client = house.client(JENS)
    page = client.get(answer_link(house, JENS))
    assert page.url.path == f"/sager/{number}"
    answer = send(client, str(page.url), "/led/2", move="approve")
    assert answer.url.path == "/bekraeft"
    assert 'id="kvittering"' in press(client, answer, "/bekraeft").text


def test_the_api_says_so(house: House, number: str) -> None:
    client = house.client(JENS)
    step = house.sag("sealed").at("kdnet")
    assert step
    version = {"If-Match": str(step.version), "Idempotency-Key": "a-key-of-the-api"}
    move = {"move": "approve", "step": 2, "content": content_digest(house.sag("sealed"), step)}
    answer = client.post(f"/api/sager/{number}/moves", json=move, headers=version)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:kdflow:problem:proof-needed")
    assert not is_decided(house)


def test_the_session_gets_a_new_secret_and_keeps_its_token(house: House, number: str) -> None:
    client = house.client(JENS)
    before = secret_in(client)
    answer = decide(client, number, move="approve")
    token = form(answer.text, "/bekraeft")["token"]
    press(client, answer, "/bekraeft")
    assert signed_in(house.wiring.db, before, house.wiring.now()) is None
    now = signed_in(house.wiring.db, secret_in(client), house.wiring.now())
    assert now
    assert now.form_token == token


def test_another_session_has_not_proved_it(house: House, number: str) -> None:
    client, other = house.client(JENS), house.client(JENS)
    press(client, decide(client, number, move="approve"), "/bekraeft")
    assert rework(other, number).url.path == "/bekraeft"


def test_a_form_waits_for_its_person_only(house: House, number: str) -> None:
    answer = send_back(house.client(JENS), number)
    page = house.client(KARIN).get(str(answer.url).removeprefix("http://testserver"))
    assert REASON not in page.text
    assert number not in page.text


def test_a_form_that_has_waited_too_long(house: House, number: str) -> None:
    in_earnest(house)
    client, secret = enrolled(house)
    answer = send_back(client, number)
    later(house, timedelta(minutes=46))
    client = same(house, client)
    done = press(client, answer, "/bekraeft", bekraeft__kode=code(house, secret))
    assert done.url.path == "/bekraeft"
    assert not is_decided(house)


# --- in a demo, and not in a demo --------------------------------------------------------------------------------


def test_a_press_is_enough_in_a_demo_only(house: House, number: str) -> None:
    in_earnest(house)
    client = house.client(JENS)
    answer = decide(client, number, move="approve")
    assert "Det er mig" not in answer.text
    assert "Tilføj en autentifikator" in answer.text
    fields = {**form(answer.text, "/log-ud"), "bekraeft.form": asked(str(answer.url))["form"]}
    assert client.post("/bekraeft", data=fields).status_code == 422
    assert not is_decided(house)


# --- by an authenticator -----------------------------------------------------------------------------------------


def test_by_a_code(house: House, number: str) -> None:
    in_earnest(house)
    client, secret = enrolled(house)
    answer = send_back(client, number)
    answer = press(client, answer, "/bekraeft", bekraeft__kode=wrong(code(house, secret)))
    assert answer.status_code == 422
    assert "Koden passer ikke" in answer.text
    assert REASON in text_of(answer.text)
    assert not is_decided(house)
    right = code(house, secret)
    answer = press(client, answer, "/bekraeft", bekraeft__kode=f"{right[:3]} {right[3:]}")
    assert answer.url.path == f"/sager/{number}"
    assert REASON in text_of(answer.text)
    assert is_decided(house)


def test_a_code_is_good_once(house: House, number: str) -> None:
    in_earnest(house)
    client, secret = enrolled(house)
    other = house.client(JENS)
    right = code(house, secret)
    press(client, decide(client, number, move="approve"), "/bekraeft", bekraeft__kode=right)
    answer = rework(other, number)
    assert press(other, answer, "/bekraeft", bekraeft__kode=right).status_code == 422
    later(house, HALF_MINUTE)
    other = same(house, other)
    assert press(other, answer, "/bekraeft", bekraeft__kode=code(house, secret)).status_code == 200


def test_five_that_do_not_fit(house: House, number: str) -> None:
    in_earnest(house)
    client, secret = enrolled(house)
    answer = decide(client, number, move="approve")
    right = code(house, secret)
    for _ in range(5):
        assert press(client, answer, "/bekraeft", bekraeft__kode=wrong(right)).status_code == 422
    assert press(client, answer, "/bekraeft", bekraeft__kode=right).status_code == 429
    later(house, timedelta(minutes=15, seconds=1))
    client = same(house, client)
    assert press(client, answer, "/bekraeft", bekraeft__kode=code(house, secret)).url.path == f"/sager/{number}"


def test_the_first_authenticator_and_back_to_the_form(house: House, number: str) -> None:
    in_earnest(house)
    client = known(house)
    page = send_back(client, number)
    handle = asked(str(page.url))["form"]
    assert f"/konto/autentifikator?form={handle}" in page.text
    page = send(client, f"/konto/autentifikator?form={handle}", "/konto/autentifikator/ny")
    answer = press(client, page, "/konto/autentifikator", kode=code(house, secret_on(client)))
    assert answer.url.path == "/bekraeft"
    assert "Intet er sendt endnu" in text_of(answer.text)
    assert REASON in text_of(answer.text)
    answer = press(client, answer, f"/sager/{number}/led/2")
    assert is_decided(house)
    assert 'id="kvittering"' in answer.text


def test_a_camera_reads_the_key_from_the_page(house: House) -> None:
    in_earnest(house)
    client = house.client(JENS)
    assert "QR-kode" not in client.get("/konto/autentifikator").text
    page = send(client, "/konto/autentifikator", "/konto/autentifikator/ny").text
    address = html.unescape(re.findall(r'href="(otpauth:[^"]+)"', page)[0])
    assert "secret=" + secret_on(client).replace(" ", "") in address
    assert drawing.qr_code(address) in page
    assert drawing.qr_code(address + "x") not in page


def test_a_session_that_lies_about_gets_no_first_authenticator(house: House) -> None:
    in_earnest(house)
    client = house.client(JENS)
    fields = form(client.get("/konto/autentifikator").text, "/konto/autentifikator/ny")
    later(house, timedelta(minutes=16))
    client = same(house, client)
    assert "Log ind igen" in client.get("/konto/autentifikator").text
    assert client.post("/konto/autentifikator/ny", data=fields).status_code == 404
    with house.wiring.db.read() as tx:
        assert authenticators.find(tx, JENS) is None


def test_its_secret_is_shown_until_it_counts_and_never_again(house: House) -> None:
    in_earnest(house)
    client, secret = enrolled(house)
    assert secret not in client.get("/konto/autentifikator").text.replace(" ", "")
    answer = client.post("/konto/autentifikator/ny", data=form(client.get("/konto").text, "/log-ud"))
    assert answer.status_code == 404  # the sign-in is not of now
    fresh = house.client(JENS)
    fresh.post("/konto/autentifikator/ny", data=form(fresh.get("/konto").text, "/log-ud"))
    with house.wiring.db.read() as tx:
        mine = authenticators.find(tx, JENS)
    assert mine
    assert mine.secret == secret


def test_to_take_it_away_one_must_prove_it(house: House) -> None:
    in_earnest(house)
    client, secret = enrolled(house)
    answer = send(client, "/konto/autentifikator", "/konto/autentifikator/fjern")
    assert answer.url.path == "/bekraeft"
    answer = press(client, answer, "/bekraeft", bekraeft__kode=code(house, secret))
    assert "Autentifikatoren er fjernet" in answer.text
    with house.wiring.db.read() as tx:
        assert authenticators.find(tx, JENS) is None


def test_who_runs_the_house_helps_who_has_lost_it(house: House) -> None:
    in_earnest(house)
    client, _ = enrolled(house)
    assert reset_sign_in(house.wiring.db, JENS, now=house.wiring.now()) is True
    assert client.get("/", follow_redirects=False).status_code == 303
    with house.wiring.db.read() as tx:
        assert authenticators.find(tx, JENS) is None
    assert reset_sign_in(house.wiring.db, JENS, now=house.wiring.now()) is False


# --- at another provider -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def provider() -> Iterator[Running]:
    """A provider for the tests here."""
    with running() as found:
        yield found


@pytest.fixture
def elsewhere(house: House, provider: Running, monkeypatch: pytest.MonkeyPatch) -> House:
    """The house with that provider."""
    monkeypatch.setenv("KDFLOW_SIGN_IN_SECRET_KOMMUNEN", "a secret of the environment")
    return with_providers(house, settings_for(provider.issuer))


def jens(provider: Running, subject: str = "jens-1", email: str = "jens@kdflow.example", **claims: Any) -> None:
    provider.knows(subject, email=email, email_verified=True, **claims)


def seconds() -> int:
    return int(clock.now().timestamp())


def away(client: TestClient, answer: Response) -> str:
    """The address behind "Log ind igen"."""
    found = re.search(r'href="(/bekraeft/hos/kommunen[^"]*)"', answer.text)
    assert found
    return go(client, found[1].replace("&amp;", "&"))


@pytest.mark.parametrize("auth_time", [None, "now", True, 0, -16 * 60, 20 * 60])
def test_a_sign_in_that_was_not_made_now(
    elsewhere: House, number: str, provider: Running, auth_time: int | str | None
) -> None:
    given = seconds() + auth_time if type(auth_time) is int and auth_time else auth_time
    jens(provider, "jens-2", auth_time=given)
    client = elsewhere.client(JENS)
    answer = back(client, provider.consent(away(client, send_back(client, number)), "jens-2"))
    assert answer.url.path == "/bekraeft"
    assert "Svaret kunne ikke bruges" in answer.text
    assert REASON in text_of(answer.text)


def test_an_ordinary_sign_in_there_proves_nothing(elsewhere: House, number: str, provider: Running) -> None:
    jens(provider, "jens-3", auth_time=seconds())
    client = elsewhere.client()
    there_and_back(client, provider, "jens-3")
    assert send_back(client, number).url.path == "/bekraeft"


def test_a_return_to_another_session_proves_nothing(elsewhere: House, number: str, provider: Running) -> None:
    jens(provider, "jens-4", auth_time=seconds())
    client = elsewhere.client(JENS)
    address = provider.consent(away(client, send_back(client, number)), "jens-4")
    other = elsewhere.client(JENS)
    client.cookies.delete("kdflow")
    client.cookies.set("kdflow", other.cookies.get("kdflow") or "")
    assert "Svaret kunne ikke bruges" in back(client, address).text
