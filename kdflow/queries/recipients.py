"""Who would be told of a changed calendar, and what, before anything is saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kdflow.domain.authority import PersonId
from kdflow.domain.impact import Shift
from kdflow.domain.impact_told import Telling
from kdflow.domain.notices import Notice
from kdflow.domain.sag import Sag, SagId
from kdflow.domain.told import Told, as_seen
from kdflow.domain.visibility import may_see
from kdflow.domain.workflow import Definitions

Sager = Mapping[SagId, tuple[Sag, Definitions]]
"""The sager that a change concerns, with their routes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A person who would be told, and what they would read."""

    name: str
    told: Told


def recipients(telling: Telling, sager: Sager) -> tuple[Recipient, ...]:
    """Everybody who would be told of a change, by name (see `readers_of`)."""
    return readers_of(telling.notices(), telling.shift, sager)


def readers_of(notices: Iterable[Notice], shift: Shift, sager: Sager) -> tuple[Recipient, ...]:
    """Everybody who would be told, by name, with the very notice that the change would write. Whoever makes the
    change reads no more of it here than they may know: who hears only of other sager is left out."""
    found = []
    for notice in notices:
        seen = {
            one: sager[one][0]
            for one in notice.sager
            if _may_see(shift, sager, one, notice.person) and _may_see(shift, sager, one, shift.by)
        }
        if told := as_seen(notice, seen):
            found.append(Recipient(name=shift.world.names.get(notice.person, notice.person), told=told))
    return tuple(sorted(found, key=lambda one: one.name))


def _may_see(shift: Shift, sager: Sager, sag: SagId, person: PersonId) -> bool:
    return may_see(sager[sag][0], person, sager[sag][1], shift.world)
