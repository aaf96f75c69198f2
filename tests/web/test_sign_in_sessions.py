"""Sessions: they end by themselves, can be seen and ended, and are not written at every request."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from kdflow.actions.sign_in import LINKS, make_link
from kdflow.domain.authority import Office
from kdflow.domain.identity import Origin
from kdflow.queries.people import Role, faces, roles, signed_in
from kdflow.store import attempts
from kdflow.store.attempts import MOST_OVER_ONE, Attempt
from kdflow.store.identities import Identity, keep
from kdflow.web.browsers import BROWSERS, browser_of, network_of
from tests.web.forms import forms, send, text_of
from tests.web.house import IDA, JENS, KARIN, LARS, House
from tests.web.mails import in_earnest, later

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1 (KHTML, like Gecko) Version/17.0 "
    "Mobile/15E148 Safari/604.1"
)


def is_in(client: TestClient) -> bool:
    return client.get("/", follow_redirects=False).status_code == 200


def token_on(client: TestClient, page: str) -> str:
    return next(fields["token"] for _, fields in forms(client.get(page).text) if "token" in fields)


def at(house: House, client: TestClient) -> TestClient:
    """The same browser at the house as it is now."""
    again = house.client()
    again.cookies = client.cookies
    return again


def seen_at(house: House) -> str:
    with house.wiring.db.read() as tx:
        return str(tx.run("select max(seen_at) from session").fetchone()[0])


# --- how long ----------------------------------------------------------------------------------------------------


def test_a_session_that_nobody_uses_ends(house: House) -> None:
    in_earnest(house, session_idle_hours=8)
    client, other = house.client(JENS), house.client(JENS)
    later(house, timedelta(hours=5))
    client = at(house, client)
    assert is_in(client)
    later(house, timedelta(hours=5))
    assert is_in(at(house, client))
    assert not is_in(at(house, other))


def test_one_that_is_used_every_day_ends_too(house: House) -> None:
    in_earnest(house, session_idle_hours=48)
    client = house.client(JENS)
    for _ in range(29):
        later(house, timedelta(days=1))
        client = at(house, client)
        assert is_in(client)
    later(house, timedelta(days=1))
    assert not is_in(at(house, client))


def test_it_is_written_once_a_minute_at_most(house: House) -> None:
    in_earnest(house)
    client = house.client(JENS)
    for seconds, is_written in ((59, False), (1, True), (0, False), (59, False), (1, True)):
        later(house, timedelta(seconds=seconds))
        client, before = at(house, client), seen_at(house)
        assert is_in(client)
        assert (seen_at(house) != before) is is_written


def test_the_demo_may_leap(house: House) -> None:
    client = house.client(JENS)
    for _ in range(3):
        send(client, "/", "/demo/ur", skridt="moede")
    assert is_in(client)


# --- one's own ---------------------------------------------------------------------------------------------------


def signed_in_from(house: House, agent: str) -> TestClient:
    client = house.client(headers={"user-agent": agent})
    link = f"/log-ind/{make_link(house.wiring.db, JENS, now=house.wiring.now())}"
    send(client, link, link)
    assert is_in(client)
    return client


def test_the_list(house: House) -> None:
    in_earnest(house)
    signed_in_from(house, IPHONE)
    client = signed_in_from(house, CHROME)
    house.client(KARIN)
    page = text_of(client.get("/konto").text)
    assert "Chrome, Windows denne" in page
    assert "Safari, iPhone" in page
    assert len(re.findall(r"· logget ind", page)) == 2  # nobody else's
    assert "med link fra driften" in page


def test_one_is_ended(house: House) -> None:
    in_earnest(house)
    phone, client = signed_in_from(house, IPHONE), signed_in_from(house, CHROME)
    action = next(one for one, _ in forms(client.get("/konto").text) if one.endswith("/afslut"))
    answer = send(client, "/konto", action)
    assert "Sessionen er afsluttet" in answer.text
    assert not is_in(phone)
    assert is_in(client)


def test_all_others_are_ended(house: House) -> None:
    in_earnest(house)
    others = [signed_in_from(house, IPHONE) for _ in range(3)]
    client, karin = signed_in_from(house, CHROME), house.client(KARIN)
    assert "Alle andre sessioner er afsluttet" in send(client, "/konto", "/konto/sessioner/andre").text
    assert not any(is_in(one) for one in others)
    assert is_in(client)
    assert is_in(karin)


def test_nobody_ends_another_persons(house: House) -> None:
    in_earnest(house)
    phone, client, karin = signed_in_from(house, IPHONE), signed_in_from(house, CHROME), house.client(KARIN)
    action = next(one for one, _ in forms(client.get("/konto").text) if one.endswith("/afslut"))
    token = token_on(karin, "/konto")
    karin.post(action, data={"token": token})
    assert is_in(phone)


def test_the_address_names_a_session_and_does_not_open_it(house: House) -> None:
    client = house.client(JENS)
    secret = client.cookies.get("kdflow") or ""
    found = signed_in(house.wiring.db, secret, house.wiring.now())
    assert found
    other = house.client()
    other.cookies.set("kdflow", found.handle)
    assert not is_in(other)
    assert secret not in client.get("/konto").text


def test_an_identity_is_forgotten_by_who_has_proved_it(house: House) -> None:
    now = house.wiring.now()
    one = Identity(issuer="https://x", subject="s", person=JENS, provider="kommunen", made_at=now, seen_at=now)
    with house.wiring.db.write() as tx:
        keep(tx, one)
    client = house.client(JENS)
    answer = send(client, "/konto", f"/konto/identiteter/{one.handle}/fjern")
    assert answer.url.path == "/bekraeft"
    fields = next(fields for address, fields in forms(answer.text) if address == "/bekraeft")
    assert "Forbindelsen er fjernet" in client.post("/bekraeft", data=fields).text
    token = token_on(client, "/konto")
    assert client.post(f"/konto/identiteter/{one.handle}/fjern", data={"token": token}).status_code == 404


# --- links -------------------------------------------------------------------------------------------------------


def test_too_many_links_that_are_none(house: House) -> None:
    in_earnest(house)
    secret = make_link(house.wiring.db, IDA, now=house.wiring.now())
    attempt = Attempt(kind=LINKS, network="testclient")
    with house.wiring.db.write() as tx:
        for _ in range(MOST_OVER_ONE - 1):
            attempts.failed(tx, attempt, house.wiring.now())
    wrong = f"/log-ind/{'x' * 43}"
    assert send(house.client(), wrong, wrong).status_code == 404
    right = f"/log-ind/{secret}"
    assert send(house.client(), right, right).status_code == 404
    later(house, timedelta(minutes=14, seconds=59))
    assert send(house.client(), right, right).status_code == 404
    house.wiring = replace(house.wiring, now=house.wiring.now)
    later(house, timedelta(seconds=1))
    secret = make_link(house.wiring.db, IDA, now=house.wiring.now())
    assert "Ida Sagsejer" in send(house.client(), f"/log-ind/{secret}", f"/log-ind/{secret}").text


# --- the demo ----------------------------------------------------------------------------------------------------


def test_nobody_is_anybody_outside_a_demo(house: House) -> None:
    client = house.client()
    fields = next(one for _, one in forms(client.get("/log-ind").text) if one.get("person") == JENS)
    in_earnest(house)
    house.__dict__.pop("app")
    client = house.client()
    assert "person" not in client.get("/log-ind").text.split("<main")[1]
    token = token_on(client, "/log-ind")
    answer = client.post("/log-ind", data={**fields, "token": token})
    assert answer.status_code == 422
    assert not is_in(client)
    assert send(house.client(JENS), "/konto", "/log-ud").status_code == 200
    client = house.client(JENS)
    data = {"skridt": "dag", "token": token_on(client, "/konto")}
    assert client.post("/demo/ur", data=data).status_code == 404


def test_a_demo_begins_with_a_few_faces(house: House) -> None:
    page = house.client().get("/log-ind").text
    first, rest = page.split("Alle andre roller")
    assert 3 <= first.count('class="role"') <= 5
    assert rest.count('class="role"') == len(roles(house.wiring.db, house.wiring.now())) - first.count(
        'class="role"'
    )


def test_the_faces_are_of_every_sort(house: House) -> None:
    everybody: tuple[Role, ...] = roles(house.wiring.db, house.wiring.now())
    offices = [[office for office, _ in role.offices] for role in faces(everybody)]
    assert offices[0] == []
    assert [one[0] for one in offices[1:]] == ["chair", "secretary", "member"]
    assert faces(()) == ()


# --- words -------------------------------------------------------------------------------------------------------


class _Request:
    def __init__(self, agent: str, host: str) -> None:
        self.headers, self.client = {"user-agent": agent}, type("Client", (), {"host": host})()


@pytest.mark.parametrize(
    ("agent", "words"),
    [(CHROME, "Chrome, Windows"), (IPHONE, "Safari, iPhone"), ("curl/8", ""), ("", ""), ("<b>\x00", "")],
)
def test_a_browser_in_words(agent: str, words: str) -> None:
    assert browser_of(_Request(agent, "")) == words  # type: ignore[arg-type]
    assert len(BROWSERS) == 6


@pytest.mark.parametrize(
    ("host", "words"),
    [("192.0.2.77", "192.0.2.*"), ("2001:db8:1:2::3", "2001:db8:1::"), ("testclient", ""), ("", "")],
)
def test_a_network_without_its_end(host: str, words: str) -> None:
    assert network_of(_Request("", host)) == words  # type: ignore[arg-type]
    assert Origin().network == ""


def test_the_demo_begins_at_the_body_with_most_round_it_and_says_each_office_once(house: House) -> None:
    with house.wiring.db.write() as tx:
        for body in ("kosu@2021", "kosu@2022"):
            tx.run("insert into appointment (person, office, body) values (?, 'chair', ?)", (LARS, body))
    everybody = roles(house.wiring.db, house.wiring.now())
    lars = next(role for role in everybody if role.person.id == LARS)
    assert len(set(lars.offices)) == len(lars.offices)
    assert (Office.CHAIR, "KD-Net") in faces(everybody)[1].offices
