"""`sag close` and `sag open-again`: who can see a sag."""

from __future__ import annotations

import sqlite3

from tests.cli.terminal import Terminal


def test_a_sag_is_closed_and_opened_again(terminal: Terminal) -> None:
    number = terminal.numbers["fresh"]
    said = terminal.run(
        "sag", "close", number, "--reason", "Navne", "--key", "luk-en-sag-01", "--as", "ida"
    ).done()
    assert said.out.startswith(f"{number}: under-way, version ")
    assert terminal.sag("fresh")["closed"] is True
    again = terminal.run(
        "sag", "close", number, "--reason", "Navne", "--key", "luk-en-sag-01", "--as", "ida"
    ).done()
    assert "var gjort før" in again.out
    terminal.run("sag", "open-again", number, "--reason", "Navnene er ude", "--as", "karin").done()
    assert terminal.sag("fresh")["closed"] is False
    assert "Navnene er ude" in terminal.run("sag", "history", number).done().out


def test_others_are_refused(terminal: Terminal) -> None:
    number = terminal.numbers["fresh"]
    said = terminal.run("sag", "close", number, "--reason", "Navne", "--as", "jens")
    assert said.code != 0
    assert terminal.sag("fresh")["closed"] is False


def test_a_closed_point_of_an_open_sag_is_named(terminal: Terminal) -> None:
    """As it could be kept before a point was as its sag is."""
    number = terminal.numbers["agenda"]
    assert "is closed" not in terminal.run("verify").done().out
    _keep(terminal, number, "")
    said = terminal.run("verify").done().out
    expected = f"kd-net-2020-01-24: a point is closed, but its sag {number} is open, where everybody reads"
    assert expected in said
    assert "close the sag, or open the point, unless it was opened on purpose" in said
    _keep(terminal, number, "L1")
    assert "point L1 is closed" in terminal.run("verify").done().out
    assert terminal.run("verify", "--json").done().json["broken"] is None
    terminal.run("sag", "close", number, "--reason", "Navne", "--as", "ida").done()
    assert "is closed" not in terminal.run("verify").done().out


def _keep(terminal: Terminal, sag: str, number: str) -> None:
    with sqlite3.connect(terminal.folder / "house.db") as connection:
        connection.execute("delete from agenda_item")
        connection.execute(
            "insert into agenda_item (meeting, key, position, title, text, presenter, closed, why_late, hidden, "
            "number, version) select 'kd-net-2020-01-24', 'sag:' || id || ':1', 1, '', '', '', 1, '', 0, ?, 1 "
            "from sag where number = ?",
            (number, sag),
        )
