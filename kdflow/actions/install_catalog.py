"""Bring the database up to what the files say: bodies, people, calendars, and every definition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from kdflow.actions.consequences import renew_feeds
from kdflow.catalog import Catalog
from kdflow.domain.administration import BY_FILE, body_changed
from kdflow.domain.authority import Acting
from kdflow.domain.body_change import BodyChange, differing
from kdflow.domain.reform import differences
from kdflow.domain.timetable import Body
from kdflow.store import body_changes, definitions, duties, history, meetings, people, plans
from kdflow.store.database import Database, Tx
from kdflow.store.rescheduling import reform
from kdflow.store.world import whole_world


def install_catalog(db: Database, catalog: Catalog, *, now: datetime) -> tuple[str, ...]:
    """Keep everything in the catalog, in one transaction; doing it twice changes nothing.

    Where bodies or calendars are others than before, no plan is trusted until it is made again, and the entries of
    calendar feeds that a changed rule, holiday or word makes others are another edition. Whom changed bodies hit
    is told, and the history says which rules are others. What was changed by hand is left as it is.

    Returns:
        What the files say otherwise than what is kept by hand, in English, one line each.

    Raises:
        Flawed: a definition version that has been used has another content now.
    """
    with db.write() as tx:
        plans.lock(tx)
        before = people.bodies(tx), meetings.timetable(tx)
        left = [*_bodies_left(tx, catalog.bodies.values())]
        people.keep_bodies(tx, catalog.bodies.values())
        left += people.keep_people(tx, catalog.people, catalog.appointments, catalog.absences)
        meetings.keep(tx, catalog.meetings)
        definitions.keep(tx, [*catalog.procedures.values(), *catalog.workflows.values()], now)
        renew_feeds(tx, now)
        if before != (people.bodies(tx), meetings.timetable(tx)):
            _tell(tx, before[0], now)
            plans.forget(tx)
            duties.wake_all(tx)
    return tuple(left)


def _tell(tx: Tx, was: Mapping[str, Body], now: datetime) -> None:
    """Tell whom the changed bodies hit, and write down what is new in them."""
    world = whole_world(tx, now)
    known = [key for key, body in world.bodies.items() if key in was and was[key] != body]
    if not known:
        return
    _, tally = reform(tx, was, world, by=BY_FILE)
    events = [
        body_changed(was[key], world.bodies[key], reason=None, hits=tally.hits, told=tally.told)
        for key in known
        if differences(was[key], world.bodies[key])
    ]
    history.append(tx, events, sag=None, route="", acting=Acting(person=BY_FILE), at=now)


def _bodies_left(tx: Tx, wanted: Iterable[Body]) -> list[str]:
    """What a file changes of bodies that a change by hand lies on top of."""
    bases, changes = people.bases(tx), body_changes.of(tx)
    return [
        f"body {body.key}: {', '.join(hidden)} kept by hand, the file says otherwise"
        for body in wanted
        if body.key in bases and (hidden := _hidden(bases[body.key], body, changes.get(body.key, [])))
    ]


def _hidden(kept: people.Base, new: Body, changes: Iterable[BodyChange]) -> list[str]:
    """The fields by hand of a body that a file has another value for than it had, or than they have."""
    if kept.kept_by == people.HAND:
        return differences(kept.body, new)
    changed = set(differences(kept.body, new))
    wishes = [one.values for one in changes if one.in_force]
    hidden = (name for values in wishes if differing(new, values) for name in _names(values))
    return sorted(changed.intersection(hidden))


def _names(values: Mapping[str, object]) -> list[str]:
    found = []
    for name, value in values.items():
        found += [f"{name}.{kind}" for kind in value] if isinstance(value, Mapping) else [name]
    return found
