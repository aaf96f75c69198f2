"""Somebody's tasks: what meetings asked them to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kdflow.domain.agenda import standing_key, step_of
from kdflow.domain.authority import PersonId
from kdflow.domain.minutes import Task
from kdflow.domain.sag import Sag
from kdflow.domain.situation import World
from kdflow.domain.timetable import Body, Meeting
from kdflow.domain.visibility import is_of_body, may_see
from kdflow.store import definitions, readings
from kdflow.store.database import Database, Tx
from kdflow.store.tasks import of_person
from kdflow.store.world import known, whole_world

SHOWN = 200
"""Tasks on the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTask:
    """A task with what it came from: the meeting, and the sag or the title of the point."""

    task: Task
    meeting: Meeting
    body: Body
    sag: Sag | None
    title: str

    def is_late(self, today: date) -> bool:
        """Whether it should have been done."""
        return self.task.done_at is None and self.task.due is not None and self.task.due < today


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskList:
    """Somebody's tasks: what is to be done, the most urgent first, and what was done last."""

    to_do: tuple[OwnTask, ...]
    done: tuple[OwnTask, ...]
    world: World


def tasks_of(db: Database, viewer: PersonId, now: datetime) -> TaskList:
    """The tasks of `viewer`, as far as they may still know of what they are about."""
    with db.read() as tx:
        found = tasks_in(tx, whole_world(tx, now), viewer)
    for one in (*found.to_do, *found.done):
        if one.sag:
            readings.note(one.sag, viewer, "minutes")
    return found


def tasks_in(tx: Tx, world: World, viewer: PersonId) -> TaskList:
    """The same in a world that is known."""
    rows = of_person(tx, viewer, limit=SHOWN)
    loaded = known(tx, (step[0] for task, *_ in rows if (step := step_of(task.point))))
    seen = {
        key: sag for key, sag in loaded.items() if may_see(sag, viewer, definitions.load(tx, sag.route), world)
    }
    found = []
    for task, title, closed in rows:
        meeting, about = world.timetable.find(task.meeting), step_of(task.point)
        if meeting is None or (about and about[0] not in seen):
            continue
        body, sag = world.bodies[meeting.body], seen[about[0]] if about else None
        if closed and sag is None and not is_of_body(viewer, body, world):
            continue
        found.append(OwnTask(task=task, meeting=meeting, body=body, sag=sag, title=_title(task, body, sag, title)))
    return TaskList(
        to_do=tuple(one for one in found if one.task.done_at is None),
        done=tuple(one for one in found if one.task.done_at),
        world=world,
    )


def _title(task: Task, body: Body, sag: Sag | None, kept: str) -> str:
    """What the point of a task is called."""
    standing = {standing_key(item.key): item.title for item in body.standing}
    return sag.title if sag else kept or standing.get(task.point, "")
