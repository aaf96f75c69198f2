"""A house that slept for five weeks wakes up: each row is handled once, and each person gets one mail."""

from __future__ import annotations

from collections import Counter

import pytest

from kdflow.actions.gather_notices import MOST_IN_ONE
from kdflow.actions.pass_deadlines import pass_deadlines
from kdflow.domain.missed import MISSED
from kdflow.store.database import Database
from tests.faults.crowd import OWNERS, many
from tests.faults.postoffice import PostOffice
from tests.faults.stage import DUE, Copy, Stages, each_once, settle
from tests.store.stand import opened

SAGER = 600


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
