"""The tasks that meetings gave to people, with the points that they came from."""

from __future__ import annotations

from kdflow.domain.authority import PersonId
from kdflow.domain.minutes import Task
from kdflow.store.database import Tx
from kdflow.store.minutes import task_of


def of_person(tx: Tx, person: PersonId, *, limit: int) -> tuple[tuple[Task, str, bool], ...]:
    """Somebody's tasks, what is to be done first, then what was done last; each with the title of its point and
    whether that is closed, where the agenda keeps it."""
    rows = tx.run(
        "select t.id, t.meeting, t.point, t.person, t.text, t.due, t.given_by, t.given_at, t.done_at, "
        "i.title, i.closed from task t left join agenda_item i on i.meeting = t.meeting and i.key = t.point "
        "where t.person = ? order by case when t.done_at is null then 0 else 1 end, "
        "case when t.done_at is null then t.due end, t.done_at desc, t.id limit ?",
        (person, limit),
    ).fetchall()
    return tuple((task_of(row), row[9] or "", bool(row[10])) for row in rows)
