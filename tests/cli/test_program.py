"""The program itself: what it imports, its help and its version, and what a process of its own ends with."""

from __future__ import annotations

import re
import sys
from importlib.metadata import version

import pytest

from tests.cli.terminal import Terminal, start

HEAVY = {
    *("sqlalchemy", "sqlmodel", "alembic", "fastapi", "starlette", "uvicorn", "jinja2", "transitions", "yaml"),
    *("icalendar", "kdflow.reading"),
}
SAG = ("open", "show", "list", "advance", "amend", "history", "migrate")
COMMANDS = {
    (): ("sag", "workflow", "db", "demo", "serve", "check", "schema", "verify", "sign-in", "--db", "--files"),
    ("sag",): SAG,
    ("workflow",): ("list", "show"),
    ("db",): ("upgrade",),
    ("db", "upgrade"): ("--preview",),
    ("demo",): ("--db", "--no-serve", "--port"),
    ("serve",): ("--host", "--port"),
    ("verify",): ("--head", "--json"),
    ("sag", "open"): ("--route", "--owner", "--fill", "--text", "--closed", "--draft", "--as", "--key"),
    ("sag", "advance"): (
        "--station",
        "--life",
        "--meeting",
        "--reason",
        "--note",
        "--outcome",
        "--part",
        "--version",
    ),
    ("sag", "amend"): (
        "--remove",
        "--add",
        "--asks",
        "--procedure",
        "--after",
        "--before",
        "--reason",
        "--version",
    ),
    ("calendar",): ("list", "import", "add", "move", "cancel"),
    ("calendar", "import"): (
        "--body",
        "--as",
        "--skip-broken",
        "--reroute",
        "--dry-run",
        "--yes",
        "--key",
        "--json",
    ),
    ("calendar", "move"): ("--on", "--at", "--reason", "--past", "--yes", "--as", "--key", "--json"),
    ("sag", "migrate"): ("--to", "--rename", "--dry-run", "--yes", "--reason", "--version", "--key"),
}
WATCHED = """\
import sys
from kdflow.cli import main
try:
    main()
finally:
    print("\\nIMPORTED", *sys.modules)
"""


def _imported(terminal: Terminal, *words: str) -> set[str]:
    """The modules that are in memory when a command has ended."""
    said = start([sys.executable, "-c", WATCHED, *words], terminal.folder)
    assert said.code == 0, said.err
    return set(said.out.rpartition("IMPORTED")[2].split())


@pytest.mark.parametrize(
    "words",
    [
        *(("--help",), ("--version",), ("sag", "--help"), ("sag", "advance", "--help")),
        ("calendar", "import", "--help"),
    ],
)
def test_help_imports_neither_database_nor_web_framework(bare: Terminal, words: tuple[str, ...]) -> None:
    found = _imported(bare, *words)
    assert "kdflow.cli.sag" in found
    assert found & HEAVY == set()
    assert {name for name in found if name.startswith(("kdflow.store", "kdflow.web", "kdflow.actions"))} == set()


def test_drawing_a_route_imports_no_web_framework(bare: Terminal) -> None:
    found = _imported(bare, "workflow", "show", "standard")
    assert "yaml" in found
    assert found & {"fastapi", "starlette", "uvicorn"} == set()


@pytest.mark.parametrize("words", list(COMMANDS))
def test_help_names_every_command_and_option(bare: Terminal, words: tuple[str, ...]) -> None:
    out = bare.run(*words, "--help").done().out
    missing = [name for name in COMMANDS[words] if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", out)]
    assert missing == []


@pytest.mark.parametrize("name", SAG)
def test_every_command_about_sager_can_print_json(bare: Terminal, name: str) -> None:
    assert "--json" in bare.run("sag", name, "--help").done().out


def test_the_version_is_the_packages(bare: Terminal) -> None:
    assert bare.run("--version").done().out == f"{version('kdflow')}\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nope",), "No such command 'nope'"),
        (("sag", "nope"), "No such command 'nope'"),
        (("--nope",), "No such option"),
        (("sag", "show"), "Missing argument"),
        (("demo", "--port", "x"), "Invalid value for '--port'"),
    ],
)
def test_misuse_ends_with_two_and_says_so_on_standard_error(
    bare: Terminal, words: tuple[str, ...], sentence: str
) -> None:
    bare.run(*words).misused(sentence)


def test_a_process_ends_with_nought_one_or_two(terminal: Terminal) -> None:
    number = terminal.numbers["agenda"]
    assert terminal.program("sag", "show", number).done().out == terminal.run("sag", "show", number).done().out
    assert terminal.program("sag", "show", "SAG-1999-0001").refused().err == "kdflow: no sag 'SAG-1999-0001'\n"
    refused = terminal.program("sag", "advance", number, "take-off", "--as", "karin").refused("[reason_given]")
    assert refused.err.startswith("kdflow: refused:\n")
    terminal.program("sag", "advance", number).misused("Missing argument")


def test_danish_letters_reach_a_pipe_in_any_locale(terminal: Terminal) -> None:
    said = terminal.program("sag", "show", terminal.numbers["fresh"], LC_ALL="C", LANG="C").done()
    assert "Drøftelse af fælles klimahandlingsplan" in said.out


def test_settings_come_from_the_environment_and_from_the_file_where_the_command_is_run(terminal: Terminal) -> None:
    terminal.program("sag", "list", db="", KDFLOW_DB=terminal.db).done()
    (terminal.folder / "config").mkdir()
    file = terminal.folder / "config" / "kdflow.toml"
    file.write_text(f'db = "{terminal.db}"\n', "utf-8")
    terminal.program("sag", "list", db="").done()
    file.write_text('db = "sqlite:///other.db"\nnope = 1\n', "utf-8")
    terminal.program("sag", "list", db="").refused("config/kdflow.toml:2: nope: ", "kdflow: 1 flaw")


def test_a_setting_of_the_environment_that_cannot_be_read_is_named(terminal: Terminal) -> None:
    terminal.program("workflow", "list", KDFLOW_FILES="/etc/kdflow").refused("KDFLOW_FILES")


def test_a_bad_value_in_the_environment_is_named(terminal: Terminal) -> None:
    terminal.program("sag", "list", KDFLOW_PORT="x").refused("KDFLOW_PORT", "port: ")
