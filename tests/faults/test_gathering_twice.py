"""Two processes gather at the same moment: what waits for one person is put into letters by one of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from kdflow.actions import gather_notices as gathering
from kdflow.actions.gather_notices import gather_notices
from kdflow.domain.authority import PersonId
from kdflow.store import people
from kdflow.store.database import Database, Tx
from tests.faults.stage import DUE, SECOND, Copy, Stages, lost
from tests.store.stand import opened

IDA = PersonId("ida")
WAITING = 5

BOTH_AT_IT = pytest.mark.parametrize(
    "ground", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
"""SQLite has one writer at a time."""


@pytest.fixture
def db(copy: Copy, stages: Stages) -> Iterator[Database]:
    """A database in which much has just been told: to Ida, five things."""
    with opened(copy(stages.asleep)) as database:
        with database.write() as tx:
            tx.run_many(
                "insert into notice (kind, person, sag, data, at, due_at, dropped) "
                "values (?, ?, 1, '{}', ?, ?, ?)",
                [("resting", who, tx.instant(DUE), tx.instant(DUE), False) for who in [IDA] * WAITING + ["karin"]],
            )
        yield database


def letters_to(db: Database, person: str) -> list[int]:
    """How many notices are in each letter to a person that was made on `DUE`."""
    with db.read() as tx:
        rows = tx.run(
            "select count(*) from letter l join notice n on n.letter = l.id "
            "where l.person = ? and l.made_at >= ? group by l.id order by l.id",
            (person, tx.instant(DUE)),
        ).fetchall()
    return [row[0] for row in rows]


@contextmanager
def another_is_at_it(db: Database) -> Iterator[Tx]:
    """Somebody else has begun with Ida, and has the first of her notices in their hands; then they die."""

    class DiesError(Exception):
        pass

    try:
        with db.write() as tx:
            assert people.lock(tx, IDA)
            tx.run(
                "select 1 from notice where person = ? and due_at <= ? order by id limit 1 for update", (IDA, DUE)
            )
            yield tx
            raise DiesError
    except DiesError:
        pass


@BOTH_AT_IT
def test_nobody_gathers_for_a_person_for_whom_somebody_else_does(db: Database) -> None:
    with another_is_at_it(db):
        assert gather_notices(db, now=DUE) == 1
        assert (letters_to(db, IDA), letters_to(db, "karin")) == ([], [1])
    assert gather_notices(db, now=DUE) == 1
    assert letters_to(db, IDA) == [WAITING]
    assert lost(db) == []


@BOTH_AT_IT
def test_without_that_one_person_would_get_two_letters(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bug that the lock is against, put in on purpose."""
    real = people.lock
    with another_is_at_it(db):
        monkeypatch.setattr(people, "lock", lambda *_: True)
        gather_notices(db, now=DUE)
        assert letters_to(db, IDA) == [WAITING - 1]
    monkeypatch.setattr(people, "lock", real)
    gather_notices(db, now=DUE)
    assert letters_to(db, IDA) == [WAITING - 1, 1]


@pytest.mark.parametrize(("most", "people_at_a_time"), [(1, 1), (2, 1), (3, 2), (WAITING, 50)])
def test_however_many_go_into_a_batch_each_notice_is_in_one_letter(
    db: Database, monkeypatch: pytest.MonkeyPatch, most: int, people_at_a_time: int
) -> None:
    monkeypatch.setattr(gathering, "MOST_IN_ONE", most)
    monkeypatch.setattr(gathering, "BATCH", people_at_a_time)
    letters = -(-WAITING // most)
    assert gather_notices(db, now=DUE) == letters + 1
    found = letters_to(db, IDA)
    assert (len(found), sum(found), max(found)) == (letters, WAITING, most)
    assert letters_to(db, "karin") == [1]
    assert lost(db) == []
    assert gather_notices(db, now=DUE + SECOND) == 0
