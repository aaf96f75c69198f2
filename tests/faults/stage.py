"""Databases in which something is about to happen, and what it means that nothing is left to do in one."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

from kdflow.actions.deliver_notices import Delivered, Ways, deliver_notices
from kdflow.actions.gather_notices import gather_notices
from kdflow.actions.pass_deadlines import SWEEP, pass_deadlines
from kdflow.channels import Channel
from kdflow.channels.mailbox import Mailbox
from kdflow.domain.dates import local_instant
from kdflow.store import beats
from kdflow.store.database import Database, Tx
from tests import make
from tests.actions.test_change_calendar import furnish
from tests.faults.postoffice import LETTERHEAD, PostOffice
from tests.store.stand import Ground, opened

Copy = Callable[[str], str]
"""Makes a copy of the database at an address, for one test; its own address."""

SITE = "https://kdflow.example"
EARLY = local_instant(date(2020, 1, 24), 10)
"""A Friday on which everything has been told and sent."""

DUE = local_instant(date(2020, 3, 3), 10)
"""A Tuesday, after a sleep of five weeks: submissions to KD-Net were missed, agendas and minutes are due."""

SECOND = timedelta(seconds=1)


def ways(mail: Channel | None) -> Ways:
    """The ways out of the house."""
    return Ways(mail=mail, post=lambda *_: None, site=SITE)


def nowhere() -> Mailbox:
    """A way to send mail that keeps nothing."""
    return Mailbox(LETTERHEAD, lambda *_: None)


def deliver(db: Database, mail: Channel, now: datetime) -> Delivered:
    """Gather and send at one instant."""
    gather_notices(db, now=now)
    return deliver_notices(db, ways(mail), clock=lambda: now)


def beat(db: Database, mail: Channel, now: datetime) -> None:
    """Sweep, gather and send at one instant."""
    pass_deadlines(db, now=now)
    deliver(db, mail, now)


@dataclass
class Stages:
    """Databases on one ground, each made once, to be copied and never written to."""

    ground: Ground
    own: list[str] = field(default_factory=list)

    @cached_property
    def asleep(self) -> str:
        """Two sager wait at KD-Net; all is told and sent up to `EARLY`."""
        url = self.ground.empty()
        make.prepare(url)
        house = make.house(url)
        furnish(house)
        for _ in range(2):
            sag = house.on("2020-01-20", 9).open()
            house.treated(sag, "gruppe", "2020-01-22", outcome="anbefalet")
            house.do(sag, "gruppe", "approve", "formand-dassos")
            house.do(sag, "gruppe", "hand-on")
        beat(house.db, nowhere(), EARLY)
        assert waits_for(house.db, EARLY) is None
        house.db.close()
        return url

    @cached_property
    def told(self) -> str:
        """What was due on `DUE` is told; no letter has been made."""
        return self._after(self.asleep, lambda db: pass_deadlines(db, now=DUE))

    @cached_property
    def written(self) -> str:
        """The letters of `DUE` are made; none has been sent."""
        return self._after(self.told, lambda db: gather_notices(db, now=DUE))

    def _after(self, url: str, act: Callable[[Database], object]) -> str:
        made = self.ground.copy(url)
        with opened(made) as db:
            act(db)
        return made


# --- what stands in a database -------------------------------------------------------------------------------

Rows = list[tuple[Any, ...]]

_STATE = {
    "notice": "select kind, person, sag, step, data, at, key, due_at, letter is null, dropped from notice",
    "letter": "select person, state, is_digest, made_at, next_at, lease_until, token, attempts, repeats, error, "
    "(select count(*) from notice where notice.letter = letter.id) from letter",
    "duty": "select subject, kind, about, body, step, meeting, since, due, told from duty",
    "step": "select sag, seq, state, wake_at, plan_until from step",
    "meeting": "select id, status, wake_at, version from meeting",
    "leg": "select sag, station, body, meeting from leg",
    "beat": "select name, at from beat",
}


def state(url: str) -> dict[str, Rows]:
    """Everything that the clock writes to, without numbers that PostgreSQL leaves gaps in."""
    with opened(url) as db, db.read() as tx:
        return {name: sorted(map(_plain, tx.run(sql).fetchall()), key=repr) for name, sql in _STATE.items()}


def _plain(row: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(value.astimezone(UTC) if isinstance(value, datetime) else value for value in row)


def told(db: Database) -> Counter[tuple[Any, ...]]:
    """What people were told, however it was delivered."""
    with db.read() as tx:
        found = tx.run("select kind, person, sag, step, data from notice").fetchall()
    return Counter(tuple(row) for row in found)


def house_on(db: Database) -> make.House:
    """The actions, on a copy of a stage; no key was used there."""
    return make.House(db, _keys=itertools.count(1000))


def waits_for(db: Database, now: datetime) -> datetime | None:
    """The next instant at which something is to be gathered or sent, `now` at the earliest; None: never."""
    with db.read() as tx:
        rows = tx.run(
            "select min(due_at) from notice where due_at is not null "
            "union all select min(next_at) from letter where state = 'ready' "
            "union all select min(lease_until) from letter where state in ('claimed', 'sending')"
        ).fetchall()
    found = [Tx.read_instant(row[0]) for row in rows if row[0]]
    return max(now, min(found)) if found else None


def quiet(db: Database, now: datetime) -> bool:
    """Whether all that was to be done by `now` has been done."""
    with db.read() as tx:
        swept = beats.last(tx, SWEEP)
    coming = waits_for(db, now)
    with db.read() as tx:  # after that: what is claimed between two looks would be seen by neither
        busy = tx.run(
            "select (select count(*) from letter where state in ('claimed', 'sending')) "
            "+ (select count(*) from step where wake_at = 0) + (select count(*) from meeting where wake_at = 0)"
        ).fetchone()[0]
    return swept is not None and swept >= now and not busy and (coming is None or coming > now)


def settle(db: Database, mail: Channel, now: datetime, *, most: int = 40) -> datetime:
    """Go on, from instant to instant at which something waits, until nothing does; the last one is returned."""
    for _ in range(most):
        beat(db, mail, now)
        coming = waits_for(db, now)
        if coming is None:
            return now
        now = max(coming, now) + SECOND
    raise AssertionError(f"after {most} beats something still waits, at {now}")


def undisturbed(url: str, instants: Sequence[datetime]) -> Counter[tuple[Any, ...]]:
    """What people are told where one process alone beats at some instants."""
    with opened(url) as db:
        for now in instants:
            settle(db, nowhere(), now)
        return told(db)


# --- what must hold ------------------------------------------------------------------------------------------


def each_once(db: Database, office: PostOffice, since: datetime) -> None:
    """Every notice is in one letter that was taken once."""
    assert sorted(office.copies) == all_sent(db, since)
    assert office.duplicates == 0


def all_sent(db: Database, since: datetime) -> list[str]:
    """Nothing is left, and nothing failed; the names of the letters that were sent since an instant."""
    assert lost(db) == []
    assert letters_by_state(db).keys() == {"sent"}
    return sent_names(db, since)


def lost(db: Database) -> Rows:
    """Notices that are neither in a letter nor dropped, or that claim to be both."""
    with db.read() as tx:
        return list(
            tx.run(
                "select id, kind, person, due_at from notice where due_at is not null "
                "or (letter is null) <> dropped or (dropped and why_dropped is null)"
            ).fetchall()
        )


def letters_by_state(db: Database) -> Counter[str]:
    """How many letters there are in each state."""
    with db.read() as tx:
        return Counter(
            {row[0]: row[1] for row in tx.run("select state, count(*) from letter group by state").fetchall()}
        )


def sent_names(db: Database, since: datetime) -> list[str]:
    """The names of the letters that were sent since an instant."""
    with db.read() as tx:
        rows = tx.run(
            "select message_id from letter where state = 'sent' and sent_at >= ?", (tx.instant(since),)
        ).fetchall()
    return sorted(row[0] for row in rows)


def repeats(db: Database) -> int:
    """How often a letter was sent again, or is to be, because nobody knew whether it was taken."""
    with db.read() as tx:
        return int(tx.run("select coalesce(sum(repeats), 0) from letter").fetchone()[0])
