"""Who may know of a sag: an open one everybody who is signed in, a closed one those it concerns."""

from __future__ import annotations

from dataclasses import dataclass

from kdflow.domain.authority import LEADING, Authority, PersonId
from kdflow.domain.sag import Sag
from kdflow.domain.situation import World, body_at
from kdflow.domain.timetable import Body
from kdflow.domain.workflow import Definitions


def bodies_of(sag: Sag, definitions: Definitions) -> tuple[str, ...]:
    """The bodies a sag passes or has passed, in route order."""
    ahead = [body_at(station, sag.fills) for station in definitions.workflow.stations]
    return tuple(dict.fromkeys([*ahead, *(step.body for step in sag.steps)]))


def may_see(sag: Sag, person: PersonId, definitions: Definitions, world: World) -> bool:
    """Whether `person` may know that the sag exists: always when it is open; else as owner, administrator, or
    holder of an office in a body on its route or in a secretariat that serves one, or as a leader's deputy."""
    if not sag.closed or person == sag.owner or world.authority.is_administrator(person):
        return True
    keys = set(bodies_of(sag, definitions))
    keys |= {b.secretariat for key in keys if (b := world.bodies.get(key)) and b.secretariat}
    return any(_serves(world.authority, person, key) or world.authority.as_leaders(person, key) for key in keys)


def _serves(authority: Authority, person: PersonId, body: str) -> bool:
    return any(
        a.person == person and a.body == body and a.valid.covers(authority.on) for a in authority.appointments
    )


def is_of_body(person: PersonId, body: Body, world: World) -> bool:
    """Whether `person` may know what a body treats behind closed doors: administrators, the holders of its offices
    and of those of its secretariat, and a leader's deputy."""
    keys = [key for key in (body.key, body.secretariat) if key]
    authority = world.authority
    held = any(_serves(authority, person, key) or authority.as_leaders(person, key) for key in keys)
    return held or authority.is_administrator(person)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What one person may know of: every sag, or the open ones, their own, and the closed ones that pass some
    bodies. It says in values what `may_see` says of one sag, so that a database can be asked."""

    person: PersonId
    sees_all: bool
    bodies: frozenset[str]


def sight(person: PersonId, world: World) -> Sight:
    """What `person` may know of today."""
    authority = world.authority
    held = {a.body for a in authority.appointments if a.person == person and a.valid.covers(authority.on)}
    left = {a.body for a in authority.appointments if a.office in LEADING and authority.is_absent(a.person)}
    held |= {body for body in left if authority.as_leaders(person, body)}
    served = {key for key, body in world.bodies.items() if body.secretariat in held}
    return Sight(person=person, sees_all=authority.is_administrator(person), bodies=frozenset(held | served))
