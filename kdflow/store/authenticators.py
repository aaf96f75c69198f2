"""Authenticators of people: a secret that their phone shares, and the time step up to which codes are used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kdflow.domain.authority import PersonId
from kdflow.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Authenticator:
    """One person's authenticator: added (`confirmed_at`) when a first code from it has fitted, and good for proofs
    from `counts_at` on, where nobody else (`released_by`) had to say so at once."""

    person: PersonId
    secret: str
    last_step: int
    confirmed_at: datetime | None
    counts_at: datetime | None = None
    released_by: PersonId | None = None

    @property
    def waits(self) -> bool:
        """Whether it is added, and somebody else has to release it."""
        return self.confirmed_at is not None and self.counts_at is None


def find(tx: Tx, person: PersonId) -> Authenticator | None:
    """The authenticator of a person, confirmed or not."""
    row = tx.run(
        "select secret, last_step, confirmed_at, counts_at, released_by from authenticator where person = ?",
        (person,),
    ).fetchone()
    if row is None:
        return None
    confirmed, counts = (tx.read_instant(at) if at else None for at in row[2:4])
    return Authenticator(
        person=person,
        secret=row[0],
        last_step=row[1],
        confirmed_at=confirmed,
        counts_at=counts,
        released_by=PersonId(row[4]) if row[4] else None,
    )


def waiting(tx: Tx) -> frozenset[str]:
    """Whose authenticators are added, and wait to be released."""
    rows = tx.run("select person from authenticator where confirmed_at is not null and counts_at is null")
    return frozenset(row[0] for row in rows.fetchall())


def begin(tx: Tx, person: PersonId, secret: str, now: datetime) -> None:
    """Give a person a new secret, which nobody has confirmed yet; one that is confirmed is never replaced."""
    tx.run(
        "insert into authenticator (person, secret, last_step, made_at) values (?, ?, 0, ?) "
        "on conflict (person) do update set secret = excluded.secret, last_step = 0, made_at = excluded.made_at "
        "where authenticator.confirmed_at is null",
        (person, secret, tx.instant(now)),
    )


def use_step(tx: Tx, person: PersonId, step: int) -> bool:
    """Use up the codes up to a time step; False where they were used meanwhile."""
    done = tx.run(
        "update authenticator set last_step = ? where person = ? and last_step < ?", (step, person, step)
    )
    return bool(done.rowcount == 1)


def confirm(tx: Tx, person: PersonId, now: datetime, *, counts: bool) -> None:
    """Note that a first code of a person's authenticator has fitted, and whether it counts from now on."""
    at = tx.instant(now)
    tx.run(
        "update authenticator set confirmed_at = ?, counts_at = ? where person = ?",
        (at, at if counts else None, person),
    )


def release(tx: Tx, person: PersonId, by: PersonId, now: datetime) -> None:
    """Let the authenticator of a person count, because somebody else says so."""
    tx.run(
        "update authenticator set counts_at = ?, released_by = ? where person = ?", (tx.instant(now), by, person)
    )


def remove(tx: Tx, person: PersonId) -> bool:
    """Forget the authenticator of a person; False where there is none."""
    return bool(tx.run("delete from authenticator where person = ?", (person,)).rowcount == 1)
