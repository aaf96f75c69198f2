"""The list of sager: filters are plain addresses, pages go on, and the files hold the same rows."""

import csv
import io
import re

import openpyxl
import pytest

from kdflow.domain.authority import PersonId
from tests.web.forms import text_of
from tests.web.house import DORTE, IDA, JENS, KARIN, LARS, TITLES, House, Walker


def rows(html: str) -> int:
    """How many rows a list shows."""
    return html.count('<th scope="row">')


def taken(house: House, who: PersonId, query: str) -> tuple[list[list[str]], list[list[str]]]:
    """The rows of both files for the same question, without their heads."""
    client = house.client(who)
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/sager.xlsx{query}").content))
    sheet = book.active
    assert sheet is not None
    in_book = [[str(cell or "") for cell in row] for row in sheet.iter_rows(min_row=2, values_only=True)]
    raw = client.get(f"/sager.csv{query}").content
    assert raw.startswith(b"\xef\xbb\xbf")
    return in_book, list(csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))[1:]


QUERIES = {
    "": 4,
    "?q=klimahandlingsplaner": 1,
    "?q=HANDLINGSPLAN": 1,
    "?tilstand=aabne": 4,
    "?tilstand=concluded": 0,
    "?hos=kd-net": 4,
    "?organ=dassos": 1,
    "?ejer=ida": 4,
    "?ejer=jens": 0,
    "?rute=standard": 1,
    "?beslutning=anbefalet": 1,
    "?moede=kd-net-2020-01-24": 2,
    "?fra=2020-01-23&til=2020-01-31": 2,
    "?fra=2020-01-25": 0,
    "?adgang=lukket": 1,
    "?adgang=aaben": 3,
    "?mine=1": 4,
    "?foelger=1": 0,
    "?q=drøftelse&hos=kd-net&orden=titel": 2,
    "?hos=findes-ikke": 0,
}


@pytest.mark.parametrize(("query", "count"), QUERIES.items())
def test_an_address_gives_the_same_rows_to_whoever_opens_it_and_in_a_file(
    house: House, query: str, count: int
) -> None:
    first = house.client(IDA).get(f"/sager{query}").text
    again = house.client(IDA).get(f"/sager{query}").text
    assert rows(first) == rows(again) == count
    in_book, in_csv = taken(house, IDA, query)
    assert len(in_book) == len(in_csv) == count
    assert [row[0] for row in in_book] == [row[0] for row in in_csv]
    assert all(row[0] in first for row in in_csv)


def test_a_closed_sag_is_nowhere_for_those_who_may_not_see_it(house: House) -> None:
    html = house.client(LARS).get("/sager").text
    assert rows(html) == 3
    assert "3 sager" in text_of(html)
    assert rows(house.client(LARS).get("/sager?adgang=lukket").text) == 0
    assert rows(house.client(LARS).get("/sager?q=kanariesag").text) == 0
    in_book, in_csv = taken(house, LARS, "")
    assert (len(in_book), len(in_csv)) == (3, 3)
    assert TITLES["closed"] in text_of(house.client(JENS).get("/sager").text)


def test_pages_go_on_where_they_ended(house: House) -> None:
    for number in range(60):
        Walker(house.wiring, f"Cykelsti {number:02}", "droeftelse-kd-net@1")
    client = house.client(IDA)
    for order in ("", "&orden=aeldste", "&orden=titel"):
        seen: list[str] = []
        html = client.get(f"/sager?q=cykelstier{order}").text
        assert "60 sager" in text_of(html)
        while True:
            seen += [part.split("</a>")[0][-2:] for part in html.split('<th scope="row">')[1:]]
            if "Vis de næste" not in html:
                break
            address = html.split('class="pager"')[1].split('href="')[1].split('"')[0].replace("&amp;", "&")
            html = client.get(address).text
        ordered = [f"{number:02}" for number in range(60)]
        assert seen == (ordered if order else ordered[::-1])


def test_an_untidy_address_becomes_a_plain_one(house: House) -> None:
    client = house.client(IDA)
    answer = client.get("/sager?q=+klima++plan+&hos=&orden=&tilstand=aabne")
    assert str(answer.url).endswith("/sager?q=klima+plan&tilstand=aabne")
    assert client.get("/sager", params={"q": f" {house.numbers['fresh'].lower()} "}).url.path.endswith(
        house.numbers["fresh"]
    )


def test_a_day_that_cannot_be_read_is_said_and_kept(house: House) -> None:
    answer = house.client(IDA).get("/sager?fra=engang&til=2020-01-31")
    assert answer.status_code == 422
    assert 'value="engang"' in answer.text
    assert "Skriv en bestemt dag" in text_of(answer.text)
    assert house.client(IDA).get("/sager?fra=2020-02-01&til=2020-01-01").status_code == 422


