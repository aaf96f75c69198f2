"""What stands where: the board by body, a body's page, and the plans of all my sager on one timeline."""

import re
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

from tests.web.forms import text_of
from tests.web.house import IDA, JENS, KARIN, LARS, TITLES, House, Walker
from tests.web.test_agenda import AGENDA, accepted, day, publish
from tests.web.test_public_pages import minutes_of


def said(client: TestClient, page: str) -> str:
    answer = client.get(page)
    assert answer.status_code == 200, page
    return text_of(answer.text)


def asked(house: House, page: str) -> int:
    """How many statements a page makes when it is looked at again."""
    client, found = house.client(IDA), list[str]()
    client.get(page)
    with house.wiring.db.read() as tx:
        tx._driver.set_trace_callback(found.append)
    client.get(page)
    with house.wiring.db.read() as tx:
        tx._driver.set_trace_callback(None)
    return len(found)


# --- the board by body -----------------------------------------------------------------------------------------


def test_the_board_shows_what_stands_at_each_body(house: House) -> None:
    text = said(house.client(IDA), "/organer")
    here = text.split("KD-Net 4 sager", 1)[1]
    assert "Næste møde 24. jan. 2020" in here
    for what in ("consent", "agenda", "fresh", "closed"):
        assert house.numbers[what] in here
    idle = text.split("Organer uden sager lige nu", 1)[1]
    assert "DASSOS" in idle
    assert "KOSU" in idle
    assert "SSU" not in idle  # set up in 2022


def test_the_board_shows_the_first_and_counts_the_rest(house: House) -> None:
    for number in range(4):
        Walker(house.wiring, f"Nummer {number}", "droeftelse-kd-net@1")
    page = house.client(IDA).get("/organer").text
    assert "Se alle 8" in page
    assert "Nummer 3" not in page
    assert "Nummer 3" in said(house.client(IDA), "/organer/kd-net")


def test_closed_sager_are_neither_shown_nor_counted(house: House) -> None:
    for path in ("/organer", "/organer/kd-net"):
        text = said(house.client(LARS), path)
        assert TITLES["closed"] not in text
        assert house.numbers["closed"] not in text
    assert "KD-Net 3 sager" in said(house.client(LARS), "/organer")
    assert "Hvad ligger her nu 3" in said(house.client(LARS), "/organer/kd-net")
    assert "Hvad ligger her nu 4" in said(house.client(JENS), "/organer/kd-net")


# --- a body ----------------------------------------------------------------------------------------------------


def test_a_body_tells_who_when_and_by_which_rules(house: House) -> None:
    text = said(house.client(LARS), "/organer/kd-net")
    assert "Formand Jens Formand" in text
    assert "Sekretær Karin Sekretær (KD-Net-sekretariatet)" in text
    assert "Fra 6. apr. 2006" in text
    assert "10 hverdage før mødet, kl. 12" in text
    assert "10 dage efter mødet, kl. 16" in text
    coming = text.split("Næste møder", 1)[1].split("Seneste møder")[0]
    assert "Fredag den 13. marts 2020" in coming
    assert "2019" in text.split("Seneste møder", 1)[1]
    assert house.client(LARS).get("/organer/findes-ikke").status_code == 404


def test_a_body_links_to_what_one_may_use(house: House) -> None:
    karin, lars = house.client(KARIN).get("/organer/kd-net").text, house.client(LARS).get("/organer/kd-net").text
    assert 'href="/organer/kd-net/bord"' in karin
    assert 'href="/organer/kd-net/bord"' not in lars
    assert 'href="/offentligt' not in lars.split("<footer")[0]
    assert 'href="/offentligt/kkr-midt"' in house.client(LARS).get("/organer/kkr-midt").text
    assert 'href="/organer/kosu@2022"' in house.client(LARS).get("/organer/kosu@2021").text.replace("%40", "@")
    for page in ("/moeder/kd-net-2020-03-13", "/moeder?aar=2020"):
        assert 'href="/organer/kd-net"' in house.client(LARS).get(page).text, page


def test_a_body_links_to_its_agendas_and_minutes(house: House) -> None:
    accepted(house, "Åben sag")
    day(house, "2020-03-04")
    publish(house)
    assert f'href="{AGENDA}/nyeste"' in house.client(IDA).get("/organer/kd-net").text
    minutes_of(house)
    assert 'href="/moeder/kd-net-2020-03-13/referat/nyeste"' in house.client(IDA).get("/organer/kd-net").text


# --- my plans --------------------------------------------------------------------------------------------------


def test_all_my_plans_are_one_picture_and_one_table(house: House) -> None:
    page = house.client(IDA).get("/planer").text
    text = text_of(page)
    assert TITLES["fresh"] in text
    assert "KD-Net, fre. 13. mar. 2020 Indmeldes senest" in text
    assert f'href="/sager/{house.numbers["fresh"]}/plan"' in page
    picture = re.search(r"<svg[^>]*aria-labelledby=\"planer-titel.*?</svg>", page, re.S)
    assert picture
    tree = ElementTree.fromstring(picture[0])  # noqa: S314  our own
    drawn = [one.text or "" for one in tree.iter("{http://www.w3.org/2000/svg}title")]
    assert drawn[0] == "Planerne for dine sager"
    assert any(one.startswith(f"{TITLES['fresh']}: KD-Net 13. mar. 2020") for one in drawn)
    assert "i dag" in [one.text for one in tree.iter("{http://www.w3.org/2000/svg}text")]


def test_plans_are_ones_own(house: House) -> None:
    text = said(house.client(LARS), "/planer")
    assert "Du ejer ingen åbne sager" in text
    for number in house.numbers.values():
        assert number not in text


# --- as often with many ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["/organer", "/organer/kd-net", "/planer"])
def test_an_overview_asks_the_database_as_often_with_many_sager(house: House, page: str) -> None:
    before = asked(house, page)
    for number in range(12):
        Walker(house.wiring, f"Nummer {number}", "droeftelse-kd-net@1")
    assert asked(house, page) <= before
    assert before <= 30
