"""Authenticators of people: a secret that their phone shares, and the time step up to which codes are used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kdflow.domain.authority import PersonId
from kdflow.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Authenticator:
    """One person's authenticator; not confirmed until a first code from it has fitted."""

    person: PersonId
    secret: str
    last_step: int
    confirmed_at: datetime | None


def find(tx: Tx, person: PersonId) -> Authenticator | None:
    """The authenticator of a person, confirmed or not."""
    row = tx.run(
        "select secret, last_step, confirmed_at from authenticator where person = ?", (person,)
    ).fetchone()
    if row is None:
        return None
    at = tx.read_instant(row[2]) if row[2] else None
    return Authenticator(person=person, secret=row[0], last_step=row[1], confirmed_at=at)


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


def confirm(tx: Tx, person: PersonId, now: datetime) -> None:
    """Let the authenticator of a person count."""
    tx.run("update authenticator set confirmed_at = ? where person = ?", (tx.instant(now), person))


def remove(tx: Tx, person: PersonId) -> bool:
    """Forget the authenticator of a person; False where there is none."""
    return bool(tx.run("delete from authenticator where person = ?", (person,)).rowcount == 1)
