"""Take back a task or a remark that a meeting gave by mistake, and tell those who were told of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from kdflow.actions.consequences import Answer, once
from kdflow.domain.agenda import Point, PointKey
from kdflow.domain.authority import PersonId
from kdflow.domain.errors import NotFound
from kdflow.domain.minutes import Remark, Task
from kdflow.domain.minutes_content import Draft
from kdflow.domain.minutes_told import REMARK, TASK, no_longer, told_of_remark
from kdflow.domain.notices import Notice, key_of
from kdflow.domain.timetable import MeetingId
from kdflow.store import minutes, outbox
from kdflow.store.database import Database, Tx
from kdflow.store.on_minutes import draft_at

_Given = TypeVar("_Given", Task, Remark)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack(Answer):
    """From which meeting and point something was taken back."""

    meeting: MeetingId
    point: PointKey


def take_task_back(
    db: Database, meeting: MeetingId, number: int, *, key: str, by: PersonId, now: datetime
) -> TakenBack:
    """Forget a task that was given by mistake; who was to do it is told.

    Raises:
        NotFound, NotAllowed, Locked, KeyReused. Refused: the meeting has not begun.
    """

    def act(tx: Tx, draft: Draft) -> PointKey:
        found = _found(draft.minutes.tasks, number, TASK)
        minutes.remove_task(tx, meeting, number)
        at, due = _point(draft, found), found.due.isoformat() if found.due else None
        said = {"text": found.text, "due": due}
        _tell(tx, (no_longer(draft, at, found.person, TASK, number, by=by, **said),), by, now)
        return found.point

    return _take_back(db, "take_task_back", meeting, number, act, key=key, by=by, now=now)


def take_remark_back(
    db: Database, meeting: MeetingId, number: int, *, key: str, by: PersonId, now: datetime
) -> TakenBack:
    """Forget a remark that was sent to a group by mistake; who hears what is sent to the group is told.

    Raises:
        NotFound, NotAllowed, Locked, KeyReused. Refused: the meeting has not begun.
    """

    def act(tx: Tx, draft: Draft) -> PointKey:
        found = _found(draft.minutes.remarks, number, REMARK)
        minutes.remove_remark(tx, meeting, number)
        at, said = _point(draft, found), {"text": found.text, "to": draft.world.short(found.body)}
        keys = [key_of(REMARK, meeting, number, person) for person in draft.world.names]
        heard = outbox.told_by(tx, keys)
        hear = told_of_remark(draft, at, found.body)
        for person in heard.keys() - {*hear}:  # they are told no more of it
            outbox.take_back(tx, heard[person])
        told = [one for one in hear if one in heard]
        _tell(tx, [no_longer(draft, at, one, REMARK, number, by=by, **said) for one in told], by, now)
        return found.point

    return _take_back(db, "take_remark_back", meeting, number, act, key=key, by=by, now=now)


def _found(given: Iterable[_Given], number: int, what: str) -> _Given:
    for one in given:
        if one.id == number:
            return one
    raise NotFound(what, number)


def _point(draft: Draft, given: Task | Remark) -> Point | None:
    """Where it was given; None where that has left the agenda since."""
    return next((one for one in draft.agenda.points if one.key == given.point), None)


def _tell(tx: Tx, told: Sequence[Notice], by: PersonId, now: datetime) -> None:
    """Keep notices each of which says that the one with its key stands no longer. Where that is in no letter yet,
    no mail is sent of either; on the page of one's notices, where it may have been read, both stand."""
    for one in told:
        waits = outbox.take_back(tx, one.key)
        if one.person != by:
            outbox.add(tx, (replace(one, key=None),), now, is_mailed=not waits)


def _take_back(
    db: Database,
    verb: str,
    meeting: MeetingId,
    number: int,
    act: Callable[[Tx, Draft], PointKey],
    *,
    key: str,
    by: PersonId,
    now: datetime,
) -> TakenBack:
    """Take something back from minutes that are not approved yet, if `by` may, while nobody else writes them."""

    def locked(tx: Tx) -> TakenBack:
        draft = draft_at(tx, meeting, now)
        draft.refuse_others(by)
        draft.minutes.refuse_when_locked()
        draft.refuse_before_meeting()
        return TakenBack(meeting=meeting, point=act(tx, draft))

    values = {"meeting": meeting, "number": number}
    return once(TakenBack, db, verb, values, locked, key=key, by=by, now=now)
