"""People and offices: somebody new, another name or address, an office given, and an office that ends."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from email.utils import parseaddr

from kdflow.actions.consequences import Answer, once
from kdflow.domain import administration
from kdflow.domain.authority import Acting, Appointment, Person, PersonId
from kdflow.domain.errors import NotAllowed, Reason, Refused
from kdflow.domain.notices import Notice
from kdflow.domain.offices import bodies_led_or_served, ending, refuse_office
from kdflow.domain.rights import ADMINISTRATORS, PEOPLE_KEEPERS, kept_bodies, refuse_other_keepers
from kdflow.domain.sag import Event
from kdflow.domain.situation import World
from kdflow.store import duties, history, offices, outbox, people
from kdflow.store.database import Database, Tx
from kdflow.store.passing import refuse_stranding
from kdflow.store.world import whole_world

ADDRESS = re.compile(r"^[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+$")
OFFICE = "office"
"""The kind of notice that says that somebody holds an office now, or does so no longer from a day on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonReceipt(Answer):
    """Whom a command about people was about."""

    person: str


def add_person(
    db: Database, name: str, email: str, *, reason: str | None = None, key: str, by: PersonId, now: datetime
) -> PersonReceipt:
    """Add a person; their id is made of their name.

    Raises:
        NotAllowed: `by` is neither administrator nor secretary of any body. Refused: the name is empty, or the
            address is none or another's. KeyReused.
    """
    wanted = Person(id=PersonId(""), name=" ".join(name.split()), email=email.strip())

    def act(tx: Tx) -> PersonReceipt:
        world = whole_world(tx, now)
        if not kept_bodies(world.authority, world.bodies, by):
            raise NotAllowed("add_person", PEOPLE_KEEPERS, "")
        _refuse_unsound(tx, wanted)
        person = replace(wanted, id=_free_id(tx, wanted.name))
        offices.add(tx, person)
        _write_down(tx, [administration.person_added(person)], by, now)
        return PersonReceipt(person=person.id)

    values = {"name": wanted.name, "email": wanted.email, "reason": reason}
    return once(PersonReceipt, db, "add_person", values, act, key=key, by=by, now=now)


def change_person(
    db: Database,
    who: PersonId,
    *,
    name: str,
    email: str,
    reason: str | None = None,
    version: int | None,
    key: str,
    by: PersonId,
    now: datetime,
) -> PersonReceipt:
    """Give a person another name or address; from now on no file changes them. An address is what one signs in
    with: only administrators may change it.

    Raises:
        NotAllowed, NotFound, Conflict, KeyReused. Refused: as `add_person`, or nothing would change.
    """
    wanted = Person(id=who, name=" ".join(name.split()), email=email.strip())

    def act(tx: Tx) -> PersonReceipt:
        if not whole_world(tx, now).authority.is_administrator(by):
            raise NotAllowed("change_person", ADMINISTRATORS, "")
        offices.check_version(tx, who, version)
        old = people.person(tx, who)
        _refuse_unsound(tx, wanted)
        if old == wanted:
            raise Refused([Reason("something_differs", "nothing would change", "name")])
        offices.change(tx, wanted)
        _write_down(tx, [administration.person_changed(old, wanted, reason)], by, now)
        return PersonReceipt(person=who)

    values = {"who": who, "name": wanted.name, "email": wanted.email, "reason": reason}
    return once(PersonReceipt, db, "change_person", values, act, key=key, by=by, now=now)


def _refuse_unsound(tx: Tx, wanted: Person) -> None:
    reasons = []
    if not wanted.name or len(wanted.name) > 200:
        reasons.append(Reason("person_named", "a person has a name", "name"))
    if not ADDRESS.match(wanted.email) or parseaddr(wanted.email)[1] != wanted.email or len(wanted.email) > 200:
        reasons.append(Reason("address_is_one", "this is no mail address", "email"))
    elif offices.with_address(tx, wanted.email) not in (None, wanted.id):
        reasons.append(Reason("address_is_free", "another person has this address", "email"))
    if reasons:
        raise Refused(reasons)


