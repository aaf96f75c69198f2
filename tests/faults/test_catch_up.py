"""A house that slept for five weeks wakes up: each row is handled once, and each person gets one mail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest

from kdflow.actions.gather_notices import BATCH as PEOPLE_AT_ONCE
from kdflow.actions.gather_notices import MOST_IN_ONE, gather_notices
from kdflow.actions.pass_deadlines import BATCH as SAGER_AT_ONCE
from kdflow.actions.pass_deadlines import pass_deadlines
from kdflow.domain.departures import civil
from kdflow.domain.missed import MISSED
from kdflow.domain.sag import SagId
from kdflow.store import outbox
from kdflow.store.database import Database
from tests.benchmarks.bench_clock import pages_read
from tests.faults.crowd import OWNERS, many
from tests.faults.postoffice import PostOffice
from tests.faults.stage import DUE, Copy, Stages, each_once, settle
from tests.store.stand import opened

SAGER = 600
ROWS = 10_000
"""Rows that are due when a large house wakes up: two steps of each sag."""

PAGES_EACH = 30
"""What PostgreSQL may look at to find the first letter about a sag, however many notices there are."""


def missed(db: Database) -> Counter[tuple[str, int]]:
    """Who was told of which sag that it missed its meeting, and how often."""
    with db.read() as tx:
        rows = tx.run("select person, sag from notice where kind = ?", (MISSED,)).fetchall()
    return Counter((row[0], row[1]) for row in rows)


def mails(db: Database) -> Counter[str]:
    """How many letters each person got on the day of waking up."""
    with db.read() as tx:
        rows = tx.run(
            "select person, count(*) from letter where made_at >= ? group by person", (tx.instant(DUE),)
        ).fetchall()
    return Counter({row[0]: row[1] for row in rows})


def fewest(db: Database, person: str) -> int:
    """The fewest letters that hold all that a person heard when we woke up."""
    with db.read() as tx:
        count = tx.run(
            "select count(*) from notice where person = ? and at >= ?", (person, tx.instant(DUE))
        ).fetchone()[0]
    return -(-int(count) // MOST_IN_ONE)


@pytest.mark.timeout(300)
def test_each_row_is_handled_once_and_each_person_gets_one_mail(
    copy: Copy, stages: Stages, office: PostOffice
) -> None:
    url = copy(stages.asleep)
    with opened(url) as db:
        many(db, SAGER)
        swept = pass_deadlines(db, now=DUE)
        assert swept.sager == SAGER + 2
        assert pass_deadlines(db, now=DUE).sager == 0
        settle(db, office.channel(), DUE)
        told = missed(db)
        assert set(told.values()) == {1}
        assert sum(person.startswith("owner-") for person, _ in told) == SAGER
        got = mails(db)
        assert [count for person, count in got.items() if person.startswith("owner-")] == [1] * OWNERS
        assert {person: count for person, count in got.items() if count > fewest(db, person)} == {}
        each_once(db, office, DUE)


@dataclass
class Counted:
    """How many things there were each time that somebody asked whether to stop."""

    count: Callable[[], int]
    seen: list[int] = field(default_factory=list)

    def __call__(self) -> bool:
        """Note it, and go on."""
        self.seen.append(self.count())
        return False

    @property
    def most_at_once(self) -> int:
        """How many at the most became other ones between two of these moments."""
        return max(abs(after - before) for before, after in pairwise(self.seen))


def ask(db: Database, question: str, *values: Any) -> int:
    """A number that the database knows."""
    with db.read() as tx:
        return int(tx.run(question, values).fetchone()[0])


@pytest.mark.timeout(300)
def test_ten_thousand_rows_are_handled_in_transactions_that_are_not_long(copy: Copy, stages: Stages) -> None:
    with opened(copy(stages.asleep)) as db:
        many(db, ROWS // 2, owners=2 * PEOPLE_AT_ONCE)
        minute = civil(DUE)
        awake = Counted(lambda: ask(db, "select count(distinct sag) from step where wake_at <= ?", minute))
        assert ask(db, "select count(*) from step where wake_at <= ?", minute) >= ROWS
        assert pass_deadlines(db, now=DUE, stop=awake).sager == awake.seen[0] == ROWS // 2 + 2
        assert (awake.most_at_once, awake.count()) == (SAGER_AT_ONCE, 0)
        assert (pass_deadlines(db, now=DUE).sager, set(missed(db).values())) == (0, {1})
        people = Counted(lambda: ask(db, "select count(distinct person) from notice where due_at is not null"))
        letters = gather_notices(db, now=DUE, stop=people)
        assert (people.most_at_once <= PEOPLE_AT_ONCE, people.count()) == (True, 0)
        assert (gather_notices(db, now=DUE), sum(mails(db).values())) == (0, letters)
        assert {person: count for person, count in mails(db).items() if count > fewest(db, person)} == {}
        before = pages_read(db)
        with db.read() as tx:
            outbox.first_named(tx, [SagId(sag) for _, sag in missed(db)][:SAGER_AT_ONCE])
        assert pages_read(db) - before <= PAGES_EACH * SAGER_AT_ONCE
