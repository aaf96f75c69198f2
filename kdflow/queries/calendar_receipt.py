"""What came of a change of the calendars, told once more to whoever made it."""

from __future__ import annotations

from dataclasses import dataclass

from kdflow.domain.authority import PersonId
from kdflow.store import commands, meetings
from kdflow.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReceipt:
    """What came of a change of the calendars: the body and the year of the first meeting, how many changes, how
    many sager were hit and people told, and how many sager still have an item at a cancelled meeting."""

    body: str
    year: int
    changed: int
    hits: int
    told: int
    left: int


def import_receipt(db: Database, key: str, viewer: PersonId) -> ImportReceipt | None:
    """What `viewer` did with this idempotency key; None when that was no change of a calendar."""
    with db.read() as tx:
        found = commands.result_of(tx, key, viewer) or {}
        meeting = meetings.timetable(tx).find(found.get("meeting")) if "told" in found else None
    if meeting is None or meeting.begins_on is None:
        return None
    return ImportReceipt(
        body=meeting.body,
        year=meeting.begins_on.year,
        **{name: int(found.get(name, 0)) for name in ("changed", "hits", "told", "left")},
    )
