"""The board: which sager wait for me, and where every other one stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kdflow.domain.authority import PersonId
from kdflow.domain.dates import FuzzyDate
from kdflow.domain.running_out import RunningOut
from kdflow.domain.sag import Sag
from kdflow.domain.situation import World
from kdflow.domain.timetable import Meeting
from kdflow.domain.visibility import may_see
from kdflow.queries.notices import Heard, heard_by
from kdflow.queries.running_out import calendars_running_out
from kdflow.queries.scene import Stand, bodies_served, days_until, situation, stands
from kdflow.store import overseen, people, sager
from kdflow.store.database import Database, Tx
from kdflow.store.world import whole_world

PAGE = 50
"""Rows on one page of the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """One sag on the board. `next_on` is the date of its next meeting, `in_days` how far off that day is
    (None: it is not known yet)."""

    number: str
    title: str
    owner: PersonId
    owner_name: str
    closed: bool
    life: str
    life_title: str
    is_over: bool
    stands: tuple[Stand, ...]
    next_on: FuzzyDate | None
    in_days: int | None

    @property
    def first_day(self) -> date | None:
        """The first day that its next meeting can be on."""
        return self.next_on.earliest if self.next_on else None

    @property
    def is_mine(self) -> bool:
        """Whether one of its steps waits for the viewer."""
        return any(stand.is_mine for stand in self.stands)


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The start page of one person. `more` is the number to go on after when there are further rows, `given_up`
    how many letters that they look after could not be delivered."""

    mine: tuple[BoardRow, ...]
    rows: tuple[BoardRow, ...]
    more: str | None
    notices: tuple[Heard, ...]
    coming: tuple[Meeting, ...]
    running_out: tuple[RunningOut, ...]
    given_up: int
    world: World


def board(
    db: Database, viewer: PersonId | None, now: datetime, *, text: str = "", after: str = "", over: bool = False
) -> Board:
    """What the start page shows to `viewer`; None sees every sag (the operator at the command line).

    Args:
        text: only sager with this in title or number.
        after: only numbers later than this one (the next page).
        over: also sager that are concluded, withdrawn or lapsed.
    """
    lives = (*sager.OPEN_LIVES, "concluded", "withdrawn", "lapsed") if over else sager.OPEN_LIVES
    with db.read() as tx:
        world = whole_world(tx, now)
        rows = _page(tx, world, viewer, text=text, lives=lives, after=after)
        mine: tuple[BoardRow, ...] = ()
        notices: tuple[Heard, ...] = ()
        if viewer is not None:
            served = bodies_served(world, viewer, people.offices_of(tx, viewer))
            likely = sager.load_many(tx, sager.ids_for(tx, viewer, served))
            mine = tuple(row for row in _rows(tx, likely, world, viewer) if row.is_mine)
            notices = heard_by(tx, world, viewer)
        return Board(
            mine=mine,
            rows=rows[:PAGE],
            more=rows[PAGE - 1].number if len(rows) > PAGE else None,
            notices=notices,
            coming=_coming(world),
            running_out=calendars_running_out(tx, world, viewer) if viewer is not None else (),
            given_up=overseen.given_up(tx, viewer, now) if viewer is not None else 0,
            world=world,
        )


def _page(
    tx: Tx, world: World, viewer: PersonId | None, *, text: str, lives: Sequence[str], after: str
) -> tuple[BoardRow, ...]:
    """The rows of one page and one more, if there is one: only what the viewer may see is counted."""
    rows: list[BoardRow] = []
    while len(rows) <= PAGE:
        ids = sager.page_of_ids(tx, text=text, lives=lives, after=after, limit=PAGE + 1)
        found = sager.load_many(tx, ids)
        rows += _rows(tx, found, world, viewer)
        if len(found) <= PAGE:
            break
        after = found[-1].number
    return tuple(rows[: PAGE + 1])


def _rows(tx: Tx, found: Sequence[Sag], world: World, viewer: PersonId | None) -> tuple[BoardRow, ...]:
    rows = []
    for sag in found:
        here = situation(tx, sag, None, world)
        if viewer is None or may_see(sag, viewer, here.definitions, world):
            rows.append(_row(tx, sag, world, viewer))
    return tuple(rows)


def _row(tx: Tx, sag: Sag, world: World, viewer: PersonId | None) -> BoardRow:
    here = situation(tx, sag, None, world)
    life = here.definitions.life.by_state[sag.life]
    standing = stands(tx, sag, world, viewer)
    dates = [s.meeting.on for s in standing if s.meeting and not s.is_cancelled]
    coming = [on for on in dates if on.latest and on.latest >= world.today]
    next_on = min(coming, key=lambda on: on.earliest or date.max, default=None)
    return BoardRow(
        number=sag.number,
        title=sag.title,
        owner=sag.owner,
        owner_name=world.names.get(sag.owner, sag.owner),
        closed=sag.closed,
        life=sag.life,
        life_title=life.title,
        is_over=life.final,
        stands=standing,
        next_on=next_on,
        in_days=days_until(next_on.exact, world) if next_on else None,
    )


def _coming(world: World) -> tuple[Meeting, ...]:
    """The next meeting of each body, in date order."""
    firsts = [
        coming[0]
        for body in world.bodies
        if (coming := world.timetable.coming(body, after=date.fromordinal(world.today.toordinal() - 1)))
    ]
    return tuple(sorted(firsts, key=lambda meeting: (meeting.begins_on or date.max, meeting.id)))
