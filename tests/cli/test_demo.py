"""`kdflow demo --no-serve`: built once, safe to repeat, on both databases; never in a real installation."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from tests.cli.terminal import Terminal
from tests.make import house, prepare

LINES = (
    "KD-Net fire dage før mødet den 24. januar 2020 · demoens ur: 20.01.2020",
    "24.1.2020 (om 4 dage)",
    "22.1.2020 (om 2 dage)",
    "venter på mødet i",
    "Sekretær, KD-Net",
)


def _rows(path: Path) -> list[str]:
    with sqlite3.connect(path) as connection:
        # one row counts what was written, although nothing else came of it
        return [line for line in connection.iterdump() if not re.search(r"VALUES\('(setup|calendars)',", line)]


def test_a_demo_is_built_and_its_board_printed(bare: Terminal) -> None:
    said = bare.run("demo", "--no-serve").done()
    for line in LINES:
        assert line in said.out
    url = f"sqlite:///{bare.folder}/kdflow-demo.db"
    rows = bare.run("sag", "list", "--json", db=url).done().json["data"]
    assert {row["number"] in said.out for row in rows} == {True}
    bare.run("verify", db=url).done()


def test_a_demo_built_twice_changes_nothing(bare: Terminal) -> None:
    url = f"sqlite:///{bare.folder}/mine.db"
    first = bare.process("demo", "--no-serve", "--db", url, db="").done().out
    before = _rows(bare.folder / "mine.db")
    assert bare.process("demo", "--no-serve", "--db", url, db="").done().out == first
    assert _rows(bare.folder / "mine.db") == before
    assert not (bare.folder / "kdflow-demo.db").exists()


def test_a_demo_that_was_played_with_keeps_what_was_done(bare: Terminal) -> None:
    url = f"sqlite:///{bare.folder}/mine.db"
    bare.run("demo", "--no-serve", db=url).done()
    row = next(
        row for row in bare.run("sag", "list", "--json", db=url).done().json["data"] if len(row["stands"]) == 1
    )
    words = ("sag", "advance", row["number"], "rest", "--life", "--reason", "Venter", "--as", row["owner"])
    bare.run(*words, db=url).done()
    bare.run("tick", db=url).done()  # plans the sag again
    before = _rows(bare.folder / "mine.db")
    bare.run("demo", "--no-serve", db=url).done()
    assert _rows(bare.folder / "mine.db") == before


def test_a_demo_is_built_on_postgresql_and_twice_is_safe(bare: Terminal, postgres_url: str) -> None:
    first = bare.process("demo", "--no-serve", "--db", postgres_url, db="").done().out
    for line in LINES:
        assert line in first
    head = bare.process("verify", db=postgres_url).done().out
    assert bare.process("demo", "--no-serve", "--db", postgres_url, db="").done().out == first
    assert bare.process("verify", db=postgres_url).done().out == head


@pytest.mark.parametrize("has_sager", [False, True])
def test_a_real_installation_is_refused_and_not_touched(bare: Terminal, has_sager: bool) -> None:
    url = f"sqlite:///{bare.folder}/real.db"
    prepare(url)
    real = house(url)
    if has_sager:
        real.open()
    real.db.close()
    before = _rows(bare.folder / "real.db")
    said = bare.run("demo", "--no-serve", db=url).refused("give another one with --db")
    assert len(said.err.splitlines()) == 1
    assert _rows(bare.folder / "real.db") == before


def test_a_demo_is_refused_on_a_real_postgresql(bare: Terminal, postgres_url: str) -> None:
    prepare(postgres_url)
    bare.process("demo", "--no-serve", db=postgres_url).refused("give another one with --db")
    assert bare.process("sag", "list", "--json", db=postgres_url).done().json["data"] == []


@pytest.mark.parametrize("port", ["0", "65536"])
def test_a_port_that_is_none_is_refused(bare: Terminal, port: str) -> None:
    bare.run("demo", "--no-serve", "--port", port).refused("port: ")
    assert not (bare.folder / "kdflow-demo.db").exists()


def test_a_demo_without_a_scenario_is_refused(bare: Terminal) -> None:
    folder = bare.folder / "files" / "workflows"
    folder.mkdir(parents=True)
    bare.run("--files", str(folder.parent), "demo", "--no-serve").refused(
        "there is no config/scenario.yaml to play"
    )
