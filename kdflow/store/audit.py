"""What auditors read: what is due when, and how notices, letters and plans stand, many at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kdflow.domain.agenda import sag_key
from kdflow.domain.authority import PersonId
from kdflow.domain.departures import NEVER, instant_of
from kdflow.domain.notices import Notice
from kdflow.domain.sag import SagId, StepSeq
from kdflow.domain.timetable import MeetingId
from kdflow.store import mapping
from kdflow.store.database import Tx, marks

DAWN = 365 * 2000 * 1440
"""A civil minute long past: what has to be looked at since then has to be looked at now."""


def next_due(tx: Tx) -> datetime | None:
    """When there is next something to sweep, to gather or to deliver; None: never, as things stand."""
    minutes = tx.run("select min(wake_at) from step union all select min(wake_at) from meeting").fetchall()
    instants = tx.run(
        "select min(due_at) from notice where due_at is not null "
        "union all select min(next_at) from letter where state = 'ready' "
        "union all select min(lease_until) from letter where state in ('claimed', 'sending')"
    ).fetchall()
    found = [instant_of(max(one, DAWN)) for (one,) in minutes if one is not None and one < NEVER]
    return min([*found, *(Tx.read_instant(one) for (one,) in instants if one)], default=None)


def letter_named(tx: Tx, message_id: str) -> tuple[int, datetime] | None:
    """The number of the letter that goes under a name, and when it was made."""
    row = tx.run("select id, made_at from letter where message_id = ?", (message_id,)).fetchone()
    return (row[0], Tx.read_instant(row[1])) if row else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A notice, and what has become of it: it waits, goes with a letter in some state, or was dropped."""

    id: int
    notice: Notice
    at: datetime
    is_waiting: bool
    is_dropped: bool
    letter: int | None
    state: str | None
    sent_at: datetime | None

    @property
    def has_one_place(self) -> bool:
        """Whether it is in exactly one letter, waits, or was dropped: one of them, and no two."""
        return [self.is_waiting, self.is_dropped, self.letter is not None].count(True) == 1


_TOLD = (
    "select n.id, n.kind, n.person, n.sag, n.step, n.data, n.at, n.due_at, n.dropped, n.letter, l.state, "
    "l.sent_at "
    "from notice n left join letter l on l.id = n.letter"
)


def notices_after(tx: Tx, number: int) -> tuple[Told, ...]:
    """The notices with a higher number than one, oldest first."""
    return tuple(_told(row) for row in tx.run(f"{_TOLD} where n.id > ? order by n.id", (number,)).fetchall())


def notices_to(tx: Tx, person: PersonId) -> tuple[Told, ...]:
    """Every notice to a person, oldest first."""
    return tuple(_told(row) for row in tx.run(f"{_TOLD} where n.person = ? order by n.id", (person,)).fetchall())


def notices_since(tx: Tx, person: PersonId, kind: str, since: datetime) -> tuple[Told, ...]:
    """The notices of one kind to a person from an instant on, oldest first."""
    rows = tx.run(
        f"{_TOLD} where n.person = ? and n.kind = ? and n.at >= ? order by n.id", (person, kind, tx.instant(since))
    ).fetchall()
    return tuple(_told(row) for row in rows)


def notices_numbered(tx: Tx, numbers: Sequence[int]) -> tuple[Told, ...]:
    """Some notices by their numbers."""
    among = marks(numbers) or "null"
    return tuple(_told(row) for row in tx.run(f"{_TOLD} where n.id in ({among})", tuple(numbers)).fetchall())


def _told(row: Sequence[Any]) -> Told:
    notice = Notice(
        kind=row[1],
        person=PersonId(row[2]),
        sag=SagId(row[3]) if row[3] else None,
        step=StepSeq(row[4]) if row[4] else None,
        data=mapping.from_json(row[5]),
    )
    return Told(
        id=row[0],
        notice=notice,
        at=Tx.read_instant(row[6]),
        is_waiting=row[7] is not None,
        is_dropped=bool(row[8]),
        letter=row[9],
        state=row[10],
        sent_at=Tx.read_instant(row[11]) if row[11] else None,
    )


