"""The history: append-only rows, each chained to the one before by SHA-256; read, appended, proved."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from kdflow.domain.authority import Acting
from kdflow.domain.errors import NotFound
from kdflow.domain.sag import Event, SagId
from kdflow.store import mapping
from kdflow.store.database import Tx, marks

GENESIS = "0" * 64
"""The digest before the first row."""

_COLUMNS = (
    "seq, prior, sag, step, station, machine, move, old, new, reason, data, actor, on_behalf_of, at, route, digest"
)
_INSERT = f"insert into event ({_COLUMNS}) values ({', '.join('?' * 16)})"
_SELECT = f"select {_COLUMNS} from event"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The end of the chain: how many rows there are, and the digest of the last."""

    seq: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of the history, as it is read."""

    seq: int
    sag: SagId | None
    event: Event
    actor: str
    on_behalf_of: str | None
    at: datetime
    route: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """The first row that does not prove itself, and what is wrong with it."""

    seq: int
    fault: str


def append(
    tx: Tx, events: Sequence[Event], *, sag: SagId | None, route: str, acting: Acting, at: datetime
) -> None:
    """Append events to the history; the head of the chain is locked until the transaction ends."""
    lock = " for update" if tx.is_postgres else ""
    row = tx.run(f"select seq, digest from chain where id = 1{lock}").fetchone()
    if row is None:
        raise NotFound("head of the history", 1)
    seq, digest = row
    rows = []
    for event in events:
        seq, prior = seq + 1, digest
        fields = _fields(event, sag, route, acting, at)
        digest = _digest(seq, prior, fields)
        rows.append((seq, prior, *fields[:11], tx.instant(at), fields[12], digest))
    tx.run_many(_INSERT, rows)
    tx.run("update chain set seq = ?, digest = ? where id = 1", (seq, digest))


def _fields(event: Event, sag: SagId | None, route: str, acting: Acting, at: datetime) -> tuple[Any, ...]:
    return (
        sag,
        event.step,
        event.station,
        event.machine,
        event.move,
        event.old,
        event.new,
        event.reason,
        mapping.mapping_to_json(event.data),
        acting.person,
        acting.on_behalf_of,
        at.astimezone(UTC).isoformat(timespec="microseconds"),
        route,
    )


def _digest(seq: int, prior: str, fields: Sequence[Any]) -> str:
    return hashlib.sha256(mapping.to_json([seq, prior, *fields]).encode()).hexdigest()


def head(tx: Tx) -> Head:
    """The end of the chain as the installation knows it."""
    seq, digest = tx.run("select seq, digest from chain where id = 1").fetchone()
    return Head(seq=seq, digest=digest)


def of_sag(tx: Tx, sag: SagId) -> tuple[Entry, ...]:
    """The history of one sag, oldest first."""
    return tuple(_entry(tx, row) for row in tx.run(f"{_SELECT} where sag = ? order by seq", (sag,)).fetchall())


def of_move(tx: Tx, sag: SagId, *moves: str) -> tuple[Entry, ...]:
    """What some kinds of moves did to a sag, oldest first."""
    rows = tx.run(f"{_SELECT} where sag = ? and move in ({marks(moves)}) order by seq", (sag, *moves)).fetchall()
    return tuple(_entry(tx, row) for row in rows)


def about_meeting(tx: Tx, meeting: str) -> tuple[Entry, ...]:
    """What the history says of one meeting of a calendar, oldest first; few rows are about no sag."""
    rows = tx.run(f"{_SELECT} where sag is null and step is null order by seq").fetchall()
    entries = (_entry(tx, row) for row in rows)
    return tuple(entry for entry in entries if entry.event.data.get("meeting") == meeting)


def of_house(tx: Tx, moves: Collection[str], *, before: int = 0, limit: int = 100) -> tuple[Entry, ...]:
    """What was done to the house itself by some kinds of moves, newest first; `before` is the number of a row."""
    known = sorted(moves)
    rows = tx.run(
        f"{_SELECT} where sag is null and move in ({marks(known)}) and (? = 0 or seq < ?) "
        "order by seq desc limit ?",
        (*known, before, before, limit),
    ).fetchall()
    return tuple(_entry(tx, row) for row in rows)


def _entry(tx: Tx, row: Sequence[Any]) -> Entry:
    data: Mapping[str, object] = mapping.from_json(row[10])
    event = Event(
        machine=row[5],
        move=row[6],
        old=row[7],
        new=row[8],
        station=row[4],
        step=row[3],
        reason=row[9],
        data=data,
    )
    return Entry(
        seq=row[0],
        sag=SagId(row[2]) if row[2] is not None else None,
        event=event,
        actor=row[11],
        on_behalf_of=row[12],
        at=tx.read_instant(row[13]),
        route=row[14],
    )


def first_break(tx: Tx, known: Head | None = None) -> Break | None:
    """Prove the chain from the first row to the head; the first row that fails is named.

    Args:
        known: a head noted down earlier, outside the database. Without it a chain cut at its end, together with
            its head, still proves itself.

    Returns:
        None when every row proves itself and the last one is the head.
    """
    last = Head(seq=0, digest=GENESIS)
    for row in _rows(tx):
        if (fault := _fault(tx, row, last)) is not None:
            return Break(seq=last.seq + 1, fault=fault)
        last = Head(seq=row[0], digest=row[15])
        if known and known.seq == last.seq and known.digest != last.digest:
            return Break(seq=last.seq, fault="it is not the row that was the head when the head was noted down")
    if known and known.seq > last.seq:
        return Break(seq=last.seq + 1, fault=f"rows up to {known.seq} once existed and are gone")
    if head(tx) != last:
        return Break(seq=last.seq + 1, fault="the head of the chain names another last row")
    return None


def _rows(tx: Tx) -> Iterator[Sequence[Any]]:
    after = 0
    while batch := tx.run(f"{_SELECT} where seq > ? order by seq limit 1000", (after,)).fetchall():
        yield from batch
        after = batch[-1][0]


def _fault(tx: Tx, row: Sequence[Any], last: Head) -> str | None:
    if row[0] != last.seq + 1:
        return f"the row is missing (the next one is {row[0]})"
    if row[1] != last.digest:
        return "it does not follow the row before it"
    at = tx.read_instant(row[13]).isoformat(timespec="microseconds")
    if row[15] != _digest(row[0], row[1], (*row[2:13], at, row[14])):
        return "its content is not what was written"
    return None
