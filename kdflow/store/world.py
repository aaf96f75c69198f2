"""What is read by whoever looks at many sager: the whole world, and sager with their routes, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from kdflow.domain.dates import local_day
from kdflow.domain.network import Network, network
from kdflow.domain.sag import Sag, SagId
from kdflow.domain.situation import World
from kdflow.domain.workflow import Definitions
from kdflow.store import definitions, meetings, people, sager
from kdflow.store.database import Tx

BATCH = 500
"""How many sager are read, or written, at a time where there can be many."""


def whole_world(tx: Tx, now: datetime) -> World:
    """Every body, meeting, office and name, by a statement each."""
    bodies = people.bodies(tx)
    authority, _ = people.authority(tx, list(bodies), local_day(now))
    names = {key: person.name for key, person in people.people(tx).items()}
    return World(bodies=bodies, timetable=meetings.timetable(tx), authority=authority, names=names, now=now)


def network_of(tx: Tx, world: World) -> Network:
    """The calendars of the whole world as the planner sees them; the process remembers the departures until a body
    or a meeting changes."""
    kept: Network | None = tx.kept.get("network")
    if kept is None or kept.timetable is not world.timetable or kept.bodies != world.bodies:
        kept = tx.kept["network"] = network(world)
    return kept


def with_routes(tx: Tx, ids: Sequence[SagId]) -> Iterator[tuple[Sag, Definitions]]:
    """Many sager with their routes, in order; in a writing transaction they stay locked until it ends."""
    for start in range(0, len(ids), BATCH):
        for sag in sager.load_many(tx, ids[start : start + BATCH]):
            yield sag, definitions.load(tx, sag.route)
