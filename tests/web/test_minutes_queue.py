"""Minutes that wait for a chair: in the overview and the queue, approved or sent back with a reason."""

from datetime import date

import pytest
from starlette.testclient import TestClient

from kdflow.actions.pass_deadlines import pass_deadlines
from kdflow.domain.authority import Absence, Appointment, Office, PersonId
from kdflow.domain.workflow import Validity
from kdflow.store import offices
from kdflow.store.database import Tx
from tests.web.forms import form, send, text_of
from tests.web.house import DORTE, IDA, JENS, KARIN, LARS, House
from tests.web.test_agenda import DESK, day, said
from tests.web.test_minutes import MINUTES, approved, held, written

QUEUE = "/godkendelser"
APPROVE = f"{MINUTES}/godkend"
ROW = "Godkend referatet"


def asked(house: House) -> None:
    """The chair is asked for minutes, four days ago."""
    held(house, "En sag")
    written(house.client(KARIN), "Det er en tekst.")
    send(house.client(KARIN), MINUTES, "/til-formand")
    day(house, "2020-03-17")


def told_in(house: House, who: PersonId) -> list[str]:
    """The pages on which minutes to approve wait for somebody; a notice of them is no queue."""
    client = house.client(who)
    found = {page: client.get(page).text.partition('id="beskeder"')[0] for page in ("/", QUEUE)}
    return [page for page, html in found.items() if f'href="{APPROVE}"' in html]


# --- the queue ---------------------------------------------------------------------------------------------------


def test_minutes_that_wait_stand_in_the_overview_and_in_the_queue_of_their_chair(house: House) -> None:
    asked(house)
    for page in ("/", QUEUE):
        text = said(house.client(JENS), page)
        row = text[text.index(ROW) :]
        assert "mødet fre. 13. mar. 2020" in row, page
        assert "Sendt til godkendelse fre. 13. mar. 2020 (for 4 dage siden)" in row, page
        assert "Skal ud senest " in row, page
    for who in (IDA, KARIN, LARS, DORTE):
        assert told_in(house, who) == [], who


def test_minutes_wait_no_longer_when_they_are_approved(house: House) -> None:
    asked(house)
    approved(house)
    assert told_in(house, JENS) == []


@pytest.mark.parametrize("office", [Office.CO_CHAIR, Office.VICE_CHAIR])
def test_a_co_chair_is_asked_always_a_vice_chair_when_the_chair_is_away(house: House, office: Office) -> None:
    asked(house)
    with house.wiring.db.write() as tx:
        offices.give(tx, Appointment(person=LARS, office=office, body="kd-net"))
    both = ["/", QUEUE]
    assert told_in(house, LARS) == (both if office is Office.CO_CHAIR else [])
    away(house, None)
    assert told_in(house, LARS) == both


def test_a_stand_in_is_asked_on_behalf_of_the_chair(house: House) -> None:
    asked(house)
    away(house, DORTE)
    assert told_in(house, DORTE) == ["/", QUEUE]
    for page in ("/", QUEUE):
        assert "På vegne af Jens Formand" in said(house.client(DORTE), page)


def away(house: House, stand_in: PersonId | None) -> None:
    """Jens is away today."""
    days = Validity.model_validate({"from": date(2020, 3, 16), "to": date(2020, 3, 20)})
    with house.wiring.db.write() as tx:
        offices.add_absence(tx, Absence(person=JENS, valid=days, stand_in=stand_in))


def test_the_overview_asks_for_minutes_once_and_only_where_there_are_any(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(house)
    pass_deadlines(house.wiring.db, now=house.wiring.now())
    jens, lars = house.client(JENS), house.client(LARS)
    there = counted(monkeypatch, jens)
    assert len(there) <= 15
    assert of_minutes(there) == 1
    assert of_minutes(counted(monkeypatch, lars)) == 0
    approved(house)
    assert of_minutes(counted(monkeypatch, jens)) == 0


def counted(monkeypatch: pytest.MonkeyPatch, client: TestClient) -> list[str]:
    """The statements of an overview whose catalogs are read."""
    client.get("/")
    found: list[str] = []
    run = Tx.run

    def counting(self: Tx, sql: str, values: object = ()) -> object:
        found.append(sql)
        return run(self, sql, values)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(Tx, "run", counting)
        assert client.get("/").status_code == 200
    return found


def of_minutes(statements: list[str]) -> int:
    return sum("join minutes" in one for one in statements)


# --- where it is found -------------------------------------------------------------------------------------------


def test_the_queue_is_in_the_menu_of_those_who_can_be_asked_also_when_nothing_waits(house: House) -> None:
    link = f'<a href="{QUEUE}"'
    for who in (JENS, DORTE):
        assert link in house.client(who).get("/aarshjul").text, who
    assert f'{link} aria-current="page">Godkendelser' in house.client(JENS).get(QUEUE).text
    for who in (IDA, KARIN, LARS):
        assert link not in house.client(who).get("/aarshjul").text, who
    days = Validity.model_validate({"from": date(2020, 1, 20), "to": date(2020, 1, 31)})
    with house.wiring.db.write() as tx:
        offices.add_absence(tx, Absence(person=JENS, valid=days, stand_in=LARS))
        offices.add_absence(tx, Absence(person=KARIN, valid=days, stand_in=IDA))
    assert link in house.client(LARS).get("/aarshjul").text
    assert link not in house.client(IDA).get("/aarshjul").text  # Karin leads nothing
    day(house, "2020-03-13")
    assert link not in house.client(LARS).get("/aarshjul").text


# --- sent back ---------------------------------------------------------------------------------------------------


def test_the_chair_sends_minutes_back_and_the_secretariat_reads_why(house: House) -> None:
    asked(house)
    jens, karin = house.client(JENS), house.client(KARIN)
    assert "Send tilbage med en bemærkning" in said(jens, APPROVE)
    silent = send(jens, APPROVE, "/send-tilbage")
    assert silent.status_code == 422
    assert "Skriv en begrundelse." in text_of(silent.text)
    answer = send(jens, APPROVE, "/send-tilbage", reason="Lars var der også.")
    text = text_of(answer.text)
    assert answer.url.path == APPROVE
    assert "Referatet er sendt tilbage" in text
    assert "Lars var der også." in text
    assert "Din godkendelse" not in text
    assert told_in(house, JENS) == []
    text = said(karin, MINUTES)
    assert "Referatet er sendt tilbage" in text
    assert "af Jens Formand" in text
    assert "Lars var der også." in text
    assert "Ret referatet fra KD-Net" in said(karin, "/beskeder")
    assert "Under udarbejdelse" in text
    send(karin, MINUTES, "/til-formand")
    assert "Lars var der også." not in said(karin, MINUTES)
    assert "Lars var der også." in said(jens, APPROVE)  # what was asked for can be looked for
    assert told_in(house, JENS) == ["/", QUEUE]


def test_what_a_chair_wrote_survives_that_somebody_else_approved_meanwhile(house: House) -> None:
    asked(house)
    jens = house.client(JENS)
    typed = {**form(jens.get(APPROVE).text, "/send-tilbage"), "reason": "Lars var der også."}
    approved(house)
    late = jens.post(f"{MINUTES}/send-tilbage", data=typed)
    assert late.status_code == 403
    assert "Lars var der også." in text_of(late.text)


def test_the_desk_says_that_minutes_are_written_again(house: House) -> None:
    asked(house)
    send(house.client(JENS), APPROVE, "/send-tilbage", reason="Ret navnet.")
    assert "Referat: til godkendelse" not in said(house.client(KARIN), DESK)
