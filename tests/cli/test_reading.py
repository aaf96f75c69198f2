"""`sag list`, `sag show` and `sag history`: what they print, and that `--json` says what the HTTP API says."""

from __future__ import annotations

from typing import Any

import pytest

from kdflow.actions.open_sag import open_sag
from kdflow.queries.history_documents import HistoryDocument
from kdflow.queries.sag_documents import ListDocument, SagDocument
from kdflow.store.database import Database
from tests.cli.terminal import Terminal
from tests.web.house import IDA, NOW, TITLES, House


def _numbers(terminal: Terminal, *words: str) -> list[str]:
    found = ListDocument.model_validate_json(terminal.run("sag", "list", *words, "--json").done().out)
    return [row.number for row in found.data]


def _as_operator(document: Any) -> Any:
    """The same without what depends on who asks: what waits for me, and which moves I can make."""
    if isinstance(document, dict):
        mine = {"waits_for_me", "possible", "reasons"}
        return {key: _as_operator(value) for key, value in document.items() if key not in mine}
    return [_as_operator(one) for one in document] if isinstance(document, list) else document


def test_the_list_shows_where_each_sag_stands_its_next_meeting_and_who_has_it(terminal: Terminal) -> None:
    out = " ".join(terminal.run("sag", "list").done().out.split())
    for number in terminal.numbers.values():
        assert number in out
    assert "24.1.2020 (i dag)" in out
    assert "KD-Net: under" in out
    assert "Jens Formand" in out


def test_the_list_takes_only_titles_and_numbers_with_the_text(terminal: Terminal) -> None:
    numbers = terminal.numbers
    assert _numbers(terminal, "--text", "KLIMAHANDLING") == [numbers["fresh"]]
    assert _numbers(terminal, "--text", numbers["agenda"].lower()) == [numbers["agenda"]]
    assert _numbers(terminal, "--text", "findes ikke") == []


def test_the_list_goes_on_after_a_number(terminal: Terminal) -> None:
    everything = _numbers(terminal)
    assert everything == sorted(terminal.numbers.values())
    assert _numbers(terminal, "--after", everything[1]) == everything[2:]


def test_the_list_leaves_out_what_is_over_unless_all_is_asked_for(terminal: Terminal) -> None:
    gone = terminal.numbers["fresh"]
    terminal.run("sag", "advance", gone, "withdraw", "--life", "--reason", "Bortfaldet", "--as", "ida").done()
    assert gone not in _numbers(terminal)
    assert gone in _numbers(terminal, "--all")
    assert gone in terminal.run("sag", "list", "--all").done().out


def test_a_long_list_says_how_to_see_the_next_page(terminal: Terminal) -> None:
    db = Database(terminal.db, synchronous="OFF")
    for number in range(50):
        title, key = f"Sag nummer {number}", f"long-list-{number}"
        open_sag(db, title, "droeftelse-kd-net@1", owner=IDA, fills={}, key=key, by=IDA, now=NOW)
    db.close()
    first = terminal.run("sag", "list", "--json").done().json
    assert len(first["data"]) == 50
    assert first["next"] == first["data"][-1]["number"]
    assert f"kdflow sag list --after {first['next']}" in terminal.run("sag", "list").done().out
    assert len(_numbers(terminal, "--after", first["next"])) == 4


def test_the_list_as_json_is_the_document_of_the_api(terminal: Terminal, web: House) -> None:
    said = terminal.run("sag", "list", "--json").done().json
    assert ListDocument.model_validate(said).next is None
    api = web.client(IDA).get("/api/sager").json()
    assert _as_operator(said) == _as_operator(api)


@pytest.mark.parametrize("what", list(TITLES))
def test_a_sag_as_json_is_the_document_of_the_api(terminal: Terminal, web: House, what: str) -> None:
    said = terminal.sag(what)
    assert SagDocument.model_validate(said).number == terminal.numbers[what]
    api = web.client(IDA).get(f"/api/sager/{terminal.numbers[what]}").json()
    assert _as_operator(said) == _as_operator(api)


@pytest.mark.parametrize("what", list(TITLES))
def test_a_history_as_json_is_the_document_of_the_api(terminal: Terminal, web: House, what: str) -> None:
    said = terminal.run("sag", "history", terminal.numbers[what], "--json").done().json
    assert HistoryDocument.model_validate(said).data
    assert said == web.client(IDA).get(f"/api/sager/{terminal.numbers[what]}/history").json()


def test_a_sag_shows_its_route_and_what_can_be_done_and_why_not(terminal: Terminal) -> None:
    out = terminal.run("sag", "show", terminal.numbers["consent"]).done().out
    assert out.startswith(f"{terminal.numbers['consent']}  {TITLES['consent']}\n")
    assert "Ida Sagsejer · rute standard@1 · version" in out
    assert "● DASSOS · indstilling · 2020-01-22" in out
    assert "◉ KD-Net · indstilling · 2020-01-24" in out
    assert "○ Kontaktudvalget" in out
    assert "2. KD-Net bevilger 150.000 kr. → anbefalet" in out
    assert "nej: Formanden for KD-Net har ikke godkendt endnu." in out


def test_a_sag_is_found_by_its_number_in_any_case(terminal: Terminal) -> None:
    number = terminal.numbers["agenda"]
    assert number in terminal.run("sag", "show", number.lower()).done().out


def test_markup_in_a_title_is_printed_as_it_was_written(terminal: Terminal) -> None:
    title = "[red]Rød[/red] sag [/] med [b]"
    words = ("sag", "open", title, "--route", "droeftelse-kd-net@1", "--as", "ida", "--json")
    number = terminal.run(*words).done().json["number"]
    assert title in terminal.run("sag", "show", number).done().out
    assert "[red]Rød" in terminal.run("sag", "list").done().out


def test_a_history_shows_who_did_what_oldest_first(terminal: Terminal) -> None:
    out = terminal.run("sag", "history", terminal.numbers["consent"]).done().out
    assert f"{terminal.numbers['consent']}: historik" in out
    assert out.index("submit (gruppe)") < out.index("approve (gruppe)") < out.index("decide (kdnet)")
    assert "dorte" in out


def test_a_history_shows_the_hour_in_copenhagen(terminal: Terminal) -> None:
    out = terminal.run("sag", "history", terminal.numbers["consent"]).done().out
    assert "2020-01-24 16:00" in out


@pytest.mark.parametrize("command", ["show", "history"])
@pytest.mark.parametrize("flag", [(), ("--json",)])
def test_an_unknown_sag_is_named(terminal: Terminal, command: str, flag: tuple[str, ...]) -> None:
    said = terminal.run("sag", command, "SAG-1999-0001", *flag).refused()
    assert said.err == "kdflow: no sag 'SAG-1999-0001'\n"


def test_the_operator_sees_a_closed_sag_too(terminal: Terminal) -> None:
    assert terminal.sag("closed")["closed"] is True
    assert TITLES["closed"] in terminal.run("sag", "show", terminal.numbers["closed"]).done().out
