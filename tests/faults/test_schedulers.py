"""Several processes beat at the same time, with cron beside them, while somebody changes calendars and sager."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from kdflow.domain.dates import local_instant
from kdflow.domain.missed import MISSED
from kdflow.domain.sag import SagId
from kdflow.store.database import Database
from tests import make
from tests.actions.test_change_calendar import change
from tests.channels.servers import HOST
from tests.faults.postoffice import PostOffice
from tests.faults.processes import Process, command, until, worker
from tests.faults.stage import (
    DUE,
    Copy,
    Stages,
    beat,
    each_once,
    house_on,
    nowhere,
    quiet,
    settle,
    told,
    undisturbed,
)
from tests.faults.worker import Orders, set_clock
from tests.store.stand import opened


def tick(url: str, office: PostOffice, now: datetime) -> Any:
    """`kdflow tick`, as cron calls it."""
    return command(
        *("--db", url, "tick", "--now", now.isoformat()),
        KDFLOW_MAIL_HOST=HOST,
        KDFLOW_MAIL_PORT=str(office.port),
        KDFLOW_MAIL_SECURITY="none",
        KDFLOW_MAIL_FROM="kdflow <kdflow@region.example>",
    )


def letters_per_person(db: Database, since: datetime) -> Counter[tuple[str, Any]]:
    """How many letters each person got at each instant."""
    with db.read() as tx:
        rows = tx.run("select person, made_at from letter where made_at >= ?", (tx.instant(since),)).fetchall()
    return Counter((row[0], row[1]) for row in rows)


DAYS = [local_instant(date(2020, *day), 10) for day in ((2, 14), (2, 25), (2, 27), (2, 28), (3, 3), (3, 17))]


def test_three_schedulers_and_cron_remind_once(
    copy: Copy, stages: Stages, office: PostOffice, tmp_path: Path
) -> None:
    """The clock is set on from day to day; each time all of them wake up at once."""
    once = undisturbed(copy(stages.asleep), DAYS)
    url, clock = copy(stages.asleep), tmp_path / "clock"
    set_clock(clock, DAYS[0] - timedelta(hours=1))
    orders = Orders(task="beat", db=url, mail=office.port, clock=str(clock))
    with ExitStack() as stack:
        hearts = [stack.enter_context(worker(orders)) for _ in range(3)]
        db = stack.enter_context(opened(url))
        for number, now in enumerate(DAYS):
            cron = stack.enter_context(tick(url, office, now)) if number == 2 else None
            set_clock(clock, now)
            until(lambda now=now: quiet(db, now), f"all is told by {now}", hearts)  # type: ignore[misc]
            if cron:
                assert cron.ends() == 0, cron.words
        stops_well(hearts)
        each_once(db, office, DAYS[0])
        assert told(db) == once
        assert set(letters_per_person(db, DAYS[0]).values()) == {1}


def stops_well(hearts: list[Process]) -> None:
    """All of them end when they are asked to, and none has anything to complain about."""
    assert [heart.stop()[0] for heart in hearts] == [0] * len(hearts)
    assert [heart.words for heart in hearts] == [""] * len(hearts)


def test_cron_twice_in_the_same_moment_is_once(copy: Copy, stages: Stages, office: PostOffice) -> None:
    once = undisturbed(copy(stages.asleep), [DUE])
    url = copy(stages.asleep)
    with tick(url, office, DUE) as first, tick(url, office, DUE) as second:
        assert (first.ends(), second.ends()) == (0, 0), first.words + second.words
    with opened(url) as db:
        settle(db, office.channel(), DUE)
        each_once(db, office, DUE)
        assert told(db) == once
        assert set(letters_per_person(db, DUE).values()) == {1}


def test_meetings_that_move_and_sager_that_go_on_beneath_two_schedulers(
    copy: Copy, stages: Stages, office: PostOffice, tmp_path: Path
) -> None:
    """What people hear of the changes is what they hear where nobody else is at it, each once; nothing is lost."""
    url, clock = copy(stages.asleep), tmp_path / "clock"
    start = DAYS[0]
    set_clock(clock, start)
    orders = Orders(task="beat", db=url, mail=office.port, clock=str(clock), pace=0.02)
    with ExitStack() as stack:
        hearts = [stack.enter_context(worker(orders)) for _ in range(2)]
        db = stack.enter_context(opened(url))
        until(lambda: quiet(db, start), "the hearts beat", hearts)
        on = meddle(house_on(db), lambda now: set_clock(clock, now))
        later = [on + wait for wait in (timedelta(minutes=16), timedelta(days=3), timedelta(days=14))]
        for now in [on, *later]:
            set_clock(clock, now)
            until(lambda now=now: quiet(db, now), f"all is told by {now}", hearts)  # type: ignore[misc]
        stops_well(hearts)
        each_once(db, office, start)
        heard = told(db)
        settle(db, nowhere(), later[-1])
        assert told(db) == heard, "something was left to tell"
    assert of_changes(heard) == of_changes(alone(copy(stages.asleep), later))


def alone(url: str, later: list[datetime]) -> Counter[tuple[Any, ...]]:
    """What people are told where the same is done and one process alone beats after each change."""
    with opened(url) as db:
        beat(db, nowhere(), DAYS[0])
        meddle(house_on(db), lambda now: beat(db, nowhere(), now))
        for now in later:
            settle(db, nowhere(), now)
        return told(db)


def of_changes(heard: Counter[tuple[Any, ...]]) -> Counter[tuple[Any, ...]]:
    """What was told by those who changed something, and not by the watch."""
    found = Counter({what: n for what, n in heard.items() if '"duty":' not in what[4] and what[0] != MISSED})
    assert {what[0] for what in found} >= {"meeting-changed", "resting", "resumed"}
    return found


def meddle(house: make.House, goes_on: Callable[[datetime], None]) -> datetime:
    """Move and cancel meetings, and let a sag rest and go on, in turn; the last instant is returned."""
    chance = random.Random(4)  # noqa: S311  no secret
    house.now = DAYS[0]
    with house.db.read() as tx:
        sag = SagId(tx.run("select min(id) from sag").fetchone()[0])
    for number in range(24):
        house.now += timedelta(seconds=5)  # all within a lease: no process sleeps here
        goes_on(house.now)
        meeting = chance.choice(["kd-net-2020-03-13", "kd-net-2020-05-29", "kkr-midt-2020-04-01"])
        day = date.fromisoformat(meeting[-10:]) + timedelta(days=number + 1)
        change(house, "move", meeting, day.isoformat())
        if number % 6 == 5:
            move = "resume" if house.sag(sag).life == "resting" else "rest"
            house.do(sag, None, move, "ida", reason="Afventer.")
    change(house, "cancel", "kd-net-2020-05-29")
    return house.now
