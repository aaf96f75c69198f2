"""The history: whatever is edited, removed, put in or exchanged, the first row that is wrong is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from kdflow.domain.authority import Acting, PersonId
from kdflow.domain.sag import Event, SagId, StepSeq
from kdflow.store import history
from kdflow.store.database import Database, Tx
from kdflow.store.history import Break, Head
from tests.store.stand import NOW, OWNER, SECRETARY, Walker, proved

COLUMNS = (
    "seq, sag, step, station, machine, move, old, new, reason, data, actor, on_behalf_of, at, route, prior, digest"
)


@contextmanager
def tampering(db: Database) -> Iterator[Tx]:
    """A transaction in which the triggers are off, as they would be for whoever owns the database."""
    with db.write() as tx:
        if tx.is_postgres:
            tx.run("alter table event disable trigger all")
        else:
            for verb in ("update", "delete"):
                tx.run(f"drop trigger event_no_{verb}")
        yield tx


def broken(db: Database, known: Head | None = None) -> Break | None:
    """What the proof says."""
    with db.read() as tx:
        return history.first_break(tx, known)


@pytest.fixture
def written(db: Database) -> tuple[Database, int]:
    """A database with a history of some length."""
    Walker(db).before_join()
    Walker(db, prefix="other").at_meeting()
    proved(db)
    with db.read() as tx:
        return db, history.head(tx).seq


def test_the_history_is_read_as_it_was_written(db: Database) -> None:
    sag = Walker(db).open()
    full = Event(
        machine="step",
        move="decide",
        old="treated",
        new="decided",
        station="a",
        step=StepSeq(1),
        reason='Æ "quoted"\n\u2028',
        data={"outcome": "godkendt", "parts": [None, 1, {"x": "ø"}]},
    )
    bare = Event(machine="record", move="note", old="", new="")
    at = NOW + timedelta(microseconds=1)
    acting = Acting(person=SECRETARY, on_behalf_of=OWNER)
    with db.write() as tx:
        history.append(tx, [full, bare], sag=sag, route="fork@1", acting=acting, at=at)
        history.append(tx, [bare], sag=None, route="", acting=Acting(person=OWNER), at=at)
    with db.read() as tx:
        *_, first, second = history.of_sag(tx, sag)
        assert (first.event, second.event) == (full, bare)
        assert second.seq == first.seq + 1 == history.head(tx).seq - 1
        assert (first.actor, first.on_behalf_of, first.at, first.route) == (SECRETARY, OWNER, at, "fork@1")
    proved(db)


@pytest.mark.parametrize(
    "change",
    [
        "move = 'pull'",
        "old = old || ' '",
        "new = 'handed-on'",
        "machine = 'record'",
        "reason = 'Another'",
        "data = '{}  '",
        "actor = 'secretary'",
        "on_behalf_of = 'owner'",
        "route = 'line@1'",
        "step = 9",
        "station = 'z'",
        "sag = case when sag = 1 then 2 else 1 end",
        "at = '2020-01-06 08:00:00.000001'",
    ],
)
def test_an_edited_row_is_named(written: tuple[Database, int], change: str) -> None:
    db, _ = written
    with tampering(db) as tx:
        assert tx.run(f"update event set {change} where seq = 5").rowcount == 1  # noqa: S608
    assert broken(db) == Break(seq=5, fault="its content is not what was written")


def test_a_digest_that_was_made_to_fit_breaks_the_next_row(written: tuple[Database, int]) -> None:
    db, _ = written
    with tampering(db) as tx:
        row = list(tx.run(f"select {COLUMNS} from event where seq = 5").fetchone())  # noqa: S608
        fields = [*row[1:9], "{}", *row[10:12], _instant(tx, row[12]), row[13]]
        tx.run("update event set data = '{}', digest = ? where seq = 5", (_digest(5, row[14], fields),))
    assert broken(db) == Break(seq=6, fault="it does not follow the row before it")


def _instant(tx: Tx, value: object) -> str:
    return tx.read_instant(value).isoformat(timespec="microseconds")


def _digest(seq: int, prior: str, fields: list[object]) -> str:
    return history._digest(seq, prior, fields)


def test_a_removed_row_is_named(written: tuple[Database, int]) -> None:
    db, _ = written
    with tampering(db) as tx:
        tx.run("delete from event where seq = 7")
    assert broken(db) == Break(seq=7, fault="the row is missing (the next one is 8)")


def test_the_first_row_is_proved_too(written: tuple[Database, int]) -> None:
    db, _ = written
    with tampering(db) as tx:
        tx.run("delete from event where seq = 1")
    assert broken(db) == Break(seq=1, fault="the row is missing (the next one is 2)")


def test_a_removed_row_whose_gap_was_closed_is_named(written: tuple[Database, int]) -> None:
    db, last = written
    with tampering(db) as tx:
        tx.run("delete from event where seq = 7")
        for seq in range(8, last + 1):
            tx.run("update event set seq = ? where seq = ?", (seq - 1, seq))
        tx.run("update chain set seq = seq - 1")
    assert broken(db) == Break(seq=7, fault="it does not follow the row before it")


def test_a_row_put_in_is_named(written: tuple[Database, int]) -> None:
    db, last = written
    with tampering(db) as tx:
        for seq in range(last, 4, -1):
            tx.run("update event set seq = ? where seq = ?", (seq + 1, seq))
        copied = COLUMNS.replace("seq, ", "5, ", 1)
        tx.run(f"insert into event ({COLUMNS}) select {copied} from event where seq = 4")  # noqa: S608
        tx.run("update chain set seq = seq + 1")
    assert broken(db) == Break(seq=5, fault="it does not follow the row before it")


def test_exchanged_rows_are_named(written: tuple[Database, int]) -> None:
    db, _ = written
    with tampering(db) as tx:
        for old, new in ((4, -1), (6, 4), (-1, 6)):
            tx.run("update event set seq = ? where seq = ?", (new, old))
    assert broken(db) == Break(seq=4, fault="it does not follow the row before it")


def test_a_history_cut_at_its_end_is_named(written: tuple[Database, int]) -> None:
    db, last = written
    with tampering(db) as tx:
        tx.run("delete from event where seq > ?", (last - 2,))
    assert broken(db) == Break(seq=last - 1, fault="the head of the chain names another last row")


def test_a_history_cut_together_with_its_head_needs_a_noted_head(written: tuple[Database, int]) -> None:
    db, last = written
    with db.read() as tx:
        noted = history.head(tx)
    with tampering(db) as tx:
        tx.run("delete from event where seq > ?", (last - 2,))
        digest = tx.run("select digest from event where seq = ?", (last - 2,)).fetchone()[0]
        tx.run("update chain set seq = ?, digest = ?", (last - 2, digest))
    assert broken(db) is None
    assert broken(db, noted) == Break(seq=last - 1, fault=f"rows up to {last} once existed and are gone")


def test_a_history_written_anew_from_a_row_on_needs_a_noted_head(written: tuple[Database, int]) -> None:
    db, last = written
    with db.read() as tx:
        noted = history.head(tx)
        entries = [entry for sag in (1, 2) for entry in history.of_sag(tx, SagId(sag))]
    with tampering(db) as tx:
        tx.run("delete from event where seq >= 5")
        digest = tx.run("select digest from event where seq = 4").fetchone()[0]
        tx.run("update chain set seq = 4, digest = ?", (digest,))
        for entry in sorted((e for e in entries if e.seq >= 5), key=lambda e: e.seq):
            acting = Acting(person=PersonId("administrator"))
            history.append(tx, [entry.event], sag=entry.sag, route=entry.route, acting=acting, at=entry.at)
    assert broken(db) is None
    fault = "it is not the row that was the head when the head was noted down"
    assert broken(db, noted) == Break(seq=last, fault=fault)


def test_a_noted_head_stays_good_while_the_history_grows(written: tuple[Database, int]) -> None:
    db, _ = written
    with db.read() as tx:
        noted = history.head(tx)
    Walker(db, prefix="later").open()
    assert broken(db, noted) is None


def test_a_forged_head_is_named(written: tuple[Database, int]) -> None:
    db, last = written
    with db.write() as tx:
        tx.run("update chain set digest = ?", ("f" * 64,))
    assert broken(db) == Break(seq=last + 1, fault="the head of the chain names another last row")


def test_more_rows_than_are_read_at_once_are_proved(db: Database) -> None:
    sag = Walker(db).open()
    events = [Event(machine="record", move="note", old="", new=str(n)) for n in range(2500)]
    with db.write() as tx:
        history.append(tx, events, sag=sag, route="fork@1", acting=Acting(person=OWNER), at=NOW)
    proved(db)
    with tampering(db) as tx:
        tx.run("update event set new = 'x' where seq = 2300")
    assert broken(db) == Break(seq=2300, fault="its content is not what was written")


@pytest.mark.parametrize("undo", [lambda tx: tx.run("update event set new = 'x' where seq = 3")])
def test_the_triggers_stand_in_the_way_otherwise(
    written: tuple[Database, int], undo: Callable[[Tx], object]
) -> None:
    db, _ = written
    with pytest.raises(Exception, match="append-only"), db.write() as tx:
        undo(tx)
    proved(db)
