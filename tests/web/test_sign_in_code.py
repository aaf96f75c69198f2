"""Signing in by a code in a mail: once, for a while, in one browser, a few tries, and no word on who is known."""

import re
import statistics
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from kdflow.actions.ask_for_code import MOST_FOR_ONE, MOST_OVER_ONE, MOST_TO_ONE, ask_for_code
from kdflow.actions.sign_in import MOST_TRIES
from kdflow.queries.people import signed_in
from kdflow.web.pages.sign_in import STEADY
from tests.web.forms import send, text_of
from tests.web.house import IDA, JENS, KARIN, House
from tests.web.mails import answer_link, deliver, in_earnest, later, link_in, mails_to, text_in


@pytest.fixture(autouse=True)
def _real(house: House) -> None:
    in_earnest(house)
    with house.wiring.db.write() as tx:
        tx.run("update notice set due_at = null")


def ask(client: TestClient, email: str = "ida@kdflow.example", onward: str = "") -> Response:
    """Type an address."""
    return send(client, f"/log-ind?videre={onward}" if onward else "/log-ind", "/log-ind", email=email)


def code_to(house: House) -> str:
    """The code in Ida's newest mail."""
    deliver(house)
    found = re.search(r"Din kode er (\d{6})\.", text_in(mails_to(house, IDA)[0]))
    assert found
    return found[1]


def type_code(client: TestClient, code: str) -> Response:
    """Type a code."""
    return send(client, "/log-ind/kode", "/log-ind/kode", code=code)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_the_way_in(house: House) -> None:
    client = house.client()
    page = ask(client, " Ida@KDFLOW.example ", onward="/ruter")
    assert page.url.path == "/log-ind/kode"
    code = code_to(house)
    answer = send(client, str(page.url), "/log-ind/kode", code=f"{code[:3]} {code[3:]}")
    assert answer.url.path == "/ruter"
    assert "Ida Sagsejer" in answer.text
    assert type_code(house.client(), code).status_code == 422


def test_a_code_works_once(house: House) -> None:
    client = house.client()
    ask(client)
    code = code_to(house)
    assert "Ida Sagsejer" in type_code(client, code).text
    client.cookies.delete("kdflow")
    assert type_code(client, code).status_code == 422


@pytest.mark.parametrize(("minutes", "status"), [(14, 200), (16, 422)])
def test_a_code_is_good_for_fifteen_minutes(house: House, minutes: int, status: int) -> None:
    client = house.client()
    ask(client)
    code = code_to(house)
    later(house, timedelta(minutes=minutes))
    again = house.client()
    again.cookies = client.cookies
    assert type_code(again, code).status_code == status


def test_a_mail_that_comes_too_late_is_not_sent(house: House) -> None:
    ask(house.client())
    later(house, timedelta(minutes=16))
    deliver(house)
    assert mails_to(house, IDA) == []


def test_five_tries(house: House) -> None:
    client = house.client()
    ask(client)
    code = code_to(house)
    for _ in range(MOST_TRIES):
        answer = type_code(client, wrong(code))
        assert answer.status_code == 422
        assert "Koden passer ikke" in answer.text
    assert type_code(client, code).status_code == 422


def test_only_in_the_browser_that_asked(house: House) -> None:
    ask(house.client())
    code = code_to(house)
    other = house.client()
    assert type_code(other, code).status_code == 422
    ask(other, "nobody@kdflow.example")
    assert type_code(other, code).status_code == 422


def test_a_new_code_makes_the_old_one_void(house: House) -> None:
    client = house.client()
    ask(client)
    first = code_to(house)
    ask(client)
    second = code_to(house)
    assert len(mails_to(house, IDA)) == 2
    assert type_code(client, first).status_code == 422 or first == second  # once in a million they are the same
    assert "Ida Sagsejer" in type_code(client, second).text


