"""Who will not come to a meeting: for those who look after it, and for a member who may say so by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kdflow.domain.authority import PersonId
from kdflow.domain.minutes import may_send_apologies, members_of
from kdflow.domain.rights import agenda_keeper
from kdflow.domain.situation import World
from kdflow.domain.timetable import Meeting
from kdflow.store import minutes
from kdflow.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Apologies:
    """Before a meeting begins: who will be `absent`, by name (only for whoever notes it: `may_note`), and, of a
    member (`may_send`), whether they have said so themselves (`has_sent`)."""

    absent: tuple[str, ...]
    may_note: bool
    may_send: bool
    has_sent: bool


def apologies_for(
    db: Database, meeting: Meeting, world: World, viewer: PersonId, now: datetime
) -> Apologies | None:
    """The apologies of a meeting that has not begun; None where they are nothing to the viewer."""
    body = world.bodies[meeting.body]
    members = members_of(body, meeting, world)
    may_note = agenda_keeper(world.authority, body, viewer) is not None
    if not may_send_apologies(meeting, now) or not (may_note or viewer in members):
        return None
    with db.read() as tx:
        gone = minutes.attendance(tx, meeting.id).absent
    return Apologies(
        absent=tuple(world.names.get(one, one) for one in members if one in gone) if may_note else (),
        may_note=may_note,
        may_send=viewer in members,
        has_sent=viewer in gone,
    )
