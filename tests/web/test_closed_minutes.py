"""The closed part of minutes from the pen to the reader: those who may read all of it, others no trace."""

import pytest
from starlette.testclient import TestClient

from kdflow.domain.authority import PersonId
from tests.web.forms import form, forms, send, text_of
from tests.web.house import DORTE, IDA, JENS, KARIN, LARS, House
from tests.web.mails import deliver, mails_to, text_in
from tests.web.test_agenda import AGENDA, MEETING, accepted, day, publish
from tests.web.test_minutes import EVENTUELT, MINUTES, approved, sent, typed
from tests.web.test_public_pages import HOME, opened

POINT, TEXT, GUEST, TASK = "Personalesag papegoje", "Tavs papegoje", "Gunnar Papegoje", "Kontakt papegoje"
CANARY = "apegoje"


@pytest.fixture
def minuted(house: House) -> House:
    """Minutes of a public body's meeting with a point of its own in the closed part, sent."""
    opened(house)
    accepted(house, "Åben sag")
    karin = house.client(KARIN)
    send(karin, AGENDA, "/nyt", title=POINT, closed="1", text="Oplæg om papegoje")
    day(house, "2020-03-04")
    publish(house)
    day(house, "2020-03-13")
    karin = house.client(KARIN)
    karin.post(f"{MINUTES}/skriv", data=typed(karin, "free:1", text=TEXT))
    karin.post(f"{MINUTES}/skriv", data=typed(karin, EVENTUELT, text="Ikke mere."))
    send(karin, MINUTES, "/deltagere", name=GUEST, part="guest", point="free:1")
    given = typed(karin, "free:1", task_person="Jens Formand", task_text=TASK)
    assert karin.post(f"{MINUTES}/opgave", data=given).status_code == 200
    approved(house)
    sent(house)
    deliver(house)
    return house


def everything(client: TestClient) -> dict[str, str]:
    """All pages on which anything of the meeting could be told, with the files beside them."""
    start = ("/", "/beskeder", "/opgaver", "/sager", "/sager.csv", "/godkendelser", "/moeder", "/organer/kd-net")
    found = ("/soeg?q=tavs", "/soeg?q=personalesag", MEETING, MINUTES, f"{MINUTES}/1", f"{AGENDA}/1")
    public = (HOME, f"{HOME}.atom", f"{HOME}.ics", *(f"{HOME}/kd-net-2020-03-13/{one}" for one in KINDS))
    return {path: client.get(path).text for path in (*start, *found, *public)}


KINDS = ("dagsorden", "referat")


def test_those_of_the_body_read_all_of_it(minuted: House) -> None:
    for who in (KARIN, JENS):
        text = text_of(minuted.client(who).get(f"{MINUTES}/1").text)
        assert "Lukket del" in text
        for word in (POINT, TEXT, GUEST, TASK):
            assert word in text, (who, word)
    assert TASK in text_of(minuted.client(JENS).get("/opgaver").text)


@pytest.mark.parametrize("who", [None, IDA, LARS, DORTE])
def test_others_find_no_trace(minuted: House, who: PersonId | None) -> None:
    for path, html in everything(minuted.client(who)).items():
        assert CANARY not in html, path
        assert "Lukket del" not in text_of(html), path
        assert ">L1" not in html, path


def test_no_mail_says_it(minuted: House) -> None:
    mails = [mail for who in (IDA, JENS, KARIN, LARS, DORTE) for mail in mails_to(minuted, who)]
    assert mails
    assert not [str(mail["subject"]) for mail in mails if CANARY in f"{mail['subject']} {text_in(mail)}"]


def test_who_may_not_know_of_what_was_corrected_is_told_nothing(minuted: House) -> None:
    def told() -> list[int]:
        return [len(mails_to(minuted, who)) for who in (JENS, IDA)]

    before, karin = told(), minuted.client(KARIN)
    send(karin, MINUTES, "/aabn", reason="Rettes.")
    karin.post(f"{MINUTES}/skriv", data=typed(karin, "free:1", text=f"{TEXT} igen"))
    approved(minuted)
    deliver(minuted)
    asked = told()
    sent(minuted)
    deliver(minuted)
    assert asked[1] == before[1]
    assert told() == [asked[0] + 1, asked[1]]


def test_minutes_with_a_closed_point_are_approved_with_a_proof(house: House) -> None:
    accepted(house, "Åben sag")
    karin = house.client(KARIN)
    send(karin, AGENDA, "/nyt", title=POINT, closed="1")
    day(house, "2020-03-13")
    karin = house.client(KARIN)
    send(karin, MINUTES, "/til-formand")
    jens = house.client(JENS)
    answer = send(jens, f"{MINUTES}/godkend", "/godkend")
    assert answer.url.path == "/bekraeft"
    assert "Referatet er godkendt" not in text_of(jens.get(f"{MINUTES}/godkend").text)
    answer = jens.post("/bekraeft", data=form(answer.text, "/bekraeft"))
    assert "Referatet er godkendt" in text_of(answer.text)


def test_minutes_without_one_ask_for_none(house: House) -> None:
    accepted(house, "Åben sag")
    day(house, "2020-03-13")
    send(house.client(KARIN), MINUTES, "/til-formand")
    answer = send(house.client(JENS), f"{MINUTES}/godkend", "/godkend")
    assert "Referatet er godkendt" in text_of(answer.text)


def test_who_has_a_task_in_the_closed_part_is_one_who_may_know(minuted: House) -> None:
    karin = minuted.client(KARIN)
    send(karin, MINUTES, "/aabn", reason="En opgave mangler")
    given = typed(karin, "free:1", task_person="Ida Sagsejer", task_text=TASK)
    refused = karin.post(f"{MINUTES}/opgave", data=given)
    assert refused.status_code == 422
    assert "Punktet er lukket, og den, du har valgt, kan ikke se det." in text_of(refused.text)
    assert forms(refused.text)
