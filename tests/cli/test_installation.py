"""`check`, `schema`, `verify`, `sign-in`, `db upgrade` and `workflow`: what is about the installation."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import xml.etree.ElementTree as ElementTree  # our own drawing, not somebody else's file
from pathlib import Path

import jsonschema
import pytest
import yaml

from kdflow import catalog
from kdflow.actions.prove import begin_authenticator
from kdflow.domain.authority import PersonId
from kdflow.queries.people import signed_in
from kdflow.store.schema import newest
from tests.cli.conftest import Dump
from tests.cli.terminal import Terminal
from tests.make import prepare
from tests.web.forms import send
from tests.web.house import House

FLAWED = """\
name: proeve
version: 1
title: En prøve
stations:
  - {key: kdnet, body: kd-nett}
  - {key: kkr, body: kkr-midt, after: [kdnet], colour: red}
"""


# --- workflow -----------------------------------------------------------------------


def test_workflows_are_listed_with_their_titles(bare: Terminal) -> None:
    out = bare.run("workflow", "list").done().out
    listed = {tuple(line.split(maxsplit=1)) for line in out.splitlines()}
    rows = bare.run("workflow", "list", "--json").done().json
    assert listed == {(row["ref"], row["title"]) for row in rows}
    assert {"standard@1", "orientering@1", "kun-kd-net@1", "kkr-direkte@1"} <= {row["ref"] for row in rows}


@pytest.mark.parametrize("name", ["standard", "standard@1"])
def test_a_workflow_is_drawn_as_text(bare: Terminal, name: str) -> None:
    lines = bare.run("workflow", "show", name).done().out.splitlines()
    assert lines[0].endswith("(standard@1)")
    assert [line.split(":")[0].strip() for line in lines[2:5]] == [
        "2. KD-Net",
        "3. KKR Midtjylland",
        "4. Kontaktudvalget",
    ]
    assert bare.run("workflow", "show", name, "--format", "text").done().out.splitlines() == lines


def test_a_workflow_is_drawn_as_svg(bare: Terminal) -> None:
    drawing = ElementTree.fromstring(bare.run("workflow", "show", "standard", "--format", "svg").done().out)  # noqa: S314
    assert drawing.tag.endswith("svg")
    assert "Kontaktudvalget" in "".join(drawing.itertext())


def test_a_workflow_is_drawn_as_mermaid(bare: Terminal) -> None:
    out = bare.run("workflow", "show", "standard", "--format", "mermaid").done().out
    assert out.split()[0] in {"flowchart", "graph"}
    assert "KD-Net" in out


@pytest.mark.parametrize("name", ["nope", "nope@1", "standard@99"])
def test_an_unknown_workflow_is_named(bare: Terminal, name: str) -> None:
    assert bare.run("workflow", "show", name).refused().err == f"kdflow: no workflow '{name}'\n"


def test_an_unknown_picture_is_misuse(bare: Terminal) -> None:
    bare.run("workflow", "show", "standard", "--format", "png").misused(
        "'png' is not one of 'svg', 'mermaid', 'text'"
    )


def test_workflows_can_be_read_from_another_folder(bare: Terminal) -> None:
    bare.run("--files", "/nowhere", "workflow", "list").refused("/nowhere", "cannot be read")


# --- check and schema -----------------------------------------------------------------------


def test_everything_shipped_is_sound(bare: Terminal) -> None:
    said = bare.run("check").done()
    assert said.out.splitlines()[-1] == "kdflow: everything is sound"
    assert bare.run("check", str(catalog.shipped_root())).done().out == said.out


def test_every_flaw_is_shown_with_file_and_line(bare: Terminal) -> None:
    folder = bare.folder / "own"
    (folder / "workflows").mkdir(parents=True)
    (folder / "config").mkdir()
    settings = folder / "config" / "kdflow.toml"
    (folder / "workflows" / "proeve@1.yaml").write_text(FLAWED, "utf-8")
    settings.write_text('host = "127.0.0.1"\nport = "x"\ncolour = "red"\n', "utf-8")
    lines = bare.run("check", str(folder)).refused().err.splitlines()
    assert lines[-1].startswith(f"kdflow: {len(lines) - 1} flaws")
    for where in ("own/workflows/proeve@1.yaml:6: ", f"{settings}:2: port", f"{settings}:3: colour"):
        assert any(line.startswith(where) for line in lines), lines


def test_one_settings_file_can_be_checked(bare: Terminal) -> None:
    file = bare.folder / "own.toml"
    file.write_text("port = 70000\n", "utf-8")
    bare.run("check", str(file)).refused(f"{file}:1: port: ")
    file.write_text("port = 7000\n", "utf-8")
    bare.run("check", str(file)).done()


def test_a_path_that_is_not_there_is_named(bare: Terminal) -> None:
    said = bare.run("check", "/nowhere/at/all").refused()
    assert said.err == "kdflow: /nowhere/at/all: no such file or folder\n"


def test_the_files_that_are_given_for_every_command_are_those_that_are_checked(bare: Terminal) -> None:
    bare.run("--files", "/nope", "check").refused("/nope: no such file or folder")
    (bare.folder / "own" / "workflows").mkdir(parents=True)
    (bare.folder / "own" / "workflows" / "odd@1.yaml").write_text("name: odd\n", "utf-8")
    assert "odd@1.yaml:1" in bare.run("--files", "own", "check").err


def test_schemas_are_printed_and_fit_the_shipped_files(bare: Terminal) -> None:
    schemas = bare.run("schema").done().json
    assert set(schemas) >= {"workflow", "procedure", "bodies", "people", "calendar", "scenario"}
    chosen = {"workflow": "workflows/standard@1.yaml", "calendar": "config/calendars/dassos.yaml"}
    for name, file in chosen.items():
        loaded = yaml.load((catalog.shipped_root() / file).read_text("utf-8"), yaml.BaseLoader)  # noqa: S506
        loaded["version"] = int(loaded.get("version", 1)) if name == "workflow" else None
        loaded = {key: value for key, value in loaded.items() if value is not None}
        jsonschema.Draft202012Validator(schemas[name]).validate(loaded)
    for name, schema in schemas.items():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert jsonschema.Draft202012Validator(schema).is_valid({"nope": 1}) is False, name


def test_schemas_are_written_to_a_folder(bare: Terminal) -> None:
    printed = bare.run("schema").done().json
    said = bare.run("schema", "deep/down").done()
    files = [Path(line) for line in said.out.splitlines()]
    assert {file.name.removesuffix(".schema.json") for file in files} == set(printed)
    for file in files:
        assert json.loads(file.read_text("utf-8")) == printed[file.name.removesuffix(".schema.json")]


def test_a_folder_that_cannot_be_made_for_schemas_is_refused(bare: Terminal) -> None:
    (bare.folder / "file").write_text("", "utf-8")
    bare.run("schema", "file").refused("file")


# --- verify -----------------------------------------------------------------------


def test_the_history_proves_itself(terminal: Terminal) -> None:
    out = terminal.run("verify").done().out
    proof = terminal.run("verify", "--json").done().json
    head = f"{proof['head']['seq']}:{proof['head']['digest']}"
    assert proof["broken"] is None
    assert out == f"kdflow: {proof['head']['seq']} rows prove themselves; head {head}\n"
    assert terminal.run("verify", "--head", head).done().out == out


def test_the_first_broken_row_is_named(terminal: Terminal) -> None:
    with sqlite3.connect(terminal.folder / "house.db") as connection:
        for (trigger,) in connection.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            connection.execute(f'drop trigger "{trigger}"')
        connection.execute("update event set actor = 'lars' where seq in (5, 7)")
    terminal.run("verify").refused("row 5 is broken")
    said = terminal.run("verify", "--json")
    assert said.code == 1
    assert said.json["broken"]["seq"] == 5


def test_rows_cut_off_at_the_end_are_found_by_a_head_noted_down(terminal: Terminal) -> None:
    terminal.run("verify", "--head", f"1000:{'a' * 64}").refused("is broken")
    terminal.run("verify", "--head", f"1:{'a' * 64}").refused("row 1 is broken")


@pytest.mark.parametrize("head", ["x", "12", "12:", ":abc", "-1:abc"])
def test_a_head_that_is_none_is_refused(terminal: Terminal, head: str) -> None:
    assert terminal.run("verify", f"--head={head}").refused().err.startswith("kdflow: a head is ROWS:DIGEST")


def test_a_head_that_is_hardly_a_number_is_refused(terminal: Terminal) -> None:
    terminal.run("verify", "--head", "²:abc").refused("a head is ROWS:DIGEST")


# --- sign-in -----------------------------------------------------------------------


def test_a_sign_in_link_is_for_one_person(terminal: Terminal, dump: Dump) -> None:
    link = terminal.run("sign-in", "jens").done().out.strip()
    assert link.startswith("/log-ind/")
    assert link.rpartition("/")[2] not in "\n".join(dump())  # the database keeps a digest, not the secret
    assert terminal.run("sign-in", "jens").done().out.strip() != link


def test_a_sign_in_link_for_an_unknown_person_is_refused(terminal: Terminal, dump: Dump) -> None:
    before = dump()
    assert terminal.run("sign-in", "nobody").refused().err == "kdflow: no person 'nobody'\n"
    terminal.run("sign-in").misused("Missing argument")
    assert dump() == before


def test_a_sign_in_link_opens_the_web_site_once(web: House) -> None:
    door = Terminal(web.path.parent, f"sqlite:///{web.path}")
    link = door.run("sign-in", "jens").done().out.strip()
    browser = web.client()
    assert send(browser, link, link).status_code == 200
    secret = browser.cookies.get("kdflow")
    assert secret
    who = signed_in(web.wiring.db, secret, web.wiring.now())
    assert who
    assert who.person.id == "jens"
    assert send(web.client(), link, link).status_code == 404


def test_whose_phone_is_lost_is_helped(web: House) -> None:
    door = Terminal(web.path.parent, f"sqlite:///{web.path}")
    browser, now = web.client(PersonId("jens")), web.wiring.now()
    begin_authenticator(web.wiring.db, PersonId("jens"), now=now)
    said = door.run("reset-sign-in", "jens").done().out
    assert said == "kdflow: jens is signed out everywhere and has no authenticator any more\n"
    assert browser.get("/", follow_redirects=False).status_code == 303
    assert door.run("reset-sign-in", "jens").done().out == "kdflow: jens is signed out everywhere\n"
    assert door.run("reset-sign-in", "nobody").refused().err == "kdflow: no person 'nobody'\n"


# --- db upgrade -----------------------------------------------------------------------


def test_a_database_is_set_up_and_doing_it_twice_changes_nothing(terminal: Terminal) -> None:
    url = f"sqlite:///{terminal.folder}/new.db"
    first = terminal.run("db", "upgrade", db=url).done().out
    before = _rows(terminal.folder / "new.db")
    assert terminal.run("db", "upgrade", db=url).done().out == first
    assert _rows(terminal.folder / "new.db") == before
    assert first.startswith(f"kdflow: schema {newest()}, ")
    terminal.run("sag", "list", db=url).done()


def test_who_is_told_of_changed_files_is_seen_first(terminal: Terminal) -> None:
    url = f"sqlite:///{terminal.folder}/new.db"
    terminal.run("db", "upgrade", "--preview", db=url).refused()
    terminal.run("db", "upgrade", db=url).done()
    before = _rows(terminal.folder / "new.db")
    assert terminal.run("db", "upgrade", "--preview", db=url).done().out == "Ingen får besked.\n"
    own = terminal.folder / "own"
    for folder in ("config", "workflows"):
        shutil.copytree(str(catalog.shipped_root() / folder), own / folder)
    bodies = own / "config" / "bodies.yaml"
    bodies.write_text(
        bodies.read_text("utf-8").replace("submission: {days: 5,", "submission: {days: 15,", 1), "utf-8"
    )
    said = terminal.run("--files", str(own), "db", "upgrade", "--preview", db=url)
    assert "Besked til" in said.done().out
    assert _rows(terminal.folder / "new.db") == before


@pytest.mark.parametrize(
    "words", [("sag", "list"), ("sag", "show", "SAG-2020-0001"), ("verify",), ("sign-in", "jens"), ("serve",)]
)
def test_a_database_that_is_not_set_up_says_what_to_do(terminal: Terminal, words: tuple[str, ...]) -> None:
    url = f"sqlite:///{terminal.folder}/empty.db"
    said = terminal.run(*words, db=url).refused()
    assert said.err == f"kdflow: the database {url} is at version none: run `kdflow db upgrade` first\n"


def test_a_changed_definition_of_the_same_version_is_refused(terminal: Terminal, dump: Dump) -> None:
    folder = terminal.folder / "own" / "workflows"
    folder.mkdir(parents=True)
    sound = FLAWED.replace("kd-nett", "kd-net").replace(", colour: red", "") + "valid: {from: 2007-01-01}\n"
    file = folder / "proeve@1.yaml"
    both = ("--files", str(catalog.shipped_root()), "--files", str(terminal.folder / "own"))
    file.write_text(sound, "utf-8")
    terminal.run(*both, "db", "upgrade").done()
    before = dump()
    file.write_text(sound.replace("body: kkr-midt", "body: kontaktudvalg"), "utf-8")
    terminal.run(*both, "db", "upgrade").refused("proeve@1")
    assert dump() == before


def test_a_house_with_people_of_its_own_reads_the_same_from_another_process(terminal: Terminal) -> None:
    url = f"sqlite:///{terminal.folder}/real.db"
    prepare(url)
    said = terminal.process("sag", "list", "--json", db=url, KDFLOW_SYNCHRONOUS="OFF").done()
    assert said.json == {"data": [], "next": None}


def _rows(path: Path) -> list[str]:
    with sqlite3.connect(path) as connection:
        # one row counts what was written, although nothing else came of it
        return [line for line in connection.iterdump() if not re.search(r"VALUES\('(setup|calendars)',", line)]
