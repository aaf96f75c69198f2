"""Apologies as pages: noted by the secretariat before the meeting, sent by a member, nothing to others."""

from tests.web.forms import form, send, text_of
from tests.web.house import IDA, JENS, KARIN, House
from tests.web.test_agenda import DESK, MEETING, accepted, day, said
from tests.web.test_minutes import MINUTES


def test_the_secretariat_notes_apologies_and_guests_before_the_meeting(house: House) -> None:
    accepted(house, "En sag")
    karin = house.client(KARIN)
    assert "Ingen har meldt afbud endnu." in said(karin, MEETING)
    assert f'href="{MINUTES}#deltagere"' in karin.get(MEETING).text
    assert f'href="{MINUTES}#deltagere"' in karin.get(DESK).text
    vikar = {"here__jens": "", "name": "Ole Vikar", "part": "substitute", "stands_for": "jens"}
    noted = send(karin, MINUTES, "/deltagere", **vikar)
    assert "Ole Vikar Suppleant for Jens Formand" in text_of(noted.text)
    assert "Under udarbejdelse" not in text_of(noted.text)
    assert "Disse har meldt afbud: Jens Formand." in said(karin, MEETING)
    day(house, "2020-03-13")
    assert "Jens Formand Afbud" in said(house.client(KARIN), MINUTES)


def test_a_member_sends_apologies_from_the_page_of_the_meeting(house: House) -> None:
    jens = house.client(JENS)
    assert "Det er noteret, at du ikke kommer." in text_of(send(jens, MEETING, "/afbud").text)
    again = send(jens, MEETING, "/afbud")
    assert "Dit afbud er trukket tilbage." in text_of(again.text)
    fields = form(jens.get(MEETING).text, "/afbud")
    day(house, "2020-03-13")
    jens = house.client(JENS)
    fields["token"] = form(jens.get("/opgaver").text, "/log-ud")["token"]
    late = jens.post(f"{MEETING}/afbud", data=fields)
    assert late.status_code == 422
    assert "Skriv til dem, der passer mødet" in text_of(late.text)


def test_apologies_are_nothing_to_others(house: House) -> None:
    send(house.client(JENS), MEETING, "/afbud")
    ida = house.client(IDA)
    assert "fbud" not in said(ida, MEETING)
    token = form(ida.get("/opgaver").text, "/log-ud")["token"]
    fields = {"form": "afbud", "token": token, "key": "k" * 20, "absent": "1"}
    assert ida.post(f"{MEETING}/afbud", data=fields).status_code == 403
