"""Bring the database up to what the files say: bodies, people, calendars, and every definition."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from kdflow import rendering
from kdflow.catalog import Catalog
from kdflow.domain.feed_editions import editions
from kdflow.store import definitions, duties, feeds, meetings, people, plans
from kdflow.store.database import Database, Tx


def install_catalog(db: Database, catalog: Catalog, *, now: datetime) -> None:
    """Keep everything in the catalog, in one transaction; doing it twice changes nothing.

    Where bodies or calendars are others than before, no plan is trusted until it is made again, and the entries of
    calendar feeds that a changed rule, holiday or word makes others are another edition.

    Raises:
        Flawed: a definition version that has been used has another content now.
    """
    with db.write() as tx:
        plans.lock(tx)
        before = people.bodies(tx), meetings.timetable(tx)
        people.keep_bodies(tx, catalog.bodies.values())
        people.keep_people(tx, catalog.people, catalog.appointments, catalog.absences)
        meetings.keep(tx, catalog.meetings)
        definitions.keep(tx, [*catalog.procedures.values(), *catalog.workflows.values()], now)
        feeds.keep_editions(tx, _editions(tx), now=now)
        if before != (people.bodies(tx), meetings.timetable(tx)):
            plans.forget(tx)
            duties.wake_all(tx)


def _editions(tx: Tx) -> Iterator[tuple[str, str, str]]:
    """What the entries of each body and kind say besides their meetings, with the words they say it in."""
    words = rendering.words()
    said = repr((words["feeds"], words["deadlines"]))
    for body in people.bodies(tx).values():
        for kind, text in editions(body):
            yield body.key, kind, said + text
