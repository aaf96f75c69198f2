"""Addresses where there is no database: one clear sentence on standard error, exit 1, and nothing left behind."""

from __future__ import annotations

import sys

import pytest

from kdflow.store.database import Database
from tests.cli.terminal import Said, Terminal, start
from tests.make import prepare

COMMANDS = {
    "list": ("sag", "list"),
    "verify": ("verify",),
    "upgrade": ("db", "upgrade"),
    "demo": ("demo", "--no-serve"),
}
NOWHERE = "postgresql://kdflow:hemmelig@127.0.0.1:1/kdflow"


def _at(terminal: Terminal, url: str, words: tuple[str, ...]) -> Said:
    """The command in a process of its own: a traceback would be seen, not raised."""
    return _says_where(terminal.process(*words, db=url))


def _says_where(said: Said) -> Said:
    said.refused("kdflow: ")
    assert len(said.err) < 600
    assert "hemmelig" not in said.err
    return said


@pytest.mark.parametrize("words", list(COMMANDS.values()), ids=list(COMMANDS))
def test_a_postgresql_that_cannot_be_reached_is_named_without_its_password(
    terminal: Terminal, words: tuple[str, ...]
) -> None:
    said = _says_where(terminal.program(*words, db=NOWHERE))
    said.refused("cannot reach the database postgresql://kdflow:***@127.0.0.1:1/kdflow")


@pytest.mark.parametrize("words", list(COMMANDS.values()), ids=list(COMMANDS))
def test_a_folder_that_does_not_exist_is_named(terminal: Terminal, words: tuple[str, ...]) -> None:
    said = _at(terminal, "sqlite:////nowhere/at/all.db", words).refused("/nowhere/at/all.db")
    assert "run `kdflow db upgrade`" not in said.err, "that would not help"


@pytest.mark.parametrize("words", list(COMMANDS.values()), ids=list(COMMANDS))
def test_a_file_that_is_no_database_is_named(terminal: Terminal, words: tuple[str, ...]) -> None:
    file = terminal.folder / "letter.txt"
    file.write_text("Kære alle\n" * 500, "utf-8")
    _at(terminal, f"sqlite:///{file}", words).refused(str(file))
    assert file.read_text("utf-8") == "Kære alle\n" * 500


@pytest.mark.parametrize("words", list(COMMANDS.values()), ids=list(COMMANDS))
def test_an_address_that_is_none_is_refused(terminal: Terminal, words: tuple[str, ...]) -> None:
    _at(terminal, "nonsense", words)


@pytest.mark.parametrize("words", list(COMMANDS.values()), ids=list(COMMANDS))
def test_an_address_with_a_port_that_is_none_is_refused(terminal: Terminal, words: tuple[str, ...]) -> None:
    _at(terminal, "postgresql://u:hemmelig@127.0.0.1:port/x", words)


@pytest.mark.parametrize("url", ["mysql://u:hemmelig@127.0.0.1:1/x", "nope://127.0.0.1:1/x"])
def test_a_database_of_another_kind_is_refused(terminal: Terminal, url: str) -> None:
    said = _at(terminal, url, COMMANDS["list"])
    assert "sqlite" in said.err.lower()
    assert "postgresql" in said.err.lower()


def test_a_demo_in_memory_is_refused(terminal: Terminal) -> None:
    _at(terminal, "sqlite://", COMMANDS["demo"])


def test_postgresql_without_its_driver_says_what_to_install(terminal: Terminal) -> None:
    program = "import sys; sys.modules['psycopg'] = None; from kdflow.cli import main; main()"
    said = start([sys.executable, "-c", program, "--db", NOWHERE, "sag", "list"], terminal.folder)
    said.refused("kdflow[postgres]")


def test_reading_where_there_is_no_file_leaves_none(terminal: Terminal) -> None:
    terminal.process("sag", "list", db=f"sqlite:///{terminal.folder}/typo.db").refused()
    assert not (terminal.folder / "typo.db").exists()


def test_a_database_of_a_newer_version_is_left_alone(terminal: Terminal) -> None:
    db = Database(terminal.db)
    with db.write() as tx:
        tx.run("update alembic_version set version_num = '9999'")
    db.close()
    said = terminal.process(*COMMANDS["list"])
    said.refused("is at version 9999")


@pytest.mark.parametrize("words", [COMMANDS["upgrade"], COMMANDS["demo"]])
def test_a_database_of_a_newer_version_cannot_be_upgraded(terminal: Terminal, words: tuple[str, ...]) -> None:
    db = Database(terminal.db)
    with db.write() as tx:
        tx.run("update alembic_version set version_num = '9999'")
    db.close()
    _at(terminal, terminal.db, words).refused("9999")


def test_a_postgresql_is_set_up_written_to_and_proved(terminal: Terminal, postgres_url: str) -> None:
    terminal.process("sag", "list", db=postgres_url).refused("run `kdflow db upgrade` first")
    prepare(postgres_url)
    words = (
        "sag",
        "open",
        "En sag",
        "--route",
        "droeftelse-kd-net@1",
        "--as",
        "ida",
        "--key",
        "pg-open",
        "--json",
    )
    first = terminal.process(*words, db=postgres_url).done().json
    again = terminal.process(*words, db=postgres_url).done().json
    assert (first["repeated"], again["repeated"]) == (False, True)
    listed = terminal.process("sag", "list", "--json", db=postgres_url).done().json["data"]
    assert [row["number"] for row in listed] == [first["number"]]
    stale = ("sag", "advance", first["number"], "submit", "--version", "9", "--as", "ida")
    terminal.process(*stale, db=postgres_url).refused("you acted on version 9, it is now version 1")
    terminal.process("verify", db=postgres_url).done()
