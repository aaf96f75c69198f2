"""Who has read of a closed sag, for those who look after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kdflow.domain.authority import PersonId
from kdflow.domain.errors import NotAllowed
from kdflow.domain.rights import READERS_OF_READINGS, may_see_readings
from kdflow.domain.sag import Sag, SagId, StepSeq
from kdflow.domain.situation import World
from kdflow.queries.scene import situation
from kdflow.store import readings
from kdflow.store.database import Database
from kdflow.store.readings import Opened, Reading
from kdflow.store.world import sag_by_number, whole_world

MOST = 500
"""Rows that are shown at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingsPage:
    """What was read of a sag, newest first; `has_more` when there is more than is shown."""

    sag: Sag
    rows: tuple[Reading, ...]
    has_more: bool
    world: World


def readings_page(db: Database, number: str, viewer: PersonId, now: datetime) -> ReadingsPage:
    """Who has read of a sag.

    Raises:
        NotFound: there is no such sag, or the viewer may not know of it. NotAllowed: it is for its owner, the
            secretaries of its bodies, and administrators.
    """
    with db.read() as tx:
        world = whole_world(tx, now)
        sag = sag_by_number(tx, number, viewer, world)
        if not may_see_readings(situation(tx, sag, None, world), viewer):
            raise NotAllowed("readings", READERS_OF_READINGS, "sagens organer")
        rows = readings.of_sag(tx, sag.id, limit=MOST + 1)
    return ReadingsPage(sag=sag, rows=rows[:MOST], has_more=len(rows) > MOST, world=world)


def note_read(person: PersonId, sag: Sag) -> None:
    """Note that the page at hand shows what a sag says, though it is not its own."""
    readings.note(sag, person, "page")


def note_opened(person: PersonId, sag: SagId, step: StepSeq, content: str) -> None:
    """Note that the page at hand shows a step to somebody who is to answer."""
    readings.note_opened(Opened(person, sag, step, content))
