"""What a person sees of their own account: where they are signed in, their authenticator, other providers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from kdflow.domain import authenticator
from kdflow.domain.authority import PersonId
from kdflow.domain.rights import releasers
from kdflow.store import authenticators, identities, parked, people, sessions
from kdflow.store.database import Database
from kdflow.store.identities import Identity
from kdflow.store.parked import Parked
from kdflow.store.sessions import Session
from kdflow.store.world import whole_world


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Sessions (the one used last first), identities, and since when there is an authenticator; where it `waits`,
    it does not count yet."""

    sessions: tuple[Session, ...]
    identities: tuple[Identity, ...]
    authenticator_since: datetime | None
    waits: bool


def account(db: Database, person: PersonId, now: datetime, idle: timedelta | None) -> Account:
    """The account of a person."""
    with db.read() as tx:
        mine = authenticators.find(tx, person)
        return Account(
            sessions=sessions.of_person(tx, person, now, idle),
            identities=identities.of_person(tx, person),
            authenticator_since=mine.confirmed_at if mine else None,
            waits=mine is not None and mine.waits,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """How far a person is with an authenticator: whether they have one (`is_added`), whether it counts, and what
    those are called who can release one."""

    is_added: bool
    counts: bool
    releasers: tuple[str, ...]


def enrolment(db: Database, person: PersonId, now: datetime) -> Enrolment:
    """How far a person is with an authenticator."""
    with db.read() as tx:
        mine, world = authenticators.find(tx, person), whole_world(tx, now)
    return Enrolment(
        is_added=mine is not None and mine.confirmed_at is not None,
        counts=mine is not None and mine.counts_at is not None,
        releasers=tuple(sorted(world.names.get(one, one) for one in releasers(world, person))),
    )


def new_authenticator(db: Database, person: PersonId) -> tuple[str, str] | None:
    """The secret to share with a phone, four letters at a time, and its otpauth address; None where none waits."""
    with db.read() as tx:
        mine, who = authenticators.find(tx, person), people.person(tx, person)
    if mine is None or mine.confirmed_at:
        return None
    groups = [mine.secret[at : at + 4] for at in range(0, len(mine.secret), 4)]
    return " ".join(groups), authenticator.address(mine.secret, who.email, "kdflow")


def parked_form(db: Database, handle: str, person: PersonId, now: datetime) -> Parked | None:
    """A form of this person that waits."""
    with db.read() as tx:
        return parked.find(tx, handle, person, now) if handle else None
