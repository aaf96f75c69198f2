"""The minutes of meetings while they are written, with the tasks and remarks that came of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from kdflow.domain.agenda import PointKey
from kdflow.domain.authority import PersonId
from kdflow.domain.errors import Conflict, NotFound
from kdflow.domain.minutes import (
    Approval,
    Attendance,
    Attendee,
    Minutes,
    Part,
    Remark,
    SentBack,
    State,
    Task,
    Written,
)
from kdflow.domain.timetable import MeetingId
from kdflow.domain.workflow import Outcome
from kdflow.store import mapping, point_index
from kdflow.store.database import Tx, marks

_MINUTES = (
    "absent, others, version, asked_at, approved_at, approved_by, approved_for, digest, reason, "
    "back_at, back_by, back_reason"
)
_POINT = "key, text, chosen, note, version, saved_at, saved_by"
_DECIDED = "select 1 from step where meeting = ? and outcome is not null limit 1"
_TASK = "id, meeting, point, person, text, due, given_by, given_at, done_at"


def load(tx: Tx, meeting: MeetingId) -> Minutes:
    """The minutes of a meeting, as far as they are written."""
    row = tx.run(f"select {_MINUTES} from minutes where meeting = ?", (meeting,)).fetchone()
    points = tx.run(f"select {_POINT} from minutes_point where meeting = ?", (meeting,)).fetchall()
    found = {PointKey(one[0]): _written(one) for one in points}
    given = tx.run(f"select {_TASK} from task where meeting = ? order by id", (meeting,)).fetchall()
    said = tx.run(
        "select id, point, body, text, made_by, at from remark where meeting = ? order by id", (meeting,)
    ).fetchall()
    return Minutes(
        meeting=meeting,
        attendance=_attendance(row) if row else Attendance(),
        written=found,
        tasks=tuple(map(task_of, given)),
        remarks=tuple(map(_remark, said)),
        asked_at=tx.read_instant(row[3]) if row and row[3] else None,
        approval=_approval(row) if row and row[4] else None,
        reason=row[8] if row else None,
        sent_back=_sent_back(row) if row and row[9] else None,
        has_decisions=bool(tx.run(_DECIDED, (meeting,)).fetchall()),
    )


def attendance(tx: Tx, meeting: MeetingId) -> Attendance:
    """Who is known to come to a meeting, or to have been there."""
    row = tx.run("select absent, others, version from minutes where meeting = ?", (meeting,)).fetchone()
    return _attendance(row) if row else Attendance()


def states(tx: Tx, meetings: Sequence[MeetingId]) -> dict[MeetingId, State]:
    """How far the minutes of some meetings have come, of those that have any."""
    wanted = marks(meetings) or "null"
    begun = tx.run(
        f"select meeting from minutes_point where meeting in ({wanted}) "
        f"union select meeting from task where meeting in ({wanted}) "
        f"union select meeting from remark where meeting in ({wanted}) "
        f"union select meeting from step where meeting in ({wanted}) and outcome is not null",
        (*meetings, *meetings, *meetings, *meetings),
    ).fetchall()
    found = {MeetingId(row[0]): State.WRITING for row in begun}
    rows = tx.run(
        f"select meeting, asked_at, approved_at from minutes where meeting in ({wanted})", tuple(meetings)
    ).fetchall()
    for meeting, asked, approved in rows:
        found[MeetingId(meeting)] = State.APPROVED if approved else State.AT_CHAIR if asked else State.WRITING
    return found


def at_chair(tx: Tx, bodies: Sequence[str], *, limit: int) -> tuple[tuple[MeetingId, datetime], ...]:
    """The meetings of some bodies whose minutes wait to be approved, and since when; the longest first."""
    rows = tx.run(
        "select w.meeting, w.asked_at from meeting m join minutes w on w.meeting = m.id "
        f"where m.body in ({marks(bodies)}) and w.asked_at is not null and w.approved_at is null "
        "order by w.asked_at, w.meeting limit ?",
        (*bodies, limit),
    ).fetchall()
    return tuple((MeetingId(row[0]), tx.read_instant(row[1])) for row in rows)


# --- as they are written -------------------------------------------------------------------------------------


def keep_attendance(tx: Tx, meeting: MeetingId, new: Attendance) -> None:
    """Keep who was there."""
    _begin(tx, meeting)
    others = [[one.name, one.part, one.stands_for, one.point] for one in new.others]
    tx.run(
        "update minutes set absent = ?, others = ?, version = version + 1 where meeting = ?",
        (mapping.to_json(list(new.absent)), mapping.to_json(others), meeting),
    )


def write(tx: Tx, meeting: MeetingId, new: Written, *, by: PersonId, now: datetime) -> None:
    """Keep what is said of a point, in its next version."""
    _begin(tx, meeting)
    tx.run(
        f"insert into minutes_point (meeting, {_POINT}) values ({marks(range(8))}) "
        "on conflict (meeting, key) do update set text = excluded.text, chosen = excluded.chosen, "
        "note = excluded.note, version = excluded.version, saved_at = excluded.saved_at, "
        "saved_by = excluded.saved_by",
        (meeting, new.key, new.text, _chosen(new), new.note, new.version + 1, tx.instant(now), by),
    )


def check_version(kind: str, key: str, *, expected: int | None, actual: int) -> None:
    """Raise Conflict where somebody else has written meanwhile; None skips the check."""
    if expected is not None and expected != actual:
        raise Conflict(kind, key, expected=expected, actual=actual)


def ask(tx: Tx, meeting: MeetingId, now: datetime) -> None:
    """Note that the chair is asked to approve."""
    _begin(tx, meeting)
    tx.run("update minutes set asked_at = ? where meeting = ?", (tx.instant(now), meeting))


def approve(tx: Tx, meeting: MeetingId, given: Approval) -> None:
    """Keep who approved what."""
    tx.run(
        "update minutes set approved_at = ?, approved_by = ?, approved_for = ?, digest = ?, "
        "back_at = null, back_by = null, back_reason = null where meeting = ?",
        (tx.instant(given.at), given.person, given.on_behalf_of, given.digest, meeting),
    )


def reopen(tx: Tx, meeting: MeetingId, reason: str) -> None:
    """Forget that they were approved, and keep why."""
    tx.run(
        "update minutes set asked_at = null, approved_at = null, approved_by = null, approved_for = null, "
        "digest = null, reason = ? where meeting = ?",
        (reason, meeting),
    )


def send_back(tx: Tx, meeting: MeetingId, given: SentBack) -> None:
    """Forget that the chair is asked, and keep what is to be put right."""
    tx.run(
        "update minutes set asked_at = null, back_at = ?, back_by = ?, back_reason = ? where meeting = ?",
        (tx.instant(given.at), given.person, given.reason, meeting),
    )


def _begin(tx: Tx, meeting: MeetingId) -> None:
    tx.run(
        "insert into minutes (meeting, absent, others, version) values (?, '[]', '[]', 0) "
        "on conflict (meeting) do nothing",
        (meeting,),
    )


# --- tasks and remarks ---------------------------------------------------------------------------------------


def add_task(tx: Tx, new: Task) -> int:
    """Keep a new task; its number is returned."""
    row = tx.run(
        "insert into task (meeting, point, person, text, due, given_by, given_at) "
        "values (?, ?, ?, ?, ?, ?, ?) returning id",
        (new.meeting, new.point, new.person, new.text, tx.day(new.due), new.given_by, tx.instant(new.given_at)),
    ).fetchone()
    point_index.keep(tx, new.meeting)
    return int(row[0])


def remove_task(tx: Tx, meeting: MeetingId, number: int) -> None:
    """Forget a task that was given by mistake."""
    tx.run("delete from task where meeting = ? and id = ?", (meeting, number))
    point_index.keep(tx, meeting)


def own_task(tx: Tx, person: PersonId, number: int) -> Task:
    """A task of one's own.

    Raises:
        NotFound: there is no such task, or it is another's.
    """
    row = tx.run(f"select {_TASK} from task where id = ? and person = ?", (number, person)).fetchone()
    if row is None:
        raise NotFound("task", number)
    return task_of(row)


def mark_done(tx: Tx, number: int, at: datetime | None) -> None:
    """Note when a task was done; None: it is not."""
    tx.run("update task set done_at = ? where id = ?", (tx.instant(at) if at else None, number))


def add_remark(tx: Tx, meeting: MeetingId, new: Remark) -> int:
    """Keep a remark; its number is returned."""
    row = tx.run(
        "insert into remark (meeting, point, body, text, made_by, at) values (?, ?, ?, ?, ?, ?) returning id",
        (meeting, new.point, new.body, new.text, new.by, tx.instant(new.at)),
    ).fetchone()
    return int(row[0])


def remove_remark(tx: Tx, meeting: MeetingId, number: int) -> None:
    """Forget a remark that was sent by mistake."""
    tx.run("delete from remark where meeting = ? and id = ?", (meeting, number))


# --- rows ----------------------------------------------------------------------------------------------------


def _chosen(one: Written) -> str:
    return mapping.to_json({str(number): outcome for number, outcome in one.chosen.items()})


def _written(row: Sequence[Any]) -> Written:
    return Written(
        key=PointKey(row[0]),
        text=row[1],
        chosen={int(number): Outcome(word) for number, word in mapping.from_json(row[2]).items()},
        note=row[3],
        version=row[4],
        saved_at=Tx.read_instant(row[5]),
        saved_by=PersonId(row[6]),
    )


def _attendance(row: Sequence[Any]) -> Attendance:
    others = tuple(
        Attendee(name=name, part=Part(part), stands_for=instead, point=point)
        for name, part, instead, point in mapping.from_json(row[1])
    )
    absent = tuple(PersonId(one) for one in mapping.from_json(row[0]))
    return Attendance(absent=absent, others=others, version=row[2])


def _approval(row: Sequence[Any]) -> Approval:
    return Approval(
        at=Tx.read_instant(row[4]),
        person=PersonId(row[5]),
        on_behalf_of=PersonId(row[6]) if row[6] else None,
        digest=row[7],
    )


def _sent_back(row: Sequence[Any]) -> SentBack:
    return SentBack(at=Tx.read_instant(row[9]), person=PersonId(row[10]), reason=row[11])


def task_of(row: Sequence[Any]) -> Task:
    """A task from its columns."""
    return Task(
        id=row[0],
        meeting=MeetingId(row[1]),
        point=PointKey(row[2]),
        person=PersonId(row[3]),
        text=row[4],
        due=Tx.read_day(row[5]),
        given_by=PersonId(row[6]),
        given_at=Tx.read_instant(row[7]),
        done_at=Tx.read_instant(row[8]) if row[8] else None,
    )


def _remark(row: Sequence[Any]) -> Remark:
    return Remark(
        id=row[0],
        point=PointKey(row[1]),
        body=row[2],
        text=row[3],
        by=PersonId(row[4]),
        at=Tx.read_instant(row[5]),
    )
