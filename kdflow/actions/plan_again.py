"""Plan the sager again whose kept plans no longer hold: after they have moved, and after a deadline has passed."""

from __future__ import annotations

from datetime import datetime

from kdflow.domain.departures import civil
from kdflow.domain.network import network
from kdflow.domain.replanning import planned
from kdflow.store import plans
from kdflow.store.database import Database, Tx
from kdflow.store.world import whole_world, with_routes


def plan_again(db: Database, *, now: datetime, batch: int = 2000) -> int:
    """Keep the plan of every sag whose legs do not hold at `now`; each batch is a transaction of its own.

    Nobody is told: what a page shows is planned anew. Doing it twice changes nothing.

    Returns:
        How many sager were planned.
    """
    count = 0
    while True:
        with db.write() as tx:
            done = _batch(tx, now, batch)
        count += done
        if done < batch:
            return count


def _batch(tx: Tx, now: datetime, size: int) -> int:
    plans.lock(tx)
    ids = plans.out_of_date(tx, civil(now), limit=size)
    if ids:
        net = network(whole_world(tx, now))
        plans.save(tx, [planned(sag, route, net, now) for sag, route in with_routes(tx, ids)])
    return len(ids)
