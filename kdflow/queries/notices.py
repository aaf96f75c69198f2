"""What one person has been told, as they may see it now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kdflow.domain.authority import PersonId
from kdflow.domain.pace import URGENT
from kdflow.domain.situation import World
from kdflow.domain.told import Told, as_seen
from kdflow.domain.visibility import may_see
from kdflow.store import outbox
from kdflow.store.database import Database, Tx
from kdflow.store.world import whole_world, with_routes


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A notice to a person, and when it was written."""

    told: Told
    at: datetime


def notices_to(db: Database, viewer: PersonId, now: datetime) -> tuple[Heard, ...]:
    """The newest notices to a person, newest first."""
    with db.read() as tx:
        return heard_by(tx, whole_world(tx, now), viewer)


def heard_by(tx: Tx, world: World, viewer: PersonId) -> tuple[Heard, ...]:
    """The same in a world that is known; of a closed sag not even the title, as in a mail. A code to sign in with
    stands in its mail and nowhere else."""
    kept = [one for one in outbox.for_person(tx, viewer) if one.notice.kind not in URGENT]
    ids = sorted({sag for one in kept for sag in one.notice.sager})
    seen = {sag.id: sag for sag, route in with_routes(tx, ids) if may_see(sag, viewer, route, world)}
    return tuple(Heard(told=told, at=one.at) for one in kept if (told := as_seen(one.notice, seen)))
