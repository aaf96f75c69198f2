"""What people must be told: written in the transaction of the change, read by its reader, put into letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from kdflow.domain.authority import PersonId
from kdflow.domain.notices import Notice
from kdflow.domain.pace import held_for
from kdflow.domain.sag import SagId, StepSeq
from kdflow.store import mapping
from kdflow.store.database import Tx, marks
from kdflow.store.hushed import hushed

_NOTICE = "id, kind, person, sag, step, data, at"
_INSERT = (
    "insert into notice (kind, person, sag, step, data, at, key, due_at, dropped, why_dropped) "
    "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (key) do nothing"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A notice as it waits for its reader."""

    id: int
    notice: Notice
    at: datetime


def add(tx: Tx, notices: Sequence[Notice], at: datetime, *, is_mailed: bool = True) -> None:
    """Keep notices until they are delivered; one with a key that is known is there already. Those that are not
    mailed are only read on the page of one's notices."""
    instant = tx.instant(at)
    tx.told.extend(notices)
    tx.run_many(
        _INSERT,
        [
            (
                n.kind,
                n.person,
                n.sag,
                n.step,
                mapping.mapping_to_json(n.data),
                instant,
                n.key,
                tx.instant(at + held_for(n)) if is_mailed else None,
                not is_mailed,
                None if is_mailed else "over",
            )
            for n in notices
        ],
    )


def as_kept(notice: Notice) -> Notice:
    """A notice as it is read again when it has been kept."""
    return replace(notice, data=mapping.from_json(mapping.mapping_to_json(notice.data)))


def for_person(tx: Tx, person: PersonId, *, limit: int = 20) -> tuple[Kept, ...]:
    """The newest notices to a person, newest first."""
    rows = tx.run(
        f"select {_NOTICE} from notice where person = ? order by at desc, id desc limit ?", (person, limit)
    ).fetchall()
    return _all_kept(tx, rows)


def waiting_people(tx: Tx, now: datetime, *, limit: int) -> tuple[tuple[PersonId, ...], bool]:
    """People with notices whose time has come, by at most `limit` of these, those first that have waited longest;
    and whether there may be more."""
    rows = tx.run(
        "select person from notice where due_at is not null and due_at <= ? order by due_at limit ?",
        (tx.instant(now), limit),
    ).fetchall()
    return tuple(dict.fromkeys(PersonId(row[0]) for row in rows)), len(rows) == limit


def claim(tx: Tx, person: PersonId, now: datetime, *, limit: int) -> tuple[Kept, ...]:
    """The notices to a person whose time has come, oldest first; nobody else gets them meanwhile."""
    lock = " for update skip locked" if tx.is_postgres else ""
    rows = tx.run(
        f"select {_NOTICE} from notice where due_at is not null and due_at <= ? and person = ? "
        f"order by at, id limit ?{lock}",
        (tx.instant(now), person, limit),
    ).fetchall()
    return _all_kept(tx, rows)


def number_of(tx: Tx, key: str) -> int:
    """The number of the notice with this key."""
    return int(tx.run("select id from notice where key = ?", (key,)).fetchone()[0])


def told_by(tx: Tx, keys: Sequence[str]) -> dict[PersonId, str]:
    """Who has a notice with one of these keys, with that key."""
    rows = tx.run(f"select person, key from notice where key in ({marks(keys) or 'null'})", tuple(keys)).fetchall()
    return {PersonId(person): key for person, key in rows}


def take_back(tx: Tx, key: str | None) -> bool:
    """Send no mail of the notice with this key if it still waits for its letter, and say whether it did. The key
    is free again: what it was made of may come again."""
    lock = " for update" if tx.is_postgres else ""
    row = tx.run(f"select id, due_at from notice where key = ?{lock}", (key,)).fetchone()
    if row is None:
        return False
    tx.run("update notice set key = null where id = ?", (row[0],))
    waits = row[1] is not None
    if waits:
        drop(tx, [row[0]], "over")
    return waits


def hold(tx: Tx, notices: Sequence[int], until: datetime) -> None:
    """Let some notices wait."""
    tx.run_many("update notice set due_at = ? where id = ?", [(tx.instant(until), one) for one in notices])


def hold_all(tx: Tx, person: PersonId, now: datetime, until: datetime) -> None:
    """Let everything wait that a person would be told of now."""
    tx.run(
        "update notice set due_at = ? where due_at is not null and due_at <= ? and person = ?",
        (tx.instant(until), tx.instant(now), person),
    )


def let_go(tx: Tx, person: PersonId, now: datetime) -> None:
    """Let it be decided again when a person is told of what waits: they want it another way."""
    tx.run(
        "update notice set due_at = ? where due_at is not null and due_at > ? and person = ?",
        (tx.instant(now), tx.instant(now), person),
    )


