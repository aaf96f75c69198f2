"""The minutes of a meeting with the agenda behind them."""

from __future__ import annotations

from datetime import datetime

from kdflow.domain.minutes_content import Draft
from kdflow.domain.timetable import MeetingId
from kdflow.store import agendas, minutes
from kdflow.store.database import Tx
from kdflow.store.on_agenda import agenda_at
from kdflow.store.world import whole_world


def draft_at(tx: Tx, meeting: MeetingId, now: datetime) -> Draft:
    """The minutes of a meeting as they are now; in a writing transaction nobody else writes them until it ends.

    Raises:
        NotFound: there is no such meeting.
    """
    if not tx.is_read_only:
        agendas.lock(tx, meeting)
    world = whole_world(tx, now)
    return Draft(agenda=agenda_at(tx, meeting, world), minutes=minutes.load(tx, meeting), world=world)
