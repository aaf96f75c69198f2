"""What one person has been told, as they may see it now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from kdflow.domain.authority import PersonId
from kdflow.domain.pace import URGENT
from kdflow.domain.sag import Sag, SagId
from kdflow.domain.situation import World
from kdflow.domain.told import Told, as_seen
from kdflow.domain.visibility import may_see
from kdflow.store import definitions, outbox
from kdflow.store.database import Database, Tx
from kdflow.store.outbox import Kept
from kdflow.store.world import known, whole_world


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
    """The same in a world that is known."""
    kept = kept_for(tx, viewer)
    return tuple(heard(tx, world, viewer, kept, known(tx, sager_of(kept))))


def kept_for(tx: Tx, viewer: PersonId) -> tuple[Kept, ...]:
    """What was written to a person. A code to sign in with stands in its mail and nowhere else."""
    return tuple(one for one in outbox.for_person(tx, viewer) if one.notice.kind not in URGENT)


def sager_of(kept: Iterable[Kept]) -> list[SagId]:
    """The sager that notices are about."""
    return sorted({sag for one in kept for sag in one.notice.sager})


def heard(
    tx: Tx, world: World, viewer: PersonId, kept: Iterable[Kept], sager: Mapping[SagId, Sag]
) -> Iterator[Heard]:
    """Notices, whose `sager` are read, as somebody may see them: of a closed one not even its title."""
    found = (sager[one] for one in sager_of(kept) if one in sager)
    seen = {sag.id: sag for sag in found if may_see(sag, viewer, definitions.load(tx, sag.route), world)}
    yield from (Heard(told=told, at=one.at) for one in kept if (told := as_seen(one.notice, seen)))
