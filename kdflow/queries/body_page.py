"""A body as everybody who is signed in sees it, and the board of all bodies: what stands where now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kdflow.domain.authority import Office, PersonId
from kdflow.domain.errors import NotFound
from kdflow.domain.publications import PublicationKind
from kdflow.domain.rights import agenda_keeper
from kdflow.domain.sag import SagId
from kdflow.domain.situation import World
from kdflow.domain.timetable import Body, Meeting
from kdflow.domain.visibility import sight
from kdflow.domain.wanted import Wanted
from kdflow.queries.sag_rows import BoardRow, rows_of
from kdflow.store import finding, grounds, publications, sager
from kdflow.store.database import Database, Tx
from kdflow.store.world import whole_world

EACH = 5
"""How many sager the board shows of each body."""

HERE = 20
"""How many sager a body's page shows."""

NEXT, BACK = 5, 6
"""How many coming meetings, and how many of those held, a body's page shows."""

COUNTED = 999
"""How far sager are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A body on the board: its next meeting, the first sager that stand there now, and how many there are."""

    body: Body
    coming: Meeting | None
    rows: tuple[BoardRow, ...]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyBoard:
    """What stands where now; `idle` are the bodies where nothing stands."""

    columns: tuple[Column, ...]
    idle: tuple[Body, ...]
    world: World


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingLine:
    """A meeting on the page of a body, and whether its agenda and its minutes can be read."""

    meeting: Meeting
    is_published: bool
    is_minuted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyPage:
    """A body: who sits in it, when it meets, what stands there now (`count` of them in all), what it published."""

    body: Body
    offices: tuple[tuple[Office, tuple[str, ...]], ...]
    served_by: tuple[str, ...]
    coming: tuple[MeetingLine, ...]
    held: tuple[MeetingLine, ...]
    rows: tuple[BoardRow, ...]
    count: int
    may_build: bool
    is_administrator: bool
    world: World


def body_board(db: Database, viewer: PersonId, now: datetime) -> BodyBoard:
    """The board, body by body, as far as `viewer` may know of the sager."""
    with db.read() as tx:
        world = whole_world(tx, now)
        found = grounds.standing_at(tx, sight(viewer, world), each=EACH)
        loaded = {one.id: one for one in sager.load_many(tx, _all(found))}
        rows = {row.sag.id: row for row in rows_of(tx, loaded.values(), world, viewer)}
    bodies = sorted(world.bodies.values(), key=lambda body: body.short)
    return BodyBoard(
        columns=tuple(
            Column(
                body=body,
                coming=next(iter(_coming(world, body)), None),
                rows=tuple(rows[one] for one in found[body.key].sager),
                count=found[body.key].many,
            )
            for body in bodies
            if body.key in found
        ),
        idle=tuple(body for body in bodies if body.key not in found and body.valid.covers(world.today)),
        world=world,
    )


def _all(found: Mapping[str, grounds.Ground]) -> list[SagId]:
    return list(dict.fromkeys(one for ground in found.values() for one in ground.sager))


def _coming(world: World, body: Body) -> Sequence[Meeting]:
    """A meeting of today is coming."""
    return world.timetable.coming(body.key, after=world.today - timedelta(days=1))


def body_page(db: Database, key: str, viewer: PersonId, now: datetime) -> BodyPage:
    """One body for `viewer`.

    Raises:
        NotFound: there is no such body.
    """
    with db.read() as tx:
        world = whole_world(tx, now)
        if key not in world.bodies:
            raise NotFound("body", key)
        body, sees = world.bodies[key], sight(viewer, world)
        wanted = Wanted(at=key, life="open", order="oldest")
        here = finding.page(tx, wanted, sees, limit=HERE)
        coming, held = _meetings(tx, world, body)
        return BodyPage(
            body=body,
            offices=_offices(world, body),
            served_by=tuple(world.names.get(one, one) for one in world.authority.secretaries(body)),
            coming=coming,
            held=held,
            rows=rows_of(tx, sager.load_many(tx, [one.sag for one in here]), world, viewer),
            count=finding.count(tx, wanted, sees, most=COUNTED),
            may_build=agenda_keeper(world.authority, body, viewer) is not None,
            is_administrator=world.authority.is_administrator(viewer),
            world=world,
        )


def _offices(world: World, body: Body) -> tuple[tuple[Office, tuple[str, ...]], ...]:
    """Who holds which office today."""
    found = ((office, world.authority.holders(body.key, office)) for office in Office)
    return tuple((office, tuple(world.names.get(one, one) for one in who)) for office, who in found if who)


def _meetings(tx: Tx, world: World, body: Body) -> tuple[tuple[MeetingLine, ...], tuple[MeetingLine, ...]]:
    """The next meetings of a body, and the last ones before today, the newest first."""
    dated = [one for one in world.timetable.of_body.get(body.key, ()) if one.begins_on]
    past = [one for one in dated if one.begins_on and one.begins_on < world.today]
    past.sort(key=lambda one: (str(one.begins_on), one.id), reverse=True)
    coming, held = list(_coming(world, body))[:NEXT], past[:BACK]
    ids = [one.id for one in (*coming, *held)]
    published = publications.published(tx, ids)
    minuted = publications.published(tx, ids, PublicationKind.MINUTES)

    def lined(meeting: Meeting) -> MeetingLine:
        return MeetingLine(meeting=meeting, is_published=meeting.id in published, is_minuted=meeting.id in minuted)

    return tuple(map(lined, coming)), tuple(map(lined, held))
