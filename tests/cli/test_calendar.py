"""`kdflow calendar`: a file is shown before it is read in, and every change says first whom it hits."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Dump
from tests.cli.terminal import Said, Terminal
from tests.web.test_calendar_import import BROKEN, SHEET

MEETING = "kd-net-2020-03-13"


@pytest.fixture
def seated(terminal: Terminal) -> Terminal:
    """The fresh sag is submitted to the meeting of 13 March."""
    sag = terminal.numbers["fresh"]
    terminal.run("sag", "advance", sag, "submit", "--meeting", MEETING, "--as", "ida").done()
    return terminal


def read_in(terminal: Terminal, text: str, *words: str, name: str = "kd-net.csv", answer: str = "") -> Said:
    """Import a file into KD-Net's calendar."""
    (terminal.folder / name).write_text(text, encoding="utf-8")
    given = ("--body", "kd-net", "--as", "karin", *words)
    return terminal.run("calendar", "import", name, *given, answer=answer)


def meeting(terminal: Terminal, key: str, year: str = "2020") -> Any:
    """One meeting as the calendar has it."""
    rows = terminal.run("calendar", "list", "--body", "kd-net", "--year", year, "--json").done().json["data"]
    return next(row for row in rows if row["id"] == key)


def notices(terminal: Terminal) -> dict[str, list[Any]]:
    """What each person was told of changed calendars."""
    found: dict[str, list[Any]] = {}
    with sqlite3.connect(terminal.folder / "house.db") as connection:
        for person, data in connection.execute("select person, data from notice where kind = 'meeting-changed'"):
            found.setdefault(person, []).append(json.loads(data))
    return found


def test_the_calendars_are_listed(terminal: Terminal) -> None:
    out = terminal.run("calendar", "list", "--body", "kd-net", "--year", "2020").done().out
    assert out.startswith("KD-Net (kd-net)\n")
    assert "Fredag den 24. januar 2020 kl. 10.00 · Holdt · Scandic Silkeborg" in out
    assert "Fredag den 13. marts 2020 · Planlagt [kd-net-2020-03-13]" in out
    assert "KKR" in terminal.run("calendar", "list").done().out
    assert "Ingen organer har møder" in terminal.run("calendar", "list", "--year", "2055").done().out
    found = meeting(terminal, "kd-net-2020-01-24")
    assert (found["on"], found["at"], found["status"], found["version"]) == (
        "2020-01-24",
        "10:00",
        "agenda-sent",
        1,
    )
    held = terminal.run("calendar", "list", "--body", "kd-net", "--json").done().json["held"]
    assert held == ["kd-net-2020-01-24"]
    terminal.run("calendar", "list", "--body", "kdnet").refused("no body 'kdnet'")


def test_a_file_is_shown_and_broken_lines_hold_everything_back(seated: Terminal, dump: Dump) -> None:
    before = dump()
    said = read_in(seated, BROKEN, "--yes")
    assert said.code == 1
    lines = [line.strip() for line in said.out.splitlines()]
    assert "- søndag den 12. april 2020 kl. 10.00, virtuelt møde: Ekstra [linje 4]" in lines
    assert "Bemærk: søndag den 12. april 2020 er påskedag." in lines
    assert lines[lines.index("Rettede møder:") + 1] == "- fredag den 13. marts 2020 kl. 13.00 [linje 2]"
    assert "sted: (tomt) -> Viborg" in lines
    assert lines[lines.index("Aflyste møder:") + 1] == "- fredag den 29. maj 2020 [linje 3]"
    assert "Ikke i filen, og bliver stående i kalenderen:" in said.out
    assert "28. aug. 2020" in said.out
    assert "Intet er gjort." in lines
    assert "kd-net.csv:5: '31. februar 2020' is not a date" in said.err
    assert "kd-net.csv:6: 2020-10-23: the meeting has not begun yet" in said.err
    assert "--skip-broken" in said.err
    assert dump() == before


def test_the_rest_goes_in_when_that_is_said_and_a_second_time_nothing_changes(
    seated: Terminal, dump: Dump
) -> None:
    said = read_in(seated, BROKEN, "--skip-broken", "--yes")
    assert said.code == 0
    assert "Gjort: 3 ændringer i kalenderen" in said.out
    first = meeting(seated, MEETING)
    assert (first["at"], first["place"], first["was"]) == ("13:00", "Viborg", None)
    assert meeting(seated, "kd-net-2020-05-29")["status"] == "cancelled"
    new = meeting(seated, "kd-net-2020-04-12")
    assert (new["at"], new["format"], new["note"]) == ("10:00", "virtuelt", "Ekstra")
    assert meeting(seated, "kd-net-2020-10-23")["status"] == "planned"
    told = notices(seated)
    assert {person: len(found) for person, found in told.items()} == dict.fromkeys(told, 1)
    assert len(told["ida"][0]["changes"]) == 3
    before = dump()
    again = read_in(seated, BROKEN, "--skip-broken", "--yes")
    assert again.code == 0
    assert "Filen ændrer intet i kalenderen." in again.out
    assert "Som i kalenderen i forvejen: 3 møder." in again.out
    assert dump() == before


