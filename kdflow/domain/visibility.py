"""Who may know of a sag: an open one everybody who is signed in, a closed one those it concerns."""

from __future__ import annotations

from kdflow.domain.authority import Authority, PersonId
from kdflow.domain.sag import Sag
from kdflow.domain.situation import World, body_at
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
