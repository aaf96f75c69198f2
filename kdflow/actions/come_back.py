"""Somebody comes back from another provider of sign-in: to sign in, or to prove that it is them."""

from __future__ import annotations

from datetime import datetime

from kdflow.domain.authority import PersonId
from kdflow.domain.dates import local_day
from kdflow.domain.identity import Claims, Origin
from kdflow.store import attempts, codes, identities, people, sessions
from kdflow.store.attempts import Attempt
from kdflow.store.database import Database, Tx
from kdflow.store.identities import Identity

RETURNS = "return"
"""The kind of attempts to come back."""


def may_return(db: Database, *, network: str, now: datetime) -> bool:
    """Whether returns over this network are looked at: not after too many that did not fit."""
    with db.read() as tx:
        return not attempts.too_many(tx, Attempt(kind=RETURNS, network=network), now)


def use_return(db: Database, state: str, *, now: datetime) -> bool:
    """Use up a return; False for the second one with the same state."""
    with db.write() as tx:
        return identities.use_return(tx, state, now)


def note_failure(db: Database, *, network: str, now: datetime) -> None:
    """Note that a return did not fit."""
    with db.write() as tx:
        attempts.failed(tx, Attempt(kind=RETURNS, network=network), now)


def sign_in_elsewhere(
    db: Database, claims: Claims, *, days: int, old_secret: str | None, now: datetime, origin: Origin
) -> str | None:
    """Sign in whom a provider names; the new secret for the cookie is returned. None where nobody knows them."""
    with db.write() as tx:
        person = _whose(tx, claims, now)
        if person is None:
            return None
        _keep(tx, claims, person, now)
        return sessions.begin(tx, person, days=days, old_secret=old_secret, now=now, origin=origin)


def prove_elsewhere(db: Database, claims: Claims, person: PersonId, *, secret: str, now: datetime) -> str | None:
    """Note that `person` has proved at a provider that it is them; the new secret of the session is returned. None
    where the provider names somebody else, or nobody we know."""
    if claims.proved_at is None:
        return None
    with db.write() as tx:
        if _whose(tx, claims, now) != person:
            return None
        _keep(tx, claims, person, now)
        return sessions.prove(tx, secret, claims.proved_at) or None


def _whose(tx: Tx, claims: Claims, now: datetime) -> PersonId | None:
    """By the subject; else, the first time only, by the address that is believed; nobody who has left. Who is
    known there by another subject already is not taken for the one who has the address now: addresses are given to
    others."""
    if person := identities.find(tx, claims.issuer, claims.subject):
        return person if people.person(tx, person).is_here(local_day(now)) else None
    person = codes.person_at(tx, claims.email, now) if claims.email else None
    return None if person and identities.has_other(tx, claims.issuer, person) else person


def _keep(tx: Tx, claims: Claims, person: PersonId, now: datetime) -> None:
    identity = Identity(
        issuer=claims.issuer,
        subject=claims.subject,
        person=person,
        provider=claims.provider,
        made_at=now,
        seen_at=now,
    )
    identities.keep(tx, identity)
