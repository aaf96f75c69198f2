"""`kdflow serve`: what is committed survives a power cut, and what opens doors is written into no log."""

from __future__ import annotations

import http.client
import logging
import signal
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI

from tests.channels.servers import HOST, free_port
from tests.cli.terminal import Terminal

SECRET = "canary-of-a-token"
DOORS = ("/svar/{}", "/abonnement/{}.ics", "/beskeder/afmeld/{}", "/log-ind/{}", "/?kode={}")
LOGGERS = ("", "uvicorn", "uvicorn.error", "uvicorn.asgi")
ACCESS = "uvicorn.access"
"""Says the address of every request as soon as anybody listens to it."""

Served = tuple[FastAPI, dict[str, Any]]


@pytest.fixture
def served(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """The site that `kdflow serve` would serve, and how."""
    found: list[Served] = []
    monkeypatch.setattr("uvicorn.run", lambda app, **how: found.append((app, how)))
    handler = signal.getsignal(signal.SIGTERM)
    assert terminal.run("serve", "--port", str(free_port())).code == 0
    signal.signal(signal.SIGTERM, handler)
    yield found[0]
    found[0][0].state.wiring.db.close()


class Heard(logging.Handler):
    """Every record of every log, as it would be written."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it, with its traceback."""
        self.lines.append(self.format(record))


@contextmanager
def served_aloud(app: FastAPI, how: dict[str, Any]) -> Iterator[list[str]]:
    """The site at its port, with every logger as talkative as it can be; what they say."""
    server, heard = uvicorn.Server(uvicorn.Config(app, **how)), Heard()
    loggers = [logging.getLogger(name) for name in LOGGERS]
    before = [(one, one.level) for one in loggers]
    for one in loggers:
        one.addHandler(heard)
        one.setLevel(logging.DEBUG)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        threading.Event().wait(0.01)
    try:
        yield heard.lines
    finally:
        server.should_exit = True
        thread.join(20)
        for one, level in before:
            one.removeHandler(heard)
            one.setLevel(level)


def asked(port: int, address: str) -> int:
    """The status of an answer to somebody who has a token in the address, in a cookie, and in what leads there."""
    connection = http.client.HTTPConnection(HOST, port, timeout=20)
    where = f"http://{HOST}:{port}{address}"
    connection.request("GET", address, headers={"Cookie": f"__Host-kdflow={SECRET}", "Referer": where})
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_commit_waits_for_the_disk(served: Served) -> None:
    db = served[0].state.wiring.db
    with db.write() as tx:
        assert tx.run("pragma synchronous").fetchone() == (2,), "FULL"
        assert tx.run("pragma journal_mode").fetchone() == ("wal",)


def test_no_log_holds_a_token(served: Served, terminal: Terminal) -> None:
    """Not even where something breaks, and a traceback is written."""
    app, how = served
    assert how["access_log"] is False
    with served_aloud(app, how) as said:
        assert not logging.getLogger(ACCESS).hasHandlers()
        answers = [asked(how["port"], door.format(SECRET)) for door in DOORS]
        assert set(answers) <= {200, 303, 404, 410}
        with sqlite3.connect(terminal.folder / "house.db") as lite:
            lite.execute('alter table "session" rename to gone')
        assert {asked(how["port"], door.format(SECRET)) for door in DOORS} == {500}
    assert sum("no such table: session" in line for line in said) >= len(DOORS)
    assert [line for line in said if SECRET in line] == []
