"""What is read by whoever looks at many sager: the whole world, and sager with their routes, batch by batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from kdflow.domain.authority import Authority, PersonId
from kdflow.domain.dates import local_day
from kdflow.domain.network import Network, network
from kdflow.domain.sag import Sag, SagId
from kdflow.domain.situation import World
from kdflow.domain.timetable import Body
from kdflow.domain.visibility import sight
from kdflow.domain.workflow import Definitions
from kdflow.store import definitions, meetings, people, sager
from kdflow.store.database import SETUP, Tx

BATCH = 500
"""How many sager are read, or written, at a time where there can be many."""


class _Setup(NamedTuple):
    """Bodies, offices on a day, and names, as they were under a mark."""

    mark: str | None
    today: date
    bodies: Mapping[str, Body]
    authority: Authority
    names: Mapping[str, str]
    until: Mapping[str, date]


def whole_world(tx: Tx, now: datetime) -> World:
    """Every body, meeting, office and name. The process remembers them until one of them changes, or the day."""
    found = _setup(tx, local_day(now))
    return World(
        bodies=found.bodies,
        timetable=meetings.timetable(tx),
        authority=found.authority,
        names=found.names,
        until=found.until,
        now=now,
    )


def _setup(tx: Tx, today: date) -> _Setup:
    """Remembered under a mark; a transaction that has changed some of it reads it anew. Another day only has
    other offices."""
    mark = tx.mark(SETUP)
    kept: _Setup | None = tx.kept.get(SETUP)
    if mark is None or kept is None or kept.mark != mark:
        kept = None
    elif kept.today == today:
        return kept
    bodies = kept.bodies if kept else people.bodies(tx)
    names, until = (kept.names, kept.until) if kept else people.names(tx)
    authority, _ = people.authority(tx, list(bodies), today)
    found = _Setup(mark, today, bodies, authority, names, until)
    if mark is not None and tx.sees_one_moment:  # else what is read may be newer than its mark
        tx.kept[SETUP] = found
    return found


def network_of(tx: Tx, world: World) -> Network:
    """The calendars of the whole world as the planner sees them; the process remembers the departures of each body
    until a body, or one of its meetings, changes."""
    kept: Network | None = tx.kept.get("network")
    if kept is None or kept.bodies != world.bodies:
        kept = network(world)
    elif kept.timetable is not world.timetable:
        kept = kept.changed(world.timetable, kept.timetable.differs_at(world.timetable))
    tx.kept["network"] = kept
    return kept


def sag_by_number(tx: Tx, number: str, viewer: PersonId | None, world: World) -> Sag:
    """The sag behind a number, for whoever may know of it (None: the operator). Wherever somebody names a sag by
    its number this decides: one that is closed to them is no other than one that does not exist, nor more work.

    Raises:
        NotFound: there is none that `viewer` may know of.
    """
    return sager.by_number(tx, number, None if viewer is None else sight(viewer, world))


def with_routes(tx: Tx, ids: Sequence[SagId]) -> Iterator[tuple[Sag, Definitions]]:
    """Many sager with their routes, in order; in a writing transaction they stay locked until it ends."""
    for start in range(0, len(ids), BATCH):
        for sag in sager.load_many(tx, ids[start : start + BATCH]):
            yield sag, definitions.load(tx, sag.route)


def known(tx: Tx, ids: Iterable[SagId]) -> dict[SagId, Sag]:
    """The sager behind some ids, each read once."""
    return {sag.id: sag for sag, _ in with_routes(tx, tuple(dict.fromkeys(ids)))}
