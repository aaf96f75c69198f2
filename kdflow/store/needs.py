"""What each body has to come, by the kept plans: sager that find a meeting, and sager that find none."""

from __future__ import annotations

from collections.abc import Collection

from kdflow.domain.departures import NEVER, civil
from kdflow.domain.network import Network
from kdflow.domain.replanning import planned
from kdflow.domain.running_out import Need
from kdflow.domain.sag import SagId
from kdflow.domain.situation import World
from kdflow.store import definitions, plans, sager
from kdflow.store.database import Tx

MOST = 500
"""How many sager whose kept plans no longer hold are planned again for this; the rest count as they were kept."""


def needs_of(
    tx: Tx, net: Network, world: World, bodies: Collection[str], *, are_plans_kept: bool = False
) -> dict[str, Need]:
    """What each of some bodies has to come: by the kept plans, and by new ones where those no longer hold (where
    it is not known that all `are_plans_kept`)."""
    stale = () if are_plans_kept else plans.out_of_date(tx, civil(world.now), limit=MOST)
    coming: dict[str, set[SagId]] = {}
    stranded: dict[str, set[SagId]] = {}
    for sag in sager.load_many(tx, stale):
        plan = planned(sag, definitions.load(tx, sag.route), net, world.now)
        for leg in plan.plan.legs if plan.plan else ():
            if leg.kind in ("meeting", "seat") and leg.after < NEVER:
                coming.setdefault(plan.bodies[leg.station], set()).add(sag.id)
                if leg.meeting is None:
                    stranded.setdefault(plan.bodies[leg.station], set()).add(sag.id)
    kept = {body: (many, few) for body, many, few in plans.needs(tx, sorted(bodies), stale)}
    return {
        body: Need(
            sager=kept.get(body, (0, 0))[0] + len(coming.get(body, ())),
            stranded=kept.get(body, (0, 0))[1] + len(stranded.get(body, ())),
        )
        for body in sorted({*kept, *coming} & set(bodies))
    }
