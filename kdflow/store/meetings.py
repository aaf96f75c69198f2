"""Meeting calendars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from kdflow.domain.authority import PersonId
from kdflow.domain.errors import Conflict
from kdflow.domain.sag import SagId
from kdflow.domain.timetable import Format, Meeting, MeetingId, MeetingStatus, Timetable
from kdflow.store import mapping
from kdflow.store.database import CALENDARS, Tx, marks

_MEETING = (
    "id, body, earliest, latest, precision, written, starts_at, format, place, status, note, was, moved_at, "
    "moved_by, most_items, most_minutes, version"
)
_INSERT = f"insert into meeting ({_MEETING}) values ({', '.join('?' * 17)})"
_SELECT = f"select {_MEETING} from meeting"
_ORDER = " order by earliest, id"

MOST_ANEW = 100
"""How many changed meetings are read one by one; where there are more, all are read."""


def keep(tx: Tx, meetings: Iterable[Meeting]) -> None:
    """Add meetings that are not known yet; a known one is never overwritten from a file."""
    tx.run_many(f"{_INSERT} on conflict (id) do nothing", [_values(tx, meeting) for meeting in meetings])


def add(tx: Tx, meeting: Meeting) -> None:
    """Add one meeting.

    Raises:
        Conflict: there is one with this id.
    """
    if tx.run(f"{_INSERT} on conflict (id) do nothing", _values(tx, meeting)).rowcount != 1:
        raise Conflict("meeting", meeting.id, expected="new", actual="known")


def change(tx: Tx, old: Meeting, new: Meeting, *, by: PersonId, reason: str | None, now: datetime) -> Meeting:
    """Put `new` in the place of `old`, which is kept as an earlier version with who ended it, when and why.

    Returns:
        `new` with its version.

    Raises:
        Conflict: the meeting is no longer the one that `old` was read from.
    """
    names = [name for name in _MEETING.split(", ") if name not in ("id", "version")]
    done = tx.run(
        f"update meeting set {', '.join(f'{name} = ?' for name in names)}, wake_at = 0, version = version + 1 "
        "where id = ? and version = ?",
        (*_values(tx, new)[1:-1], old.id, old.version),
    )
    if done.rowcount != 1:
        row = tx.run("select version from meeting where id = ?", (old.id,)).fetchone()
        raise Conflict("meeting", old.id, expected=old.version, actual=row[0] if row else 0)
    tx.run(
        "insert into meeting_version (meeting, version, content, ended_at, ended_by, reason) "
        "values (?, ?, ?, ?, ?, ?)",
        (old.id, old.version, mapping.meeting_to_json(old), tx.instant(now), by, reason),
    )
    return replace(new, version=old.version + 1)


def changed_at(tx: Tx) -> dict[str, datetime]:
    """When each meeting that was ever changed was changed last."""
    rows = tx.run("select meeting, max(ended_at) from meeting_version group by meeting").fetchall()
    return {row[0]: Tx.read_instant(row[1]) for row in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What a meeting was until somebody changed it; `content` holds its fields as plain values."""

    version: int
    content: Mapping[str, Any]
    ended_at: datetime
    ended_by: str
    reason: str | None


def earlier(tx: Tx, meeting: MeetingId) -> tuple[Earlier, ...]:
    """The earlier versions of a meeting, oldest first."""
    rows = tx.run(
        "select version, content, ended_at, ended_by, reason from meeting_version "
        "where meeting = ? order by version",
        (meeting,),
    ).fetchall()
    return tuple(
        Earlier(
            version=row[0],
            content=mapping.from_json(row[1]),
            ended_at=Tx.read_instant(row[2]),
            ended_by=row[3],
            reason=row[4],
        )
        for row in rows
    )


def _values(tx: Tx, m: Meeting) -> tuple[Any, ...]:
    return (
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
        mapping.date_to_json(m.was),
        tx.instant(m.moved_at) if m.moved_at else None,
        m.moved_by,
        m.most_items,
        m.most_minutes,
        m.version,
    )


def timetable(tx: Tx, at: Sequence[str] | None = None) -> Timetable:
    """Every meeting of some bodies, or of all; all of them are read again only when one has changed."""
    if at is None and (mark := tx.mark(CALENDARS)) is not None:
        return _every(tx, mark)
    where = f" where body in ({marks(at)})" if at is not None else ""
    return _table(tx.run(f"{_SELECT}{where}{_ORDER}", tuple(at or ())).fetchall())


def _every(tx: Tx, mark: str) -> Timetable:
    kept: tuple[str, Timetable] | None = tx.kept.get(CALENDARS)
    if kept is None or kept[0] != mark:
        known = {} if kept is None else {(one.id, one.version): one for one in kept[1].meetings}
        kept = tx.kept[CALENDARS] = mark, _read_again(tx, known)
    return kept[1]


def _read_again(tx: Tx, known: Mapping[tuple[MeetingId, int], Meeting]) -> Timetable:
    """Every meeting: those in a version that is not `known` are read, the others are as they were."""
    found = tx.run(f"select id, version from meeting{_ORDER}").fetchall()
    versions = [(MeetingId(row[0]), row[1]) for row in found]
    new = [one for one, version in versions if (one, version) not in known]
    if len(new) > MOST_ANEW:
        return _table(tx.run(f"{_SELECT}{_ORDER}").fetchall())
    rows = tx.run(f"{_SELECT} where id in ({marks(new) or 'null'})", tuple(new)).fetchall()
    read = {one.id: one for one in map(_meeting, rows)}
    return Timetable(meetings=tuple(read.get(one[0]) or known[one] for one in versions))


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
        was=mapping.date_from_json(row[11]),
        moved_at=Tx.read_instant(row[12]) if row[12] else None,
        moved_by=row[13],
        most_items=row[14],
        most_minutes=row[15],
        version=row[16],
    )


def seats_at(tx: Tx, meeting: MeetingId) -> tuple[tuple[SagId, int, str, str | None], ...]:
    """What stands, or stood, on the agenda of a meeting: (sag, step, status, note)."""
    rows = tx.run(
        "select sag, step, status, note from seat where meeting = ? order by sag, step", (meeting,)
    ).fetchall()
    return tuple((SagId(row[0]), row[1], row[2], row[3]) for row in rows)