def _free_id(tx: Tx, name: str) -> PersonId:
    """An id made of a name, that nobody has."""
    danish = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})
    stem = re.sub(r"[^a-z0-9]+", "-", name.lower().translate(danish)).strip("-")[:40] or "person"
    stem = stem if stem[0].isalpha() else f"p-{stem}"
    found, number = stem, 1
    while offices.is_known(tx, found):
        number += 1
        found = f"{stem}-{number}"
    return PersonId(found)


# --- offices ---------------------------------------------------------------------------------------------------


def give_office(
    db: Database,
    office: Appointment,
    *,
    reason: str | None = None,
    version: int | None,
    key: str,
    by: PersonId,
    now: datetime,
) -> PersonReceipt:
    """Give a person an office in a body, for the days it is valid.

    Raises:
        NotAllowed: `by` is neither administrator nor secretary of the body. NotFound: there is no such person or
            body. Refused: the office cannot be held. Conflict, KeyReused.
    """

    def act(tx: Tx) -> PersonReceipt:
        world = whole_world(tx, now)
        refuse_other_keepers(world, office.body, by)
        offices.check_version(tx, office.person, version)
        if not people.person(tx, office.person).is_here(world.today):
            raise Refused([Reason("person_is_here", "they have left", "office")])
        held = [one for one in world.authority.appointments if one.body == office.body]
        refuse_office(office, held, world.bodies)
        offices.give(tx, office)
        name = people.person(tx, office.person).name
        _follow(tx, world, office, administration.office_given(office, name), by, reason)
        return PersonReceipt(person=office.person)

    values = {"office": _plain(office), "reason": reason}
    return once(PersonReceipt, db, "give_office", values, act, key=key, by=by, now=now)


def end_office(
    db: Database,
    office: int,
    last: date | None,
    *,
    reason: str | None = None,
    version: int | None,
    key: str,
    by: PersonId,
    now: datetime,
) -> PersonReceipt:
    """Let an office end after a day, or (None) go on with no end; from now on no file changes it.

    Raises:
        NotAllowed: `by` is neither administrator nor secretary of the body. NotFound: there is no such office.
        Stranded: running sager would be left without a chair or a secretary. Refused: the days are in disorder.
        Conflict, KeyReused.
    """

    def act(tx: Tx) -> PersonReceipt:
        world = whole_world(tx, now)
        held = offices.find(tx, office)
        refuse_other_keepers(world, held.office.body, by)
        offices.check_version(tx, held.office.person, version)
        between, ended = ending(world, held.office, last)
        refuse_stranding(tx, between, bodies_led_or_served(world.bodies, held.office.body), by)
        offices.end(tx, held, last)
        name = people.person(tx, held.office.person).name
        event = administration.office_ended(held.office, last, name, reason)
        _follow(tx, world, ended, event, by, reason)
        return PersonReceipt(person=held.office.person)

    values = {"office": office, "last": last.isoformat() if last else None, "reason": reason}
    return once(PersonReceipt, db, "end_office", values, act, key=key, by=by, now=now)


def _follow(tx: Tx, world: World, office: Appointment, event: Event, by: PersonId, reason: str | None) -> None:
    """What follows a changed office: duties are looked at anew, the person is told, and it is written down."""
    if office.body in world.bodies:
        duties.wake_bodies(tx, bodies_led_or_served(world.bodies, office.body))
    if office.person != by:
        valid = [day.isoformat() if day else None for day in (office.valid.start, office.valid.end)]
        body = world.short(office.body) if office.body in world.bodies else None
        data = {"office": office.office.value, "body": body, "valid": valid, "reason": reason}
        ended = event.move == "office-ended"
        told = Notice(kind=OFFICE, person=office.person, sag=None, data={**data, "ended": ended})
        outbox.add(tx, [told], world.now)
    _write_down(tx, [event], by, world.now)


def _plain(office: Appointment) -> list[str | None]:
    days = [day.isoformat() if day else None for day in (office.valid.start, office.valid.end)]
    return [office.person, office.office.value, office.body, *days]


def _write_down(tx: Tx, events: Sequence[Event], by: PersonId, now: datetime) -> None:
    history.append(tx, events, sag=None, route="", acting=Acting(person=by), at=now)
