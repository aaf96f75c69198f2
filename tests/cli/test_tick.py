"""`kdflow tick`: one beat of everything, from the command line."""

from __future__ import annotations

import re
import signal
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from kdflow.scheduler import Beat
from tests.channels.test_webhook import receiving
from tests.cli.terminal import Terminal


def numbers(out: str) -> list[int]:
    """The figures of a line."""
    return [int(one) for one in re.findall(r"\d+", out)]


def test_a_beat_does_what_is_due_and_a_second_one_nothing(terminal: Terminal) -> None:
    first = terminal.run("tick").done().out
    assert first.startswith("kdflow: looked at ")
    sager, meetings, _, letters, sent, *_ = numbers(first)
    assert min(sager, meetings, letters) > 0
    assert sent == letters
    assert numbers(terminal.run("tick").done().out) == [0] * 7


def test_the_same_as_json(terminal: Terminal) -> None:
    done = terminal.run("tick", "--json").done().json
    assert set(done) == set(Beat.__dataclass_fields__)
    assert done["swept"]["sager"] > 0
    assert done["delivered"]["given_up"] == 0


def test_the_time_can_be_given(terminal: Terminal) -> None:
    terminal.run("tick").done()
    assert numbers(terminal.run("tick", "--now", "2020-03-16T09:30").done().out)[2] > 0
    terminal.run("tick", "--now", "den anden dag").refused("is not a time: write it as 2026-03-02T09:00")


@pytest.fixture
def real(terminal: Terminal) -> Terminal:
    """The same house, but with the real clock, and no way to send mail."""
    with sqlite3.connect(terminal.folder / "house.db") as connection:
        connection.execute("delete from setting")
    return terminal


def test_a_house_that_cannot_send_says_so_and_loses_nothing(real: Terminal) -> None:
    said = real.run("tick")
    assert said.code == 0
    assert "mail_host is not set" in said.err
    with sqlite3.connect(real.folder / "house.db") as connection:
        assert connection.execute("select count(*) from letter").fetchone() == (0,)
        assert connection.execute("select count(*) from notice where due_at is not null").fetchone()[0] > 0


def test_a_house_that_cannot_send_says_so_when_it_is_served(
    real: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uvicorn.run", lambda *_, **__: None)
    handler = signal.getsignal(signal.SIGTERM)
    try:
        said = real.run("serve").err
        assert "mail_host is not set" in said
        assert "/tilgaengelighed is not complete: authority, contact, statement_date not set" in said
    finally:
        signal.signal(signal.SIGTERM, handler)


def test_a_webhook_is_sent_although_there_is_no_mail_server(
    real: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KDFLOW_WEBHOOK_HOSTS", '["127.0.0.1"]')
    with receiving() as receiver:
        real.run("webhook", "add", f"http://127.0.0.1:{receiver.port}/kdflow").done()
        monday = "2030-03-04T09:00"
        said = real.run("tick", "--now", monday)
        assert said.code == 0
        assert "mail_host is not set" in said.err
        assert len(receiver.got) == numbers(said.out)[4] > 0
        assert numbers(real.run("tick", "--now", monday).out)[3:] == [0] * 4
    with sqlite3.connect(real.folder / "house.db") as connection:
        states = connection.execute(
            "select state, endpoint is null, count(*) from letter group by 1, 2"
        ).fetchall()
    assert {(state, to_person) for state, to_person, _ in states} == {("ready", 1), ("sent", 0)}


@pytest.mark.parametrize("away", [timedelta(days=50), timedelta(days=-50)])
def test_a_clock_that_leapt_is_not_believed_until_somebody_says_so(real: Terminal, away: timedelta) -> None:
    real.run("tick")
    then = (datetime.now(UTC) - away).replace(tzinfo=None).isoformat(" ", "microseconds")  # noqa: TID251
    with sqlite3.connect(real.folder / "house.db") as connection:
        connection.execute("update beat set at = ?", (then,))
    real.run("tick").refused("the last beat was at", "--trust-clock")
    assert real.run("tick", "--trust-clock").code == 0
    assert real.run("tick").code == 0
