"""What ends a sag for good is shown first: what falls away, and who would read what."""

import pytest
from starlette.testclient import TestClient

from tests.web.forms import form, press, send, text_of
from tests.web.house import IDA, JENS, KARIN, LARS, House

REASON = "Parterne er blevet enige."


def asked(house: House, what: str, move: str) -> tuple[TestClient, str]:
    """Ida's browser, and the page that comes before."""
    ida = house.client(IDA)
    page = send(ida, f"/sager/{house.numbers[what]}", "/liv", move=move, **{f"{move}.reason": REASON})
    return ida, page.text


@pytest.mark.parametrize(("move", "title"), [("withdraw", "Træk sagen"), ("lapse", "Lad sagen bortfalde")])
def test_a_sag_ends_only_after_it_was_shown_what_that_does(house: House, move: str, title: str) -> None:
    ida, html = asked(house, "agenda", move)
    said = text_of(html)
    assert house.sag("agenda").life == "under-way"
    assert f"{title}?" in said
    assert "kan ikke genoptages. Intet er gemt endnu." in said
    assert "Pladsen på dagsordenen i KD-Net fredag den" in said
    assert "Karin Sekretær" in said  # who is told, and what
    assert REASON in said
    done = press(ida, html, "/liv", trin="gem")
    assert house.sag("agenda").life == {"withdraw": "withdrawn", "lapse": "lapsed"}[move]
    assert REASON in done.text
    assert REASON in house.client(KARIN).get("/beskeder").text


def test_the_reason_is_kept_on_the_way_back(house: House) -> None:
    ida, html = asked(house, "agenda", "withdraw")
    back = press(ida, html, "/liv", trin="ret")
    assert back.status_code == 200
    assert form(back.text, "/liv")["withdraw.reason"] == REASON
    assert house.sag("agenda").life == "under-way"


def test_consents_that_were_given_are_named(house: House) -> None:
    jens = house.client(JENS)
    path = f"/sager/{house.numbers['consent']}"
    send(jens, path, "/led/2", move="approve")
    said = text_of(asked(house, "consent", "withdraw")[1])
    assert "Jens Formand har godkendt i KD-Net: godkendelsen bruges ikke." in said


def test_a_refusal_comes_before_the_preview(house: House) -> None:
    without = send(house.client(IDA), f"/sager/{house.numbers['agenda']}", "/liv", move="withdraw")
    assert without.status_code == 422
    assert "Skriv, hvorfor sagen trækkes." in without.text


def test_it_is_shown_again_where_others_would_be_told_meanwhile(house: House) -> None:
    ida, html = asked(house, "agenda", "withdraw")
    karin, number = house.client(KARIN), house.numbers["agenda"]
    send(house.client(LARS), f"/sager/{number}", "/foelg")
    again = press(ida, html, "/liv", trin="gem")
    assert again.status_code == 409
    assert "Det er ikke længere det samme, der sker" in again.text
    assert house.sag("agenda").life == "under-way"
    press(ida, again.text, "/liv", trin="gem")
    assert house.sag("agenda").life == "withdrawn"
    assert REASON in karin.get("/beskeder").text
