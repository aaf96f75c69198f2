"""An authenticator that was added after a sign-in by mail counts when somebody else has released it."""

import re
from datetime import timedelta

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from kdflow.actions.sign_in import make_link
from kdflow.domain.authority import Office, PersonId
from kdflow.store import authenticators
from tests.web.forms import form, send, text_of
from tests.web.house import DORTE, IDA, JENS, KARIN, LARS, House
from tests.web.mails import deliver, in_earnest, later, link_in, mails_to, text_in
from tests.web.test_administration import appoint
from tests.web.test_sign_in_proof import code, decide, enrolled, is_decided, known, press, same, sealed, secret_on

JENS_PAGE = "/administration/personer/jens"


@pytest.fixture
def number(house: House) -> str:
    """A closed sag that waits for Jens' consent, in a house in earnest with Lars as its administrator."""
    found = sealed(house)
    appoint(house, LARS, Office.ADMINISTRATOR, "*")
    in_earnest(house)
    with house.wiring.db.write() as tx:
        tx.run("update notice set due_at = null")
    return found


def by_mail(house: House, who: PersonId = JENS) -> TestClient:
    """Sign in by the code of a mail: whoever reads the mail can."""
    client = house.client()
    send(client, "/log-ind", "/log-ind", email=f"{who}@kdflow.example")
    deliver(house)
    found = re.search(r"Din kode er (\d{6})\.", text_in(mails_to(house, who)[0]))
    assert found
    send(client, "/log-ind/kode", "/log-ind/kode", code=found[1])
    return client


def add(client: TestClient, house: House) -> tuple[Response, str]:
    """Add an authenticator: the answer, and its secret."""
    send(client, "/konto/autentifikator", "/konto/autentifikator/ny")
    secret = secret_on(client)
    return send(client, "/konto/autentifikator", "/konto/autentifikator", kode=code(house, secret)), secret


def release(client: TestClient) -> Response:
    """Release Jens' authenticator."""
    return send(client, JENS_PAGE, "/frigiv")


def counts(house: House) -> bool:
    """Whether Jens' authenticator counts."""
    with house.wiring.db.read() as tx:
        mine = authenticators.find(tx, JENS)
    return mine is not None and mine.counts_at is not None


def test_who_reads_the_mail_does_not_decide_on_a_closed_sag(house: House, number: str) -> None:
    client = by_mail(house)
    before = text_of(client.get("/konto/autentifikator").text)
    assert "Derfor gælder den først, når en anden har frigivet den" in before
    answer, secret = add(client, house)
    assert "Den gælder ikke endnu" in text_of(answer.text)
    assert "Karin Sekretær" in answer.text
    assert "Lars Fra Anden Kommune" in answer.text
    later(house, timedelta(seconds=30))
    client = same(house, client)
    answer = decide(client, number, move="approve")
    assert answer.url.path == "/bekraeft"
    assert "Din autentifikator er ikke frigivet endnu" in text_of(answer.text)
    fields = {**form(answer.text, "/log-ud"), "bekraeft.form": str(answer.url).split("form=")[1]}
    tried = client.post("/bekraeft", data={**fields, "bekraeft.kode": code(house, secret)})
    assert tried.status_code == 422
    assert not is_decided(house)
    assert "Den gælder ikke endnu" in text_of(client.get("/konto").text)


@pytest.mark.parametrize("who", [KARIN, LARS], ids=["secretary", "administrator"])
def test_released_by_another_it_is_accepted(house: House, number: str, who: PersonId) -> None:
    client = by_mail(house)
    _, secret = add(client, house)
    keeper, own = enrolled(house, who)
    assert "(autentifikator venter)" in keeper.get("/administration/personer").text
    answer = release(keeper)
    assert answer.url.path == "/bekraeft"
    assert not counts(house)
    answer = press(keeper, answer, "/bekraeft", bekraeft__kode=code(house, own))
    assert "Autentifikatoren er frigivet" in text_of(answer.text)
    assert counts(house)
    deliver(house)
    assert "Din autentifikator er frigivet" in str(mails_to(house, JENS)[0]["subject"])
    client = same(house, client)
    page = decide(client, number, move="approve")
    done = press(client, page, "/bekraeft", bekraeft__kode=code(house, secret))
    assert done.url.path == f"/sager/{number}"
    assert is_decided(house)


def test_nobody_releases_their_own_and_not_everybody_may(house: House, number: str) -> None:
    appoint(house, JENS, Office.ADMINISTRATOR, "*")
    client = by_mail(house)
    add(client, house)
    page = client.get(JENS_PAGE)
    assert "Du kan ikke selv frigive den" in text_of(page.text)
    assert "Frigiv autentifikatoren" not in page.text
    assert post(client, house).status_code == 403
    for other in (IDA, DORTE):
        assert post(house.client(other), house).status_code == 403
    assert not counts(house)


def post(client: TestClient, house: House) -> Response:
    """Send the form without a page that shows it."""
    with house.wiring.db.read() as tx:
        mine = authenticators.find(tx, JENS)
    assert mine
    assert mine.confirmed_at
    fields = form(client.get("/konto").text, "/log-ud") | {"key": "release-1", "form": "frigiv"}
    return client.post(f"{JENS_PAGE}/frigiv", data={**fields, "added": mine.confirmed_at.isoformat()})


def test_another_one_than_was_seen_is_not_released(house: House, number: str) -> None:
    client = by_mail(house)
    add(client, house)
    keeper = known(house, KARIN)
    add(keeper, house)
    page = keeper.get(JENS_PAGE)
    later(house, timedelta(minutes=1))
    thief = same(house, client)
    send(thief, "/konto/autentifikator", "/konto/autentifikator/fjern")
    add(thief, house)
    assert press(keeper, page, f"{JENS_PAGE}/frigiv").status_code == 422
    assert not counts(house)


def test_after_a_link_of_an_operator_it_counts_at_once(house: House, number: str) -> None:
    client = house.client()
    link = f"/log-ind/{make_link(house.wiring.db, JENS, now=house.wiring.now())}"
    send(client, link, link)
    add(client, house)
    assert counts(house)


def test_after_a_link_in_a_mail_it_does_not(house: House, number: str) -> None:
    client = house.client()
    send(client, "/log-ind", "/log-ind", email="jens@kdflow.example")
    deliver(house)
    link = link_in(mails_to(house, JENS)[0], "/log-ind/")
    send(client, link, link)
    add(client, house)
    assert not counts(house)
