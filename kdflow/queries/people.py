"""Who is signed in, who can be, and what time the installation says it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from kdflow.domain.authority import Appointment, Office, Person, PersonId
from kdflow.domain.dates import local_day
from kdflow.domain.timetable import Body
from kdflow.store import people, sessions, settings
from kdflow.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """The person behind a browser, what offices they hold today, whether they stand in for a leader, the token
    that its forms must carry, how and when they signed in, when the session was last used, and when they last
    proved that it is them."""

    person: Person
    offices: frozenset[Office]
    stands_in: bool
    form_token: str
    way: str
    started_at: datetime
    seen_at: datetime
    proved_at: datetime | None
    handle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A person with the offices they hold today, for the demo's one-click sign-in."""

    person: Person
    offices: tuple[tuple[Office, str], ...]


def signed_in(db: Database, secret: str, now: datetime, idle: timedelta | None = None) -> SignedIn | None:
    """Who a browser with this secret belongs to; None where its session is over, or unused for so long."""
    with db.read() as tx:
        session = sessions.find(tx, secret, now, idle)
        if session is None:
            return None
        offices, stands_in = people.service_of(tx, session.person, local_day(now))
        return SignedIn(
            person=people.person(tx, session.person),
            offices=offices,
            stands_in=stands_in,
            form_token=session.form_token,
            way=session.origin.way,
            started_at=session.started_at or now,
            seen_at=session.seen_at or now,
            proved_at=session.proved_at,
            handle=session.handle,
        )


def roles(db: Database, now: datetime) -> tuple[Role, ...]:
    """Everybody who is here, with the offices they hold today and the short names of the bodies."""
    with db.read() as tx:
        bodies = people.bodies(tx)
        return tuple(
            Role(person=person, offices=_held(people.offices_of(tx, person.id), bodies, now))
            for person in people.here(tx, local_day(now)).values()
        )


def faces(everybody: tuple[Role, ...]) -> tuple[Role, ...]:
    """One of each sort, to begin a demo with: who owns sager, the chair and the secretary of the body that most
    people serve (what is named after it, as its secretariat, counted in), a member from elsewhere, and an
    administrator; as far as they are there."""
    served = Counter(at for role in everybody for _, at in role.offices if at != "*")
    around = {at: sum(n for one, n in served.items() if one.startswith(at)) for at in served}
    main = max(around, key=lambda at: (around[at], at), default="")
    owners = [role for role in everybody if not role.offices]
    chosen: list[Role | None] = [owners[0] if owners else None]
    chosen += [_holder(everybody, office, main) for office in (Office.CHAIR, Office.SECRETARY)]
    chosen.append(_holder(everybody, Office.MEMBER, main, at_home=False))
    chosen.append(_holder(everybody, Office.ADMINISTRATOR, "*"))
    return tuple(role for role in chosen if role)


def _holder(everybody: tuple[Role, ...], office: Office, main: str, *, at_home: bool = True) -> Role | None:
    """Who holds an office at a body (not at home: at another); else at a body of a like name, else anywhere."""
    holders = [(role, at) for role in everybody for one, at in role.offices if one is office]
    wanted = [role for role, at in holders if (at == main) is at_home]
    alike = [role for role, at in holders if main and main in at]
    return next(iter([*wanted, *alike, *(role for role, _ in holders)]), None)


def _held(
    offices: tuple[Appointment, ...], bodies: dict[str, Body], now: datetime
) -> tuple[tuple[Office, str], ...]:
    today = local_day(now)
    held = (
        (o.office, bodies[o.body].short if o.body in bodies else o.body) for o in offices if o.valid.covers(today)
    )
    return tuple(dict.fromkeys(held))


def person(db: Database, who: str) -> Person:
    """One person; NotFound when there is none."""
    with db.read() as tx:
        return people.person(tx, PersonId(who))


def installation_clock(db: Database, key: str) -> datetime | None:
    """The demo's time, or None in an installation that runs by the real clock."""
    with db.read() as tx:
        text = settings.find(tx, key)
    return datetime.fromisoformat(text) if text else None
