"""A page that is not there says what fits who asks: a reader from outside, or somebody who works here."""

from tests.web.forms import text_of
from tests.web.house import IDA, House


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
