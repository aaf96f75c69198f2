"""Which sager somebody sees and asks for: filters, search and paging as one statement, however many there are.

A page goes on after the last row of the one before it (its id, or its title and id), so that what is added or
removed meanwhile moves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from kdflow.domain.danish_words import question
from kdflow.domain.sag import SagId
from kdflow.domain.timetable import MeetingId
from kdflow.domain.visibility import Sight
from kdflow.domain.wanted import Cursor, Order, Wanted
from kdflow.store import line, search, words
from kdflow.store.access import visible
from kdflow.store.database import Tx, marks
from kdflow.store.sager import OPEN_LIVES


class Found(NamedTuple):
    """A row of a page, with the cursor that goes on after it."""

    sag: SagId
    cursor: Cursor


Part = tuple[str, tuple[Any, ...]]


def page(
    tx: Tx, wanted: Wanted, sight: Sight | None, *, after: Cursor | None = None, limit: int
) -> tuple[Found, ...]:
    """One page of what somebody sees of what is asked for; None as `sight` is the operator."""
    if (read := _read(tx, wanted)) is None:
        return ()
    parts = [*read.parts, visible(sight), *_after(wanted.order, read.id, after)]
    key = "line.title_key" if wanted.order == "title" else "''"
    rows = _run(tx, f"select sag.id, {key} from {read.source}", parts, f"order by {read.order} limit ?", (limit,))
    return tuple(Found(SagId(row[0]), Cursor(row[0], row[1])) for row in rows)


def count(tx: Tx, wanted: Wanted, sight: Sight | None, *, most: int) -> int:
    """How many sager somebody sees of what is asked for; counted no further than `most`."""
    if (read := _read(tx, wanted)) is None:
        return 0
    rows = _run(tx, f"select 1 from {read.source}", [*read.parts, visible(sight)], "limit ?", (most,), count=True)
    return int(rows[0][0])


def by_relevance(
    tx: Tx,
    text: str,
    sight: Sight | None,
    *,
    meetings: Sequence[MeetingId] = (),
    after: tuple[int, int] | None = None,
    limit: int,
) -> tuple[tuple[int, SagId], ...]:
    """Where words are searched for: (0, all of them in the title), then (1, the others), then (2, those on the
    agenda of one of `meetings`), newest first."""
    begin, since = after or (0, 0)
    found: list[tuple[int, SagId]] = []
    for tier, (source, id_, parts) in enumerate(_tiers(tx, text, meetings)):
        if tier < begin or not parts:
            continue
        parts.append(visible(sight))
        if since and tier == begin:
            parts.append((f"{id_} < ?", (since,)))
        rows = _run(
            tx, f"select sag.id from {source}", parts, f"order by {id_} desc limit ?", (limit - len(found),)
        )
        found += ((tier, SagId(row[0])) for row in rows)
        if len(found) >= limit:
            break
    return tuple(found)


def count_relevant(
    tx: Tx, text: str, sight: Sight | None, *, meetings: Sequence[MeetingId] = (), most: int
) -> int:
    """How many sager somebody sees of those that `by_relevance` finds; counted no further than `most`."""
    found = count(tx, Wanted(text=text), sight, most=most)
    *_, (source, _, parts) = _tiers(tx, text, meetings)
    if parts and found < most:
        rows = _run(
            tx, f"select 1 from {source}", [*parts, visible(sight)], "limit ?", (most - found,), count=True
        )
        found += int(rows[0][0])
    return found


def _tiers(tx: Tx, text: str, meetings: Sequence[MeetingId]) -> Iterator[tuple[str, str, list[Part]]]:
    """What each tier reads, the id of its sager, and what has to hold; nothing: there are none in it."""
    answers = words.answers(tx, question(text))
    is_answered = bool(answers) and all(answers)
    for is_title in (True, False):
        parts = [search.condition(tx, answers, titles=is_title)] if is_answered else []
        yield search.source(tx), _index_id(tx), parts
    parts = [(f"sag.id in (select s.sag from seat s where s.meeting in ({marks(meetings)}))", tuple(meetings))]
    if is_answered:
        sql, values = search.condition(tx, answers)
        parts.append((f"sag.id not in (select {search.NAMED[tx.is_postgres]} where {sql})", values))
    yield "sag", "sag.id", parts if meetings else []


class _Read(NamedTuple):
    """A statement in parts: what it reads, what has to hold, what tells the rows apart, and their order."""

    source: str
    parts: list[Part]
    id: str
    order: str


def _read(tx: Tx, wanted: Wanted) -> _Read | None:
    """How what is asked for is read; None: nothing can answer it."""
    source, id_, parts = "sag", "sag.id", list(_filters(wanted))
    if wanted.text.strip():
        answers = words.answers(tx, question(wanted.text))
        if not answers or not all(answers):
            return None
        source, id_ = search.source(tx), _index_id(tx)
        parts.insert(0, search.condition(tx, answers))
    if wanted.order == "title":
        return _Read(f"{source} join sag_text line on line.sag = sag.id", parts, id_, "line.title_key, line.sag")
    return _Read(source, parts, id_, id_ if wanted.order == "oldest" else f"{id_} desc")


def _index_id(tx: Tx) -> str:
    """The id of a sag in the index: ordered by it, SQLite's index need not be read to its end."""
    return "sag.id" if tx.is_postgres else "search_sag.rowid"


