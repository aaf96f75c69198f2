"""Out of office: one's own absences, or those of a chair whom one serves, and who may stand in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kdflow.domain.authority import Absence, Person, PersonId
from kdflow.domain.covering import Cover, uncovered
from kdflow.domain.errors import NotAllowed
from kdflow.domain.offices import led_by, may_stand_in
from kdflow.domain.rights import PEOPLE_KEEPERS, people_keeper
from kdflow.domain.situation import World
from kdflow.domain.timetable import Body
from kdflow.domain.workflow import Validity
from kdflow.store import offices, people
from kdflow.store.database import Database, Tx
from kdflow.store.offices import Away
from kdflow.store.world import whole_world


@dataclass(frozen=True, slots=True, kw_only=True)
class Absences:
    """The absences of a person from today on. `leads` are the bodies they lead, `candidates` who may stand in
    there; `served` are the leaders whose absences the viewer may enter, too. `covers` says of each absence who
    answers, `unasked` who would today without a stand-in, `wanted` who would in the days asked for."""

    person: Person
    version: int
    away: tuple[Away, ...]
    leads: tuple[Body, ...]
    candidates: tuple[Person, ...]
    served: tuple[Person, ...]
    is_own: bool
    covers: Mapping[int, tuple[Cover, ...]]
    unasked: tuple[Cover, ...]
    wanted: tuple[Cover, ...]
    world: World

    @property
    def uncovered(self) -> tuple[str, ...]:
        """The bodies of which the page says that nobody answers."""
        return uncovered(self.wanted or self.unasked)


def absences(
    db: Database, who: PersonId, viewer: PersonId, now: datetime, wanted: Absence | None = None
) -> Absences:
    """The absences of `who` as `viewer` may enter them.

    Raises:
        NotAllowed: they are none of the viewer's business. NotFound: there is no such person.
    """
    with db.read() as tx:
        world = whole_world(tx, now)
        served = _served(world, viewer)
        if who != viewer and who not in served and not world.authority.is_administrator(viewer):
            raise NotAllowed("keep_absence", PEOPLE_KEEPERS, "et organ")
        return _shown(tx, world, viewer, who, served, wanted)


def _shown(
    tx: Tx, world: World, viewer: PersonId, who: PersonId, served: tuple[PersonId, ...], wanted: Absence | None
) -> Absences:
    known = people.people(tx)
    from_now = Validity.model_construct(start=world.today, end=None)
    led = led_by(who, world.authority.appointments, from_now)
    today = Absence(person=who, valid=Validity.model_construct(start=world.today, end=world.today))
    may = [p for p in known.values() if p.id != who and may_stand_in(p.id, today, world.authority.appointments)]
    away = offices.absences_of(tx, who, world.today)
    return Absences(
        person=people.person(tx, who),
        version=offices.version_of(tx, who),
        away=away,
        leads=tuple(world.bodies[key] for key in led if key in world.bodies),
        candidates=tuple(may),
        served=tuple(known[one] for one in served if one != viewer),
        is_own=who == viewer,
        covers={one.id: offices.covered(tx, world.authority, one.absence) for one in away},
        unasked=offices.covered(tx, world.authority, today),
        wanted=offices.covered(tx, world.authority, wanted) if wanted else (),
        world=world,
    )


def _served(world: World, viewer: PersonId) -> tuple[PersonId, ...]:
    """Who leads a body that somebody serves."""
    keys = [key for key, body in world.bodies.items() if people_keeper(world.authority, body, viewer)]
    if world.authority.is_administrator(viewer):
        return ()
    valid = Validity.model_construct(start=world.today, end=None)
    leaders = dict.fromkeys(a.person for a in world.authority.appointments)
    return tuple(one for one in leaders if set(led_by(one, world.authority.appointments, valid)) & set(keys))
