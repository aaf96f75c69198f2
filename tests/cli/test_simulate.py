"""`kdflow simulate` at the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from kdflow.simulation.broken import Broken
from kdflow.simulation.inspection import Inspection
from tests.cli.terminal import Terminal

SHORT = ("simulate", "--years", "0.06", "--sager", "150")


def test_a_run_says_what_went_wrong_and_that_all_holds(bare: Terminal) -> None:
    out = bare.run(*SHORT, "--seed", "3").done().out
    assert out.startswith("kdflow: seed 3, 0.06 years: ")
    assert "every invariant holds; trace " in out
    assert bare.run(*SHORT, "--seed", "3").done().out == out


def test_several_seeds_are_run_one_after_the_other(bare: Terminal) -> None:
    runs = bare.run(*SHORT, "--seeds", "1..2", "--no-faults", "--json").done().json
    assert [run["seed"] for run in runs] == [1, 2]
    assert all(run["counts"]["crashes"] == 0 for run in runs)


def test_a_broken_invariant_ends_with_1(bare: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_inspection: Inspection) -> None:
        raise Broken("one place", "notice 1 is nowhere")

    monkeypatch.setattr(Inspection, "finally_holds", breaks)
    bare.run(*SHORT).refused("one place: notice 1 is nowhere", "run it again: kdflow simulate --seed 1")


def test_what_is_said_of_a_failure_replays_it(bare: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command that a failure names leads to the same failure, at the same time, after the same events."""

    def breaks(_inspection: Inspection) -> None:
        raise Broken("one place", "notice 1 is nowhere")

    monkeypatch.setattr(Inspection, "holds", breaks)
    odd = ("--seed", "5", "--years", "0.06", "--sager", "90", "--from", "2021-02-01", "--calendars", "made-up")
    said = bare.run("simulate", *odd).err
    command = said.split("run it again: kdflow ")[1].split("\n")[0]
    assert command == f"simulate {' '.join(odd[:4])} --calendars made-up --from 2021-02-01 --sager 90"
    assert said.count("\n  2021-02-") > 5
    assert bare.run(*command.split()).err == said
    assert "--sager 90 --no-faults\n" in bare.run(*command.split(), "--no-faults").err


def test_a_forecast_is_a_table_and_json(bare: Terminal) -> None:
    wanted = ("simulate", "--report", "--calendars", "made-up")
    found = bare.run(*wanted, "--years", "0.2", "--sager", "120", "--json").done().json
    loads = [one for one in found["bodies"] if one["items"]]
    assert loads
    assert {"body", "month", "meetings", "items", "items_per_meeting", "missed_submissions"} <= loads[0].keys()
    assert found["mails_a_month"]
    out = bare.run(*wanted, "--years", "0.08").done().out
    assert out.startswith("Forventet belastning: 0.08 år, 200 sager om året")
    assert "Mails om måneden" in out


def test_the_calendars_of_an_installation_are_read_and_not_touched(terminal: Terminal) -> None:
    path = terminal.folder / "house.db"
    before = path.read_bytes()
    wanted = (
        "simulate",
        "--calendars",
        "installed",
        "--from",
        "2020-01-27",
        "--years",
        "0.06",
        "--report",
        "--json",
    )
    assert terminal.run(*wanted).done().json["years"] == 0.06
    assert path.read_bytes() == before


def test_a_failure_upon_installed_calendars_names_their_house(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_inspection: Inspection) -> None:
        raise Broken("one place", "notice 1 is nowhere")

    monkeypatch.setattr(Inspection, "holds", breaks)
    said = terminal.run("simulate", "--calendars", "installed", "--from", "2020-01-27", "--years", "0.06").err
    command = said.split("run it again: kdflow ")[1].split("\n")[0]
    assert command.startswith(f"--db sqlite:///{terminal.folder}/house.db simulate --seed 1 ")
    assert terminal.run(*command.split()).err == said


def test_a_database_that_holds_something_is_refused(terminal: Terminal) -> None:
    terminal.run(*SHORT, "--db", terminal.db).refused("needs an empty database")


def test_a_database_of_its_own_is_kept(bare: Terminal, tmp_path: Path) -> None:
    bare.run(*SHORT, "--db", f"sqlite:///{tmp_path}/kept.db", "--no-faults").done()
    assert (tmp_path / "kept.db").stat().st_size > 0


@pytest.mark.parametrize(
    "words", [("--seeds", "x"), ("--seeds", "3..1"), ("--from", "soon"), ("--calendars", "no")]
)
def test_what_cannot_be_is_refused(bare: Terminal, words: tuple[str, str]) -> None:
    bare.run("simulate", *words).refused("kdflow: ")