def test_it_asks_first(seated: Terminal, dump: Dump) -> None:
    before = dump()
    no = read_in(seated, SHEET, answer="n\n")
    assert no.code == 0
    assert "Read kd-net.csv into kd-net? [y/N]" in no.err
    assert "Intet er gjort." in no.out
    read_in(seated, SHEET, "--dry-run").done()
    assert read_in(seated, SHEET).code == 1  # nobody answers
    assert dump() == before
    assert "Gjort: 3 ændringer" in read_in(seated, SHEET, answer="y\n").out


def test_a_moved_meeting_keeps_its_old_date_and_one_may_take_the_day_that_another_leaves(seated: Terminal) -> None:
    text = """\
body: kd-net
meetings:
  - {id: kd-net-2020-03-13, on: 2020-05-29, at: "09:30", place: Viborg}
  - {id: kd-net-2020-05-29, on: 2020-06-05}
  - {id: kd-net-ekstra, on: 2020-04-20}
"""
    said = read_in(seated, text, "--yes", name="kd-net.yaml").done()
    assert "- fredag den 13. marts 2020 -> fredag den 29. maj 2020 kl. 09.30 [linje 3]" in said.out
    moved = meeting(seated, MEETING)
    assert (moved["on"], moved["at"], moved["was"], moved["status"]) == (
        "2020-05-29",
        "09:30",
        "2020-03-13",
        "moved",
    )
    assert (moved["moved_by"], moved["place"]) == ("karin", "Viborg")
    assert meeting(seated, "kd-net-2020-05-29")["was"] == "2020-05-29"
    assert meeting(seated, "kd-net-ekstra")["on"] == "2020-04-20"
    assert "Filen ændrer intet" in read_in(seated, text, name="kd-net.yaml").done().out


def test_a_cancelled_meeting_that_a_file_holds_again_takes_place(seated: Terminal) -> None:
    seated.run("calendar", "cancel", MEETING, "--reason", "Aflyst.", "--as", "karin", "--yes").done()
    said = read_in(seated, "dato;sted\n2020-03-13;Viborg\n", "--json", "--yes")
    (row,) = said.json["rows"]
    assert (row["kind"], row["fields"], row["old"]["status"], row["new"]["status"]) == (
        "restored",
        ["place"],
        "cancelled",
        "planned",
    )
    assert meeting(seated, MEETING)["status"] == "planned"


def test_what_was_cancelled_and_never_known_is_left_out(terminal: Terminal) -> None:
    said = read_in(terminal, "dato;status\n2020-04-01;aflyst\n", "--yes").done()
    assert "Ikke taget med: 1 møde" in said.out


def test_the_same_as_json(seated: Terminal) -> None:
    said = read_in(seated, BROKEN, "--json")
    assert said.code == 1
    page = said.json
    assert [(row["kind"], row["line"]) for row in page["rows"]] == [("cancelled", 3), ("changed", 2), ("added", 4)]
    assert [(one["line"], one["rule"]) for one in page["broken"]] == [(5, ""), (6, "status_in_time")]
    assert (page["done"], page["body"]) == (None, "kd-net")
    assert [hit["number"] for hit in page["hits"]] == [seated.numbers["fresh"]]
    done = read_in(seated, SHEET, "--json", "--yes", "--key", "calendar-key-1").json["done"]
    assert (done["changed"], done["hits"], done["repeated"]) == (3, 1, False)


def test_who_may_not_and_what_is_not_there(seated: Terminal, dump: Dump) -> None:
    before = dump()
    (seated.folder / "k.csv").write_text(SHEET, encoding="utf-8")
    lars = ("--body", "kd-net", "--as", "lars", "--yes")
    seated.run("calendar", "import", "k.csv", *lars).refused("'change_calendar' is for")
    seated.run("calendar", "move", MEETING, "--on", "2020-03-20", "--reason", "x", "--as", "lars").refused(
        "is for"
    )
    seated.run("calendar", "import", "k.csv", "--body", "kdnet", "--as", "karin").refused("no body 'kdnet'")
    seated.run("calendar", "import", "væk.csv", "--body", "kd-net", "--as", "karin").refused("cannot read væk.csv")
    seated.run("calendar", "cancel", "væk", "--reason", "x", "--as", "karin").refused("no meeting 'væk'")
    Path("k.txt").write_text(SHEET, encoding="utf-8")
    odd = seated.run("calendar", "import", "k.txt", "--body", "kd-net", "--as", "karin", "--skip-broken")
    assert odd.code == 1
    assert "k.txt:1: the file is not of a kind that can be read" in odd.err
    assert dump() == before