def test_the_link_in_the_same_mail(house: House) -> None:
    client = house.client()
    ask(client)
    code = code_to(house)
    link = link_in(mails_to(house, IDA)[0], "/log-ind/")
    phone = house.client()
    for _ in range(3):
        assert phone.get(link).status_code == 200
    assert "Ida Sagsejer" in send(phone, link, link).text
    assert type_code(client, code).status_code == 422  # one sign-in: the link has used up the code
    assert send(house.client(), link, link).status_code == 404


def test_the_link_leads_on_to_where_one_was_going(house: House) -> None:
    ask(house.client(), onward="/ruter?vis=alle")
    deliver(house)
    link = link_in(mails_to(house, IDA)[0], "/log-ind/")
    answer = send(house.client(), link, link.partition("?")[0])
    assert (answer.url.path, answer.url.query) == ("/ruter", b"vis=alle")


def test_a_link_leads_nowhere_else(house: House) -> None:
    ask(house.client(), onward="https://ondt.example/")
    deliver(house)
    link = link_in(mails_to(house, IDA)[0], "/log-ind/")
    assert send(house.client(), f"{link}?videre=//ondt.example/", link).url.path == "/"


def test_the_code_ends_the_link(house: House) -> None:
    client = house.client()
    ask(client)
    code = code_to(house)
    link = link_in(mails_to(house, IDA)[0], "/log-ind/")
    assert house.client().get(link).status_code == 200
    type_code(client, code)
    assert send(house.client(), link, link).status_code == 404


def link_to_consent(house: House) -> str:
    """The link in the mail that asks Jens for his consent."""
    with house.wiring.db.write() as tx:
        now = tx.instant(house.wiring.now())
        tx.run("update notice set due_at = ? where kind = 'consent-wanted'", (now,))
    return answer_link(house, JENS)


def test_a_link_in_a_mail_comes_back_after_sign_in(house: House) -> None:
    client = house.client()
    page = client.get(link_to_consent(house))
    assert page.url.path == "/log-ind"
    page = send(client, str(page.url), "/log-ind", email="jens@kdflow.example")
    deliver(house)
    found = re.search(r"Din kode er (\d{6})\.", text_in(mails_to(house, JENS)[0]))
    assert found
    answer = send(client, str(page.url), "/log-ind/kode", code=found[1])
    assert answer.url.path == f"/sager/{house.numbers['consent']}"
    assert "Din godkendelse" in answer.text


def test_the_sign_in_link_comes_back_too(house: House) -> None:
    client = house.client()
    page = client.get(link_to_consent(house))
    send(client, str(page.url), "/log-ind", email="jens@kdflow.example")
    deliver(house)
    by_link = link_in(mails_to(house, JENS)[0], "/log-ind/")
    assert send(client, by_link, by_link).url.path == f"/sager/{house.numbers['consent']}"


# --- who is known ------------------------------------------------------------------------------------------------


def test_known_and_unknown_addresses_are_answered_alike(house: House) -> None:
    def scrubbed(answer: Response) -> tuple[int, str, str]:
        return answer.status_code, answer.url.path, re.sub(r'name="token" value="[^"]*"', "", answer.text)

    known, unknown = house.client(), house.client()
    assert scrubbed(ask(known)) == scrubbed(ask(unknown, "nobody@kdflow.example"))
    deliver(house)
    assert scrubbed(type_code(known, "000000")) == scrubbed(type_code(unknown, "000000"))


def test_the_page_takes_its_time_whoever_is_asked_for(house: House) -> None:
    client = house.client(follow_redirects=False)
    token = client.get("/log-ind").text.split('name="token" value="')[1].split('"')[0]
    for email in ("ida@kdflow.example", "nobody@kdflow.example"):
        began = time.perf_counter()
        assert client.post("/log-ind", data={"email": email, "token": token}).status_code == 303
        assert time.perf_counter() - began >= STEADY


