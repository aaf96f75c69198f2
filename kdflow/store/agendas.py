"""What is kept of the points of agendas, beside the seats of their sager."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from kdflow.domain.agenda import Kept, PointKey, PointKind, step_of
from kdflow.domain.agenda_order import Order
from kdflow.domain.errors import Conflict, NotFound
from kdflow.domain.timetable import MeetingId
from kdflow.store import point_index
from kdflow.store.database import Tx, marks

_ITEM = (
    "key, position, title, text, presenter, minutes, closed, under, why_late, hidden, number, supplement, version"
)
_KEEP = (
    f"insert into agenda_item (meeting, {_ITEM}) values ({', '.join('?' * 14)}) "
    "on conflict (meeting, key) do update set "
    + ", ".join(f"{name} = excluded.{name}" for name in _ITEM.split(", ")[1:-1])
    + ", version = agenda_item.version + 1"
)


def lock(tx: Tx, meeting: MeetingId) -> None:
    """Let nobody else build the agenda of a meeting until the transaction ends (SQLite has one writer anyway).

    Raises:
        NotFound: there is no such meeting.
    """
    end = " for no key update" if tx.is_postgres else ""
    if tx.run(f"select 1 from meeting where id = ?{end}", (meeting,)).fetchone() is None:
        raise NotFound("meeting", meeting)


def kept(tx: Tx, meeting: MeetingId) -> tuple[Kept, ...]:
    """What is kept of the points of an agenda, by their places."""
    rows = tx.run(f"select {_ITEM} from agenda_item where meeting = ? order by position, key", (meeting,))
    return tuple(map(_kept, rows.fetchall()))


def closed_now(tx: Tx, meetings: Sequence[MeetingId]) -> dict[MeetingId, frozenset[str]]:
    """The points of some meetings that are closed now, whatever was published of them, by their keys."""
    if not meetings:
        return {}
    rows = tx.run(
        f"select meeting, key from agenda_item where meeting in ({marks(meetings)}) and closed = ?",
        (*meetings, True),
    ).fetchall()
    found: dict[MeetingId, frozenset[str]] = dict.fromkeys(meetings, frozenset())
    for meeting, key in rows:
        found[MeetingId(meeting)] |= {key}
    return found


def closed_of_open(tx: Tx) -> tuple[tuple[MeetingId, str, str], ...]:
    """The closed points whose sag is open: their meeting, their number ("" until it is published), and that of
    the sag."""
    rows = tx.run(
        "select meeting, key, number from agenda_item where closed = ? and key like ? order by meeting, position",
        (True, f"{PointKind.SAG}:%"),
    ).fetchall()
    sager = {found[0] for _, key, _ in rows if (found := step_of(key))}
    if not sager:
        return ()
    open_ones = f"select id, number from sag where id in ({marks(sorted(sager))}) and not closed"
    numbers = dict(tx.run(open_ones, sorted(sager)).fetchall())
    named = ((MeetingId(meeting), number, step_of(key)) for meeting, key, number in rows)
    return tuple((at, number, numbers[of[0]]) for at, number, of in named if of and of[0] in numbers)


def keep(tx: Tx, meeting: MeetingId, points: Iterable[Kept]) -> None:
    """Keep points as they are now."""
    tx.run_many(_KEEP, [(meeting, *_values(one)) for one in points])
    point_index.keep(tx, meeting)


def change(tx: Tx, meeting: MeetingId, new: Kept, *, expected: int | None) -> None:
    """Keep a point if it is still of the version that was seen.

    Raises:
        Conflict: somebody has changed it meanwhile.
    """
    row = tx.run("select version from agenda_item where meeting = ? and key = ?", (meeting, new.key)).fetchone()
    actual = row[0] if row else 0
    if expected is not None and expected != actual:
        raise Conflict("point", new.key, expected=expected, actual=actual)
    keep(tx, meeting, [new])


def put_in_order(tx: Tx, meeting: MeetingId, order: Order) -> None:
    """Keep a new order of the points that are not published yet."""
    tx.run_many(
        "insert into agenda_item (meeting, key, position, title, text, presenter, closed, under, why_late, "
        "hidden, number, version) values (?, ?, ?, '', '', '', ?, ?, '', ?, '', 0) "
        "on conflict (meeting, key) do update set position = excluded.position, under = excluded.under",
        [(meeting, key, place, False, under, False) for place, (key, under) in enumerate(order)],
    )


def remove(tx: Tx, meeting: MeetingId, key: PointKey) -> None:
    """Forget a point that was never published."""
    tx.run("delete from agenda_item where meeting = ? and key = ? and number = ''", (meeting, key))
    point_index.keep(tx, meeting)


def _values(one: Kept) -> Sequence[Any]:
    return (
        one.key,
        one.position,
        one.title,
        one.text,
        one.presenter,
        one.minutes,
        one.closed,
        one.under,
        one.why_late,
        one.hidden,
        one.number,
        one.supplement,
        one.version + 1,
    )


def _kept(row: Sequence[Any]) -> Kept:
    return Kept(
        key=PointKey(row[0]),
        position=row[1],
        title=row[2],
        text=row[3],
        presenter=row[4],
        minutes=row[5],
        closed=bool(row[6]),
        under=PointKey(row[7]) if row[7] else None,
        why_late=row[8],
        hidden=bool(row[9]),
        number=row[10],
        supplement=row[11],
        version=row[12],
    )
