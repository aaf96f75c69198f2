"""Duties as the watch keeps them, and when it has to look again at a sag (by its steps) or a meeting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from kdflow.domain.duties import Item, Watched
from kdflow.domain.ladders import DutyKind
from kdflow.domain.sag import SagId, SeatStatus, StepSeq
from kdflow.domain.timetable import MeetingId
from kdflow.domain.watch import Look
from kdflow.store.database import Tx, marks

_DUTY = "kind, about, body, step, meeting, since, due, told"
_KEEP = (
    f"insert into duty (subject, {_DUTY}) values ({', '.join('?' * 9)}) on conflict (subject, kind, about) "
    "do update set body = excluded.body, step = excluded.step, meeting = excluded.meeting, "
    "since = excluded.since, due = excluded.due, told = excluded.told"
)


def subject_of(one: SagId | MeetingId) -> str:
    """What the duties of a sag, or of a meeting, are kept under."""
    return f"sag:{one}" if isinstance(one, int) else f"meeting:{one}"


def awake_sager(tx: Tx, minute: int, *, limit: int) -> tuple[tuple[SagId, ...], bool]:
    """Sager that have to be looked at by a civil minute, by at most `limit` of their steps, those that have waited
    longest first; and whether there may be more.

    On PostgreSQL they are locked, and those that somebody else holds are left for the next time.
    """
    rows = tx.run("select sag from step where wake_at <= ? order by wake_at limit ?", (minute, limit)).fetchall()
    ids = tuple(dict.fromkeys(SagId(row[0]) for row in rows))
    if not ids or not tx.is_postgres:
        return ids, len(rows) == limit
    free = tx.run(
        f"select id from sag where id in ({marks(ids)}) order by id for update skip locked", ids
    ).fetchall()
    return tuple(SagId(row[0]) for row in free), len(rows) == limit


def awake_meetings(tx: Tx, minute: int, *, limit: int) -> tuple[MeetingId, ...]:
    """Meetings that have to be looked at by a civil minute, at most `limit`; locked as sager are."""
    lock = " for update skip locked" if tx.is_postgres else ""
    rows = tx.run(
        f"select id from meeting where wake_at <= ? order by wake_at, id limit ?{lock}", (minute, limit)
    ).fetchall()
    return tuple(MeetingId(row[0]) for row in rows)


def wake_meetings_of(tx: Tx, sager: Sequence[SagId], today: date) -> None:
    """Let the meetings be looked at again that have been held and at which some sager have, or had, a seat: what
    they still have to decide may be another than before. Those with nothing to decide, then and now, sleep on."""
    if not sager:
        return
    seats = f"select meeting from seat where sag in ({marks(sager)})"
    tx.run(
        f"update meeting set wake_at = 0 where wake_at > 0 and earliest <= ? and id in ({seats}) and ("
        "exists (select 1 from duty where subject = 'meeting:' || meeting.id and kind = 'decision') or "
        "exists (select 1 from step where step.meeting = meeting.id and step.outcome is null))",
        (tx.day(today), *sager),
    )


def of(tx: Tx, subjects: Sequence[SagId | MeetingId]) -> dict[SagId | MeetingId, list[Watched]]:
    """The duties that are kept of some sager or meetings."""
    named = {subject_of(one): one for one in subjects}
    found: dict[SagId | MeetingId, list[Watched]] = {one: [] for one in subjects}
    rows = tx.run(
        f"select subject, {_DUTY} from duty where subject in ({marks(list(named)) or 'null'}) "
        "order by subject, due",
        tuple(named),
    ).fetchall()
    for subject, *row in rows:
        found[named[subject]].append(_watched(row))
    return found


def _watched(row: Sequence[Any]) -> Watched:
    return Watched(
        kind=DutyKind(row[0]),
        about=row[1],
        body=row[2],
        step=StepSeq(row[3]) if row[3] else None,
        meeting=MeetingId(row[4]) if row[4] else None,
        since=row[5],
        due=row[6],
        told=row[7],
    )


def keep(tx: Tx, looks: Iterable[tuple[SagId | MeetingId, Sequence[Watched], Look]]) -> None:
    """Keep what looks have found, beside what was kept before them, and when to look again."""
    gone: list[tuple[str, str, str]] = []
    rows: list[tuple[Any, ...]] = []
    sager: list[tuple[int, SagId]] = []
    meetings: list[tuple[int, MeetingId]] = []
    for subject, before, look in looks:
        name, now = subject_of(subject), {one.key for one in look.kept}
        gone += [(name, one.kind, one.about) for one in before if one.key not in now]
        rows += [_row(name, one) for one in look.kept if one not in before]
        if isinstance(subject, int):
            sager.append((look.wake_at, subject))
        else:
            meetings.append((look.wake_at, subject))
    tx.run_many("delete from duty where subject = ? and kind = ? and about = ?", gone)
    tx.run_many(_KEEP, rows)
    tx.run_many("update step set wake_at = ? where sag = ?", sager)
    tx.run_many("update meeting set wake_at = ? where id = ?", meetings)


def _row(subject: str, one: Watched) -> tuple[Any, ...]:
    head = (subject, one.kind, one.about, one.body, one.step, one.meeting)
    return (*head, one.since, one.due, one.told)


def wake(tx: Tx, sager: Sequence[SagId]) -> None:
    """Let some sager be looked at again that are planned at the same meetings, with other deadlines."""
    tx.run_many("update step set wake_at = 0 where sag = ? and wake_at <> 0", [(one,) for one in sager])


def wake_bodies(tx: Tx, bodies: Sequence[str]) -> None:
    """Let the sager that stand at some bodies, or are planned there, be looked at again, and their meetings."""
    among = f"in ({marks(bodies) or 'null'})"
    tx.run(
        f"update step set wake_at = 0 where wake_at <> 0 and sag in (select sag from step where body {among} "
        f"union select sag from leg where body {among})",
        (*bodies, *bodies),
    )
    tx.run(f"update meeting set wake_at = 0 where wake_at <> 0 and body {among}", tuple(bodies))


def wake_all(tx: Tx) -> None:
    """Let everything be looked at again: what all duties rest on has changed."""
    for table in ("step", "meeting"):
        tx.run(f"update {table} set wake_at = 0 where wake_at <> 0")


def undecided_at(tx: Tx, meetings: Sequence[MeetingId]) -> dict[MeetingId, list[Item]]:
    """What some meetings have without an outcome: on their agendas, or submitted and not taken in; by number."""
    found: dict[MeetingId, list[Item]] = {one: [] for one in meetings}
    rows = tx.run(
        "select s.meeting, g.id, g.number, t.status from step s join sag g on g.id = s.sag "
        "join seat t on t.sag = s.sag and t.step = s.seq and t.meeting = s.meeting "
        f"where s.meeting in ({marks(meetings) or 'null'}) and s.outcome is null "
        "and t.status in ('on-agenda', 'submitted') and g.life = 'under-way' order by g.number",
        tuple(meetings),
    ).fetchall()
    for meeting, sag, number, status in rows:
        found[meeting].append(Item(SagId(sag), number, status == SeatStatus.SUBMITTED))
    return found
