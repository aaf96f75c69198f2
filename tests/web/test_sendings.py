"""What became of mails, person by person, and the button that tries one again; nobody learns of a closed sag."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from kdflow.actions.gather_notices import gather_notices
from kdflow.channels import Permanent, Temporary
from kdflow.domain.authority import PersonId
from kdflow.domain.notices import Notice
from kdflow.domain.pace import Pace, Preference
from kdflow.domain.sag import SagId
from kdflow.store import endpoints, outbox, preferences
from tests.actions.test_deliver_notices import Post
from tests.web.forms import forms, send, text_of
from tests.web.house import IDA, JENS, KARIN, LARS, TITLES, House
from tests.web.mails import deliver, later

PAGE = "/udsendelser"


def served_by(house: House, post: Post) -> House:
    """The house with another mail server."""
    house.wiring = replace(house.wiring, ways=replace(house.wiring.ways, mail=post))
    return house


def only(house: House, *notices: Notice) -> None:
    """Let these notices be all that waits."""
    with house.wiring.db.write() as tx:
        tx.run("delete from notice")
        outbox.add(tx, notices, house.wiring.now())


def given_up(house: House) -> Post:
    """A mail to Jens has been refused for good by this server, which takes mails from now on."""
    post = Post(answer=lambda _: Permanent("550 no such user"))
    served_by(house, post)
    only(house, consent_wanted(house))
    deliver(house)
    post.answer, post.taken = lambda _: None, []
    return post


def consent_wanted(house: House, person: PersonId = JENS) -> Notice:
    sag = house.sag("consent")
    step = sag.at("kdnet")
    assert step
    data = {"body": "KD-Net", "outcome": "anbefalet"}
    return Notice(kind="consent-wanted", person=person, sag=sag.id, step=step.seq, data=data)


def test_states_in_words(house: House) -> None:
    karin = house.client(KARIN)
    only(house, consent_wanted(house))
    consent = f"Jens Formand Din godkendelse mangler: {TITLES['consent']}"
    assert f"Til Om Sendes tidligst {consent}" in text_of(karin.get(PAGE).text)
    deliver(house)
    said = text_of(karin.get(PAGE).text)
    assert "Ingen beskeder venter på at blive sendt." in said
    assert consent in said
    assert "Sendt fredag den 24. januar 2020 kl. 16.00" in said


def test_what_is_tried_again(house: House) -> None:
    served_by(house, Post(answer=lambda _: Temporary("451 try later")))
    only(house, consent_wanted(house))
    deliver(house)
    said = text_of(house.client(KARIN).get(PAGE).text)
    assert "Ikke leveret endnu, prøves igen fredag den 24. januar 2020 kl. 16.01 451 try later" in said


def test_what_was_given_up_and_sent_again(house: House) -> None:
    post = given_up(house)
    karin = house.client(KARIN)
    assert "1 mail kunne ikke leveres." in text_of(karin.get("/").text)
    assert "kunne ikke leveres" not in text_of(house.client(IDA).get("/").text)
    said = text_of(karin.get(PAGE).text)
    assert "Kunne ikke leveres 1 Jens Formand" in said
    assert "Opgivet efter 1 forsøg. Er adressen forkert, så få en systemadministrator til at rette den" in said
    assert "Mailserverens svar: 550 no such user" in said
    answer = send(karin, PAGE, "/igen")
    assert "Mailen sendes igen" in answer.text
    for _ in range(2):
        deliver(house)
    assert len(post.taken) == 1
    assert "Ingen mails er opgivet" in text_of(karin.get(PAGE).text)


def test_pressed_twice_it_goes_once(house: House) -> None:
    post = given_up(house)
    karin = house.client(KARIN)
    page = karin.get(PAGE).text
    token = page.split('name="token" value="')[1].split('"')[0]
    path = page.split('action="/udsendelser/')[1].split('"')[0]
    first, second = (karin.post(f"/udsendelser/{path}", data={"token": token}) for _ in range(2))
    assert "Mailen sendes igen" in first.text
    assert "Mailen var allerede på vej" in second.text
    deliver(house)
    assert len(post.taken) == 1


def test_what_is_not_sent_and_why(house: House) -> None:
    with house.wiring.db.write() as tx:
        preferences.keep(tx, Preference(person=IDA, pace=Pace.OFF))
    sag = house.sag("consent").id
    data = {"body": "KD-Net", "outcome": "anbefalet", "meeting": None, "reason": None}
    only(house, Notice(kind="decided", person=IDA, sag=sag, data=data))
    deliver(house)
    assert "Modtageren har valgt kun at læse beskeder på siden." in text_of(house.client(KARIN).get(PAGE).text)


def test_only_those_who_look_after_mails(house: House) -> None:
    for who in (IDA, JENS, LARS):
        client = house.client(who)
        answer = client.get(PAGE)
        assert answer.status_code == 403
        assert PAGE not in client.get("/beskeder").text
    assert f'href="{PAGE}"' in house.client(KARIN).get("/beskeder").text


def test_a_secretary_elsewhere_learns_nothing_of_a_closed_sag(house: House) -> None:
    with house.wiring.db.write() as tx:
        tx.run("insert into appointment (person, office, body) values (?, 'secretary', 'trafik-sg')", (LARS,))
    closed = house.page("closed", IDA).sag
    number = house.numbers["closed"]
    data = {"body": "KD-Net", "outcome": None, "meeting": None, "reason": None}
    served_by(house, Post(answer=lambda _: Permanent("550 no such user")))
    only(house, Notice(kind="decided", person=IDA, sag=SagId(closed.id), data=data))
    deliver(house)
    lars, karin = house.client(LARS), house.client(KARIN)
    page = lars.get(PAGE).text
    for said in (number, TITLES["closed"], "Ida", "550"):
        assert said not in text_of(page)
    assert "kunne ikke leveres." not in text_of(lars.get("/").text)
    token = page.split('name="token" value="')[1].split('"')[0]
    hers = karin.get(PAGE).text
    again = next(address for address, _ in forms(hers) if address.endswith("/igen"))
    assert lars.post(again, data={"token": token}).status_code == 404
    seen = text_of(hers)
    assert number in seen
    assert TITLES["closed"] not in seen


def test_who_asks_for_a_code_is_nobody_elses_business(house: House) -> None:
    only(house, Notice(kind="sign-in", person=IDA, sag=None, data={"asked": 1}))
    said = text_of(house.client(KARIN).get(PAGE).text)
    assert "kode" not in said
    later(house, timedelta(minutes=1))
    deliver(house)
    assert "kode" not in text_of(house.client(KARIN).get(PAGE).text)


def test_after_a_mass_sending_everybody_can_be_looked_up(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kdflow.queries.sendings.SHOWN", 2)
    karin = house.client(KARIN)
    only(house, *(consent_wanted(house, person) for person in (JENS, IDA, KARIN)))
    deliver(house)
    first = karin.get(PAGE).text
    link = re.search(r'href="(/udsendelser\?foer=[0-9]+)#sendt"', first)
    assert link
    rest = karin.get(link[1]).text
    names = ("Jens Formand", "Ida Sagsejer", "Karin Sekretær")
    assert [(f'scope="row">{one}' in first) + (f'scope="row">{one}' in rest) for one in names] == [1, 1, 1]
    assert "Ældre mails" not in rest


def test_a_letter_that_is_held_says_that_it_waits_for_a_mail_server(house: House) -> None:
    only(house, consent_wanted(house))
    with house.wiring.db.write() as tx:
        endpoints.add(tx, "https://hooks.example/kdflow", "whsec_c2VjcmV0", house.wiring.now())
    gather_notices(house.wiring.db, now=house.wiring.now(), has_mail=False)
    text = text_of(house.client(KARIN).get(PAGE).text)
    assert "Venter, til der er en mailserver" in text
    assert "9999" not in text


def test_a_notice_that_cannot_be_shown_takes_no_page_with_it(house: House) -> None:
    only(house, Notice(kind="unheard-of", person=KARIN, sag=None), consent_wanted(house, KARIN))
    deliver(house)
    for path in ("/udsendelser", "/beskeder", "/"):
        answer = house.client(KARIN).get(path)
        assert answer.status_code == 200, path
        assert "En besked, der ikke kan vises" in text_of(answer.text), path
