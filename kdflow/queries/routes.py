"""The workflows a sag can be opened on, and what another route would mean for a running one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kdflow.domain.amendment import RouteChange, route_change
from kdflow.domain.dates import local_day
from kdflow.domain.timetable import Body
from kdflow.domain.workflow import Workflow
from kdflow.store import definitions, people, sager
from kdflow.store.database import Database


def workflows(db: Database, now: datetime) -> tuple[Workflow, ...]:
    """The newest version of every workflow that is in force today, by title."""
    with db.read() as tx:
        newest: dict[str, Workflow] = {}
        for ref in definitions.known(tx):
            workflow = definitions.load(tx, ref).workflow
            known = newest.get(workflow.name)
            if workflow.valid.covers(local_day(now)) and (known is None or workflow.version > known.version):
                newest[workflow.name] = workflow
    return tuple(sorted(newest.values(), key=lambda workflow: workflow.title))


def bodies(db: Database) -> Mapping[str, Body]:
    """Every body by key."""
    with db.read() as tx:
        return people.bodies(tx)


def migration(db: Database, number: str, to: str, renamed: Mapping[str, str] | None = None) -> RouteChange:
    """A dry run: what moving a sag to another workflow version would do; nothing is written."""
    with db.read() as tx:
        sag = sager.by_number(tx, number)
        return route_change(sag, definitions.load(tx, sag.route), definitions.load(tx, to), renamed)