def let_all_go(tx: Tx, now: datetime) -> None:
    """Let it be decided again when people are told of what waits."""
    tx.run(
        "update notice set due_at = ? where due_at is not null and due_at > ?", (tx.instant(now), tx.instant(now))
    )


def put_into(tx: Tx, letter: int, notices: Sequence[int]) -> None:
    """Let some notices go with a letter."""
    tx.run_many("update notice set due_at = null, letter = ? where id = ?", [(letter, one) for one in notices])


Why = Literal["over", "unwanted", "old"]
"""Why no mail was sent: it holds no longer, its reader wants none, or it is from before there were mails."""


def drop(tx: Tx, notices: Sequence[int], why: Why) -> None:
    """Say that no mail is sent of some notices; they stay, so that one can see what was not sent."""
    tx.run_many(
        "update notice set due_at = null, letter = null, dropped = ?, why_dropped = ? where id = ?",
        [(True, why, one) for one in notices],
    )


def drop_older(tx: Tx, before: datetime) -> None:
    """Send no mail of what is older than an instant and still waits."""
    tx.run(
        "update notice set due_at = null, dropped = ?, why_dropped = 'old' where due_at is not null and at < ?",
        (True, tx.instant(before)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outstanding:
    """A notice that is in no letter: it waits `until` an instant, or no mail is sent of it, and `why`."""

    kept: Kept
    until: datetime | None = None
    why: Why | None = None


def outstanding(tx: Tx, *, limit: int = 50) -> tuple[Outstanding, ...]:
    """Notices that wait for their letter, those first whose time comes first."""
    rows = tx.run(
        f"select {_NOTICE}, due_at from notice where due_at is not null order by due_at, id limit ?", (limit,)
    ).fetchall()
    kept = _all_kept(tx, rows)
    return tuple(Outstanding(kept=one, until=Tx.read_instant(row[7])) for one, row in zip(kept, rows, strict=True))


def newest_dropped(tx: Tx, *, limit: int = 50) -> tuple[Outstanding, ...]:
    """The newest notices of which no mail is sent."""
    rows = tx.run(
        f"select {_NOTICE}, why_dropped from notice where why_dropped is not null order by id desc limit ?",
        (limit,),
    ).fetchall()
    kept = _all_kept(tx, rows)
    return tuple(Outstanding(kept=one, why=row[7]) for one, row in zip(kept, rows, strict=True))


def in_letter(tx: Tx, letter: int) -> tuple[Kept, ...]:
    """The notices that go with a letter, oldest first."""
    rows = tx.run(f"select {_NOTICE} from notice where letter = ? order by at, id", (letter,)).fetchall()
    return _all_kept(tx, rows)


def in_letters(tx: Tx, letters: Sequence[int]) -> dict[int, list[Kept]]:
    """The notices that go with some letters, oldest first."""
    found: dict[int, list[Kept]] = {one: [] for one in letters}
    rows = tx.run(
        f"select letter, {_NOTICE} from notice where letter in ({marks(letters) or 'null'}) order by at, id",
        tuple(letters),
    ).fetchall()
    for (letter, *_), one in zip(rows, _all_kept(tx, [row[1:] for row in rows]), strict=True):
        found[letter].append(one)
    return found


def first_named(tx: Tx, sager: Sequence[SagId]) -> dict[SagId, str]:
    """For each sag that a mail has been about, the Message-ID of the first of those letters. Without `+ 0`
    PostgreSQL may look for the first by walking through the notices of all sager."""
    rows = tx.run(
        "select g.id, (select l.message_id from notice n join letter l on l.id = n.letter "
        "where n.sag = g.id and l.message_id like ? order by n.id + 0 limit 1) "
        f"from sag g where g.id in ({marks(sager) or 'null'})",
        ("%@%", *sager),
    ).fetchall()
    return {SagId(row[0]): str(row[1]) for row in rows if row[1]}


def _all_kept(tx: Tx, rows: Sequence[Sequence[Any]]) -> tuple[Kept, ...]:
    """Notices as they may be read now."""
    kept = [_kept(row) for row in rows]
    told = hushed(tx, [one.notice for one in kept])
    return tuple(replace(one, notice=notice) for one, notice in zip(kept, told, strict=True))


def _kept(row: Sequence[Any]) -> Kept:
    return Kept(
        id=row[0],
        at=Tx.read_instant(row[6]),
        notice=Notice(
            kind=row[1],
            person=PersonId(row[2]),
            sag=SagId(row[3]) if row[3] else None,
            step=StepSeq(row[4]) if row[4] else None,
            data=mapping.from_json(row[5]),
        ),
    )
