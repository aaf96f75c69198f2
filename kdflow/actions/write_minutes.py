"""Write the minutes of a meeting: who was there, what is said of each point, who does what, who is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from kdflow.actions.consequences import Answer, once, refuse_unkeepable
from kdflow.domain.agenda import Point, PointKey
from kdflow.domain.authority import PersonId
from kdflow.domain.errors import NotFound
from kdflow.domain.minutes import (
    Attendance,
    Attendee,
    Remark,
    Task,
    Written,
    refused,
    task_text,
    with_absent,
    with_other,
)
from kdflow.domain.minutes_content import Draft, refuse_due
from kdflow.domain.minutes_told import REMARK, TASK, answering_for, given, told_of_remark
from kdflow.domain.timetable import MeetingId
from kdflow.domain.workflow import Outcome
from kdflow.store import minutes, outbox
from kdflow.store.database import Database, Tx
from kdflow.store.on_minutes import draft_at


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesReceipt(Answer):
    """What was written: at which meeting and point, and the number of a task or remark."""

    meeting: MeetingId
    point: str = ""
    number: int | None = None


def write_point(
    db: Database,
    meeting: MeetingId,
    point: str,
    text: str,
    *,
    chosen: Mapping[int, Outcome] | None = None,
    note: str = "",
    version: int | None,
    by: PersonId,
    now: datetime,
) -> Written:
    """Keep what the minutes say of a point. What is said twice is kept once, so it needs no key.

    Raises:
        NotFound, NotAllowed. Locked: they are approved. Conflict: somebody else wrote there since `version`.
        Refused: the meeting has not begun. Unreadable: the text cannot be kept.
    """
    refuse_unkeepable([text, note])
    with db.write() as tx:
        draft = draft_at(tx, meeting, now)
        draft.refuse_others(by)
        draft.refuse_before_meeting()
        old = draft.minutes.at(draft.agenda.point(point).key)
        new = replace(old, text=text, chosen=dict(chosen or {}), note=note.strip())
        if new.says_the_same(old):
            return old
        draft.minutes.refuse_when_locked()
        minutes.check_version("minutes", point, expected=version, actual=old.version)
        minutes.write(tx, meeting, new, by=by, now=now)
        return minutes.load(tx, meeting).at(old.key)


def mark_absent(
    db: Database,
    meeting: MeetingId,
    absent: tuple[PersonId, ...],
    *,
    version: int | None,
    key: str,
    by: PersonId,
    now: datetime,
) -> MinutesReceipt:
    """Say which members were not at a meeting, or will not be.

    Raises:
        NotFound, NotAllowed, Locked, Conflict, Refused, KeyReused.
    """

    def change(draft: Draft) -> Attendance:
        return with_absent(draft.minutes.attendance, absent, draft.members)

    return _attend(db, meeting, {"absent": list(absent)}, change, version, key=key, by=by, now=now)


def add_attendee(
    db: Database,
    meeting: MeetingId,
    new: Attendee,
    *,
    absent: tuple[PersonId, ...] | None = None,
    version: int | None,
    key: str,
    by: PersonId,
    now: datetime,
) -> MinutesReceipt:
    """Say that somebody else was at a meeting: a substitute, a presenter or a guest; and, if it is said along with
    that, which members were `absent`.

    Raises:
        NotFound, NotAllowed, Locked, Conflict, Refused, KeyReused. Unreadable: they have no name, or a substitute
        stands in for nobody.
    """

    def change(draft: Draft) -> Attendance:
        return with_other(_without(draft, absent), new, [one.key for one in draft.agenda.points])

    values = {"name": new.name, "part": new.part, "stands_for": new.stands_for, "point": new.point}
    return _attend(db, meeting, {**values, **_gone(absent)}, change, version, key=key, by=by, now=now)


def remove_attendee(
    db: Database,
    meeting: MeetingId,
    place: int,
    *,
    absent: tuple[PersonId, ...] | None = None,
    version: int | None,
    key: str,
    by: PersonId,
    now: datetime,
) -> MinutesReceipt:
    """Take somebody off the list of the others again, by their place there; and, if it is said along with that,
    say which members were `absent`.

    Raises:
        NotFound, NotAllowed, Locked, Conflict, Refused, KeyReused.
    """

    def change(draft: Draft) -> Attendance:
        others = draft.minutes.attendance.others
        if not 0 <= place < len(others):
            raise NotFound("attendee", place)
        left = replace(draft.minutes.attendance, others=(*others[:place], *others[place + 1 :]))
        return left if absent is None else with_absent(left, absent, draft.members)

    return _attend(db, meeting, {"place": place, **_gone(absent)}, change, version, key=key, by=by, now=now)


def _without(draft: Draft, absent: tuple[PersonId, ...] | None) -> Attendance:
    """The attendance with these members absent; as it is where nothing is said of them."""
    now = draft.minutes.attendance
    return now if absent is None else with_absent(now, absent, draft.members)


def _gone(absent: tuple[PersonId, ...] | None) -> Mapping[str, object]:
    return {} if absent is None else {"absent": list(absent)}


def _attend(
    db: Database,
    meeting: MeetingId,
    values: Mapping[str, object],
    change: Callable[[Draft], Attendance],
    version: int | None,
    *,
    key: str,
    by: PersonId,
    now: datetime,
) -> MinutesReceipt:
    def act(tx: Tx, draft: Draft) -> MinutesReceipt:
        minutes.check_version("attendance", meeting, expected=version, actual=draft.minutes.attendance.version)
        minutes.keep_attendance(tx, meeting, change(draft))
        return MinutesReceipt(meeting=meeting)

    return _change(db, "attend", meeting, values, act, is_early=True, key=key, by=by, now=now)


# --- tasks and remarks ---------------------------------------------------------------------------------------


def give_task(
    db: Database,
    meeting: MeetingId,
    point: str,
    person: PersonId,
    text: str,
    due: date | None,
    *,
    confirmed: bool = False,
    key: str,
    by: PersonId,
    now: datetime,
) -> MinutesReceipt:
    """Give somebody something to do, whether they were there or not; they are told at once. A day on which nobody
    works is `confirmed`.

    Raises:
        NotFound, NotAllowed, Locked, KeyReused. Unreadable: it says nothing, or its day cannot be meant.
        Refused: they may not know of the point, or the meeting has not begun.
    """

    def act(tx: Tx, draft: Draft) -> MinutesReceipt:
        at = draft.agenda.point(point)
        if person not in draft.world.names_here:
            raise NotFound("person", person)
        if not draft.is_seen_by(at, person):
            raise refused("minutes_seen_by", "person")
        refuse_due(due, draft.body, draft.world.today, confirmed=confirmed)
        task = _task(draft, at, person, text, due, by)
        number = minutes.add_task(tx, task)
        if person != by:
            said = {"text": task.text, "due": due.isoformat() if due else None}
            outbox.add(tx, (given(draft, at, person, TASK, number, by=by, **said),), now)
        return MinutesReceipt(meeting=meeting, point=point, number=number)

    values = {"point": point, "person": person, "text": text, "due": due.isoformat() if due else None}
    values |= {"confirmed": "yes"} if confirmed else {}
    return _change(db, "give_task", meeting, values, act, key=key, by=by, now=now)


def _task(draft: Draft, point: Point, person: PersonId, text: str, due: date | None, by: PersonId) -> Task:
    return Task(
        id=0,
        meeting=draft.meeting.id,
        point=point.key,
        person=person,
        text=task_text(text),
        due=due,
        given_by=by,
        given_at=draft.world.now,
    )


def add_remark(
    db: Database,
    meeting: MeetingId,
    point: str,
    body: str,
    text: str,
    *,
    key: str,
    by: PersonId,
    now: datetime,
) -> MinutesReceipt:
    """Send a remark from a point back to a group: its secretariat is told (where it has none, who leads it).

    Raises:
        NotFound, NotAllowed, Locked, KeyReused. Unreadable: it says nothing.
        Refused: the group's secretariat may not know of the point, or the meeting has not begun.
    """

    def act(tx: Tx, draft: Draft) -> MinutesReceipt:
        at, world = draft.agenda.point(point), draft.world
        if body not in world.bodies:
            raise NotFound("body", body)
        hears = told_of_remark(draft, at, body)
        if not hears and answering_for(draft, body):
            raise refused("minutes_seen_by", "body")
        new = Remark(id=0, point=PointKey(at.key), body=body, text=task_text(text), by=by, at=world.now)
        number = minutes.add_remark(tx, meeting, new)
        said = {"text": new.text, "to": world.short(body)}
        told = [given(draft, at, one, REMARK, number, by=by, **said) for one in hears if one != by]
        outbox.add(tx, told, now)
        return MinutesReceipt(meeting=meeting, point=point, number=number)

    values = {"point": point, "body": body, "text": text}
    return _change(db, "add_remark", meeting, values, act, key=key, by=by, now=now)


def _change(
    db: Database,
    verb: str,
    meeting: MeetingId,
    values: Mapping[str, object],
    act: Callable[[Tx, Draft], MinutesReceipt],
    *,
    is_early: bool = False,
    key: str,
    by: PersonId,
    now: datetime,
) -> MinutesReceipt:
    """Do something to minutes that are not approved yet, while nobody else does, if `by` may; before the meeting
    begins only what `is_early`."""

    def locked(tx: Tx) -> MinutesReceipt:
        draft = draft_at(tx, meeting, now)
        draft.refuse_others(by)
        draft.minutes.refuse_when_locked()
        draft.refuse_cancelled() if is_early else draft.refuse_before_meeting()
        return act(tx, draft)

    return once(MinutesReceipt, db, verb, {"meeting": meeting, **values}, locked, key=key, by=by, now=now)
