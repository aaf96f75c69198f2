"""The board: which sager wait for me, and where every other one stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kdflow.domain.authority import PersonId
from kdflow.domain.running_out import RunningOut
from kdflow.domain.situation import World
from kdflow.domain.timetable import Meeting
from kdflow.domain.visibility import may_see, sight
from kdflow.domain.wanted import Cursor, Wanted
from kdflow.queries.notices import Heard, heard_by
from kdflow.queries.running_out import calendars_running_out
from kdflow.queries.sag_rows import BoardRow, rows_of
from kdflow.queries.scene import bodies_served
from kdflow.queries.start_page import coming
from kdflow.store import definitions, finding, overseen, sager
from kdflow.store.database import Database, Tx
from kdflow.store.world import whole_world

PAGE = 50
"""Rows on one page of the list."""


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
        text: only sager in which these words are found, in any of their forms.
        after: only numbers later than this one (the next page).
        over: also sager that are concluded, withdrawn or lapsed.
    """
    with db.read() as tx:
        world = whole_world(tx, now)
        seen = sight(viewer, world) if viewer is not None else None
        wanted = Wanted(text=text, life="" if over else "open", order="oldest")
        cursor = Cursor(sager.id_up_to(tx, after)) if after else None
        found = finding.page(tx, wanted, seen, after=cursor, limit=PAGE + 1)
        rows = rows_of(tx, sager.load_many(tx, [one.sag for one in found[:PAGE]]), world, viewer)
        return Board(
            mine=waiting_for(tx, world, viewer) if viewer is not None else (),
            rows=rows,
            more=rows[-1].number if len(found) > PAGE else None,
            notices=heard_by(tx, world, viewer) if viewer is not None else (),
            coming=coming(world),
            running_out=calendars_running_out(tx, world, viewer) if viewer is not None else (),
            given_up=overseen.given_up(tx, viewer, now) if viewer is not None else 0,
            world=world,
        )


def waiting_for(tx: Tx, world: World, viewer: PersonId) -> tuple[BoardRow, ...]:
    """The sager with a step that waits for somebody: their own, and those at the bodies they serve."""
    served = bodies_served(world, viewer)
    likely = sager.load_many(tx, sager.ids_for(tx, viewer, served))
    seen = [sag for sag in likely if may_see(sag, viewer, definitions.load(tx, sag.route), world)]
    return tuple(row for row in rows_of(tx, seen, world, viewer) if row.is_mine)
