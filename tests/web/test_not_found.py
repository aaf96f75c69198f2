"""A page that is not there says what fits who asks: a reader from outside, or somebody who works here."""

import pytest

from kdflow.actions.close_sag import close_sag
from tests.web.forms import form, text_of
from tests.web.house import IDA, LARS, House


def test_a_reader_from_outside_is_led_to_what_is_published(house: House) -> None:
    for path in ("/offentligt/kd-net/findes-ikke/dagsorden", "/findes-ikke"):
        answer = house.client().get(path)
        assert answer.status_code == 404
        main = answer.text[answer.text.index("<main") : answer.text.index("</main")]
        assert "Der er ingen side på den adresse, som kan læses uden at logge ind." in main
        assert 'href="/offentligt"' in main
        assert "SAG-" not in main
        assert "logget ind som" not in main


def test_who_works_here_reads_what_a_number_looks_like(house: House) -> None:
    said = text_of(house.client(IDA).get("/sager/SAG-2020-9999").text)
    assert "Sagsnumre ser sådan ud" in said
    assert "uden at logge ind" not in said


WORDS = "En lang tekst med <b>tal</b>."

FIELDS = {
    "kommentarer": {"text": WORDS},
    "tekst": {"case_text": WORDS},
    "led/1": {"move": "submit", "submit.note": WORDS},
    "liv": {"move": "withdraw", "withdraw.reason": WORDS},
}


@pytest.mark.parametrize("what", FIELDS)
def test_what_is_typed_is_given_back_when_the_sag_is_closed_meanwhile(house: House, what: str) -> None:
    """And nothing says that there is a sag: one that never was answers the same."""
    lars, number = house.client(LARS), house.numbers["fresh"]
    token = form(lars.get("/opgaver").text, "/log-ud")["token"]
    sag = house.sag("fresh")
    close_sag(
        house.wiring.db,
        sag.id,
        reason="Om en person.",
        version=None,
        key="luk-sagen-1",
        by=IDA,
        now=house.wiring.now(),
    )
    sent = {**FIELDS[what], "token": token, "key": "lars-skriver-1", "version": "1", "form": what}
    found, never = (lars.post(f"/sager/{one}/{what}", data=sent) for one in (number, "SAG-2020-9999"))
    assert found.status_code == never.status_code == 404
    assert "En lang tekst med &lt;b&gt;tal&lt;/b&gt;.</blockquote>" in found.text
    assert token not in found.text.split("<main")[1].split("</main")[0]
    assert found.text.replace(number, "") == never.text.replace("SAG-2020-9999", "")
