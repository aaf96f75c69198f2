"""Which calendars run out, for those who look after them: shown on the start page and with the calendars."""

from __future__ import annotations

from kdflow.domain.authority import PersonId
from kdflow.domain.network import Network
from kdflow.domain.running_out import RunningOut, ends_soon, running_out
from kdflow.domain.situation import World
from kdflow.queries.scene import bodies_served
from kdflow.store import plans
from kdflow.store.database import Tx
from kdflow.store.needs import needs_of


def calendars_running_out(
    tx: Tx, world: World, viewer: PersonId | None, *, are_plans_kept: bool = False
) -> tuple[RunningOut, ...]:
    """The calendars that run out: all of them (None, or an administrator), or those of the bodies one serves. It
    need not be asked which plans are out of date where it is known that none is (`are_plans_kept`); then sager are
    counted only where a calendar ends soon, or a sag finds no meeting."""
    bodies = _looked_after(tx, world, viewer)
    net = Network(world.bodies, world.timetable)
    if are_plans_kept:
        ending = {body for body in bodies if ends_soon(net, body, world.today)}
        bodies = frozenset(ending | plans.without_meeting(tx, sorted(bodies)))
    if not bodies:
        return ()
    return tuple(running_out(net, needs_of(tx, net, world, bodies, are_plans_kept=are_plans_kept), world.today))


def _looked_after(tx: Tx, world: World, viewer: PersonId | None) -> frozenset[str]:
    """The bodies whose calendars concern somebody; nothing is read of those of others."""
    if viewer is None or world.authority.is_administrator(viewer):
        return frozenset(world.bodies)
    return frozenset(bodies_served(world, viewer))