@pytest.mark.parametrize(
    "query", ["?efter=x", "?efter=9999999999999999999", "?q=%00", "?efter=1.%00", "?hos=%27%3B--"]
)
def test_nonsense_in_an_address_is_no_fault(house: House, query: str) -> None:
    assert house.client(IDA).get(f"/sager{query}").status_code == 200
    assert house.client(IDA).get(f"/sager.csv{query}").status_code == 200


def test_nothing_that_people_wrote_is_a_formula(house: House) -> None:
    title = '=HYPERLINK("http://x.example";"klik")'
    Walker(house.wiring, title, "droeftelse-kd-net@1")
    client = house.client(IDA)
    book = openpyxl.load_workbook(io.BytesIO(client.get("/sager.xlsx?q=klik").content))
    assert book.active is not None
    cell = book.active["B2"]
    assert (cell.data_type, cell.value, cell.hyperlink) == ("s", title, None)
    (row,) = taken(house, IDA, "?q=klik")[1]
    assert row[1] == f"'{title}"


def test_more_rows_than_a_file_takes_are_refused(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kdflow.queries.sag_list.MOST_TAKEN", 3)
    answer = house.client(IDA).get("/sager.xlsx")
    assert answer.status_code == 422
    assert "Vælg færre" in text_of(answer.text)
    assert house.client(LARS).get("/sager.xlsx").status_code == 200


def test_the_list_is_for_those_who_are_signed_in(house: House) -> None:
    for path in ("/sager", "/sager.xlsx", "/sager.csv", "/soeg?q=klima", "/sag-2020-0001"):
        answer = house.client().get(path, follow_redirects=False)
        assert answer.status_code == 303
        assert "/log-ind" in answer.headers["location"]


def test_a_filter_that_is_set_is_said_and_can_be_taken_away(house: House) -> None:
    html = house.client(KARIN).get("/sager?hos=kd-net&beslutning=anbefalet").text
    said = text_of(html)
    assert "Er nu hos KD-Net : fjern filteret" in said
    assert '<a href="/sager?hos=kd-net">Beslutning: anbefalet' in html


def test_bodies_with_one_short_name_are_told_apart(house: House) -> None:
    html = house.client(IDA).get("/sager").text
    choices = html[html.index('id="filter-hos"') :].split("</select>")[0]
    said = re.findall(r"<option[^>]*>([^<]+)</option>", choices)
    assert len(said) == len(set(said))
    assert "KOSU (til og med 2021)" in said
    assert "KD-Net" in said


def test_a_taken_list_names_the_route_as_the_page_does(house: House) -> None:
    taken = house.client(IDA).get("/sager.csv").text
    assert ";Drøftelse på et møde i KD-Net;" in taken
    assert "droeftelse-kd-net@1" not in taken


# --- what can wait for somebody ----------------------------------------------------------------------------------


def test_what_can_wait_for_somebody_is_a_filter_with_a_chip_and_an_export(house: House) -> None:
    path = "/sager?venter=mig"
    for who, theirs, others in ((JENS, "consent", ""), (IDA, "fresh", ""), (DORTE, "", "consent")):
        client = house.client(who)
        html = client.get(path).text
        rows, taken = html[html.index('id="fundne"') :], client.get("/sager.csv?venter=mig").text
        assert not theirs or house.numbers[theirs] in rows, who
        assert not theirs or house.numbers[theirs] in taken, who
        assert not others or house.numbers[others] not in rows + taken, who
        assert "Kan vente på mig : fjern filteret" in text_of(html)
        assert 'name="venter" value="mig" checked' in html
    assert "Ingen sager passer." in text_of(house.client(LARS).get(path).text)


def test_all_that_waits_for_somebody_is_among_what_can_wait(house: House) -> None:
    for who in (IDA, JENS, KARIN, DORTE):
        client = house.client(who)
        html = client.get("/").text
        waiting = html[html.index('id="venter"') : html.index('id="mine-sager"')]
        found = set(re.findall(r"/sager/(SAG-\d+-\d+)", waiting))
        assert found <= set(re.findall(r"/sager/(SAG-\d+-\d+)", client.get("/sager?venter=mig").text)), who


def test_the_overview_leads_to_what_can_wait_and_not_to_all_sager(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kdflow.queries.start_page.WAITING", 0)
    html = house.client(JENS).get("/").text
    assert '<a href="/sager?venter=mig">se alle, der kan vente på dig</a>' in html
    assert "/sager?tilstand=aabne" not in html[html.index('id="venter"') : html.index('id="mine-sager"')]
