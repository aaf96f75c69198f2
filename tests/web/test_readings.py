"""Reading a closed sag is noted, once an hour for each person and kind, and shown to who looks after it."""

from datetime import timedelta
from typing import Any

import pytest

from kdflow.actions.build_agenda import Details, describe_point
from kdflow.actions.keep_readings import keep_readings
from kdflow.actions.write_minutes import give_task
from kdflow.domain.agenda import sag_key
from kdflow.domain.authority import Appointment, Office, PersonId
from kdflow.domain.timetable import MeetingId
from kdflow.store import offices, readings
from kdflow.store.readings import Opened, Read, Shown
from tests.web.forms import form, text_of
from tests.web.house import DORTE, IDA, JENS, KARIN, LARS, House
from tests.web.mails import later
from tests.web.test_sign_in_proof import TITLE, sealed

MEETING = "/moeder/kd-net-2020-01-24"


@pytest.fixture
def number(house: House) -> str:
    """A closed sag with a paper, that KD-Net has decided."""
    found = sealed(house)
    paper = {"file": ("notat.txt", b"Fortroligt notat", "text/plain")}
    ida = house.client(IDA)
    page = ida.get(f"/sager/{found}").text
    ida.post(f"/sager/{found}/papirer", data={**form(page, "/papirer"), "title": "Notat"}, files=paper)
    said(house)
    forget(house)
    return found


def said(house: House) -> None:
    """Let its point say something of its own on the agenda, and a meeting have asked Karin for something."""
    db, now, sag = house.wiring.db, house.wiring.now(), house.sag("sealed")
    at, point = MeetingId(MEETING.rpartition("/")[2]), sag_key(sag.id, sag.steps[-1].seq)
    details = Details(text="Fortroligt.", closed=True)
    describe_point(db, at, point, details, version=None, key="readings-1", by=KARIN, now=now)
    give_task(db, at, point, KARIN, "Skriv fortroligt.", None, key="readings-2", by=KARIN, now=now)


def forget(house: House) -> None:
    with house.wiring.db.write() as tx:
        tx.run("delete from reading")


def noted(house: House) -> list[tuple[str, str]]:
    """Who has read what of that sag, or else of the one that is there from the beginning."""
    sag = house.sag("sealed").id if "sealed" in house.numbers else house.sag("closed").id
    with house.wiring.db.read() as tx:
        rows = tx.run("select person, what from reading where sag = ? order by person, what", (sag,)).fetchall()
    return [(row[0], row[1]) for row in rows]


def paths(house: House) -> dict[str, list[str]]:
    """What shows a closed sag, by what its reading is called."""
    number, digest = house.numbers["sealed"], house.sag("sealed").papers[0].digest
    page = f"/sager/{number}"
    return {
        "page": [page, f"{page}/plan", f"{page}/rute.svg", f"{page}/kopi"],
        "paper": [f"/papirer/{number}/{digest}"],
        "agenda": [MEETING, f"{MEETING}/dagsorden", f"{MEETING}/dagsorden/udsend"],
        "minutes": [f"{MEETING}/referat", f"{MEETING}/referat/beslut", "/opgaver"],
        "search": ["/soeg?q=forankres"],
        "export": ["/sager.xlsx", "/sager.csv"],
        "api": [f"/api{page}", f"/api{page}/plan", f"/api{page}/history"],
    }


@pytest.mark.parametrize("what", ["page", "paper", "agenda", "minutes", "search", "export", "api"])
def test_whatever_shows_it_is_noted_once_an_hour(house: House, number: str, what: str) -> None:
    for path in paths(house)[what]:
        forget(house)
        client = house.client(KARIN)
        for _ in range(2):
            assert client.get(path).status_code == 200, path
        assert (KARIN, what) in noted(house), path
        assert len(noted(house)) == len(set(noted(house)))
    later(house, timedelta(hours=1))
    client = house.client(KARIN)
    client.get(paths(house)[what][0])
    assert noted(house).count((KARIN, what)) == 2


