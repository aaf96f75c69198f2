"""How the house is: when it last beat, what its database's clock says, and what could not be delivered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from kdflow.store import beats, letters
from kdflow.store.database import Database

LATE = timedelta(minutes=5)
"""How long ago the last sweep, and the last delivery, may be."""

STUCK = timedelta(minutes=15)
"""How long a letter may be due: a worker that died gives it back after five minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """Whether the house beats: how many seconds ago deadlines were looked at and mails sent (None: never), for how
    long a letter is due that was not sent (0: none is), and how many letters a person must look at."""

    status: Literal["ok", "late", "never"]
    sweep_seconds: int | None
    delivery_seconds: int | None
    waiting_seconds: int
    given_up: int


def pulse(db: Database, now: datetime, *, sweep: str, delivery: str, has_mail: bool) -> Pulse:
    """The pulse of the house, by the names of the two parts of its heartbeat; where it has a way to send mail
    (`has_mail`), it beats only when it delivers, too."""
    with db.read() as tx:
        swept, sent = beats.last(tx, sweep), beats.last(tx, delivery)
        due = letters.due_since(tx) if has_mail else None
        given_up = letters.count_given_up(tx)
    waits = max(now - due, timedelta()) if due else timedelta()
    is_late = waits > STUCK or any(one and now - one > LATE for one in (swept, sent if has_mail else None))
    return Pulse(
        status="never" if swept is None else "late" if is_late else "ok",
        sweep_seconds=_seconds(swept, now),
        delivery_seconds=_seconds(sent, now),
        waiting_seconds=int(waits.total_seconds()),
        given_up=given_up,
    )


def _seconds(at: datetime | None, now: datetime) -> int | None:
    return None if at is None else int((now - at).total_seconds())


def last_beat(db: Database, name: str) -> datetime | None:
    """When a part of the heartbeat was last done; None: never."""
    with db.read() as tx:
        return beats.last(tx, name)


def beat_times(db: Database) -> dict[str, datetime]:
    """When each part of the heartbeat was last done."""
    with db.read() as tx:
        return beats.every(tx)


def other_clock(db: Database) -> datetime | None:
    """What the clock of the database's own host says; None where it is this host's (SQLite)."""
    if db.is_sqlite:
        return None
    with db.read() as tx:
        return tx.read_instant(tx.run("select clock_timestamp()").fetchone()[0])
