"""What is read for those who are not signed in: what was published of meetings, and which sager are closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from kdflow.domain.publications import Publication
from kdflow.domain.sag import SagId
from kdflow.domain.timetable import Meeting, MeetingId, MeetingStatus
from kdflow.store import mapping, publications
from kdflow.store.database import Tx, marks


def last_published(tx: Tx, body: str, most: int) -> tuple[MeetingId, ...]:
    """The meetings of a body that something was published of last, the newest first."""
    rows = tx.run(
        "select p.meeting from publication p join meeting m on m.id = p.meeting where m.body = ? "
        "group by p.meeting order by max(p.made_at) desc, p.meeting limit ?",
        (body, most),
    ).fetchall()
    return tuple(MeetingId(row[0]) for row in rows)


def published(tx: Tx, meetings: Sequence[MeetingId]) -> dict[MeetingId, tuple[Publication, ...]]:
    """All that was published of each of some meetings that anything was published of."""
    found: dict[MeetingId, list[Publication]] = {}
    for one in publications.of_meetings(tx, meetings):
        found.setdefault(one.meeting, []).append(one)
    return {meeting: tuple(made) for meeting, made in found.items()}


def seen_to_change(tx: Tx, found: Sequence[Meeting]) -> dict[MeetingId, tuple[datetime, ...]]:
    """When what everybody may know of each of some meetings changed, oldest first: when and where it is held, and
    whether it is. That an agenda was sent, say, is not among it."""
    rows = tx.run(
        f"select meeting, content, ended_at from meeting_version where meeting in "
        f"({marks(found) or 'null'}) order by meeting, version",
        tuple(one.id for one in found),
    ).fetchall()
    said: dict[str, list[tuple[Any, ...]]] = {}
    ended: dict[str, list[datetime]] = {}
    for row in rows:
        said.setdefault(row[0], []).append(_seen(mapping.from_json(row[1])))
        ended.setdefault(row[0], []).append(Tx.read_instant(row[2]))
    for one in found:
        said.setdefault(one.id, []).append(_seen(mapping.from_json(mapping.meeting_to_json(one))))
    return {
        one.id: tuple(
            at
            for before, after, at in zip(said[one.id], said[one.id][1:], ended.get(one.id, ()), strict=False)
            if before != after
        )
        for one in found
    }


def _seen(content: Mapping[str, Any]) -> tuple[Any, ...]:
    is_off = content["status"] == MeetingStatus.CANCELLED
    return *(content[name] for name in ("on", "starts_at", "format", "place")), is_off


def closed_among(tx: Tx, ids: Sequence[SagId]) -> frozenset[SagId]:
    """Those of some sager that are closed now."""
    held = marks(ids) or "null"
    rows = tx.run(f"select id from sag where id in ({held}) and closed = ?", (*ids, True)).fetchall()
    return frozenset(SagId(row[0]) for row in rows)
