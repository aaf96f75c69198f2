"""Who owns a sag, and who could: for the form that hands it over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kdflow.domain.authority import Person, PersonId
from kdflow.domain.errors import NotAllowed
from kdflow.domain.rights import PEOPLE_KEEPERS, editor
from kdflow.domain.sag import Sag
from kdflow.domain.workflow import Actor
from kdflow.queries.scene import situation
from kdflow.store import people
from kdflow.store.database import Database
from kdflow.store.world import sag_by_number, whole_world


@dataclass(frozen=True, slots=True, kw_only=True)
class Ownership:
    """A sag with its owner, and everybody else."""

    sag: Sag
    owner: Person
    others: tuple[Person, ...]


def ownership(db: Database, number: str, viewer: PersonId, now: datetime) -> Ownership:
    """Who owns a sag, for whom may hand it over.

    Raises:
        NotFound: there is no such sag that `viewer` may know of. NotAllowed: it is not theirs to hand over.
    """
    with db.read() as tx:
        world = whole_world(tx, now)
        sag = sag_by_number(tx, number, viewer, world)
        here = situation(tx, sag, None, world)
        if editor(here, viewer) is None:
            raise NotAllowed("hand-over", (Actor.OWNER, *PEOPLE_KEEPERS), "et organ på ruten")
        known = people.people(tx)
        others = tuple(one for key, one in known.items() if key != sag.owner and one.is_here(world.today))
        return Ownership(sag=sag, owner=known[sag.owner], others=others)
