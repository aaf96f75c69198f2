"""`sag close` and `sag open-again`: who can see a sag."""

from __future__ import annotations

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
