"""The demo's mailbox: every mail as it would have been sent, in a frame of its own, with links that work here."""

import re

from starlette.testclient import TestClient

from kdflow.store import mailbox
from kdflow.web.security import HEADERS
from tests.web.forms import send, text_of
from tests.web.house import IDA, JENS, KARIN, TITLES, House
from tests.web.mails import deliver, in_earnest


def first_mail(client: TestClient, to: str = "jens@kdflow.example") -> str:
    found = re.search(r'href="(/post/\d+)"', client.get(f"/post?til={to}").text)
    assert found
    return found[1]


def test_every_mail_is_listed_newest_first(house: House) -> None:
    ida = house.client(IDA)
    assert "Der er ingen mails" in text_of(ida.get("/post").text)
    deliver(house)
    everything, mine = ida.get("/post").text, ida.get("/post?til=IDA@kdflow.example").text
    assert "Din godkendelse mangler" in everything
    assert "Din godkendelse mangler" not in mine
    assert "Ida Sagsejer" in mine


def test_a_mail_with_its_two_bodies_and_its_headers(house: House) -> None:
    deliver(house)
    jens = house.client(JENS)
    page = jens.get(first_mail(jens))
    said = text_of(page.text)
    assert f"Din godkendelse mangler senest onsdag den 29. januar 2020 kl. 12: {TITLES['consent']}" in said
    assert "Message-ID" in said
    assert "@kdflow.example&gt;" in page.text
    assert re.search(r'<a href="/svar/[A-Za-z0-9_-]{43}">', page.text)
    assert page.headers["content-security-policy"] == HEADERS["content-security-policy"] + "; frame-src 'self'"
    assert 'sandbox="allow-top-navigation-by-user-activation"' in page.text


def test_the_mail_itself_can_do_nothing_but_be_clicked(house: House) -> None:
    deliver(house)
    jens = house.client(JENS)
    framed = jens.get(f"{first_mail(jens)}/html")
    policy = framed.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-top-navigation-by-user-activation" in policy
    assert "script" not in policy
    assert framed.headers["x-frame-options"] == "SAMEORIGIN"
    assert '<base target="_top">' in framed.text
    link = re.search(r'href="(/svar/[^"]+)"', framed.text)
    assert link
    assert jens.get(link[1]).url.path == f"/sager/{house.numbers['consent']}"
    assert house.wiring.settings.site not in framed.text


def test_one_can_be_whom_the_mail_is_to(house: House) -> None:
    deliver(house)
    karin = house.client(KARIN)
    path = first_mail(karin)
    answer = send(karin, path, "/log-ind")
    assert answer.url.path == path
    assert "Din konto: Jens Formand" in text_of(answer.text)


def test_only_in_a_demo(house: House) -> None:
    deliver(house)
    with house.wiring.db.read() as tx:
        mail = mailbox.newest(tx)[0].id
    in_earnest(house)
    jens = house.client(JENS)
    for path in ("/post", f"/post/{mail}", f"/post/{mail}/html"):
        assert jens.get(path).status_code == 404
    assert "Demoens post" not in jens.get("/beskeder").text


def test_a_mail_that_is_not_there(house: House) -> None:
    assert house.client(JENS).get("/post/4711").status_code == 404