@pytest.mark.parametrize("who", [JENS, KARIN, IDA])
def test_a_meeting_tells_of_it_to_whoever_may_know_and_that_is_noted(
    house: House, number: str, who: PersonId
) -> None:
    assert "KD-Net godkender købet." in house.client(who).get(MEETING).text
    assert noted(house) == [(who, "agenda")]


def test_several_consents_show_what_they_are_to_and_that_is_noted(house: House, number: str) -> None:
    jens = house.client(JENS)
    jens.get(f"/sager/{number}")
    forget(house)
    page = jens.get("/godkendelser/samlet", params={"valgt": f"{number}.2"})
    assert "KD-Net godkender købet." in page.text
    assert noted(house) == [(JENS, "page")]


def test_an_open_sag_is_nobodys_business(house: House, number: str) -> None:
    jens = house.client(JENS)
    for path in ("/", "/sager", "/moeder/kd-net-2020-03-13", f"/sager/{house.numbers['consent']}"):
        jens.get(path)
    jens.get(f"/papirer/{house.numbers['consent']}/{house.sag('consent').papers[0].digest}")
    assert noted(house) == []


@pytest.mark.parametrize("who", [LARS, None])
def test_who_may_not_see_it_reads_nothing(house: House, number: str, who: PersonId | None) -> None:
    client = house.client(who)
    for path in (one for found in paths(house).values() for one in found):
        client.get(path)
    assert noted(house) == []


def test_a_head_shows_nothing(house: House, number: str) -> None:
    house.client(JENS).head(f"/sager/{number}")
    assert noted(house) == []


def test_a_page_that_could_not_be_noted_is_not_shown(
    house: House, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(readings, "keep", full)
    page = house.client(JENS, raise_server_exceptions=False).get(f"/sager/{number}")
    assert page.status_code == 500
    assert TITLE not in page.text


def test_that_a_step_was_opened_holds_no_page_back(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(readings, "keep_opened", full)
    assert house.client(JENS).get(f"/sager/{house.numbers['consent']}").status_code == 200


def test_two_at_the_same_time_are_one(house: House) -> None:
    shown, now = Shown(), house.wiring.now()
    sag = house.sag("closed").id
    shown.read.add(Read(sag, JENS, "page"))
    for _ in range(2):
        keep_readings(house.wiring.db, shown, now=now)
    with house.wiring.db.write() as tx:
        readings.keep(tx, Read(sag, JENS, "page"), now)
        readings.keep_opened(tx, opened := Opened(JENS, sag, house.sag("closed").steps[0].seq, "0" * 64), now)
        readings.keep_opened(tx, opened, now)
    assert noted(house) == [(JENS, "page")]


# --- who sees it -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [IDA, KARIN])
def test_its_owner_and_its_secretaries_see_who_has_read_it(house: House, number: str, who: PersonId) -> None:
    house.client(JENS).get(f"/sager/{number}")
    page = house.client(who).get(f"/sager/{number}")
    assert f'href="/sager/{number}/laesninger"' in page.text
    said = text_of(house.client(who).get(f"/sager/{number}/laesninger").text)
    assert "Fredag den 24. januar 2020 kl. 16.00 Jens Formand Sagens side" in said


def test_an_administrator_sees_it_too(house: House, number: str) -> None:
    with house.wiring.db.write() as tx:
        offices.give(tx, Appointment(person=LARS, office=Office.ADMINISTRATOR, body="*"))
    assert house.client(LARS).get(f"/sager/{number}/laesninger").status_code == 200


@pytest.mark.parametrize(("who", "status"), [(JENS, 403), (DORTE, 403), (LARS, 404)])
def test_others_do_not(house: House, number: str, who: PersonId, status: int) -> None:
    client = house.client(who)
    assert client.get(f"/sager/{number}/laesninger").status_code == status
    assert "/laesninger" not in client.get(f"/sager/{number}").text


def test_an_open_sag_says_that_nothing_is_noted(house: House) -> None:
    page = house.client(IDA).get(f"/sager/{house.numbers['consent']}/laesninger")
    assert "Sagen er åben, så det bliver ikke noteret" in text_of(page.text)
    assert "/laesninger" not in house.client(IDA).get(f"/sager/{house.numbers['consent']}").text