def _after(order: Order, id_: str, cursor: Cursor | None) -> Iterator[Part]:
    if cursor is None:
        return
    if order == "title":
        yield "(line.title_key, line.sag) > (?, ?)", (cursor.key, cursor.id)
    else:
        yield f"{id_} {'>' if order == 'oldest' else '<'} ?", (cursor.id,)


_PLAIN: dict[str, str] = {
    "owner": "sag.owner = ?",
    "area": "sag.area = ?",
    "body": "sag.id in (select b.sag from sag_body b where b.body = ?)",
    "at": "sag.id in (select b.sag from sag_body b where b.body = ? and b.is_now = true)",
    "outcome": "exists (select 1 from step s where s.sag = sag.id and s.outcome = ?)",
    "meeting": "sag.id in (select s.sag from seat s where s.meeting = ?)",
    "followed_by": "sag.id in (select f.sag from follower f where f.person = ?)",
}
"""What has to hold of a sag, by the field of `Wanted` that is the one value."""


def _filters(wanted: Wanted) -> Iterator[Part]:
    for name, sql in _PLAIN.items():
        if value := getattr(wanted, name):
            yield sql, (value,)
    if wanted.line:
        yield line.waiting(wanted.line)
    if wanted.life == "open":
        yield f"sag.life in ({marks(OPEN_LIVES)})", OPEN_LIVES
    elif wanted.life:
        yield "sag.life = ?", (wanted.life,)
    if wanted.route:
        yield "sag.route like ? escape '~'", (f"{_literal(wanted.route)}@%",)
    if wanted.closed is not None:
        yield ("sag.closed" if wanted.closed else "not sag.closed"), ()
    yield from _period(wanted)


def _period(wanted: Wanted) -> Iterator[Part]:
    bounds = [("m.latest >= ?", wanted.since), ("m.earliest <= ?", wanted.until)]
    held = [(sql, day.isoformat()) for sql, day in bounds if day is not None]
    if held:
        within, days = " and ".join(sql for sql, _ in held), tuple(day for _, day in held)
        yield f"sag.id in (select s.sag from seat s join meeting m on m.id = s.meeting where {within})", days


def _literal(text: str) -> str:
    return text.replace("~", "~~").replace("%", "~%").replace("_", "~_")


def _run(
    tx: Tx, head: str, parts: Sequence[Part], tail: str, values: tuple[Any, ...], *, count: bool = False
) -> list[Any]:
    where = " and ".join(sql for sql, _ in parts)
    bound = tuple(value for _, some in parts for value in some)
    sql = f"{head} where {where} {tail}"
    rows: list[Any] = tx.run(f"select count(*) from ({sql}) found" if count else sql, (*bound, *values)).fetchall()
    return rows
