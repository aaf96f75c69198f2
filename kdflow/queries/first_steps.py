"""What an administrator does first in a house that is new."""

from __future__ import annotations

from typing import NamedTuple

from kdflow.domain.authority import PersonId
from kdflow.domain.body_change import EVERYWHERE
from kdflow.domain.situation import World


class FirstStep(NamedTuple):
    """Something that everything else rests on: `what` is a key of `words.first_steps`, `path` where it is done."""

    what: str
    path: str
    is_done: bool


def first_steps(world: World, viewer: PersonId) -> tuple[FirstStep, ...]:
    """The first steps in their order, for an administrator of a house where one is not done yet; else none."""
    if not world.authority.is_administrator(viewer):
        return ()
    offices = any(one.body != EVERYWHERE for one in world.authority.appointments)
    steps = (
        FirstStep("bodies", "/administration/organer/ny", bool(world.bodies)),
        FirstStep("people", "/administration/personer", offices),
        FirstStep("calendar", "/moeder/indlaes", bool(world.timetable.by_id)),
    )
    return () if all(one.is_done for one in steps) else steps
