"""What waits for an agenda is declined there; and the agenda of a meeting that is not held."""

from kdflow.queries.sag_page import plain_sag
from tests.web.forms import forms, press, send, text_of
from tests.web.house import IDA, KARIN, House
from tests.web.test_agenda import AGENDA, MEETING, accepted, point_form, sag_form, said, submitted
from tests.web.test_calendar_pages import save


def test_a_submission_is_declined_where_submissions_are_taken_in(house: House) -> None:
    walker = submitted(house, "Foreslået sag")
    karin = house.client(KARIN)
    assert "Sagen går tilbage til sagsejeren, som kan indmelde den igen." in said(karin)
    fields = sag_form(karin, walker, "/afvis")
    refused = karin.post(f"{AGENDA}/afvis", data=fields)
    assert refused.status_code == 422
    assert "Skriv en begrundelse" in text_of(refused.text)
    done = karin.post(f"{AGENDA}/afvis", data={**fields, "reason": "Den hører til i Social."})
    assert "Indmeldelsen er afvist, og sagsejeren har fået begrundelsen." in text_of(done.text)
    assert "Foreslået sag" not in said(karin)
    assert "Den hører til i Social." in text_of(house.client(IDA).get(f"/sager/{walker.number}").text)


# --- a meeting that is not held --------------------------------------------------------------------------------


def _cancel(house: House) -> None:
    karin = house.client(KARIN)
    assert save(karin, send(karin, MEETING, "/aflys", reason="Ingen kan"), "/aflys").status_code == 200


def test_the_agenda_of_a_cancelled_meeting_has_no_forms_and_takes_none(house: House) -> None:
    walker = submitted(house, "Foreslået sag")
    karin = house.client(KARIN)
    before = karin.get(AGENDA).text
    _cancel(house)
    page = karin.get(AGENDA).text
    assert "Mødet er aflyst Der bygges ingen dagsorden til det." in text_of(page)
    assert f'<a href="{MEETING}">mødets side</a>' in page
    assert not [at for at, _ in forms(page) if at.startswith(AGENDA)]
    refused = press(karin, before, "/nyt", title="Nyt fra formanden")
    assert refused.status_code == 422
    text = text_of(refused.text)
    assert "der kan ikke bygges en dagsorden" in text
    assert "Det skrev du Kopiér din tekst, så er den ikke tabt. Nyt fra formanden" in text
    taken = next(fields for at, fields in forms(before) if at.endswith("/saet-paa"))
    assert karin.post(f"{AGENDA}/saet-paa", data=taken).status_code == 422
    assert plain_sag(house.wiring.db, walker.id).steps[0].state == "submitted"


def test_what_was_sent_of_a_cancelled_meeting_can_still_be_closed(house: House) -> None:
    accepted(house, "Første sag")
    karin = house.client(KARIN)
    send(karin, AGENDA, "/nyt", title="Et punkt til")
    send(karin, f"{AGENDA}/udsend", "/udsend")
    _cancel(house)
    assert "Punktet er lukket, når sagen er det." in said(karin)
    done = karin.post(f"{AGENDA}/ret", data=point_form(karin, "free:1", "/ret"))
    assert done.status_code == 200
    assert "Et punkt til" not in said(karin)
    assert "Første sag" in said(karin)
