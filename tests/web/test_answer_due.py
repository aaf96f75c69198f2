"""By when an answer is wanted stands where a chair looks: on the start page, in the queue and on the sag."""

import pytest

from tests.web.forms import text_of
from tests.web.house import IDA, JENS, House
from tests.web.test_agenda import day

WANTED = "Svar senest onsdag den 29. januar 2020 kl. 12"


@pytest.mark.parametrize("page", ["/", "/godkendelser", "sag"])
def test_a_chair_reads_by_when_to_answer(house: House, page: str) -> None:
    address = f"/sager/{house.numbers['consent']}" if page == "sag" else page
    said = text_of(house.client(JENS).get(address).text)
    assert WANTED in said
    assert "Fristen er overskredet" not in said
    day(house, "2020-02-03")
    assert WANTED in text_of(house.client(JENS).get(address).text)


def test_an_answer_that_is_late_says_so_and_others_read_by_when_it_is_wanted(house: House) -> None:
    address = f"/sager/{house.numbers['consent']}"
    assert f"Mangler: Jens Formand. {WANTED}." in text_of(house.client(IDA).get(address).text)
    day(house, "2020-02-03")
    jens = house.client(JENS)
    for at in (address, "/godkendelser"):
        assert "Fristen er overskredet" in text_of(jens.get(at).text)