def test_they_take_as_long(house: House) -> None:
    def seconds(email: str) -> float:
        began = time.perf_counter()
        ask_for_code(house.wiring.db, email, network=email, browser=email, now=house.wiring.now())
        return time.perf_counter() - began

    with house.wiring.db.write() as tx:
        for number in range(200):
            values = (f"p{number}", f"P {number}", f"p{number}@kdflow.example")
            tx.run("insert into person (id, name, email) values (?, ?, ?)", values)
    pairs = [[seconds(f"{name}{number}@kdflow.example") for name in "pq"] for number in range(200)]
    known, unknown = (statistics.median(one) for one in zip(*pairs, strict=True))
    assert abs(known - unknown) < 0.001


@pytest.mark.parametrize("email", ["", "ida", "ida@", "a b@c", "x" * 250 + "@kdflow.example"])
def test_what_is_no_address_is_asked_for_again(house: House, email: str) -> None:
    answer = ask(house.client(), email)
    assert answer.status_code == 422
    assert "Skriv en hel mailadresse" in answer.text


def test_nothing_can_be_kept_that_is_no_text(house: House) -> None:
    assert ask(house.client(), "ida@\x00kdflow").url.path == "/log-ind/kode"


# --- how often ---------------------------------------------------------------------------------------------------


ELSEWHERE = "203.0.113.9"


def mails_after(
    house: House, email: str = "ida@kdflow.example", *, of: str, times: int = 1, mark: str = ""
) -> int:
    """How many mails Ida has after a code was asked for so often over a network (`of`)."""
    for number in range(times):
        browser, now = f"{of} {number}", house.wiring.now()
        ask_for_code(house.wiring.db, email, network=of, browser=browser, now=now, mark=mark)
    deliver(house)
    return len(mails_to(house, IDA))


def test_nobody_keeps_somebody_out_from_another_network(house: House) -> None:
    assert mails_after(house, of=ELSEWHERE, times=MOST_FOR_ONE + 3) == MOST_FOR_ONE
    client = house.client()
    for had in range(MOST_FOR_ONE, 2 * MOST_FOR_ONE):
        assert ask(client).url.path == "/log-ind/kode"
        deliver(house)
        assert len(mails_to(house, IDA)) == had + 1
    assert "Ida Sagsejer" in type_code(client, code_to(house)).text


def test_a_mailbox_is_not_filled_from_however_many_networks(house: House) -> None:
    for number in range(2 * MOST_TO_ONE):
        had = mails_after(house, of=f"198.51.100.{number}", times=2)
    assert had == MOST_TO_ONE
    later(house, timedelta(hours=1, minutes=1))
    assert mails_after(house, of=ELSEWHERE) == MOST_TO_ONE + 1


def test_a_browser_of_ones_own_is_never_kept_out(house: House) -> None:
    client = house.client()
    ask(client)
    page = type_code(client, code_to(house))
    send(client, str(page.url), "/log-ud")
    for number in range(MOST_TO_ONE):
        had = mails_after(house, of=f"198.51.100.{number}", times=2)
    assert mails_after(house, of=ELSEWHERE) == had == MOST_TO_ONE
    for _ in range(MOST_FOR_ONE + 1):
        ask(client)
        deliver(house)
    assert len(mails_to(house, IDA)) == had + MOST_FOR_ONE
    assert "Ida Sagsejer" in type_code(client, code_to(house)).text


def test_nor_by_whoever_types_strange_addresses_beside_it(house: House) -> None:
    for number in range(MOST_OVER_ONE + 1):
        mails_after(house, f"q{number}@x", of=ELSEWHERE)
    assert mails_after(house, of=ELSEWHERE) == 1


def test_what_is_known_of_a_browser_counts_for_one_person_only(house: House) -> None:
    client = house.client()
    ask(client, "jens@kdflow.example")
    deliver(house)
    found = re.search(r"Din kode er (\d{6})\.", text_in(mails_to(house, JENS)[0]))
    assert found
    type_code(client, found[1])
    his = client.cookies["kdflow-kendt"]
    for mark in (his, "made-up", "", f"{his}x", "."):
        assert mails_after(house, of=ELSEWHERE, times=MOST_FOR_ONE + 1, mark=mark) == MOST_FOR_ONE
    assert "jens" not in his


