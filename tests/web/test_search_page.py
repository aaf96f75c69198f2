"""Searching: grouped answers with the words marked, numbers that lead to their sag, and nothing that is closed."""

import re
from typing import Any
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient

from kdflow.actions.revise_sag import revise_sag
from kdflow.domain.revision import Revision
from tests.web.forms import send, text_of
from tests.web.house import IDA, KARIN, LARS, TITLES, House, Walker
from tests.web.test_agenda import AGENDA, day, publish
from tests.web.test_minutes import EVENTUELT, MINUTES, typed


def test_words_are_found_in_every_form_and_marked(house: House) -> None:
    html = house.client(IDA).get("/soeg?q=handlingsplanerne").text
    assert "<mark>klimahandlingsplan</mark>" in html
    assert "1 sag, 0 møder og 0 organer fundet" in text_of(html)


def test_what_people_wrote_is_shown_as_text(house: House) -> None:
    html = house.client(IDA).get("/soeg?q=drøfter").text
    assert "KD-Net <mark>drøfter</mark> &lt;i&gt;det&lt;/i&gt;." in html
    assert "&lt;b&gt;<mark>COK</mark>&lt;/b&gt; &amp;" in house.client(IDA).get("/soeg?q=cok").text
    assert "<script>alert" not in house.client(IDA).get("/soeg?q=%3Cscript%3Ealert(1)%3C/script%3E").text


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("bevilger", "Indstilling"),
        ("retningen", "Sagsfremstilling"),
        ("notater", "Bilag"),
        ("anbefaler", "Beslutning"),
    ],
)
def test_the_line_around_the_words_says_where_they_stand(house: House, text: str, where: str) -> None:
    said = text_of(house.client(IDA).get(f"/soeg?q={text}").text)
    assert f"{where}:" in said
    assert TITLES["consent"] in said


def test_meetings_and_bodies_are_found_too(house: House) -> None:
    html = house.client(IDA).get("/soeg?q=kd-net+januar+2020").text
    assert 'href="/moeder/kd-net-2020-01-24"' in html
    assert 'href="/sager?organ=kd-net"' in house.client(IDA).get("/soeg?q=KD-Net").text


@pytest.mark.parametrize(
    "day", ["24. januar", "2020-01-24", "24/1", "fredag den 24. januar 2020", "24 January 2020"]
)
def test_a_day_finds_its_meetings_and_the_sager_on_them(house: House, day: str) -> None:
    html = house.client(IDA).get("/soeg", params={"q": day}).text
    assert 'href="/moeder/kd-net-2020-01-24"' in html
    assert f'href="/sager/{house.numbers["agenda"]}"' in html
    assert house.numbers["fresh"] not in html
    assert 'href="/sager?moede=kd-net-2020-01-24"' in html
    assert "Vis som liste" not in html  # that one is asked for by words, and would not have them all
    assert html.index('id="fundne-moeder"') < html.index('id="fundne-sager"')


def test_a_closed_sag_on_the_agenda_of_a_day_is_not_found_nor_counted(house: House) -> None:
    closed = house.sag("closed")
    with house.wiring.db.write() as tx:
        tx.run(_SEAT, (closed.id, closed.steps[0].seq, "kd-net-2020-01-24"))
    own, others = (text_of(house.client(who).get("/soeg?q=2020-01-24").text) for who in (IDA, LARS))
    assert TITLES["closed"] in own
    assert TITLES["closed"] not in others
    assert number_of_sager(own) == number_of_sager(others) + 1


_SEAT = "insert into seat (sag, step, meeting, status) values (?, ?, ?, 'on-agenda')"


def number_of_sager(said: str) -> int:
    found = re.search(r"(\d+) sag(?:er)?, \d+ møder? og", said)
    assert found
    return int(found[1])


def test_an_owners_name_finds_the_sager_that_the_viewer_may_see(house: House) -> None:
    own, others = (house.client(who).get("/soeg?q=ida").text for who in (IDA, LARS))
    assert "<mark>Ida</mark> Sagsejer" in own
    assert TITLES["closed"] in text_of(own)
    assert TITLES["closed"] not in text_of(others)
    assert number_of_sager(text_of(own)) == number_of_sager(text_of(others)) + 1


def test_a_closed_sag_is_not_found_nor_counted(house: House) -> None:
    assert "kanariesag" in house.client(IDA).get("/soeg?q=kanariesager").text
    html = house.client(LARS).get("/soeg?q=kanariesager").text
    assert "0 sager, " in text_of(html)
    assert TITLES["closed"] not in html


