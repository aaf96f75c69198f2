"""`sag amend` and `sag migrate`: the route of one running sag is changed, or it is said why it cannot be."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from kdflow import catalog
from tests.cli.conftest import Dump
from tests.cli.terminal import Said, Terminal

SECOND = """\
name: droeftelse-kd-net
version: 2
title: Drøftelse i KD-Net og derefter i KKR
valid: {from: 2007-01-01}
stations:
  - {key: kdnet, body: kd-net, asks: drøftelse}
  - {key: kkr, body: kkr-midt, asks: drøftelse, after: [kdnet]}
"""
THIRD = SECOND.replace("version: 2", "version: 3").replace("key: kdnet", "key: net").replace("[kdnet]", "[net]")


@pytest.fixture
def newer(terminal: Terminal) -> Terminal:
    """The house after an operator has installed two newer versions of a workflow, with a station renamed."""
    files = terminal.folder / "files"
    for name in ("workflows", "config"):
        shutil.copytree(Path(catalog.shipped_root()) / name, files / name)
    for number, text in (("2", SECOND), ("3", THIRD)):
        (files / "workflows" / f"droeftelse-kd-net@{number}.yaml").write_text(text, "utf-8")
    terminal.run("--files", str(files), "db", "upgrade").done()
    return terminal


def _amend(terminal: Terminal, *words: str, by: str = "ida", reason: str = "KKR skal med") -> Said:
    number = terminal.numbers["fresh"]
    return terminal.run("sag", "amend", number, *words, "--reason", reason, "--as", by)


def _migrate(terminal: Terminal, *words: str, by: str = "ida", answer: str = "") -> Said:
    number = terminal.numbers["fresh"]
    return terminal.run("sag", "migrate", number, *words, "--as", by, answer=answer)


def _stations(terminal: Terminal) -> list[tuple[str, list[str]]]:
    return [(stop["station"], stop["after"]) for stop in terminal.sag("fresh")["stops"]]


# --- amend -----------------------------------------------------------------------


def test_a_station_is_put_in_and_taken_out_again(terminal: Terminal) -> None:
    new = ("--add", "kkr=kkr-midt", "--asks", "orientering", "--procedure", "preparation@1", "--after", "kdnet")
    said = _amend(terminal, *new).done()
    assert said.out.startswith(f"{terminal.numbers['fresh']}: under-way, version ")
    assert _stations(terminal) == [("kdnet", []), ("kkr", ["kdnet"])]
    sag = terminal.sag("fresh")
    assert (sag["stops"][1]["body"], sag["stops"][1]["asks"]) == ("kkr-midt", "orientering")
    assert sag["route"].startswith("droeftelse-kd-net@1+")
    _amend(terminal, "--remove", "kkr").done()
    assert _stations(terminal) == [("kdnet", [])]
    assert [row for row in terminal.history("fresh") if row[1] == "amend"] == [("ida", "amend")] * 2


def test_a_station_is_put_in_before_another(terminal: Terminal) -> None:
    _amend(terminal, "--add", "kkr=kkr-midt", "--after", "kdnet").done()
    _amend(terminal, "--add", "udvalg=kkr-uddannelsesudvalg", "--after", "kdnet", "--before", "kkr").done()
    assert _stations(terminal) == [("kdnet", []), ("udvalg", ["kdnet"]), ("kkr", ["udvalg"])]


def test_the_same_key_amends_once(terminal: Terminal) -> None:
    words = ("--add", "kkr=kkr-midt", "--after", "kdnet", "--key", "amend-once", "--json")
    first, again = _amend(terminal, *words).done().json, _amend(terminal, *words).done().json
    assert (first["repeated"], again["repeated"]) == (False, True)
    assert len(_stations(terminal)) == 2


def test_a_stale_version_of_the_sag_names_both(terminal: Terminal, dump: Dump) -> None:
    now, before = terminal.sag("fresh")["version"], dump()
    words = ("--add", "kkr=kkr-midt", "--after", "kdnet", "--version")
    _amend(terminal, *words, str(now + 1)).refused(f"you acted on version {now + 1}, it is now version {now}")
    assert dump() == before
    _amend(terminal, *words, str(now)).done()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--remove", "nope"), "no station 'nope'"),
        (("--add", "kkr=kkr-midt", "--after", "nope"), "no station 'nope'"),
        (("--add", "kkr=kkr-midt", "--before", "nope"), "no station 'nope'"),
        (("--add", "kkr", "--after", "kdnet"), "'kkr' is not KEY=BODY"),
        (("--add", "K K=kkr-midt", "--after", "kdnet"), "the new station's key: "),
        (("--add", "kkr=kkr-midt", "--asks", "nope", "--after", "kdnet"), "the new station's asks: "),
        (("--add", "kkr=kkr-midt", "--procedure", "nope@1", "--after", "kdnet"), "no definition 'nope@1'"),
        (("--add", "kkr=nope", "--after", "kdnet"), "unknown body 'nope'"),
        (("--add", "kkr=kkr-midt"), "kkr: too-late"),
        (("--add", "kdnet=kkr-midt", "--after", "kdnet"), "kdnet"),
    ],
)
def test_an_amendment_that_cannot_be_is_refused(
    terminal: Terminal, dump: Dump, words: tuple[str, ...], sentence: str
) -> None:
    before = dump()
    _amend(terminal, *words).refused(sentence)
    assert dump() == before


def test_an_amendment_needs_a_reason_and_somebody_who_may(terminal: Terminal) -> None:
    words = ("--add", "kkr=kkr-midt", "--after", "kdnet")
    _amend(terminal, *words, reason=" ").refused("a change of route needs a reason")
    _amend(terminal, *words, by="lars").refused("is for owner, secretary, administrator")
    terminal.run("sag", "amend", terminal.numbers["fresh"], *words, "--as", "ida").misused(
        "Missing option '--reason'"
    )
    terminal.run("sag", "amend", "SAG-1999-0001", "--reason", "x", "--as", "ida").refused("no sag 'SAG-1999-0001'")


def test_the_last_station_cannot_be_taken_out(terminal: Terminal) -> None:
    _amend(terminal, "--remove", "kdnet").refused("kdnet")


def test_an_amendment_of_nothing_is_refused(terminal: Terminal) -> None:
    _amend(terminal).refused("--add")


# --- migrate -----------------------------------------------------------------------


def test_a_new_version_never_moves_a_running_sag(newer: Terminal) -> None:
    assert newer.sag("fresh")["route"] == "droeftelse-kd-net@1"


def test_a_dry_run_shows_what_maps_and_writes_nothing(newer: Terminal, dump: Dump) -> None:
    before = dump()
    said = _migrate(newer, "--to", "droeftelse-kd-net@2", "--dry-run")
    assert (said.code, said.out) == (0, "")
    assert said.err.splitlines() == [
        "droeftelse-kd-net@1 -> droeftelse-kd-net@2",
        "  stands at kdnet -> kdnet",
        "  station kdnet -> kdnet",
        "  added: kkr; removed: -",
    ]
    assert dump() == before


def test_a_dry_run_as_json_is_one_document(newer: Terminal, dump: Dump) -> None:
    before = dump()
    change: dict[str, Any] = _migrate(newer, "--to", "droeftelse-kd-net@2", "--dry-run", "--json").done().json
    assert (change["old"], change["new"]) == ("droeftelse-kd-net@1", "droeftelse-kd-net@2")
    assert (change["added"], change["removed"], change["obstacles"]) == (["kkr"], [], [])
    assert dump() == before


def test_a_sag_is_migrated_and_the_history_says_so(newer: Terminal) -> None:
    words = ("--to", "droeftelse-kd-net@2", "--reason", "KKR skal med", "--yes", "--json")
    receipt = _migrate(newer, *words).json
    sag = newer.sag("fresh")
    assert (sag["route"], sag["version"]) == ("droeftelse-kd-net@2", receipt["version"])
    assert _stations(newer) == [("kdnet", []), ("kkr", ["kdnet"])]
    assert newer.history("fresh")[-1] == ("ida", "migrate")
    newer.run("verify").done()


def test_a_renamed_station_is_said(newer: Terminal) -> None:
    to = ("--to", "droeftelse-kd-net@3", "--reason", "Nyt navn", "--yes")
    _migrate(newer, *to).refused("kdnet: station-gone", "kdnet: place-gone")
    assert _migrate(newer, *to, "--rename", "kdnet=net").code == 0
    assert newer.sag("fresh")["steps"][0]["station"] == "net"


@pytest.mark.parametrize(("answer", "route"), [("y\n", "droeftelse-kd-net@2"), ("n\n", "droeftelse-kd-net@1")])
def test_without_yes_the_operator_is_asked(newer: Terminal, answer: str, route: str) -> None:
    said = _migrate(newer, "--to", "droeftelse-kd-net@2", "--reason", "KKR skal med", answer=answer)
    assert said.code == 0
    assert f"Move {newer.numbers['fresh']} to droeftelse-kd-net@2?" in said.err
    assert newer.sag("fresh")["route"] == route


def test_no_answer_is_no(newer: Terminal, dump: Dump) -> None:
    before = dump()
    said = _migrate(newer, "--to", "droeftelse-kd-net@2", "--reason", "KKR skal med")
    assert said.code == 1
    assert "Aborted" in said.words
    assert dump() == before


@pytest.mark.parametrize("flag", ["--dry-run", "--yes"])
def test_every_obstacle_is_listed_and_nothing_written(terminal: Terminal, dump: Dump, flag: str) -> None:
    before = dump()
    said = _migrate(terminal, "--to", "kkr-direkte@1", "--reason", "Forkert rute", flag)
    said.refused("kdflow: the sag cannot take that route:", "- kdnet: station-gone", "- gruppe: role-open")
    assert dump() == before


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--to", "nope@1"), "no definition 'nope@1'"),
        (("--to", "droeftelse-kd-net@9"), "no definition 'droeftelse-kd-net@9'"),
        (("--to", "droeftelse-kd-net@2", "--rename", "kdnet"), "'kdnet' is not OLD=NEW"),
        (("--to", "droeftelse-kd-net@2", "--yes"), "a change of route needs a reason"),
    ],
)
def test_what_is_unknown_is_named(newer: Terminal, dump: Dump, words: tuple[str, ...], sentence: str) -> None:
    before = dump()
    _migrate(newer, *words).refused(sentence)
    assert dump() == before


def test_a_migration_is_for_those_who_may_on_the_version_they_saw(newer: Terminal) -> None:
    words = ("--to", "droeftelse-kd-net@2", "--reason", "KKR skal med", "--yes")
    now = newer.sag("fresh")["version"]
    _migrate(newer, *words, by="lars").refused("is for owner, secretary, administrator")
    _migrate(newer, *words, "--version", str(now + 1)).refused(f"version {now + 1}, it is now version {now}")
    newer.run("sag", "migrate", "SAG-1999-0001", *words, "--as", "ida").refused("no sag 'SAG-1999-0001'")
    newer.run("sag", "migrate", newer.numbers["fresh"], "--as", "ida").misused("Missing option '--to'")
    assert _migrate(newer, *words, "--version", str(now)).code == 0


def test_the_same_key_migrates_once(newer: Terminal) -> None:
    words = ("--to", "droeftelse-kd-net@2", "--reason", "KKR skal med", "--yes", "--key", "migrate-once", "--json")
    first, again = _migrate(newer, *words).json, _migrate(newer, *words).json
    assert (first["repeated"], again["repeated"]) == (False, True)
