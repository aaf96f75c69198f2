"""Who is signed in, who can be, and what time the installation says it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kdflow.domain.authority import Appointment, Office, Person, PersonId
from kdflow.domain.dates import local_day
from kdflow.domain.timetable import Body
from kdflow.store import people, sessions, settings
from kdflow.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """The person behind a browser, and the token that its forms must carry."""

    person: Person
    form_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A person with the offices they hold today, for the demo's one-click sign-in."""

    person: Person
    offices: tuple[tuple[Office, str], ...]


def signed_in(db: Database, secret: str, now: datetime) -> SignedIn | None:
    """Who a browser with this secret belongs to, or None."""
    with db.read() as tx:
        session = sessions.find(tx, secret, now)
        if session is None:
            return None
        return SignedIn(person=people.person(tx, session.person), form_token=session.form_token)


def roles(db: Database, now: datetime) -> tuple[Role, ...]:
    """Everybody, with the offices they hold today and the short names of the bodies."""
    with db.read() as tx:
        bodies = people.bodies(tx)
        return tuple(
            Role(person=person, offices=_held(people.offices_of(tx, person.id), bodies, now))
            for person in people.people(tx).values()
        )


def _held(
    offices: tuple[Appointment, ...], bodies: dict[str, Body], now: datetime
) -> tuple[tuple[Office, str], ...]:
    today = local_day(now)
    return tuple(
        (o.office, bodies[o.body].short if o.body in bodies else o.body) for o in offices if o.valid.covers(today)
    )


def person(db: Database, who: str) -> Person:
    """One person; NotFound when there is none."""
    with db.read() as tx:
        return people.person(tx, PersonId(who))


def installation_clock(db: Database, key: str) -> datetime | None:
    """The demo's time, or None in an installation that runs by the real clock."""
    with db.read() as tx:
        text = settings.find(tx, key)
    return datetime.fromisoformat(text) if text else None