def misplaced(tx: Tx) -> tuple[int, ...]:
    """The numbers of notices that are nowhere, or in two places at once."""
    rows = tx.run(
        "select id from notice where case when due_at is null then 0 else 1 end "
        "+ case when letter is null then 0 else 1 end + case when dropped then 1 else 0 end <> 1 "
        "or dropped <> (why_dropped is not null) order by id"
    ).fetchall()
    return tuple(row[0] for row in rows)


def dropped(tx: Tx) -> tuple[int, ...]:
    """The numbers of notices that were dropped."""
    rows = tx.run("select id from notice where why_dropped is not null order by id").fetchall()
    return tuple(row[0] for row in rows)


def letters_by_state(tx: Tx) -> Mapping[str, int]:
    """How many letters there are in each state."""
    return dict(tx.run("select state, count(*) from letter group by state order by state").fetchall())


def letters_without_end(tx: Tx) -> tuple[int, ...]:
    """Letters on their way that nothing would ever take up again, or with an end and a lease."""
    rows = tx.run(
        "select id from letter where (state in ('claimed', 'sending')) <> (lease_until is not null) "
        "or (state = 'sent' and sent_at is null) order by id"
    ).fetchall()
    return tuple(row[0] for row in rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The letters to a person that were made at one instant: how many, with how many notices, the newest one."""

    person: PersonId
    at: datetime
    letters: int
    notices: int
    newest: int


def letters_made(tx: Tx, after: int, but_for: Sequence[str]) -> tuple[Made, ...]:
    """The letters to people with a higher number than one, by person and instant, without those that only hold
    notices of some kinds."""
    rows = tx.run(
        "select person, made_at, count(*), sum((select count(*) from notice where letter = l.id)), max(id) "
        "from letter l where person is not null and id > ? and exists (select 1 from notice n "
        f"where n.letter = l.id and n.kind not in ({marks(but_for)})) group by person, made_at order by max(id)",
        (after, *but_for),
    ).fetchall()
    return tuple(
        Made(person=PersonId(who), at=Tx.read_instant(at), letters=letters, notices=int(notices), newest=newest)
        for who, at, letters, notices, newest in rows
    )


def newest(tx: Tx, after: Mapping[str, int]) -> Mapping[str, tuple[datetime, int]]:
    """The latest instant that each kind of row bears, and its highest number, of those with a higher number than
    one; a beat has none."""
    found = {}
    for name, sql in (
        ("notice", "select max(at), max(id) from notice where id > ?"),
        ("letter", "select max(made_at), max(id) from letter where id > ?"),
        ("event", "select max(at), max(seq) from event where seq > ?"),
        ("beat", "select max(at), 0 from beat where 0 >= ?"),
    ):
        at, number = tx.run(sql, (after.get(name, 0),)).fetchone()
        if at:
            found[name] = Tx.read_instant(at), int(number)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One row of the history about a sag, with the owner of that sag, its route then, and the body of the step;
    `outcome` is what a decision says."""

    seq: int
    sag: SagId
    owner: PersonId
    machine: str
    move: str
    actor: str
    at: datetime
    route: str
    step: StepSeq | None = None
    station: str | None = None
    body: str | None = None
    outcome: str | None = None


def events_after(tx: Tx, seq: int) -> tuple[Happened, ...]:
    """What has happened to sager after a row of the history, oldest first."""
    rows = tx.run(
        "select e.seq, e.sag, g.owner, e.machine, e.move, e.actor, e.at, e.route, e.step, e.station, s.body, "
        "case when e.move = 'decide' then e.data end from event e join sag g on g.id = e.sag "
        "left join step s on s.sag = e.sag and s.seq = e.step where e.seq > ? order by e.seq",
        (seq,),
    ).fetchall()
    return tuple(
        Happened(
            seq=row[0],
            sag=SagId(row[1]),
            owner=PersonId(row[2]),
            machine=row[3],
            move=row[4],
            actor=row[5],
            at=Tx.read_instant(row[6]),
            route=row[7],
            step=StepSeq(row[8]) if row[8] else None,
            station=row[9],
            body=row[10],
            outcome=mapping.from_json(row[11]).get("outcome") if row[11] else None,
        )
        for row in rows
    )


def concerned_by(tx: Tx, meeting: MeetingId, minute: int) -> tuple[tuple[SagId, PersonId], ...]:
    """The sager, with their owners, that count on a meeting: they are submitted to it, or are to be; the latter as
    far as they have been looked at by a civil minute."""
    rows = tx.run(
        "select g.id, g.owner from sag g join step s on s.sag = g.id where s.meeting = ? and s.outcome is null "
        "and s.state in ('submitted', 'on-agenda') and g.life = 'under-way' "
        "union select g.id, g.owner from sag g join duty d on d.subject = 'sag:' || g.id "
        "where d.meeting = ? and d.kind = 'submission' and d.due >= ? and g.life = 'under-way' and not exists "
        "(select 1 from step s where s.sag = g.id and (s.wake_at <= ? or s.plan_until < ?)) order by 1",
        (meeting, meeting, minute, minute, minute),
    ).fetchall()
    return tuple((SagId(row[0]), PersonId(row[1])) for row in rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Until when the plan of a sag holds, and when the watch looks at it again (civil minutes)."""

    plan_until: int
    wake_at: int


def watches(tx: Tx) -> Mapping[SagId, Watch]:
    """When each open sag is looked at again, and until when its plan holds."""
    rows = tx.run(
        "select s.sag, min(s.plan_until), min(s.wake_at) from step s join sag g on g.id = s.sag "
        "where g.life in ('under-way', 'resting') group by s.sag order by s.sag"
    ).fetchall()
    return {SagId(row[0]): Watch(plan_until=row[1], wake_at=row[2]) for row in rows}


def is_any_awake(tx: Tx, minute: int) -> bool:
    """Whether a sag has to be looked at by a civil minute."""
    return tx.run("select 1 from step where wake_at <= ? limit 1", (minute,)).fetchone() is not None


def meetings_awake_after(tx: Tx, minute: int, since: str) -> Mapping[MeetingId, int]:
    """The meetings from a day (ISO) on that are looked at again later than a civil minute, with when."""
    rows = tx.run(
        "select id, wake_at from meeting where wake_at > ? and latest >= ? order by id", (minute, since)
    ).fetchall()
    return {MeetingId(row[0]): row[1] for row in rows}


def legs(tx: Tx) -> Mapping[SagId, frozenset[tuple[str, str]]]:
    """Where sager are planned: pairs of station and meeting."""
    found: dict[SagId, set[tuple[str, str]]] = {}
    for sag, station, meeting in tx.run("select sag, station, meeting from leg").fetchall():
        found.setdefault(SagId(sag), set()).add((station, meeting))
    return {sag: frozenset(pairs) for sag, pairs in found.items()}


def meetings_with_duties(tx: Tx) -> tuple[MeetingId, ...]:
    """The meetings that ask something of somebody."""
    rows = tx.run("select distinct meeting from duty where subject = 'meeting:' || meeting order by meeting")
    return tuple(MeetingId(row[0]) for row in rows.fetchall())


def is_late_explained(tx: Tx, sag: SagId, step: StepSeq) -> bool:
    """Whether an agenda says why a step that came late could not wait."""
    sql = "select 1 from agenda_item where key = ? and why_late <> '' limit 1"
    return tx.run(sql, (sag_key(sag, step),)).fetchone() is not None


def items_by_meeting(tx: Tx) -> tuple[tuple[str, str, int], ...]:
    """How many items stood on each agenda: (body, day of the meeting, items)."""
    rows = tx.run(
        "select m.body, m.latest, count(s.sag) from meeting m left join seat s on s.meeting = m.id "
        "and s.status = 'on-agenda' where m.status <> 'cancelled' group by m.id, m.body, m.latest order by 1, 2"
    ).fetchall()
    return tuple((row[0], str(row[1]), row[2]) for row in rows)


def mails_by_day(tx: Tx) -> tuple[tuple[PersonId, datetime], ...]:
    """Who was sent a mail, and when."""
    rows = tx.run("select person, sent_at from letter where state = 'sent' and person is not null order by id")
    return tuple((PersonId(row[0]), Tx.read_instant(row[1])) for row in rows.fetchall())


def missed_submissions(tx: Tx) -> tuple[tuple[str, int], ...]:
    """Submissions that were missed, each once: (short name of the body, when it was due as a civil minute)."""
    rows = tx.run("select distinct sag, step, data from notice where kind = 'missed'").fetchall()
    seen = {(row[0], row[1], data["due"], data["body"]) for row in rows if (data := mapping.from_json(row[2]))}
    return tuple(sorted((body, due) for _, _, due, body in seen))
