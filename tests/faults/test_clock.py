"""Clocks that leap, go back, differ, or change between summer and winter, and servers in other zones."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kdflow import bootstrap, clock, settings
from kdflow.actions.pass_deadlines import SWEEP, pass_deadlines
from kdflow.actions.trust_clock import trust_clock
from kdflow.domain.clock_guard import LONGEST_SLEEP, TOLERANCE, doubt
from kdflow.domain.dates import COPENHAGEN, local_instant
from kdflow.domain.delivery import LEASE
from kdflow.domain.pace import Pace, Preference
from kdflow.domain.sag import SagId
from kdflow.scheduler import ClockInDoubt, require_right_clock
from kdflow.store import beats, letters, preferences
from kdflow.store.database import Database, Tx
from tests import make
from tests.faults.postoffice import PostOffice
from tests.faults.processes import Process, command, until, worker
from tests.faults.stage import (
    DUE,
    SECOND,
    Copy,
    Stages,
    all_sent,
    beat,
    house_on,
    nowhere,
    quiet,
    settle,
    state,
    told,
    waits_for,
)
from tests.faults.worker import Orders, set_clock
from tests.store.stand import opened

DAY = timedelta(days=1)
THURSDAY = local_instant(date(2020, 2, 13), 16)
"""A day before something is due."""


@pytest.mark.parametrize(
    ("now", "last", "witness", "is_doubted"),
    [
        (DUE, None, None, False),
        (DUE, DUE - SECOND, DUE, False),
        (DUE, DUE + TOLERANCE, None, False),
        (DUE, DUE + TOLERANCE + SECOND, None, True),
        (DUE, DUE - LONGEST_SLEEP, None, False),
        (DUE, DUE - LONGEST_SLEEP - SECOND, None, True),
        (DUE, DUE - SECOND, DUE + TOLERANCE, False),
        (DUE, DUE - SECOND, DUE + TOLERANCE + SECOND, True),
        (DUE, DUE - SECOND, DUE - TOLERANCE - SECOND, True),
        (DUE, None, DUE + DAY, True),
    ],
)
def test_what_is_doubted(now: datetime, last: datetime | None, witness: datetime | None, is_doubted: bool) -> None:
    assert (doubt(now, last, witness) is not None) is is_doubted


def last_sweep(db: Database) -> datetime:
    """When it was last looked for what is due."""
    with db.read() as tx:
        return beats.last(tx, SWEEP) or datetime.min.replace(tzinfo=UTC)


@pytest.mark.parametrize("ground", ["sqlite"], indirect=True)
def test_a_clock_that_leaps_ahead_and_back_beneath_a_heart_that_beats(
    copy: Copy, stages: Stages, office: PostOffice, tmp_path: Path
) -> None:
    """Twenty days ahead, a day back, and right again: first nothing is done, and then nothing is stuck."""
    url, file = copy(stages.asleep), tmp_path / "clock"
    set_clock(file, THURSDAY, runs=True)
    right = file.read_text("ascii")
    orders = Orders(task="beat", db=url, mail=office.port, clock=str(file), doubts=True)
    with opened(url) as db, worker(orders) as heart:
        until(lambda: quiet(db, THURSDAY) and waits_for(db, THURSDAY) is None, "the heart beats", [heart])
        taken = office.taken.copy()
        for wrong in (THURSDAY + 20 * DAY, THURSDAY - DAY):
            set_clock(file, wrong, runs=True)
            refuses(heart)
            before = state(url)
            refuses(heart)
            assert state(url) == before
            assert (office.taken, last_sweep(db) < THURSDAY + DAY) == (taken, True)
        file.write_text(right, "ascii")
        seen = last_sweep(db)
        until(lambda: last_sweep(db) > seen, "the heart beats again", [heart])
        assert heart.stop()[0] == 0
        settle(db, office.channel(), DUE)
        late = told(db)
    with opened(copy(stages.asleep)) as db:
        pass_deadlines(db, now=THURSDAY)
        settle(db, nowhere(), DUE)
        assert told(db) == late


def refuses(heart: Process) -> None:
    """Every part of the heart refuses to beat, now."""
    before = heart.words.count("two clocks differ")
    until(lambda: heart.words.count("two clocks differ") >= before + 4, "the clock is doubted", [heart])


# --- one that nobody could doubt at the time -------------------------------------------------------------------


def asks_of(db: Database, now: datetime) -> None:
    """What every beat, and cron, asks first."""
    home = bootstrap.wire(settings.load(None, db="sqlite:///nowhere.db"))
    require_right_clock(replace(home, db=db), now)


@pytest.mark.parametrize("ground", ["sqlite"], indirect=True)
def test_after_a_wrong_clock_was_believed_nothing_is_done_until_an_operator_says_so(
    copy: Copy, stages: Stages
) -> None:
    url = copy(stages.asleep)
    with opened(url) as db:
        pass_deadlines(db, now=DUE + 20 * DAY)
        for wrong in (DUE, DUE - DAY, DUE + 61 * DAY):
            with pytest.raises(ClockInDoubt):
                asks_of(db, wrong)
        trust_clock(db, now=DUE)
        asks_of(db, DUE)


def test_what_a_wrong_clock_put_off_is_not_stuck_when_it_is_right_again(
    copy: Copy, stages: Stages, office: PostOffice
) -> None:
    """A worker has died three weeks ahead, with letters in its hands; others wait for a time long to come."""
    url, ahead = copy(stages.written), DUE + 21 * DAY
    with opened(url) as db:
        with db.write() as tx:
            claimed = letters.claim(tx, ahead, ahead + LEASE, limit=100)
            assert letters.mark_sending(tx, claimed[0], ahead + LEASE)
            for letter in claimed[1:4]:
                letters.finish(tx, letter, "ready", next_at=ahead + DAY)
        pass_deadlines(db, now=ahead)
        trust_clock(db, now=DUE)
        assert settle(db, office.channel(), DUE) <= DUE + 5 * DAY
        assert sorted(office.copies) == all_sent(db, DUE)


def test_a_sag_that_missed_its_meeting_by_a_wrong_clock_goes_there_after_all(copy: Copy, stages: Stages) -> None:
    with opened(copy(stages.asleep)) as db:
        pass_deadlines(db, now=DUE)
        assert planned_at(db) == {"kd-net-2020-05-29"}
        trust_clock(db, now=THURSDAY)
        pass_deadlines(db, now=THURSDAY)
        assert planned_at(db) == {"kd-net-2020-03-13"}


def planned_at(db: Database) -> set[str]:
    """Where the sager are to be submitted to."""
    with db.read() as tx:
        rows = tx.run("select meeting from duty where kind = 'submission'").fetchall()
    return {row[0] for row in rows}


def test_cron_refuses_a_clock_that_has_leapt_until_it_is_told_to_trust_it(copy: Copy, stages: Stages) -> None:
    """The last beat of this house was in 2020."""
    url = copy(stages.asleep)
    words = ("--db", url, "tick")
    with command(*words, KDFLOW_MAIL_HOST="") as cron:
        assert cron.ends() == 1
        assert "days ago" in cron.words
        assert "--trust-clock" in cron.words
    with command(*words, "--trust-clock", KDFLOW_MAIL_HOST="") as cron:
        assert cron.ends() == 0, cron.words
    with opened(url) as db:
        assert last_sweep(db) > DUE + LONGEST_SLEEP


@pytest.mark.parametrize("ground", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_the_clock_of_postgresql_is_a_witness(copy: Copy, stages: Stages) -> None:
    url = copy(stages.asleep)
    with opened(url) as db:
        trust_clock(db, now=clock.now())
        asks_of(db, clock.now())
        for wrong in (timedelta(minutes=10), -timedelta(minutes=10)):
            with pytest.raises(ClockInDoubt, match="two clocks differ"):
                asks_of(db, clock.now() + wrong)


# --- summer and winter -----------------------------------------------------------------------------------------

CHANGES = {"spring": date(2020, 3, 29), "autumn": date(2020, 10, 25)}


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Lets this process, and its sessions at PostgreSQL, be in a zone."""

    def enter(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        monkeypatch.setenv("PGTZ", name)
        time.tzset()

    yield enter
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("change", CHANGES)
def test_each_deadline_and_each_digest_comes_once_when_the_clocks_change(
    copy: Copy, stages: Stages, zone: Callable[[str], None], change: str
) -> None:
    """Half-hourly beats from Friday to Tuesday, in three zones: all the same, by the clocks of Copenhagen."""
    sunday = CHANGES[change]
    seen = []
    for name in ("UTC", "Pacific/Auckland", "America/New_York"):
        zone(name)
        with opened(copy(stages.asleep)) as db:
            seen.append(weekend(db, sunday))
    assert seen[0] == seen[1] == seen[2]
    digests, reminders = seen[0]
    assert digests == [local_instant(sunday + n * DAY, 7, 30) for n in (1, 2)]
    assert len(reminders) == len(set(reminders)) > 0
    assert {at.astimezone(COPENHAGEN).time().isoformat("minutes") for _, at in reminders} <= {"09:00", "12:30"}


RESTS_OR_GOES_ON = (1, 74, 75, 76, 77, 140)
"""Half-hours after Friday noon: on Friday, on Monday, and around the hour that is there twice or not at all."""


def weekend(db: Database, sunday: date) -> tuple[list[datetime], list[tuple[str, datetime]]]:
    """Karin wants one mail a day, and hears of something each day: when her letters were made, and reminders."""
    house = house_on(db)
    start = local_instant(sunday - 2 * DAY, 12)
    with db.write() as tx:
        preferences.keep(tx, Preference(person=make.KARIN, pace=Pace.DAILY))
    beat(db, nowhere(), start - timedelta(hours=3))
    for number in range(int(4 * DAY / timedelta(minutes=30))):
        house.now = (start + number * timedelta(minutes=30)).astimezone(UTC)
        if number in RESTS_OR_GOES_ON:
            sag = house.sag(SagId(1))
            house.do(sag.id, None, "resume" if sag.life == "resting" else "rest", "ida", reason="Afventer.")
        beat(db, nowhere(), house.now)
    with db.read() as tx:
        digests = tx.run(
            "select made_at from letter where person = 'karin' and made_at >= ? order by made_at",
            (tx.instant(start),),
        ).fetchall()
        reminders = tx.run(
            "select key, at from notice where key is not null and at >= ? order by key", (tx.instant(start),)
        ).fetchall()
    return [Tx.read_instant(row[0]) for row in digests], [(row[0], Tx.read_instant(row[1])) for row in reminders]
