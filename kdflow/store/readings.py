"""Who read what of closed sager, and which steps somebody has had before them as they are.

What a request shows is noted while it is answered (`note`, `note_opened`), wherever a query finds it, and kept by
`actions/keep_readings` before the answer leaves the house.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from kdflow.domain.authority import PersonId
from kdflow.domain.sag import Sag, SagId, StepSeq
from kdflow.store.database import Tx, marks

What = Literal["page", "paper", "agenda", "minutes", "search", "export", "api"]
"""What was read of a sag."""

HOUR = 3600


class Read(NamedTuple):
    """Somebody reads something of a closed sag."""

    sag: SagId
    person: PersonId
    what: What


class Opened(NamedTuple):
    """Somebody has a step before them whose content has this digest."""

    person: PersonId
    sag: SagId
    step: StepSeq
    content: str


@dataclass(slots=True)
class Shown:
    """What a request shows, as far as that is remembered; `what` overrules what a query calls it."""

    what: What | None = None
    read: set[Read] = field(default_factory=set)
    opened: set[Opened] = field(default_factory=set)


AT_HAND: ContextVar[Shown | None] = ContextVar("AT_HAND", default=None)
"""What the request at hand shows. None where there is none: the command line and the clock."""


def note(sag: Sag, person: PersonId | None, what: What) -> None:
    """Note that the request at hand shows something of a sag; of an open one that is nobody's business."""
    shown = AT_HAND.get()
    if shown is not None and person is not None and sag.closed:
        shown.read.add(Read(sag.id, person, shown.what or what))


def note_opened(opened: Opened) -> None:
    """Note that the request at hand shows a step to somebody who is to answer."""
    if (shown := AT_HAND.get()) is not None:
        shown.opened.add(opened)


# --- kept --------------------------------------------------------------------------------------------------------


def not_kept(tx: Tx, read: Collection[Read], now: datetime) -> frozenset[Read]:
    """Of what is read, that which was not read within the same hour already."""
    if not read:
        return frozenset()
    sager = sorted({one.sag for one in read})
    rows = tx.run(
        f"select sag, person, what from reading where hour = ? and sag in ({marks(sager)})", (_hour(now), *sager)
    ).fetchall()
    return frozenset(read) - {Read(SagId(row[0]), PersonId(row[1]), row[2]) for row in rows}


def keep(tx: Tx, one: Read, now: datetime) -> None:
    """Keep that something was read: once within an hour."""
    tx.run(
        "insert into reading (sag, person, what, hour, at) values (?, ?, ?, ?, ?) on conflict do nothing",
        (one.sag, one.person, one.what, _hour(now), tx.instant(now)),
    )


def _hour(now: datetime) -> int:
    return int(now.timestamp()) // HOUR


class Reading(NamedTuple):
    """A row of what was read of a sag."""

    person: PersonId
    what: What
    at: datetime


def of_sag(tx: Tx, sag: SagId, *, limit: int) -> tuple[Reading, ...]:
    """What was read of a sag, newest first, at most `limit` rows."""
    rows = tx.run(
        "select person, what, at from reading where sag = ? order by at desc, person, what limit ?", (sag, limit)
    ).fetchall()
    return tuple(Reading(PersonId(row[0]), row[1], tx.read_instant(row[2])) for row in rows)


def is_opened(tx: Tx, one: Opened) -> bool:
    """Whether somebody has had a step before them as it is."""
    row = tx.run("select 1 from opened where person = ? and sag = ? and step = ? and content = ?", one).fetchone()
    return row is not None


def opened_by(tx: Tx, person: PersonId, ids: Sequence[SagId]) -> frozenset[Opened]:
    """The steps of some sager that somebody has had before them, each as it read then."""
    rows = tx.run(
        f"select sag, step, content from opened where person = ? and sag in ({marks(ids) or 'null'})",
        (person, *ids),
    ).fetchall()
    return frozenset(Opened(person, SagId(row[0]), StepSeq(row[1]), row[2]) for row in rows)


def keep_opened(tx: Tx, one: Opened, now: datetime) -> None:
    """Keep that somebody has had a step before them as it is."""
    tx.run(
        "insert into opened (person, sag, step, content, at) values (?, ?, ?, ?, ?) on conflict do nothing",
        (*one, tx.instant(now)),
    )
