"""The start page, the demo's clock, meetings, routes, and the words of every message."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event

from kdflow.actions.pass_deadlines import pass_deadlines
from kdflow.actions.set_clock import set_clock
from kdflow.domain.authority import Appointment, Office, Person, PersonId
from kdflow.domain.dates import local_instant
from kdflow.domain.timetable import Body
from kdflow.queries.people import installation_clock
from kdflow.queries.start_page import start_page
from kdflow.store import offices, people, schema
from kdflow.store.database import Tx
from tests.web.forms import send, text_of
from tests.web.house import IDA, JENS, KARIN, LARS, NOW, TITLES, House, Walker, wire


def test_what_waits_for_me_comes_first(house: House) -> None:
    html = house.client(JENS).get("/").text
    assert html.index("Venter på dig") < html.index("Mine sager")
    cards = text_of(html[html.index('id="venter"') : html.index('id="mine-sager"')])
    assert "Godkend, at sagen går videre" in cards
    assert TITLES["consent"] in cards
    assert "Møde fre. 24. jan. 2020 i dag" in cards


def test_what_stands_on_a_full_agenda_does_not_hide_what_waits(house: House) -> None:
    for number in range(13):
        item = Walker(house.wiring, f"Punkt {number}", "droeftelse-kd-net@1").write("kdnet", "KD-Net drøfter.")
        item.go("kdnet", "submit", IDA, meeting="kd-net-2020-03-13").go("kdnet", "accept", KARIN)
    late = Walker(house.wiring, "Den sene", "droeftelse-kd-net@1").write("kdnet", "KD-Net drøfter.")
    late.go("kdnet", "submit", IDA, meeting="kd-net-2020-05-29")
    found = start_page(house.wiring.db, KARIN, house.wiring.now())
    assert "Den sene" in [row.title for row in found.waiting]
    assert found.others == 0


def test_what_waits_for_an_owner_says_by_when(house: House) -> None:
    html = house.client(IDA).get("/").text
    cards = text_of(html[html.index('id="venter"') : html.index('id="mine-sager"')])
    assert f"{TITLES['fresh']} {house.numbers['fresh']} KD-Net Frist fre. 28. feb. 2020 kl. 12 om 35 dage" in cards


def test_where_more_can_wait_than_is_shown_nobody_is_told_that_nothing_does(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kdflow.queries.start_page.WAITING", 0)
    said = text_of(house.client(JENS).get("/").text)
    assert "Ingen af de sager, der haster mest, venter på dig lige nu." in said
    assert "mere hos dine organer kan også vente på dig" in said
    assert "Her er dem, der haster mest." not in said
    assert "Der er ingen sager, der venter på dig" not in said


def test_a_secretary_sees_what_the_meetings_ask_for_and_what_is_over(house: House) -> None:
    set_clock(house.wiring.db, local_instant(date(2020, 3, 10), 9))
    for who, is_shown in ((KARIN, True), (IDA, False), (LARS, False)):
        said = text_of(house.client(who).get("/").text)
        line = "KD-Net, mødet 13. mar. 2020 Dagsordenen skal ud senest fredag den 6. marts 2020 kl. 12"
        assert (f"{line} Fristen er overskredet" in said) is is_shown, who
        assert "29. maj 2020 Dagsordenen skal ud" not in said
    set_clock(house.wiring.db, local_instant(date(2020, 3, 17), 9))
    said = text_of(house.client(KARIN).get("/").text)
    assert "Referatet skal ud senest mandag den 23. marts 2020 kl. 16" in said
    assert "Dagsordenen skal ud senest fredag den 6. marts" not in said


def test_the_administration_is_found_by_those_who_have_one(house: House) -> None:
    assert house.client(KARIN).get("/").text.count('href="/administration"') == 2
    assert 'href="/administration"' in house.client(KARIN).get("/sager").text
    assert 'href="/administration"' not in house.client(IDA).get("/").text


def test_each_row_of_the_list_says_where_who_and_when(house: House) -> None:
    ida = house.client(IDA)
    send(ida, f"/sager/{house.numbers['fresh']}", "/led/1", move="submit", submit__meeting="kd-net-2020-03-13")
    html = ida.get("/sager?q=KLIMAHANDLING").text
    row = text_of(html[html.index("<tbody>") : html.index("</tbody>")])
    assert row == (
        f"{TITLES['fresh']} {house.numbers['fresh']} KD-Net Indmeldt til møde Karin Sekretær "
        "fre. 13. mar. 2020 om 49 dage, møde"
    )


def test_each_row_of_the_list_says_what_is_to_be_done_by_when(house: House) -> None:
    pass_deadlines(house.wiring.db, now=house.wiring.now())
    ida = house.client(IDA)
    html = ida.get("/sager?q=KLIMAHANDLING").text
    row = text_of(html[html.index("<tbody>") : html.index("</tbody>")])
    assert row.endswith("fre. 28. feb. 2020 kl. 12 om 35 dage, indmelding til KD-Net")
    taken = ida.get("/sager.csv?q=KLIMAHANDLING").text
    assert "Næste frist" in taken
    assert "2020-02-28" in taken
    assert "indmelding til KD-Net" in taken


def test_my_sager_say_where_they_stand_their_next_deadline_and_its_slack(house: House) -> None:
    html = house.client(IDA).get("/").text
    mine = html[html.index('id="mine-sager"') : html.index('id="beskeder"')]
    rows = [text_of(row) for row in mine.split("<tr")[2:]]
    fresh = next(row for row in rows if TITLES["fresh"] in row)
    assert "KD-Net Under forberedelse Ida Sagsejer" in fresh
    assert "fre. 28. feb. 2020 kl. 12" in fresh
    assert "om 35 dage, indmelding til KD-Net" in fresh
    assert fresh.endswith("25 hverdage")
    assert len(rows) == len(house.numbers)


def test_the_most_urgent_of_my_sager_comes_first(house: House) -> None:
    Walker(house.wiring, "Den haster", "kun-kd-net@1")
    found = start_page(house.wiring.db, IDA, house.wiring.now())
    days = [own.due.deadline.on if own.due else date.max for own in found.mine]
    assert len(set(days)) > 2
    assert days == sorted(days)


def test_nobody_elses_sager_are_mine(house: House) -> None:
    said = text_of(house.client(LARS).get("/").text)
    assert "Du ejer ingen sager, der er i gang." in said
    assert TITLES["fresh"] not in said


def test_words_are_searched_for_on_their_own_page(house: House) -> None:
    answer = house.client(IDA).get("/", params={"q": house.numbers["fresh"].lower()})
    assert answer.url.path == f"/sager/{house.numbers['fresh']}"
    assert house.client(IDA).get("/?q=psykiatri").url.path == "/soeg"


def test_notices_are_told_in_words(house: House) -> None:
    said = text_of(house.client(JENS).get("/beskeder").text)
    due = "senest onsdag den 29. januar 2020 kl. 12"
    assert f"Din godkendelse mangler {due}: {TITLES['consent']} ({house.numbers['consent']})" in said
    assert "Intet sker, før du trykker på knappen" in said


@contextmanager
def _counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    found: list[str] = []
    run = Tx.run
    with monkeypatch.context() as patch:

        def counting(self: Tx, sql: str, values: object = ()) -> object:
            found.append(sql)
            return run(self, sql, values)  # type: ignore[arg-type]

        patch.setattr(Tx, "run", counting)
        yield found


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/", 15),
        ("/sager", 11),
        ("/sager?orden=titel&tilstand=aabne", 11),
        ("/sager?venter=mig", 11),
        ("/soeg", 5),
        ("/soeg?q=handlingsplan", 15),
        ("/sager/{fresh}", 12),
    ],
)
def test_a_page_asks_as_often_for_many_sager_as_for_few(
    house: House, monkeypatch: pytest.MonkeyPatch, path: str, most: int
) -> None:
    path = path.format(**house.numbers)
    clients = [house.client(person) for person in (IDA, KARIN, LARS)]
    for number in range(2):
        Walker(house.wiring, f"Klimahandlingsplan {number}", "droeftelse-kd-net@1")
    few, many = [], []
    for client in clients:
        client.get(path)  # definitions, people and calendars are read once for a process
        with _counted(monkeypatch) as found:
            assert client.get(path).status_code == 200
        few.append(len(found))
    for number in range(30):
        Walker(house.wiring, f"Klimahandlingsplan {number}", "droeftelse-kd-net@1")
    for client in clients:
        client.get(path)
        with _counted(monkeypatch) as found:
            assert client.get(path).status_code == 200
        many.append(len(found))
    assert all(more <= less for more, less in zip(many, few, strict=True))
    assert max(many) <= most


def test_the_demo_clock_is_wound_on(house: House) -> None:
    ida = house.client(IDA)
    for stride, said in (
        ("dag", "25. januar 2020"),
        ("uge", "1. februar 2020"),
        ("moede", "5. februar 2020 kl. 16.00"),
    ):
        answer = send(ida, "/", "/demo/ur", skridt=stride)
        assert answer.status_code == 200
        assert said in text_of(answer.text)
    for _ in range(4):
        answer = send(ida, "/", "/demo/ur", skridt="moede")
        assert "Ida Sagsejer" in answer.text
    assert installation_clock(house.wiring.db, "demo-clock") == house.wiring.now()


def test_a_real_installation_has_no_demo(house: House) -> None:
    from dataclasses import replace  # noqa: PLC0415

    settings = house.wiring.settings.model_copy(update={"demo": False})
    house.wiring = replace(house.wiring, settings=settings)
    client = house.client(IDA)
    assert client.get("/post").status_code == 404
    assert client.get("/demo/ur").status_code == 405
    assert "Spol frem" not in client.get("/").text
    page = text_of(house.client().get("/log-ind").text)
    assert "Send mig en kode" in page
    assert "Jens Formand" not in page


def test_a_meeting_shows_its_agenda(house: House) -> None:
    said = text_of(house.client(KARIN).get("/moeder/kd-net-2020-01-24").text)
    assert TITLES["consent"] in said
    assert "Møde fredag den 24. januar 2020 kl. 10.00" in said
    assert house.client(KARIN).get("/moeder/findes-ikke").status_code == 404


def test_routes_are_drawn(house: House) -> None:
    ida = house.client(IDA)
    assert "Fra administrativ gruppe til Kontaktudvalg" in ida.get("/ruter").text
    picture = ida.get("/ruter/standard@1.svg")
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert "<script" not in picture.text
    assert ida.get("/ruter/findes-ikke@1.svg").status_code == 404
    assert ida.get(f"/sager/{house.numbers['consent']}/rute.svg").text.startswith("<svg")


def test_the_accessibility_statement_is_for_everybody(house: House) -> None:
    assert house.client().get("/was").url.path == "/tilgaengelighed"


def test_the_browser_counts_statements(house: House) -> None:
    """The counter above sees what the driver sees: nothing goes round `Tx.run`."""
    seen: list[str] = []
    event.listen(house.wiring.db.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    house.client(IDA).get("/")
    assert [sql for sql in seen if sql.lower().startswith("select")] == []


def test_a_calendar_that_runs_out_is_said_to_its_keeper_as_things_stand_now(house: House) -> None:
    karin, lars = house.client(KARIN), house.client(LARS)
    assert "Kalendere, der løber ud" not in text_of(karin.get("/").text)
    with house.wiring.db.write() as tx:
        gone = "update meeting set status = 'cancelled', version = version + 1 where body = ? and earliest > ?"
        tx.run(gone, ("kd-net", tx.day(NOW.date())))
        tx.run("update step set plan_until = 0")
    said = text_of(karin.get("/").text)
    assert "KD-Net: det sidste møde i kalenderen er fredag den 24. januar 2020" in said
    assert "kan ikke nå et møde" in said
    assert "Kalendere, der løber ud" not in text_of(lars.get("/").text)


def test_a_new_house_says_what_to_do_first_to_those_who_can(tmp_path: Path) -> None:
    house = House(wiring=wire(tmp_path / "new.db"), path=tmp_path / "new.db")
    schema.upgrade(house.wiring.db)
    ids = (PersonId("adm"), PersonId("sek"))
    admin, secretary = (Person(id=one, name=one, email=f"{one}@kdflow.example") for one in ids)
    body = Body(key="ny", name="Nyt organ", short="Nyt organ", kind="group")
    everywhere = Appointment(person=admin.id, office=Office.ADMINISTRATOR, body="*")
    with house.wiring.db.write() as tx:
        people.keep_people(tx, [admin, secretary], [everywhere], [])
    first = text_of(house.client(admin.id).get("/").text)
    assert "Kom i gang" in first
    assert "Gjort" not in first
    with house.wiring.db.write() as tx:
        people.keep_bodies(tx, [body])
        of_body = Appointment(person=secretary.id, office=Office.SECRETARY, body="ny")
        people.keep_people(tx, [admin, secretary], [everywhere, of_body], [])
    assert text_of(house.client(admin.id).get("/").text).count("Gjort") == 2
    served = house.client(secretary.id).get("/").text
    assert "Kom i gang" not in served
    assert 'Ingen møder i kalenderen. <a href="/moeder/nyt">' in served
    assert 'href="/moeder"' in house.client(secretary.id).get("/aarshjul").text.partition("<main")[2]


def test_a_house_that_runs_has_no_first_steps(house: House) -> None:
    with house.wiring.db.write() as tx:
        offices.give(tx, Appointment(person=KARIN, office=Office.ADMINISTRATOR, body="*"))
    html = house.client(KARIN).get("/").text
    assert "Administration" in html
    assert "Kom i gang" not in html
