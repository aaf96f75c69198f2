"""Prove, in a signed-in session, by more than a mail that it is you; and have an authenticator to do it with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kdflow.domain import authenticator
from kdflow.domain.authority import PersonId
from kdflow.domain.notices import Notice
from kdflow.domain.pace import ACCOUNT
from kdflow.domain.proof import is_more_than_mail
from kdflow.store import attempts, authenticators, identities, outbox, people, sessions
from kdflow.store.attempts import Attempt
from kdflow.store.authenticators import Authenticator
from kdflow.store.database import Database, Tx

CODES = "authenticator"
"""The kind of attempts to type a code of an authenticator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """The new secret of the session, or why there is none; or the authenticator `waits` for somebody else."""

    secret: str = ""
    why: Literal["", "wrong", "too-many"] = ""
    waits: bool = False


def prove_by_code(
    db: Database, person: PersonId, code: str, *, secret: str, network: str, now: datetime
) -> Proved:
    """Prove it by a code of one's authenticator. A code is good once; after five that did not fit, none is looked
    at for a while."""
    return _by_code(db, person, code, secret=secret, network=network, now=now, is_first=False)


def confirm_authenticator(
    db: Database, person: PersonId, code: str, *, secret: str, network: str, now: datetime
) -> Proved:
    """Add a new authenticator, by a first code from it. Where its person has shown by more than a mail that it is
    them, it counts, and that code is a proof too; else it waits until somebody else releases it."""
    return _by_code(db, person, code, secret=secret, network=network, now=now, is_first=True)


def _by_code(
    db: Database, person: PersonId, code: str, *, secret: str, network: str, now: datetime, is_first: bool
) -> Proved:
    attempt = Attempt(kind=CODES, network=network, account=person)
    with db.write() as tx:
        attempts.hold(tx, person)
        if attempts.too_many(tx, attempt, now):
            return Proved(why="too-many")
        mine = authenticators.find(tx, person)
        is_asked = mine is not None and (mine.confirmed_at is None if is_first else mine.counts_at is not None)
        if mine is None or not is_asked or not _fits(tx, mine, code, now):
            attempts.failed(tx, attempt, now)
            return Proved(why="wrong")
        if is_first and not _add(tx, person, secret, now):
            return Proved(waits=True)
        return Proved(secret=sessions.prove(tx, secret, now))


def _add(tx: Tx, person: PersonId, secret: str, now: datetime) -> bool:
    """Whether the new authenticator counts at once."""
    here = sessions.find(tx, secret, now)
    counts = here is not None and is_more_than_mail(here.origin.way, here.started_at, here.proved_at, now)
    authenticators.confirm(tx, person, now, counts=counts)
    _tell(tx, person, now, added=True, waits=not counts)
    return counts


def _fits(tx: Tx, mine: Authenticator, code: str, now: datetime) -> bool:
    step = authenticator.fitting_step(mine.secret, code, now, after=mine.last_step)
    return step is not None and authenticators.use_step(tx, mine.person, step)


def prove_in_a_demo(db: Database, *, secret: str, now: datetime) -> Proved:
    """In a demo one says so: its clock stands still, so no phone has its codes, and it has no provider to ask."""
    with db.write() as tx:
        return Proved(secret=sessions.prove(tx, secret, now))


def begin_authenticator(db: Database, person: PersonId, *, now: datetime) -> None:
    """Make a secret to share with a phone. It counts when a first code from it has fitted; until then it can be
    made anew. One that counts is left as it is."""
    with db.write() as tx:
        authenticators.begin(tx, person, authenticator.new_secret(), now)


def remove_authenticator(db: Database, person: PersonId, *, now: datetime) -> None:
    """Forget one's authenticator."""
    with db.write() as tx:
        _remove(tx, person, now)


def _remove(tx: Tx, person: PersonId, now: datetime) -> bool:
    mine = authenticators.find(tx, person)
    if mine and mine.confirmed_at:
        _tell(tx, person, now, added=False)
    return authenticators.remove(tx, person)


def _tell(tx: Tx, person: PersonId, now: datetime, *, added: bool, waits: bool = False) -> None:
    """Let a person know that how they prove who they are has changed: it may not have been them."""
    outbox.add(tx, [Notice(kind=ACCOUNT, person=person, sag=None, data={"added": added, "waits": waits})], now)


def reset_sign_in(db: Database, person: PersonId, *, now: datetime) -> bool:
    """For whoever has lost their phone, or fears for their account: forget the authenticator and the identities at
    other providers, and end every session. Whether there was an authenticator is returned.

    Raises:
        NotFound: there is no such person.
    """
    with db.write() as tx:
        people.person(tx, person)
        sessions.remove_all(tx, person)
        sessions.drop_links(tx, person)
        for identity in identities.of_person(tx, person):
            identities.remove(tx, identity)
        return _remove(tx, person, now)
