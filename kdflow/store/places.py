"""What secretaries have said of who gets a place at a meeting that takes only so many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kdflow.domain.authority import PersonId
from kdflow.domain.capacity import Word
from kdflow.domain.sag import SagId
from kdflow.domain.timetable import MeetingId
from kdflow.store.database import Tx, marks

_KEEP = (
    "insert into place (meeting, sag, word, by, at) values (?, ?, ?, ?, ?) "
    "on conflict (meeting, sag) do update set word = excluded.word, by = excluded.by, at = excluded.at"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A word on one sag at one meeting: by whom, and when."""

    word: Word
    by: PersonId
    at: datetime


def said(tx: Tx, meetings: Sequence[MeetingId]) -> dict[tuple[MeetingId, SagId], Said]:
    """The words on some meetings."""
    if not meetings:
        return {}
    rows = tx.run(
        f"select meeting, sag, word, by, at from place where meeting in ({marks(meetings)})", tuple(meetings)
    ).fetchall()
    return {
        (MeetingId(row[0]), SagId(row[1])): Said(word=row[2], by=PersonId(row[3]), at=tx.read_instant(row[4]))
        for row in rows
    }


def keep(tx: Tx, meeting: MeetingId, sag: SagId, word: Word | None, *, by: PersonId, now: datetime) -> None:
    """Keep a word in place of the one before; None takes it back."""
    if word is None:
        tx.run("delete from place where meeting = ? and sag = ?", (meeting, sag))
    else:
        tx.run(_KEEP, (meeting, sag, word, by, tx.instant(now)))
