"""Meeting calendars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from kdflow.domain.sag import SagId
from kdflow.domain.timetable import Format, Meeting, MeetingId, MeetingStatus, Timetable
from kdflow.store import mapping
from kdflow.store.database import Tx, marks

_MEETING = "id, body, earliest, latest, precision, written, starts_at, format, place, status, note, version"
_SELECT = f"select {_MEETING} from meeting"


def keep(tx: Tx, meetings: Iterable[Meeting]) -> None:
    """Add meetings that are not known yet; a known one is never overwritten from a file."""
    tx.run_many(
        f"insert into meeting ({_MEETING}) values ({', '.join('?' * 12)}) on conflict (id) do nothing",
        [
            (
                m.id,
                m.body,
                tx.day(m.on.earliest),
                tx.day(m.on.latest),
                m.on.precision,
                m.on.text,
                tx.instant(m.starts_at) if m.starts_at else None,
                m.format,
                m.place,
                m.status,
                m.note,
                m.version,
            )
            for m in meetings
        ],
    )


def timetable(tx: Tx, at: Sequence[str] | None = None) -> Timetable:
    """Every meeting of some bodies, or of all."""
    where = f" where body in ({marks(at)})" if at is not None else ""
    return _table(tx.run(f"{_SELECT}{where} order by earliest, id", tuple(at or ())).fetchall())


def timetable_for_step(
    tx: Tx, *, sag: SagId, body: str, meeting: str | None, chosen: str | None, today: date
) -> Timetable:
    """The meetings one move of a step can be about: the body's from the present one on, and those of the
    sag's other steps."""
    rows = tx.run(
        f"{_SELECT} where (body = ? and (latest >= coalesce((select m.earliest from meeting m where m.id = ?), ?) "
        "or latest >= ?)) or id = ? or id in (select s.meeting from step s where s.sag = ?)",
        (body, meeting, tx.day(today), tx.day(today), chosen, sag),
    ).fetchall()
    return _table(rows)


def _table(rows: Iterable[tuple[Any, ...]]) -> Timetable:
    return Timetable(meetings=tuple(_meeting(row) for row in rows))


@lru_cache(maxsize=4096)
def _meeting(row: tuple[Any, ...]) -> Meeting:
    # Equal rows are equal values, and calendars hardly change.
    return Meeting(
        id=MeetingId(row[0]),
        body=row[1],
        on=mapping.fuzzy(Tx.read_day(row[2]), Tx.read_day(row[3]), row[4], row[5]),
        starts_at=Tx.read_instant(row[6]) if row[6] else None,
        format=Format(row[7]),
        place=row[8],
        status=MeetingStatus(row[9]),
        note=row[10],
        version=row[11],
    )


def seats_at(tx: Tx, meeting: MeetingId) -> tuple[tuple[SagId, int, str, str | None], ...]:
    """What stands, or stood, on the agenda of a meeting: (sag, step, status, note)."""
    rows = tx.run(
        "select sag, step, status, note from seat where meeting = ? order by sag, step", (meeting,)
    ).fetchall()
    return tuple((SagId(row[0]), row[1], row[2], row[3]) for row in rows)
