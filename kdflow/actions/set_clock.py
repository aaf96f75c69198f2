"""The demo's clock: set it, or wind it on."""

from __future__ import annotations

from datetime import datetime

from kdflow.domain.dates import local_instant
from kdflow.store import meetings, settings
from kdflow.store.database import Database

CLOCK = "demo-clock"
"""The setting that holds the demo's time; a real installation never has it."""


def set_clock(db: Database, now: datetime) -> None:
    """Let the demo's clock stand at an instant."""
    with db.write() as tx:
        settings.keep(tx, CLOCK, now.isoformat())


def next_event_after(db: Database, now: datetime) -> datetime | None:
    """The end of the next meeting day in any calendar (16.00 in Copenhagen), or None when all have passed."""
    with db.read() as tx:
        ends = [
            local_instant(meeting.begins_on, 16)
            for meeting in meetings.timetable(tx).meetings
            if meeting.begins_on is not None
        ]
    return min((end for end in ends if end > now), default=None)
