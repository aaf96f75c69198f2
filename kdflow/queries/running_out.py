"""Which calendars run out, for those who look after them: shown on the start page and with the calendars."""

from __future__ import annotations

from kdflow.domain.authority import Office, PersonId
from kdflow.domain.planner import Network
from kdflow.domain.running_out import Need, RunningOut, running_out
from kdflow.domain.situation import World
from kdflow.queries.scene import bodies_served
from kdflow.store import people, plans
from kdflow.store.database import Tx


def calendars_running_out(tx: Tx, world: World, viewer: PersonId | None) -> tuple[RunningOut, ...]:
    """The calendars that run out: all of them (None, or an administrator), or those of the bodies one serves."""
    needs = {
        body: Need(sager=sager, stranded=stranded)
        for body, sager, stranded in plans.needs(tx)
        if body in world.bodies
    }
    found = running_out(Network(world.bodies, world.timetable), needs, world.today)
    if viewer is None:
        return tuple(found)
    offices = people.offices_of(tx, viewer)
    if any(office.office is Office.ADMINISTRATOR and office.valid.covers(world.today) for office in offices):
        return tuple(found)
    served = bodies_served(world, viewer, offices)
    return tuple(one for one in found if one.body in served)
