"""Say that one has done what a meeting asked for, or that it is not done after all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kdflow.actions.consequences import Answer, once
from kdflow.domain.authority import PersonId
from kdflow.store import minutes
from kdflow.store.database import Database, Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReceipt(Answer):
    """Which task, and whether it is done now."""

    task: int
    is_done: bool


def finish_task(db: Database, task: int, *, is_done: bool, key: str, by: PersonId, now: datetime) -> TaskReceipt:
    """Mark a task of one's own as done, or as not done.

    Raises:
        NotFound: there is no such task, or it is another's. KeyReused.
    """

    def act(tx: Tx) -> TaskReceipt:
        found = minutes.own_task(tx, by, task)
        if bool(found.done_at) is not is_done:
            minutes.mark_done(tx, task, now if is_done else None)
        return TaskReceipt(task=task, is_done=is_done)

    values = {"task": task, "is_done": is_done}
    return once(TaskReceipt, db, "finish_task", values, act, key=key, by=by, now=now)