@pytest.mark.parametrize("written", ["{}", " {} ", "{lower}"])
def test_a_number_leads_to_its_sag(house: House, written: str) -> None:
    number = house.numbers["fresh"]
    text = written.format(number, lower=number.lower())
    for path in ("/soeg", "/sager", "/"):
        assert house.client(IDA).get(path, params={"q": text}).url.path == f"/sager/{number}"
    assert house.client(IDA).get(f"/{text.strip()}").url.path == f"/sager/{number}"
    assert house.client(IDA).get(f"/sager/{text.strip()}").status_code == 200


def test_an_address_that_is_no_number_is_not_found(house: House) -> None:
    assert house.client(IDA).get("/sag-om-klima").status_code == 404
    closed = house.client(LARS).get(f"/{house.numbers['closed']}")
    none = house.client(LARS).get("/SAG-2020-9999")
    assert (closed.status_code, none.status_code) == (404, 404)


def test_the_next_page_goes_on(house: House) -> None:
    for number in range(45):
        Walker(house.wiring, f"Cykelsti {number:02}", "droeftelse-kd-net@1")
    client, seen = house.client(IDA), []
    html = client.get("/soeg?q=cykelstierne").text
    while True:
        seen += [part.split("</a>")[0][-2:] for part in html.split("<h3>")[1:]]
        if "Vis de næste" not in html:
            break
        address = html.split('class="pager"')[1].split('href="')[1].split('"')[0].replace("&amp;", "&")
        html = client.get(address).text
    assert seen == [f"{number:02}" for number in range(44, -1, -1)]


def test_nothing_is_asked_for_without_words(house: House) -> None:
    assert "Skriv ord" in text_of(house.client(IDA).get("/soeg").text)
    assert "0 sager" in text_of(house.client(IDA).get("/soeg?q=%25%25").text)


def test_points_and_tasks_lead_to_where_they_stand(house: House) -> None:
    walker = Walker(house.wiring, "En sag", "droeftelse-kd-net@1")
    assert walker.id
    karin = house.client(KARIN)
    send(karin, AGENDA, "/nyt", title="Orientering om lærkerne", text="De synger.")
    found = karin.get("/soeg?q=lærken").text
    assert leads(karin, found, "Orientering om <mark>lærkerne</mark>") == f"{AGENDA}#punkt-free-1"
    assert "Dagsordenen, som I bygger den" in text_of(found)
    day(house, "2020-03-04")
    publish(house)
    ida = house.client(IDA)
    found = ida.get("/soeg?q=lærken").text
    assert (
        leads(ida, found, "Orientering om <mark>lærkerne</mark>")
        == f"{AGENDA}/nyeste#:~:text=Orientering%20om%20l%C3%A6rkerne"
    )
    assert "KD-Net fre. 13. mar. 2020 · Dagsorden" in text_of(found)
    day(house, "2020-03-13")
    karin = house.client(KARIN)
    wanted = typed(karin, EVENTUELT, task_person="Ida Sagsejer", task_text="Tæl lærkerne")
    karin.post(f"{MINUTES}/opgave", data=wanted)
    for who, address in ((IDA, "/opgaver#opgave-1"), (KARIN, f"{MINUTES}#punkt-standing-eventuelt")):
        client = house.client(who)
        assert leads(client, client.get("/soeg?q=lærken").text, "Tæl <mark>lærkerne</mark>") == address


def leads(client: TestClient, html: str, words: str) -> str:
    """Where a link with these words leads; there is such a place."""
    (address,) = re.findall(rf'<a href="([^"]*)"[^>]*>{re.escape(words)}</a>', html)
    page, _, anchor = address.partition("#")
    answer = client.get(page)
    assert answer.status_code == 200
    assert f'id="{anchor}"' in answer.text or unquote(anchor.removeprefix(":~:text=")) in text_of(answer.text)
    return str(address)


def test_an_excerpt_is_plain_words(house: House) -> None:
    text = "## Baggrund\n\n| Kommune | Lærker |\n|---|---|\n| **Skive** | 12 |\n\nSe [tallene](https://viber.example/q)."
    walker = Walker(house.wiring, "En sag", "droeftelse-kd-net@1")
    given: dict[str, Any] = {"version": None, "key": "skriv-tekst-1", "by": IDA, "now": house.wiring.now()}
    revise_sag(house.wiring.db, walker.id, None, Revision(case_text=text), **given)
    said = text_of(house.client(IDA).get("/soeg?q=skive").text)
    assert "Sagsfremstilling: Baggrund Kommune Lærker Skive 12 Se tallene." in said
    assert "En sag" not in text_of(house.client(IDA).get("/soeg?q=viber").text)  # an address is no word
