"""Case texts from the command line: the one that all stations share, and that of one station."""

from __future__ import annotations

from tests.cli.terminal import Terminal


def _texts(terminal: Terminal, number: str) -> tuple[str, dict[str, str]]:
    sag = terminal.sag(number)
    return sag["case_text"], sag["own_case_texts"]


def test_the_shared_case_text_and_that_of_one_station_are_written(terminal: Terminal) -> None:
    number = terminal.numbers["consent"]
    write = ("sag", "write", number, "--as", "ida", "--text")
    terminal.run(*write, "Fælles.").done()
    terminal.run(*write, "KKRs.", "--station", "kkr").done()
    assert _texts(terminal, number) == ("Fælles.", {"kkr": "KKRs."})
    assert "Særlig sagsfremstilling: KKR Midtjylland" in terminal.run("sag", "show", number).done().out
    terminal.run(*write, "", "--station", "kkr").done()
    assert _texts(terminal, number) == ("Fælles.", {})
    entries = terminal.run("sag", "history", number, "--json").done().json["data"]
    said = [(entry["station"], entry["actor"]) for entry in entries if entry["new"] == "own_text"]
    assert said == [("kkr", "ida"), ("kkr", "ida")]


def test_one_says_what_to_write_and_only_one_thing(terminal: Terminal) -> None:
    write = ("sag", "write", terminal.numbers["consent"], "--as", "ida")
    terminal.run(*write).refused("either --part or --text")
    terminal.run(*write, "--part", "Del.", "--text", "Tekst.").refused("either --part or --text")


def test_a_station_that_is_not_on_the_route_has_no_text(terminal: Terminal) -> None:
    write = ("sag", "write", terminal.numbers["consent"], "--as", "ida", "--text", "Hvor?")
    terminal.run(*write, "--station", "kosu").refused("no station 'kosu'")
