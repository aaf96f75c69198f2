"""Bring the database up to what the files say: bodies, people, calendars, and every definition."""

from __future__ import annotations

from datetime import datetime

from kdflow.catalog import Catalog
from kdflow.store import definitions, meetings, people
from kdflow.store.database import Database


def install_catalog(db: Database, catalog: Catalog, *, now: datetime) -> None:
    """Keep everything in the catalog, in one transaction; doing it twice changes nothing.

    Raises:
        Flawed: a definition version that has been used has another content now.
    """
    with db.write() as tx:
        people.keep_bodies(tx, catalog.bodies.values())
        people.keep_people(tx, catalog.people, catalog.appointments, catalog.absences)
        meetings.keep(tx, catalog.meetings)
        definitions.keep(tx, [*catalog.procedures.values(), *catalog.workflows.values()], now)
