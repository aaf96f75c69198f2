"""Which calendars run out, for those who look after them: shown on the start page and with the calendars."""

from __future__ import annotations

from kdflow.domain.authority import Office, PersonId
from kdflow.domain.network import Network
from kdflow.domain.running_out import RunningOut, running_out
from kdflow.domain.situation import World
from kdflow.queries.scene import bodies_served
from kdflow.store import people
from kdflow.store.database import Tx
from kdflow.store.needs import needs_of


def calendars_running_out(tx: Tx, world: World, viewer: PersonId | None) -> tuple[RunningOut, ...]:
    """The calendars that run out: all of them (None, or an administrator), or those of the bodies one serves."""
    net = Network(world.bodies, world.timetable)
    found = tuple(running_out(net, needs_of(tx, net, world), world.today))
    if viewer is None or not found:
        return found
    offices = people.offices_of(tx, viewer)
    if any(office.office is Office.ADMINISTRATOR and office.valid.covers(world.today) for office in offices):
        return found
    served = bodies_served(world, viewer, offices)
    return tuple(one for one in found if one.body in served)
