"""What points of meetings and tasks are found by, kept with every change of agendas, of what is sent and of tasks.

It reads the tables by itself, for those who write them call it. A row that says what it said is left alone: newer
rows are what was written later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from kdflow.domain.agenda import PointKey, step_of
from kdflow.domain.authority import PersonId
from kdflow.domain.minutes import Task
from kdflow.domain.point_texts import Item, PointText, texts_of
from kdflow.domain.publications import Content, PublicationKind
from kdflow.domain.timetable import MeetingId
from kdflow.store import mapping, settings, words
from kdflow.store.database import Database, Tx

BATCH = 100

RULES = "search_points"
"""The setting that says by which rules the rows were made."""

_VALUES = "meeting, kind, key, task, sag, person, closed, is_out, shown"
_NEWEST = (
    "select kind, content from publication p where meeting = ? and version = "
    "(select max(version) from publication o where o.meeting = p.meeting and o.kind = p.kind)"
)
_TASKS = "select id, point, person, text, given_by, given_at from task where meeting = ? order by id"


def keep(tx: Tx, meeting: MeetingId) -> None:
    """Let the points and the tasks of a meeting be found by what they say now."""
    rows = tx.run(f"select id, words, {_VALUES} from point_text where meeting = ?", (meeting,)).fetchall()
    old = {row[3:6]: _Old(row[0], row[1], _plain(row[2:])) for row in rows}
    new = {(one.kind.value, one.key, one.task): one for one in _texts(tx, meeting)}
    for gone in old.keys() - new.keys():
        _remove(tx, old[gone])
    for key, one in new.items():
        before, values = old.get(key), _values(meeting, one)
        if before is None or before.values != values:
            _put(tx, before, values, one)


class _Old(NamedTuple):
    """A row as it is kept."""

    id: int
    words: str
    values: tuple[Any, ...]


def _plain(row: Sequence[Any]) -> tuple[Any, ...]:
    *said, closed, is_out, shown = row
    return (*said, bool(closed), bool(is_out), shown)


def _values(meeting: MeetingId, one: PointText) -> tuple[Any, ...]:
    about = step_of(one.key)
    sag = about[0] if about else None
    return (meeting, one.kind.value, one.key, one.task, sag, one.person, one.closed, one.is_out, _shown(one))


def _shown(one: PointText) -> str:
    return mapping.to_json([one.title, one.stands, [list(piece) for piece in one.pieces]])


def _texts(tx: Tx, meeting: MeetingId) -> list[PointText]:
    items = tx.run(
        "select key, title, text, presenter, hidden from agenda_item where meeting = ? order by position, key",
        (meeting,),
    ).fetchall()
    sent: Mapping[PublicationKind, Content] = {
        PublicationKind(kind): mapping.from_json(content)
        for kind, content in tx.run(_NEWEST, (meeting,)).fetchall()
    }
    tasks = [_task(meeting, row) for row in tx.run(_TASKS, (meeting,)).fetchall()]
    return list(texts_of([Item(*row) for row in items], sent, tasks))


def _task(meeting: MeetingId, row: Sequence[Any]) -> Task:
    return Task(
        id=row[0],
        meeting=meeting,
        point=PointKey(row[1]),
        person=PersonId(row[2]),
        text=row[3],
        due=None,
        given_by=PersonId(row[4]),
        given_at=Tx.read_instant(row[5]),
    )


def _put(tx: Tx, before: _Old | None, values: tuple[Any, ...], one: PointText) -> None:
    if before:
        _remove(tx, before)
    made = "cast(? as tsvector)" if tx.is_postgres else "?"
    row = tx.run(
        f"insert into point_text ({_VALUES}, words) values ({', '.join('?' * 9)}, {made}) returning id",
        (*values, one.words),
    ).fetchone()
    if not tx.is_postgres:
        tx.run("insert into search_point (rowid, words) values (?, ?)", (row[0], one.words))
    words.keep(tx, one.told)


def _remove(tx: Tx, old: _Old) -> None:
    if not tx.is_postgres:
        tx.run(
            "insert into search_point (search_point, rowid, words) values ('delete', ?, ?)", (old.id, old.words)
        )
    tx.run("delete from point_text where id = ?", (old.id,))


# --- all of it ---------------------------------------------------------------------------------------------------


def catch_up(db: Database, rules: str) -> None:
    """Make what was not made by these rules, in the order of the meetings, some at a time."""
    with db.read() as tx:
        if settings.find(tx, RULES) == rules:
            return
        rows = tx.run(f"{_WRITTEN} order by m.earliest, m.id").fetchall()
    meetings = [MeetingId(row[0]) for row in rows]
    for start in range(0, len(meetings), BATCH):
        with db.write() as tx:
            for meeting in meetings[start : start + BATCH]:
                keep(tx, meeting)
    with db.write() as tx:
        settings.keep(tx, RULES, rules)


_WRITTEN = (
    "select m.id from meeting m where exists (select 1 from agenda_item i where i.meeting = m.id) "
    "or exists (select 1 from publication p where p.meeting = m.id) "
    "or exists (select 1 from task t where t.meeting = m.id)"
)


def clear(tx: Tx) -> None:
    """Forget it, to be made again."""
    if not tx.is_postgres:
        tx.run("insert into search_point (search_point) values ('delete-all')")
    tx.run("delete from point_text")
    settings.keep(tx, RULES, "")
