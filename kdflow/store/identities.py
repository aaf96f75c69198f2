"""Who people are at other providers of sign-in: by the issuer and the subject that never changes there."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from kdflow.domain.authority import PersonId
from kdflow.store.database import Tx

RETURNS_KEPT = timedelta(hours=1)
"""How long a return is remembered as used: longer than its cookie lives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A person as one provider knows them."""

    issuer: str
    subject: str
    person: PersonId
    provider: str
    made_at: datetime
    seen_at: datetime

    @property
    def handle(self) -> str:
        """What names it in an address."""
        return hashlib.sha256(f"{self.issuer} {self.subject}".encode()).hexdigest()[:32]


def find(tx: Tx, issuer: str, subject: str) -> PersonId | None:
    """Whose identity this is."""
    row = tx.run("select person from identity where issuer = ? and subject = ?", (issuer, subject)).fetchone()
    return PersonId(row[0]) if row else None


def has_other(tx: Tx, issuer: str, person: PersonId) -> bool:
    """Whether a person is known at an issuer already."""
    return bool(tx.run("select 1 from identity where issuer = ? and person = ?", (issuer, person)).fetchone())


def keep(tx: Tx, identity: Identity) -> None:
    """Keep an identity, or note that it was used again."""
    tx.run(
        "insert into identity (issuer, subject, person, provider, made_at, seen_at) values (?, ?, ?, ?, ?, ?) "
        "on conflict (issuer, subject) do update set seen_at = excluded.seen_at, provider = excluded.provider",
        (
            identity.issuer,
            identity.subject,
            identity.person,
            identity.provider,
            tx.instant(identity.made_at),
            tx.instant(identity.seen_at),
        ),
    )


def of_person(tx: Tx, person: PersonId) -> tuple[Identity, ...]:
    """The identities of a person."""
    rows = tx.run(
        "select issuer, subject, provider, made_at, seen_at from identity where person = ? "
        "order by made_at, issuer",
        (person,),
    ).fetchall()
    return tuple(
        Identity(
            issuer=row[0],
            subject=row[1],
            person=person,
            provider=row[2],
            made_at=tx.read_instant(row[3]),
            seen_at=tx.read_instant(row[4]),
        )
        for row in rows
    )


def remove(tx: Tx, identity: Identity) -> None:
    """Forget an identity."""
    tx.run("delete from identity where issuer = ? and subject = ?", (identity.issuer, identity.subject))


def use_return(tx: Tx, state: str, now: datetime) -> bool:
    """Use up the return that belongs to a state; False where it was used before."""
    tx.run("delete from handshake where at <= ?", (tx.instant(now - RETURNS_KEPT),))
    digest = hashlib.sha256(state.encode()).hexdigest()
    done = tx.run(
        "insert into handshake (state, at) values (?, ?) on conflict (state) do nothing", (digest, tx.instant(now))
    )
    return bool(done.rowcount == 1)