def test_who_guesses_elsewhere_hinders_nobody(house: House) -> None:
    other, client = house.client(), house.client()
    ask(other)
    code = code_to(house)
    for _ in range(MOST_TRIES + 1):
        assert type_code(other, wrong(code)).status_code == 422
    ask(client)
    assert "Ida Sagsejer" in type_code(client, code_to(house)).text


def test_too_many_tell_nothing_of_who_is_known(house: House) -> None:
    """A browser with Ida's code asks for another address: the code is void, whether anything was sent or not."""
    for number in range(MOST_OVER_ONE + 1):
        mails_after(house, f"q{number}@x", of="testclient")
    for email in ("jens@kdflow.example", "nobody@kdflow.example"):
        client = house.client()
        ask(client)
        code = code_to(house)
        ask(client, email)
        began = time.perf_counter()
        assert type_code(client, code).status_code == 422
        assert time.perf_counter() - began >= STEADY


def test_so_many_an_hour_over_one_network(house: House) -> None:
    with house.wiring.db.write() as tx:
        for number in range(MOST_OVER_ONE):
            values = (f"p{number}", f"P {number}", f"p{number}@kdflow.example")
            tx.run("insert into person (id, name, email) values (?, ?, ?)", values)
    for number in range(MOST_OVER_ONE):
        mails_after(house, f"p{number}@kdflow.example", of=ELSEWHERE)
    assert mails_after(house, of=ELSEWHERE) == 0
    assert mails_after(house, of="192.0.2.2") == 1


# --- where the code is, and is not -------------------------------------------------------------------------------


def test_the_code_stands_in_its_mail_and_nowhere_else(house: House) -> None:
    client = house.client()
    ask(client)
    code = code_to(house)
    link = link_in(mails_to(house, IDA)[0], "/log-ind/")
    with house.wiring.db.write() as tx:
        tx.run("delete from mail")
    lines = [line for line in house.dump() if line.startswith('INSERT INTO "')]
    assert not [line for line in lines if re.search(rf"\b{code}\b", line)]
    assert link.removeprefix("/log-ind/") not in "".join(lines)
    for who, path in ((IDA, "/beskeder"), (IDA, "/"), (KARIN, "/udsendelser")):
        page = house.client(who).get(path)
        assert page.status_code == 200
        assert code not in text_of(page.text)
        assert "log ind på kdflow" not in page.text


def test_it_goes_alone_at_any_hour(house: House) -> None:
    with house.wiring.db.write() as tx:
        now = tx.instant(house.wiring.now())
        tx.run("update notice set due_at = ? where person = ?", (now, IDA))
    later(house, timedelta(hours=10))  # two in the night, on a Saturday
    ask(house.client())
    deliver(house)
    assert [mail["Subject"] for mail in mails_to(house, IDA)] == ["Din kode til at logge ind på kdflow"]


def test_a_new_session_takes_the_place_of_the_old(house: House) -> None:
    client = house.client()
    client.cookies.set("kdflow", "planted-by-somebody-else")
    ask(client)
    type_code(client, code_to(house))
    secret = client.cookies.get("kdflow", domain="testserver.local")
    assert signed_in(house.wiring.db, secret or "", house.wiring.now())
    assert signed_in(house.wiring.db, "planted-by-somebody-else", house.wiring.now()) is None


def test_who_is_signed_in_already_goes_on(house: House) -> None:
    ida = house.client(IDA)
    assert "Du er logget ind som Ida Sagsejer" in text_of(ida.get("/log-ind").text)


def test_without_a_mail_server_nobody_waits_for_a_mail(house: House) -> None:
    house.wiring = replace(house.wiring, ways=replace(house.wiring.ways, mail=None))
    page = house.client().get("/log-ind").text
    assert "kdflow sign-in" in page
    assert "Send mig en kode" not in page


def test_a_demo_has_roles_instead(house: House) -> None:
    in_earnest(house, demo=True)
    assert house.client().get("/log-ind/kode").status_code == 404
