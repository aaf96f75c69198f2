"""A sag as one row of a list: where it stands, who has it, and its next meeting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kdflow.domain.authority import PersonId
from kdflow.domain.dates import FuzzyDate
from kdflow.domain.sag import Sag
from kdflow.domain.situation import World
from kdflow.queries.scene import Stand, days_until, stands
from kdflow.store import definitions
from kdflow.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """One sag in a list. `next_on` is the date of its next meeting, `in_days` how far off that day is
    (None: it is not known yet)."""

    sag: Sag
    owner_name: str
    life_title: str
    is_over: bool
    stands: tuple[Stand, ...]
    next_on: FuzzyDate | None
    in_days: int | None

    @property
    def number(self) -> str:
        """The number of the sag."""
        return self.sag.number

    @property
    def title(self) -> str:
        """Its title."""
        return self.sag.title

    @property
    def owner(self) -> PersonId:
        """Who owns it."""
        return self.sag.owner

    @property
    def closed(self) -> bool:
        """Whether only those whom it concerns may know of it."""
        return self.sag.closed

    @property
    def life(self) -> str:
        """The state of its life."""
        return self.sag.life

    @property
    def first_day(self) -> date | None:
        """The first day that its next meeting can be on."""
        return self.next_on.earliest if self.next_on else None

    @property
    def is_mine(self) -> bool:
        """Whether one of its steps waits for the viewer."""
        return any(stand.is_mine for stand in self.stands)


def rows_of(tx: Tx, found: Iterable[Sag], world: World, viewer: PersonId | None) -> tuple[BoardRow, ...]:
    """Sager that somebody may see, each as a row."""
    return tuple(_row(tx, sag, world, viewer) for sag in found)


def _row(tx: Tx, sag: Sag, world: World, viewer: PersonId | None) -> BoardRow:
    life = definitions.load(tx, sag.route).life.by_state[sag.life]
    standing = stands(tx, sag, world, viewer)
    dates = [s.meeting.on for s in standing if s.meeting and not s.is_cancelled]
    coming = [on for on in dates if on.latest and on.latest >= world.today]
    next_on = min(coming, key=lambda on: on.earliest or date.max, default=None)
    return BoardRow(
        sag=sag,
        owner_name=world.names.get(sag.owner, sag.owner),
        life_title=life.title,
        is_over=life.final,
        stands=standing,
        next_on=next_on,
        in_days=days_until(next_on.exact, world) if next_on else None,
    )