def test_a_meeting_is_moved_by_hand(seated: Terminal, dump: Dump) -> None:
    words = ("calendar", "move", MEETING, "--on", "20. marts 2020", "--at", "13:30", "--reason", "Lokalet.")
    before = dump()
    seen = seated.run(*words, "--as", "karin", answer="n\n")
    assert "fra fredag den 13. marts 2020 til fredag den 20. marts 2020 kl. 13.30." in seen.out
    assert "Det rammer 2 sager, og 2 personer får besked:" in seen.out
    assert "(7 dage senere). Punktet bliver på mødet." in seen.out
    assert "Besked til 2 personer. Intet er sendt endnu." in seen.out
    assert "\nIda Sagsejer: " in seen.out
    assert seen.out.count("Begrundelse: Lokalet.") == 2
    assert "Move kd-net-2020-03-13?" in seen.err
    assert dump() == before
    key = ("--key", "calendar-key-2")
    assert "Gjort: 1 ændring" in seated.run(*words, "--as", "karin", "--yes", *key).done().out
    moved = meeting(seated, MEETING)
    assert (moved["on"], moved["at"], moved["was"], moved["version"]) == ("2020-03-20", "13:30", "2020-03-13", 2)


def test_a_meeting_that_has_treated_something_is_not_moved_to_a_day_to_come(
    terminal: Terminal, dump: Dump
) -> None:
    held = "kd-net-2020-01-24"
    terminal.run("sag", "advance", terminal.numbers["agenda"], "treat", "--as", "karin").done()
    before = dump()
    words = ("calendar", "move", held, "--as", "karin", "--yes", "--reason", "Dagen.", "--on")
    terminal.run(*words, "2020-02-07").refused("it cannot come to a day that has not come")
    file = f"body: kd-net\nmeetings:\n  - {{id: {held}, on: 2020-02-07}}\n"
    said = read_in(terminal, file, "--yes", name="kd-net.yaml")
    assert said.code == 1
    assert "kd-net.yaml:3: 2020-02-07: the meeting has been held" in said.err
    assert dump() == before
    terminal.run(*words, "2020-01-23", "--past").done()
    assert meeting(terminal, held)["on"] == "2020-01-23"


def test_a_meeting_is_cancelled_by_hand_with_its_items_taken_along(seated: Terminal) -> None:
    words = ("calendar", "cancel", MEETING, "--reason", "For få punkter.", "--as", "karin")
    seen = seated.run(*words, answer="n\n").out
    assert "Punktet skal have et nyt møde." in seen
    assert "--reroute" in seen
    done = seated.run(*words, "--reroute", "--json", "--yes").json
    assert (done["new"]["status"], done["done"]["rerouted"], done["done"]["left"]) == ("cancelled", 1, 0)
    (step,) = [step for step in seated.sag("fresh")["steps"] if step["step"] == 1]
    assert step["meeting"] == "kd-net-2020-05-29"


def test_a_meeting_is_added_by_hand(terminal: Terminal) -> None:
    words = ("calendar", "add", "--body", "kd-net", "--as", "karin", "--yes", "--on")
    out = terminal.run(*words, "2020-04-12", "--at", "10:00", "--place", "Viborg").done().out
    assert "Bemærk: søndag den 12. april 2020 er påskedag." in out
    assert "Ingen sager får nye datoer." in out
    assert meeting(terminal, "kd-net-2020-04-12")["place"] == "Viborg"
    terminal.run(*words, "2020-01-10").refused("the date has passed")
    terminal.run(*words, "2020-01-10", "--past").done()
    terminal.run(*words, "2020-02-30").refused("--on: '2020-02-30' is not a date")
    terminal.run(*words, "2020-04-15", "--at", "25:00").refused("--at: '25:00' is not an hour")
    terminal.run(*words, "torsdag den 6. maj 2020").refused("that day is onsdag den 6. maj 2020")
    terminal.run(*words, "2020-03-29", "--at", "2:30").refused("there is no such hour on that day")
    terminal.run(*words, "2020-04-15", "--format", "brev").refused("--format: 'brev' is not one of")
