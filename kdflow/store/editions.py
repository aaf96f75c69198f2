"""What was published of a meeting, with what decides who may know of it."""

from __future__ import annotations

from collections.abc import Sequence

from kdflow.domain.editions import Record
from kdflow.domain.publications import Publication, PublicationKind, sager_of
from kdflow.domain.situation import World
from kdflow.domain.timetable import Meeting
from kdflow.store import agendas, definitions, publications, sager
from kdflow.store.database import Tx


def record_at(
    tx: Tx, meeting: Meeting, kind: PublicationKind, world: World, unsaved: Sequence[Publication] = ()
) -> Record:
    """All versions of the agenda of a meeting, or of its minutes, and after them those that are not kept yet."""
    made = (*publications.of_meeting(tx, meeting.id, kind), *unsaved)
    found = sager.load_many(tx, sager_of(made))
    return Record(
        made=made,
        body=world.bodies[meeting.body],
        world=world,
        known={sag.id: (sag, definitions.load(tx, sag.route)) for sag in found},
        closed=agendas.closed_now(tx, [meeting.id])[meeting.id],
    )
