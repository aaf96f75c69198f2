"""The sager that somebody may see as a list, filtered, sorted and page by page; and all its rows, to take away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from kdflow.domain.authority import PersonId
from kdflow.domain.sag import SagId
from kdflow.domain.situation import World
from kdflow.domain.timetable import Meeting, MeetingId
from kdflow.domain.visibility import sight
from kdflow.domain.wanted import Cursor, Wanted
from kdflow.queries.in_line import line_of
from kdflow.queries.next_dues import SagDue, next_dues
from kdflow.queries.sag_rows import BoardRow, rows_of
from kdflow.store import definitions, finding, readings, sager
from kdflow.store.database import Database, Tx
from kdflow.store.world import BATCH, whole_world

PAGE = 25
"""Rows on one page."""

COUNTED = 200
"""Rows are counted to here, and no further."""

MOST_TAKEN = 5000
"""Rows that can be taken away in one file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SagList:
    """One page of the list. `dues` are the next deadlines of its sager that have any, `more` is the cursor of the
    next page, `count` how many there are in all, or `COUNTED` where there are at least so many. `routes` are the
    routes there are, by name; `meeting` is the one that is asked for."""

    rows: tuple[BoardRow, ...]
    dues: Mapping[SagId, SagDue]
    more: Cursor | None
    count: int
    routes: Mapping[str, str]
    meeting: Meeting | None
    world: World


def sag_list(
    db: Database, viewer: PersonId, now: datetime, wanted: Wanted, *, after: Cursor | None = None
) -> SagList:
    """One page of what `viewer` may see of what is wanted."""
    with db.read() as tx:
        world = whole_world(tx, now)
        seen, wanted = sight(viewer, world), _in_line(tx, world, wanted)
        found = finding.page(tx, wanted, seen, after=after, limit=PAGE + 1)
        shown = sager.load_many(tx, [one.sag for one in found[:PAGE]])
        return SagList(
            rows=rows_of(tx, shown, world, viewer),
            dues=next_dues(tx, [one.id for one in shown], world),
            more=found[PAGE - 1].cursor if len(found) > PAGE else None,
            count=finding.count(tx, wanted, seen, most=COUNTED),
            routes=_routes(tx),
            meeting=world.timetable.find(MeetingId(wanted.meeting)) if wanted.meeting else None,
            world=world,
        )


def _in_line(tx: Tx, world: World, wanted: Wanted) -> Wanted:
    """The same with what can wait for whom it is asked for."""
    return replace(wanted, line=line_of(tx, world, wanted.waits_for)) if wanted.waits_for else wanted


def _routes(tx: Tx) -> dict[str, str]:
    """The routes by name, as their newest version calls them."""
    return {ref.partition("@")[0]: definitions.load(tx, ref).workflow.title for ref in definitions.known(tx)}


class TooMany(Exception):
    """More rows are asked for than one file takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Every row of the list, with the next deadlines of those sager that have any; the routes there are, by name,
    and the world they stand in."""

    rows: tuple[BoardRow, ...]
    dues: Mapping[SagId, SagDue]
    routes: Mapping[str, str]
    world: World


def every_row(db: Database, viewer: PersonId, now: datetime, wanted: Wanted) -> Taken:
    """All rows of the list, in its order.

    Raises:
        TooMany: there are more than one file takes.
    """
    with db.read() as tx:
        world = whole_world(tx, now)
        found = finding.page(tx, _in_line(tx, world, wanted), sight(viewer, world), limit=MOST_TAKEN + 1)
        if len(found) > MOST_TAKEN:
            raise TooMany
        ids = [one.sag for one in found]
        rows = tuple(_in_batches(tx, ids, world, viewer))
        dues = {sag: due for batch in _batches(ids) for sag, due in next_dues(tx, batch, world).items()}
        routes = _routes(tx)
    for row in rows:
        readings.note(row.sag, viewer, "export")
    return Taken(rows=rows, dues=dues, routes=routes, world=world)


def _in_batches(tx: Tx, ids: list[SagId], world: World, viewer: PersonId) -> Iterator[BoardRow]:
    for batch in _batches(ids):
        yield from rows_of(tx, sager.load_many(tx, batch), world, viewer)


def _batches(ids: list[SagId]) -> Iterator[list[SagId]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
