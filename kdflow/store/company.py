"""What a sag is connected with: the people who follow it, and the sager that have to do with it."""

from __future__ import annotations

from datetime import datetime

from kdflow.domain.authority import PersonId
from kdflow.domain.sag import SagId
from kdflow.store.database import Tx


def follow(tx: Tx, sag: SagId, person: PersonId, now: datetime) -> None:
    """Let somebody hear what happens to a sag."""
    tx.run(
        "insert into follower (sag, person, since) values (?, ?, ?) on conflict (sag, person) do nothing",
        (sag, person, tx.instant(now)),
    )


def unfollow(tx: Tx, sag: SagId, person: PersonId) -> None:
    """Let somebody hear of it no longer."""
    tx.run("delete from follower where sag = ? and person = ?", (sag, person))


def followers(tx: Tx, sag: SagId) -> tuple[PersonId, ...]:
    """Who follows a sag; whether they may know of it is asked where they are told."""
    rows = tx.run("select person from follower where sag = ? order by person", (sag,)).fetchall()
    return tuple(PersonId(row[0]) for row in rows)


def relate(tx: Tx, one: SagId, other: SagId, person: PersonId, now: datetime) -> bool:
    """Say that two sager have to do with each other; False where that was said before."""
    done = tx.run(
        "insert into relation (sag, other, person, at) values (?, ?, ?, ?) on conflict (sag, other) do nothing",
        (min(one, other), max(one, other), person, tx.instant(now)),
    )
    return bool(done.rowcount)


def unrelate(tx: Tx, one: SagId, other: SagId) -> bool:
    """Say it no longer; False where nobody had."""
    pair = (min(one, other), max(one, other))
    return bool(tx.run("delete from relation where sag = ? and other = ?", pair).rowcount)


def around(tx: Tx, sag: SagId) -> tuple[tuple[PersonId, ...], tuple[SagId, ...]]:
    """Who follows a sag, and the sager that have to do with it, whichever of the two that was said of."""
    rows = tx.run(
        "select person, 0 from follower where sag = ? union select '', other from relation where sag = ? "
        "union select '', sag from relation where other = ? order by 1, 2",
        (sag, sag, sag),
    ).fetchall()
    followed = tuple(PersonId(person) for person, _ in rows if person)
    return followed, tuple(SagId(other) for person, other in rows if not person)
