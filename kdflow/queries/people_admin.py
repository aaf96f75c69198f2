"""People and their offices as those see them who keep them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kdflow.domain.authority import Person, PersonId
from kdflow.domain.rights import may_release
from kdflow.domain.situation import World
from kdflow.domain.timetable import Body
from kdflow.domain.visibility import may_see
from kdflow.queries.administration import existing, in_order, keeper
from kdflow.store import authenticators, offices, people, sager
from kdflow.store.database import Database, Tx
from kdflow.store.offices import Away, Held
from kdflow.store.world import with_routes


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """A person in the list, with the offices they hold today or will, and whether their authenticator `waits`."""

    person: Person
    held: tuple[Held, ...]
    waits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleAdmin:
    """Everybody, and what the viewer may do."""

    rows: tuple[PersonRow, ...]
    is_administrator: bool
    world: World


def people_admin(db: Database, viewer: PersonId, now: datetime, text: str = "") -> PeopleAdmin:
    """Everybody whose name or address has `text` in it."""
    with db.read() as tx:
        world, _, is_administrator = keeper(tx, viewer, now)
        held: dict[str, list[Held]] = {}
        for one in offices.everyone(tx):
            if one.office.valid.end is None or one.office.valid.end >= world.today:
                held.setdefault(one.office.person, []).append(one)
        wanted, waiting = text.strip().lower(), authenticators.waiting(tx)
        rows = [
            PersonRow(person=person, held=tuple(held.get(key, ())), waits=key in waiting)
            for key, person in people.people(tx).items()
            if wanted in person.name.lower() or wanted in person.email.lower()
        ]
        return PeopleAdmin(rows=tuple(rows), is_administrator=is_administrator, world=world)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedRow:
    """A sag that a person owns, as far as the viewer may know of it."""

    number: str
    title: str
    closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAdmin:
    """One person: offices, absences, and the open sager they own, as far as the viewer may know of them. `bodies`
    are those in which the viewer may give offices, `others` who could take the sager over; `waiting` is when they
    added an authenticator that nobody has released yet."""

    person: Person
    version: int
    held: tuple[Held, ...]
    away: tuple[Away, ...]
    owned: tuple[OwnedRow, ...]
    bodies: tuple[Body, ...]
    others: tuple[Person, ...]
    is_administrator: bool
    waiting: datetime | None
    may_release: bool
    world: World


def person_admin(db: Database, who: str, viewer: PersonId, now: datetime) -> PersonAdmin:
    """One person for those who keep people; NotFound when there is none."""
    with db.read() as tx:
        world, kept, is_administrator = keeper(tx, viewer, now)
        person = people.person(tx, who)
        mine = authenticators.find(tx, person.id)
        return PersonAdmin(
            person=person,
            version=offices.version_of(tx, person.id),
            held=in_order(offices.of_person(tx, person.id), world.today),
            away=offices.absences_of(tx, person.id, world.today),
            owned=_owned(tx, person.id, viewer, world),
            bodies=existing(kept, world),
            others=tuple(one for key, one in people.here(tx, world.today).items() if key != person.id),
            is_administrator=is_administrator,
            waiting=mine.confirmed_at if mine and mine.waits else None,
            may_release=may_release(world, person.id, viewer),
            world=world,
        )


def _owned(tx: Tx, who: PersonId, viewer: PersonId, world: World) -> tuple[OwnedRow, ...]:
    return tuple(
        OwnedRow(number=sag.number, title=sag.title, closed=sag.closed)
        for sag, route in with_routes(tx, sager.ids_of_owner(tx, who))
        if may_see(sag, viewer, route, world)
    )
