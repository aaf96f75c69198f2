"""Bring the database up to what the files say: bodies, people, calendars, and every definition."""

from __future__ import annotations

from datetime import datetime

from kdflow.catalog import Catalog
from kdflow.store import definitions, meetings, people, plans
from kdflow.store.database import Database


def install_catalog(db: Database, catalog: Catalog, *, now: datetime) -> None:
    """Keep everything in the catalog, in one transaction; doing it twice changes nothing.

    Where bodies or calendars are others than before, no plan is trusted until it is made again.

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
        if before != (people.bodies(tx), meetings.timetable(tx)):
            plans.forget(tx)
