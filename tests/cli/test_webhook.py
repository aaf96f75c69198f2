"""`kdflow webhook`: an address is added once, listed without its secret, and ended."""

from __future__ import annotations

import re

import pytest

from tests.cli.terminal import Terminal

URL = "https://hooks.example/kdflow"


def test_an_address_is_added_listed_and_ended(terminal: Terminal) -> None:
    out = terminal.run("webhook", "add", URL).done().out
    found = re.search(r"webhook (\d+) to \S+ it is signed with (whsec_[A-Za-z0-9+/]{43}=)", out)
    assert found
    number, secret = found.groups()
    assert terminal.run("webhook", "list").done().out.strip() == f"{number}  {URL}"
    listed = terminal.run("webhook", "list", "--json").done()
    assert listed.json["data"] == [{"id": int(number), "url": URL, "is_live": True}]
    assert secret not in listed.out
    terminal.run("webhook", "end", number).done()
    assert "(ended)" in terminal.run("webhook", "list").done().out
    terminal.run("webhook", "end", number).refused("webhook")


def test_an_address_is_not_added_twice(terminal: Terminal) -> None:
    terminal.run("webhook", "add", URL).done()
    terminal.run("webhook", "add", URL).refused(URL)


@pytest.mark.parametrize(
    "url", ["hooks.example", "ftp://x.example/", "https://", "https://a b/", "https://u:p@x.example/"]
)
def test_what_is_no_address_is_refused(terminal: Terminal, url: str) -> None:
    terminal.run("webhook", "add", url).refused("is no address for a webhook")
    assert terminal.run("webhook", "list").done().out == ""
