"""Which points and tasks somebody finds by words: what they may not know of is left out by the statement itself.

It says of the rows of `point_text` what `domain/on_agenda.may_see_point` says of one point, and that what is not
sent is for those who build the agenda; a task is also for who has it, as on the list of their tasks.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from kdflow.domain.authority import PersonId
from kdflow.domain.danish_words import question
from kdflow.domain.point_texts import Kind, PointText, Stands
from kdflow.domain.sag import SagId
from kdflow.domain.searching import Piece
from kdflow.domain.timetable import MeetingId
from kdflow.domain.visibility import Sight
from kdflow.store import mapping, words
from kdflow.store.access import visible
from kdflow.store.database import Tx, marks

Part = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundText:
    """A text that was found, closed as things are now, with the meeting it is of and the sag of its point."""

    meeting: MeetingId
    sag: SagId | None
    text: PointText


def points(
    tx: Tx, asked: str, sight: Sight, built: Collection[str], *, skip: int, limit: int
) -> tuple[FoundText, ...]:
    """The points that somebody finds who builds the agendas of the bodies `built`, what was written last first."""
    theirs, of_body = _at(built), _of_body(sight)
    sql = f"((t.kind = '{Kind.BUILT}' and {theirs[0]}) or "
    sql += f"(t.kind = '{Kind.SENT}' and not {theirs[0]} and (not {_CLOSED} or {of_body[0]})))"
    return _found(tx, asked, (sql, (*theirs[1], *theirs[1], *of_body[1])), skip=skip, limit=limit)


def tasks(
    tx: Tx, asked: str, sight: Sight, built: Collection[str], *, skip: int, limit: int
) -> tuple[FoundText, ...]:
    """The tasks that somebody finds, those that were given last first."""
    theirs, of_body, seen = _at(built), _of_body(sight), visible(sight)
    mine = (sight.person,)
    sql = f"t.kind = '{Kind.TASK}' and (t.person = ? or t.is_out or {theirs[0]}) and (t.sag is null or {seen[0]}) "
    sql += f"and (not {_CLOSED} or sag.closed or sag.owner = ? or (t.person = ? and t.sag is not null) "
    sql += f"or {of_body[0]})"
    values = (*mine, *theirs[1], *seen[1], *mine, *mine, *of_body[1])
    return _found(tx, asked, (sql, values), skip=skip, limit=limit)


_CLOSED = "(t.closed or coalesce(i.closed, false))"
"""Whether what was sent of a point was closed, or the point is closed now."""


def _at(bodies: Collection[str]) -> Part:
    """That a meeting is one of some bodies."""
    return (f"m.body in ({marks(sorted(bodies))})", tuple(sorted(bodies))) if bodies else ("1 = 0", ())


def _of_body(sight: Sight) -> Part:
    """That somebody may know what a body treats behind closed doors, as `domain/visibility.is_of_body` says."""
    return ("1 = 1", ()) if sight.sees_all else _at(sight.bodies)


def _found(tx: Tx, asked: str, seen: Part, *, skip: int, limit: int) -> tuple[FoundText, ...]:
    answers = words.answers(tx, question(asked))
    if not answers or not all(answers):
        return ()
    source, id_, there = _SOURCE[tx.is_postgres]
    rows = tx.run(
        f"select t.meeting, t.kind, t.key, t.task, t.sag, t.person, {_CLOSED}, t.is_out, t.shown "
        f"from {source} join meeting m on m.id = t.meeting "
        "left join agenda_item i on i.meeting = t.meeting and i.key = t.key left join sag on sag.id = t.sag "
        f"where {there} and {seen[0]} order by {id_} desc limit ? offset ?",
        (words.query(tx, answers), *seen[1], limit, skip),
    ).fetchall()
    return tuple(map(_text, rows))


_SOURCE = {
    True: ("point_text t", "t.id", "t.words @@ cast(? as tsquery)"),
    False: (
        "search_point cross join point_text t on t.id = search_point.rowid",
        "search_point.rowid",
        "search_point match ?",
    ),
}
"""What is read, by whether it is PostgreSQL, with its id and what has to hold. Ordered by the id of the index,
SQLite's need not be read to its end."""


def _text(row: tuple[Any, ...]) -> FoundText:
    meeting, kind, key, task, sag, person, closed, is_out, shown = row
    title, stands, pieces = mapping.from_json(shown)
    return FoundText(
        meeting=MeetingId(meeting),
        sag=SagId(sag) if sag is not None else None,
        text=PointText(
            kind=Kind(kind),
            key=key,
            task=task,
            person=PersonId(person) if person else None,
            closed=bool(closed),
            is_out=bool(is_out),
            title=title,
            stands=Stands(stands),
            pieces=tuple(Piece(*one) for one in pieces),
        ),
    )
