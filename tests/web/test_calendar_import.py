"""A calendar file read in by real requests: seen first, broken lines named, nothing in until that is said."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from kdflow import reading, rendering
from kdflow.domain.timetable import Meeting, MeetingId
from kdflow.store import meetings
from kdflow.web.carried import PACKED_LIMIT, pack
from tests.web.forms import form, forms, send, text_of
from tests.web.house import IDA, JENS, KARIN, LARS, TITLES, House, Walker
from tests.web.test_calendar_pages import save, seated
from tests.web.test_feeds import make, read
from tests.web.test_two_versions import treated

PAGE = "/moeder/indlaes"
SHEET = """\
dato;tid;sted;format;status;note
13. marts 2020;13.00;Viborg;;;
2020-05-29;;;;aflyst;
12. april 2020;10;;virtuelt;;Ekstra
"""
BROKEN = SHEET + "31. februar 2020;;;;;\n2020-10-23;;;;afholdt;\n"
MOVED = """\
body: kd-net
meetings:
  - {id: kd-net-2020-03-13, on: 2020-03-20, at: "09:30"}
"""


def choose(client: TestClient, content: str | bytes, name: str = "kd-net.csv", **values: str) -> Response:
    """Choose a file, and ask what it changes."""
    fields = form(client.get(PAGE).text, PAGE)
    data = content.encode() if isinstance(content, str) else content
    return client.post(PAGE, data={**fields, "organ": "kd-net", **values}, files={"file": (name, data)})


def confirm(client: TestClient, seen: Response, **values: str) -> Response:
    """Say that it shall be read in."""
    return client.post(PAGE, data={**form(seen.text, PAGE), "trin": "gem", **values})


def meeting(house: House, key: str) -> Meeting:
    """One meeting as the calendar has it."""
    with house.wiring.db.read() as tx:
        found = meetings.timetable(tx).find(MeetingId(key))
    assert found is not None
    return found


def calendar(house: House) -> list[str]:
    """Everything in the database but the sessions."""
    return [line for line in house.dump() if '"session"' not in line]


def test_a_file_is_seen_and_then_read_in(house: House) -> None:
    karin = seated(house).client(KARIN)
    assert "Indlæs kalender" in karin.get("/moeder").text
    before = calendar(house)
    seen = choose(karin, SHEET, reason="Ny plan.")
    assert seen.status_code == 200
    said = text_of(seen.text)
    assert "kd-net.csv: 3 møder i kalenderen ændres. Intet er gemt endnu." in said
    assert "Nye møder" in said
    assert "Søndag den 12. april 2020 er påskedag. Er datoen rigtig?" in said
    assert "Fredag den 13. marts 2020 kl. 13.00" in said
    assert "Klokkeslæt: – → 13.00" in said
    assert "Sted: – → Viborg" in said
    assert "Aflyste møder" in said
    assert "Disse kommende møder står ikke i filen, men bliver i kalenderen:" in said
    assert f"Det rammer 1 sag Sag Led Fra Til Indmeldingsfrist Dage {TITLES['fresh']}" in said
    assert calendar(house) == before
    done = confirm(karin, seen)
    assert done.url.path == "/moeder"
    said = text_of(done.text)
    assert "Kalenderen er indlæst 3 ændringer i alt. 1 sag har fået nye datoer" in said
    assert "Søndag den 12. april 2020 kl. 10.00" in said
    assert meeting(house, "kd-net-2020-05-29").status == "cancelled"
    notices = text_of(house.client(IDA).get("/beskeder").text)
    assert notices.count("Møder er ændret") == 1
    assert "Ny plan." in notices


def test_sent_again_it_is_done_once_and_the_same_file_changes_nothing(house: House) -> None:
    karin = seated(house).client(KARIN)
    seen = choose(karin, SHEET)
    confirm(karin, seen)
    before = calendar(house)
    again = confirm(karin, seen)
    assert "Kalenderen er indlæst 3 ændringer i alt." in text_of(again.text)
    second = choose(karin, SHEET)
    assert "filen ændrer intet i kalenderen" in text_of(second.text)
    assert "3 møder står i kalenderen som i filen." in text_of(second.text)
    assert ">Indlæs<" not in second.text
    assert confirm(karin, second).status_code == 422
    assert calendar(house) == before
    other = house.client(JENS).get(str(again.url))
    assert "Kalenderen er indlæst" not in other.text


def test_a_broken_line_is_named_and_nothing_goes_in_until_that_is_said(house: House) -> None:
    karin = seated(house).client(KARIN)
    before = calendar(house)
    seen = choose(karin, BROKEN, reason="Ny plan.")
    said = text_of(seen.text)
    assert "Linjer, der ikke kan indlæses Linje 5: Datoen kan ikke læses. Skriv den fx som 24. januar" in said
    assert "Linje 6: Fredag den 23. oktober 2020. Mødet er ikke begyndt endnu." in said
    refused = confirm(karin, seen)
    assert refused.status_code == 422
    assert "Sæt kryds, hvis resten skal indlæses uden dem." in text_of(refused.text)
    assert 'href="#indlaes-rest"' in refused.text
    assert form(refused.text, PAGE)["reason"] == "Ny plan."
    assert calendar(house) == before
    done = confirm(karin, refused, rest="1")
    assert "3 ændringer i alt" in text_of(done.text)
    assert meeting(house, "kd-net-2020-10-23").status == "planned"


def test_a_meeting_that_has_treated_something_is_not_moved_by_a_file_to_a_day_to_come(house: House) -> None:
    karin, _, _ = treated(house)
    file = "body: kd-net\nmeetings:\n  - {id: kd-net-2020-01-24, on: 2020-02-07}\n"
    said = text_of(choose(karin, file, "kalender.yaml").text)
    assert "så det kan ikke flyttes til en dag, der ikke er kommet endnu" in said


def test_a_moved_meeting_keeps_its_old_date(house: House) -> None:
    karin = seated(house).client(KARIN)
    seen = choose(karin, MOVED, "kalender.yaml")
    said = text_of(seen.text)
    assert (
        "Flyttede møder Møde Før Oplysninger Linje Fredag den 20. marts 2020 kl. 09.30 Fredag den 13. marts"
        in said
    )
    assert "Punktet bliver på mødet." in said
    done = text_of(confirm(karin, seen).text)
    assert "Flyttet fra fredag den 13. marts 2020 af Karin Sekretær den 24. jan. 2020" in done
    moved = meeting(house, "kd-net-2020-03-13")
    assert (moved.on.text, moved.was and moved.was.text, moved.status) == ("2020-03-20", "2020-03-13", "moved")


def test_what_our_own_feed_gives_changes_nothing_and_a_date_changed_in_it_is_a_move(house: House) -> None:
    karin = house.client(KARIN)
    save(karin, send(karin, "/moeder/kd-net-2020-05-29", "/aflys"), "/aflys")
    note = {"note": "Husk kort.", "place": "Viborg", "at": "10.00"}
    save(karin, send(karin, "/moeder/kd-net-2020-08-28", "/ret", **note), "/ret")
    feed = read(house, make(house, KARIN, "body:kd-net")).content
    assert b"UID:submission-kd-net-2020-03-13@kdflow" in feed
    seen = choose(karin, feed, "kd-net.ics")
    said = text_of(seen.text)
    assert "filen ændrer intet i kalenderen" in said
    assert "Linjer, der ikke kan indlæses" not in said
    changed = feed.replace(b"DTSTART;VALUE=DATE:20200313", b"DTSTART;VALUE=DATE:20200320")
    assert changed != feed
    done = confirm(karin, choose(karin, changed, "kd-net.ics"))
    assert "1 ændring i alt" in text_of(done.text)
    moved = meeting(house, "kd-net-2020-03-13")
    assert (moved.on.text, moved.was and moved.was.text) == ("2020-03-20", "2020-03-13")


def test_meetings_of_other_bodies_in_a_personal_feed_stay_out(house: House) -> None:
    karin = house.client(KARIN)
    event = "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTART;VALUE=DATE:{on}\r\nSUMMARY:x\r\nEND:VEVENT\r\n"
    rows = (("dassos-2020-01-22@kdflow", "20200122"), ("kd-net-2020-03-13-sag-2020-0001-kdnet@kdflow", "20200313"))
    text = "".join(event.format(uid=uid, on=on) for uid, on in rows)
    seen = choose(karin, f"BEGIN:VCALENDAR\r\n{text}END:VCALENDAR\r\n", "mit.ics")
    assert "1 møde i filen er ikke taget med" in text_of(seen.text)
    assert "filen ændrer intet" in text_of(seen.text)


def test_a_calendar_changed_meanwhile_is_a_conflict(house: House) -> None:
    karin, jens = seated(house).client(KARIN), house.client(JENS)
    seen = choose(karin, SHEET, reason="Ny plan.")
    save(jens, send(jens, "/moeder/kd-net-2020-03-13", "/flyt", on="2020-03-27"), "/flyt")
    before = calendar(house)
    answer = confirm(karin, seen)
    assert answer.status_code == 409
    said = text_of(answer.text)
    assert "Kalenderen er ændret, siden du så ændringerne" in said
    assert calendar(house) == before
    assert form(answer.text, PAGE)["reason"] == "Ny plan."
    assert "Fredag den 13. marts 2020 kl. 13.00 Fredag den 27. marts 2020" in said  # the file moves it back
    done = confirm(karin, answer)
    assert "Kalenderen er indlæst" in text_of(done.text)
    moved = meeting(house, "kd-net-2020-03-13")
    assert (moved.on.text, moved.was and moved.was.text) == ("2020-03-13", "2020-03-27")


def test_a_file_that_is_told_to_others_meanwhile_is_shown_again(house: House) -> None:
    karin = house.client(KARIN)
    seen = choose(karin, MOVED, "kd-net.yaml", reason="Ny plan.")
    Walker(house.wiring, "En sag mere", "droeftelse-kd-net@1")
    before = calendar(house)
    late = confirm(karin, seen)
    assert late.status_code == 409
    assert calendar(house) == before
    assert "Det er ikke længere det samme, der sker" in text_of(late.text)
    assert "En sag mere" in text_of(late.text)
    assert "Kalenderen er indlæst" in text_of(confirm(karin, late).text)


def test_items_of_a_cancelled_meeting_are_taken_along_if_that_is_wanted(house: House) -> None:
    karin = seated(house).client(KARIN)
    text = "dato;status\n2020-03-13;aflyst\n"
    assert "Punkter på aflyste møder bliver stående der" in text_of(choose(karin, text).text)
    seen = choose(karin, text, reroute="1")
    assert "Punktet er taget med til det nye møde." in text_of(seen.text)
    confirm(karin, seen)
    assert house.sag("fresh").steps[0].meeting == "kd-net-2020-05-29"


@pytest.mark.parametrize(
    ("content", "name", "values", "message"),
    [
        (b"", "", {}, "Vælg en fil."),
        (SHEET.encode(), "plan.xlsx", {}, "Vælg en fil, der ender på .csv, .yaml, .yml eller .ics."),
        (SHEET.encode(), "plan.csv", {"organ": ""}, "Vælg, hvilket organ der holder mødet."),
        (bytes(range(1, 256)) * 5000, "plan.csv", {}, "Filen er for stor"),
    ],
)
def test_what_cannot_be_read_in_is_said_beside_what_was_chosen(
    house: House, content: bytes, name: str, values: dict[str, str], message: str
) -> None:
    karin, before = house.client(KARIN), calendar(house)
    answer = choose(karin, content, name, reason="Ny plan.", reroute="1", **values)
    assert answer.status_code == 422
    assert message in text_of(answer.text)
    fields = form(answer.text, PAGE)
    assert (fields["organ"], fields["reason"].strip(), fields["reroute"]) == (
        values.get("organ", "kd-net"),
        "Ny plan.",
        "1",
    )
    assert calendar(house) == before


def test_a_file_too_large_for_a_form_is_refused(house: House) -> None:
    noise = random.Random(1).randbytes(31_000)  # noqa: S311
    assert "Filen er for stor" in text_of(choose(house.client(KARIN), noise).text)


def test_a_file_of_which_nothing_can_be_read_has_nothing_to_confirm(house: House) -> None:
    seen = choose(house.client(KARIN), "hej med dig\n")
    assert "Linje 1: Der er ingen kolonne med datoer." in text_of(seen.text)
    assert ">Indlæs<" not in seen.text
    odd = choose(house.client(KARIN), "body: kd-net\nmeetings:\n  - {on: 2020-04-20, hvor: Viborg}\n", "k.yaml")
    assert re.search(r'Linje 3: <span lang="en">', odd.text)


def test_every_flaw_with_a_code_has_a_danish_sentence() -> None:
    folder = Path(reading.__file__).parent
    source = "".join(file.read_text("utf-8") for file in folder.glob("*.py"))
    codes = set(re.findall(r'code="([a-z-]+)"|line, "([a-z-]+)"\)|series\[0\], "([a-z-]+)"\)', source))
    assert {next(filter(None, code)) for code in codes} == set(rendering.words()["calendar"]["flaws"])


def test_going_back_keeps_what_was_said(house: House) -> None:
    karin = house.client(KARIN)
    seen = choose(karin, SHEET, reason="Ny plan.", reroute="1")
    back = form(karin.post(PAGE, data={**form(seen.text, PAGE), "trin": "ret"}).text, PAGE)
    assert (back["organ"], back["reason"].strip(), back["reroute"]) == ("kd-net", "Ny plan.", "1")
    assert back["key"] != form(seen.text, PAGE)["key"]


@pytest.mark.parametrize("packed", ["", "æ", "AAAA", "x" * (PACKED_LIMIT + 4), "%s"])
def test_a_field_that_is_not_ours_is_refused(house: House, packed: str) -> None:
    karin = house.client(KARIN)
    seen, before = choose(karin, SHEET), calendar(house)
    cut = pack(SHEET.encode(), "file")[:-8]
    answer = confirm(karin, seen, indhold=cut if packed == "%s" else packed)
    assert answer.status_code == 422
    assert "Skemaet kan ikke læses." in text_of(answer.text)
    assert calendar(house) == before


def test_only_those_who_keep_a_calendar_can_read_one_in(house: House) -> None:
    karin = house.client(KARIN)
    mine: dict[str, Any] = form(choose(karin, SHEET).text, PAGE)
    before = calendar(house)
    for who in (IDA, LARS):
        client = house.client(who)
        page = client.get("/moeder")
        assert "Indlæs kalender" not in page.text
        assert client.get(PAGE).status_code == 403
        token = form(page.text, "/log-ud")["token"]
        for step in ("", "gem", "ret"):
            files = {"file": ("k.csv", SHEET.encode())} if not step else None
            answer = client.post(PAGE, data={**mine, "token": token, "trin": step}, files=files)
            assert answer.status_code == 403
    assert choose(karin, SHEET, organ="findes-ikke").status_code == 404
    assert choose(karin, SHEET, organ="kkr-midt").status_code == 403
    assert calendar(house) == before
    assert [address for address, _ in forms(karin.get(PAGE).text)].count(PAGE) == 1
