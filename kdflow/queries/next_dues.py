"""The next deadline of each sag in a list, as the watch keeps it: one statement, however many there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from kdflow.domain.departures import DAY, NEVER, day_of, instant_of
from kdflow.domain.ladders import DutyKind
from kdflow.domain.sag import SagId
from kdflow.domain.situation import World
from kdflow.store import duties
from kdflow.store.database import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class SagDue:
    """What is to be done with a sag next, at which body, and by when: the day, how far off it is, and the instant
    where it is not the end of that day."""

    kind: DutyKind
    body: str
    on: date
    at: datetime | None
    in_days: int


def next_dues(tx: Tx, sager: Iterable[SagId], world: World) -> dict[SagId, SagDue]:
    """The first deadline of each of some sager that has any; one that is over as long as nothing was done."""
    found: dict[SagId, SagDue] = {}
    asked = list(sager)
    for sag, kept in duties.of(tx, asked).items() if asked else ():
        first = min((one for one in kept if one.due < NEVER), key=lambda one: one.due, default=None)
        if first is not None:
            found[SagId(int(sag))] = SagDue(
                kind=first.kind,
                body=world.short(first.body),
                on=day_of(first.due),
                at=None if first.due % DAY == DAY - 1 else instant_of(first.due),
                in_days=(day_of(first.due) - world.today).days,
            )
    return found
