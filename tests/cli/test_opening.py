"""`sag open`: every option, the idempotency key, and what it refuses."""

from __future__ import annotations

import sqlite3

import pytest

from tests.cli.conftest import Dump
from tests.cli.terminal import Said, Terminal

DISCUSSION = ("--route", "droeftelse-kd-net@1")


def _open(terminal: Terminal, *words: str, title: str = "En sag", by: str = "ida") -> Said:
    return terminal.run("sag", "open", title, *words, "--as", by)


def test_a_sag_is_opened_and_set_going(terminal: Terminal) -> None:
    said = _open(terminal, *DISCUSSION, "--text", "Den handler om noget.").done()
    number, rest = said.out.split(": ", 1)
    assert rest.startswith("under-way, version ")
    sag = terminal.sag(number)
    assert (sag["title"], sag["owner"], sag["case_text"]) == ("En sag", "ida", "Den handler om noget.")
    assert (sag["closed"], sag["steps"][0]["station"]) == (False, "kdnet")


def test_a_sag_is_opened_on_the_standard_route_unless_another_is_named(terminal: Terminal) -> None:
    receipt = _open(terminal, "--fill", "administrativ-gruppe=dassos", "--json").done().json
    sag = terminal.sag(receipt["number"])
    assert sag["route"] == "standard@1"
    assert sag["steps"][0]["body"] == "dassos"


def test_a_secretary_opens_a_closed_sag_for_its_owner(terminal: Terminal) -> None:
    words = (*DISCUSSION, "--owner", "ida", "--closed", "--json")
    receipt = _open(terminal, *words, by="karin").done().json
    sag = terminal.sag(receipt["number"])
    assert (sag["owner"], sag["closed"]) == ("ida", True)


def test_area_and_wished_day_are_kept(terminal: Terminal) -> None:
    words = (*DISCUSSION, "--area", "Sundhed", "--wished", "29. maj 2020", "--json")
    number = _open(terminal, *words).done().json["number"]
    with sqlite3.connect(terminal.folder / "house.db") as connection:
        row = connection.execute("select area, wished from sag where number = ?", (number,)).fetchone()
    assert row == ("Sundhed", "2020-05-29")


@pytest.mark.parametrize(("day", "sentence"), [("engang", "--wished: "), ("maj 2020", "is not one day")])
def test_a_wished_day_that_is_none_is_refused(terminal: Terminal, dump: Dump, day: str, sentence: str) -> None:
    before = dump()
    _open(terminal, *DISCUSSION, "--wished", day).refused(sentence)
    assert dump() == before


def test_a_dry_run_shows_the_plan_and_opens_nothing(terminal: Terminal, dump: Dump) -> None:
    before, words = dump(), (*DISCUSSION, "--wished", "2020-03-13", "--dry-run")
    said = _open(terminal, *words).done().out
    assert "En sag" in said
    assert "1. KD-Net: mødet fredag den 13. marts 2020" in said
    assert "For at være færdig senest fredag den 13. marts 2020 skal sagen være klar senest" in said
    plan = _open(terminal, *words, "--json").done().json
    assert [leg["station"] for leg in plan["legs"]] == ["kdnet"]
    _open(terminal, "--dry-run").refused("say which body is administrativ-gruppe on this route")
    assert dump() == before


def test_nobody_else_opens_a_sag_in_anothers_name(terminal: Terminal, dump: Dump) -> None:
    before = dump()
    _open(terminal, *DISCUSSION, "--owner", "ida", by="lars").refused("is for owner, secretary, administrator")
    assert dump() == before


def test_a_draft_is_not_started(terminal: Terminal) -> None:
    receipt = _open(terminal, *DISCUSSION, "--draft", "--json").done().json
    sag = terminal.sag(receipt["number"])
    assert (receipt["state"], sag["life"], sag["steps"]) == ("draft", "draft", [])
    words = ("sag", "advance", receipt["number"], "start", "--life", "--as", "ida", "--json")
    assert terminal.run(*words).done().json["state"] == "under-way"


def test_the_same_key_opens_one_sag(terminal: Terminal) -> None:
    words = (*DISCUSSION, "--key", "open-once")
    first = _open(terminal, *words, "--json").done().json
    again = _open(terminal, *words, "--json").done().json
    assert (first["repeated"], again["repeated"]) == (False, True)
    assert again | {"repeated": False} == first
    assert "(var gjort før)" in _open(terminal, *words).done().out
    listed = terminal.run("sag", "list", "--json").done().json["data"]
    assert [one["number"] for one in listed].count(first["number"]) == 1
    assert [one["title"] for one in listed].count("En sag") == 1


def test_without_a_key_two_sager_are_opened(terminal: Terminal) -> None:
    numbers = {_open(terminal, *DISCUSSION, "--json").done().json["number"] for _ in range(2)}
    assert len(numbers) == 2


def test_a_key_of_another_command_is_refused(terminal: Terminal, dump: Dump) -> None:
    _open(terminal, *DISCUSSION, "--key", "only-once").done()
    before = dump()
    _open(terminal, *DISCUSSION, "--key", "only-once", title="En anden").refused("'only-once'", "send a new key")
    assert dump() == before


def test_the_person_who_acts_can_stand_in_the_environment(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KDFLOW_AS", "ida")
    receipt = terminal.run("sag", "open", "En sag", *DISCUSSION, "--json").done().json
    assert terminal.sag(receipt["number"])["owner"] == "ida"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--route", "nope@1"), "no definition 'nope@1'"),
        (("--route", "nope"), "no definition 'nope'"),
        (("--route", "standard@99"), "no definition 'standard@99'"),
        ((), "say which body is administrativ-gruppe on this route"),
        (("--fill", "administrativ-gruppe=nope"), "no body 'nope'"),
        (("--fill", "dassos"), "'dassos' is not ROLE=BODY"),
        ((*DISCUSSION, "--owner", "nobody"), "no person 'nobody'"),
    ],
)
def test_what_is_unknown_is_named(terminal: Terminal, dump: Dump, words: tuple[str, ...], sentence: str) -> None:
    before = dump()
    assert _open(terminal, *words).refused().err == f"kdflow: {sentence}\n"
    assert dump() == before


def test_an_unknown_person_cannot_open_a_sag(terminal: Terminal) -> None:
    assert _open(terminal, *DISCUSSION, by="nobody").refused().err == "kdflow: no person 'nobody'\n"


@pytest.mark.parametrize("title", ["", "  ", "x" * 301, "\x00"])
def test_a_title_that_is_none_is_refused(terminal: Terminal, title: str) -> None:
    assert len(_open(terminal, *DISCUSSION, title=title).refused().err.splitlines()) == 1


def test_half_a_character_in_a_title_is_refused(terminal: Terminal) -> None:
    _open(terminal, *DISCUSSION, title="a\udcffb").refused("cannot be kept")


def test_a_role_that_the_route_does_not_have_is_refused(terminal: Terminal) -> None:
    _open(terminal, *DISCUSSION, "--fill", "nope=dassos").refused("no role nope")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("sag", "open"), "Missing argument"),
        (("sag", "open", "En sag"), "Missing option '--as'"),
        (("sag", "open", "En sag", "--as"), "requires an argument"),
        (("sag", "open", "En", "sag", "--as", "ida"), "unexpected extra argument"),
        (("sag", "open", "En sag", "--nope", "--as", "ida"), "No such option"),
    ],
)
def test_misuse_ends_with_two(terminal: Terminal, words: tuple[str, ...], sentence: str) -> None:
    terminal.run(*words).misused(sentence)
