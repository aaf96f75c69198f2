"""Sager and their steps. `load` and `save` are the hot path: plain statements through the driver's connection."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter, itemgetter

from kdflow.domain.authority import PersonId
from kdflow.domain.dates import local_day
from kdflow.domain.errors import Conflict, NotFound
from kdflow.domain.sag import Sag, SagId, Seat, Step
from kdflow.domain.searching import searched
from kdflow.domain.visibility import Sight
from kdflow.store import access, search
from kdflow.store.database import Tx, marks
from kdflow.store.sag_columns import SAG, STEP, sag_of, sag_values, seat_of, step_of, step_values

_BY_ID = f"select {SAG} from sag where id = ?"
_STEPS_WITH_SEATS = (
    f"select step.sag, step.{STEP.replace(', ', ', step.')}, seat.meeting, seat.status, seat.note "
    "from step left join seat on seat.sag = step.sag and seat.step = step.seq "
    "where step.sag in ({}) order by step.sag, step.seq, seat.meeting"
)
_INSERT_STEP = f"insert into step (sag, {STEP}) values ({', '.join('?' * 20)})"
_UPDATE_STEP = (
    "update step set station = ?, state = ?, proposes = ?, parts = ?, forwards = ?, outcome = ?, "
    "outcome_note = ?, decided_on = ?, planned = ?, meeting = ?, conditional_on = ?, approvals = ?, "
    "came_from = ?, opened_at = ?, waits_for = ?, plan_until = 0, wake_at = 0, version = version + 1 "
    "where sag = ? and seq = ? and version = ?"
)
_UPDATE_SAG = (
    "update sag set title = ?, owner = ?, route = ?, life = ?, places = ?, fills = ?, case_text = ?, papers = ?, "
    "closed = ?, area = ?, wished = ?, texts = ?, version = version + 1 where id = ? and version = ?"
)
_WRITTEN = attrgetter(
    *("title", "owner", "route", "life", "places", "fills", "case_text", "papers", "closed", "area", "wished"),
    "texts",
)
"""What a sag's row holds and can change."""
_SEAT = (
    "insert into seat (sag, step, meeting, status, note) values (?, ?, ?, ?, ?) "
    "on conflict (sag, step, meeting) do update set status = excluded.status, note = excluded.note"
)


def load(tx: Tx, sag: SagId) -> Sag:
    """A sag with all its steps. In a writing transaction it stays locked until the end.

    Raises:
        NotFound: there is no such sag.
    """
    row = tx.run(_BY_ID + _lock(tx), (sag,)).fetchone()
    if row is None:
        raise NotFound("sag", sag)
    return sag_of(tx, row, _steps(tx, (sag,))[sag])


def by_number(tx: Tx, number: str, sight: Sight | None = None) -> Sag:
    """The sag behind a number such as SAG-2020-0012, locked as by `load`; NotFound when there is none that
    somebody with this `sight` may know of (None: the operator). Both ways not to find one are one statement."""
    known = number.isascii() and number.isprintable()
    may_know, values = access.visible(sight)
    statement = f"select {SAG} from sag where number = ? and {may_know}{_lock(tx)}"
    row = tx.run(statement, (number.strip().upper(), *values)).fetchone() if known else None
    if row is None:
        raise NotFound("sag", number)
    return sag_of(tx, row, _steps(tx, row[:1])[row[0]])


def load_many(tx: Tx, ids: Sequence[SagId]) -> tuple[Sag, ...]:
    """Some sager with their steps, in the order of `ids`, by two statements however many they are.

    In a writing transaction they stay locked until the end.
    """
    if not ids:
        return ()
    among = f"in ({marks(ids)})"
    if lock := _lock(tx):
        tx.run(f"select id from sag where id {among} order by id{lock}", ids)
    steps = _steps(tx, ids)
    rows = tx.run(f"select {SAG} from sag where id {among}", ids).fetchall()
    found = {row[0]: sag_of(tx, row, steps[row[0]]) for row in rows}
    return tuple(found[sag] for sag in ids if sag in found)


def _lock(tx: Tx) -> str:
    return " for update" if tx.is_postgres and not tx.is_read_only else ""


def _steps(tx: Tx, ids: Sequence[SagId]) -> dict[SagId, list[Step]]:
    """The steps of some sager with their seats, by one statement: a step has hardly ever more than two."""
    rows = tx.run(_STEPS_WITH_SEATS.format(marks(ids)), ids).fetchall()
    found: dict[SagId, list[Step]] = {sag: [] for sag in ids}
    for (sag, _), those in groupby(rows, key=itemgetter(0, 1)):
        first, *others = those
        seats = [seat_of(row[-3:]) for row in (first, *others) if row[-3] is not None]
        found[sag].append(step_of(tuple(first[1:]), tuple(seats)))
    return found


OPEN_LIVES = ("draft", "under-way", "resting")
"""The lives of sager that are not over."""


def id_up_to(tx: Tx, number: str) -> SagId:
    """The id of the sag with a number, or of the last one before it: there may be none, and it is not said."""
    row = tx.run("select max(id) from sag where number = ?", (number.strip().upper(),)).fetchone()
    if row[0] is None:
        row = tx.run("select max(id) from sag where number <= ?", (number.strip().upper(),)).fetchone()
    return SagId(row[0] or 0)


def ids_for(tx: Tx, owner: PersonId, bodies: Sequence[str], *, limit: int = 500) -> tuple[SagId, ...]:
    """Open sager that can wait for a person: those they own, and those with a step at one of their bodies."""
    rows = tx.run(
        f"select id from sag where life in ({marks(OPEN_LIVES)}) and (owner = ? or id in "
        f"(select sag from step where body in ({marks(bodies) or 'null'}))) order by number limit ?",
        (*OPEN_LIVES, owner, *bodies, limit),
    ).fetchall()
    return tuple(SagId(row[0]) for row in rows)


def ids_of_owner(tx: Tx, owner: PersonId) -> tuple[SagId, ...]:
    """The open sager that a person owns."""
    rows = tx.run(
        f"select id from sag where owner = ? and life in ({marks(OPEN_LIVES)}) order by number",
        (owner, *OPEN_LIVES),
    ).fetchall()
    return tuple(SagId(row[0]) for row in rows)


def add(tx: Tx, sag: Sag) -> Sag:
    """Keep a new sag under a number of its own; the id and number of the argument are ignored."""
    if sag.opened_at is None:
        raise ValueError("a sag is opened at an instant")
    number = _new_number(tx, sag.opened_at)
    columns = SAG.removeprefix("id, ")
    row = tx.run(
        f"insert into sag ({columns}) values ({', '.join('?' * 15)}) returning id",
        (number, *sag_values(tx, sag), tx.instant(sag.opened_at), sag.version),
    ).fetchone()
    kept = replace(sag, id=SagId(row[0]), number=number)
    for step in kept.steps:
        _insert(tx, kept.id, step)
    access.keep(tx, None, kept)
    search.keep(tx, kept)
    return kept


def _new_number(tx: Tx, at: datetime) -> str:
    """The next number of the year. Numbers are drawn with gaps, so that a gap says nothing."""
    stem = f"SAG-{local_day(at).year}-"
    if tx.is_postgres:
        tx.run("select pg_advisory_xact_lock(hashtextextended(?, 0))", (stem,))
    row = tx.run(
        "select max(cast(substr(number, ?) as integer)) from sag where number like ?", (len(stem) + 1, stem + "%")
    ).fetchone()
    return f"{stem}{(row[0] or 0) + 1 + secrets.randbelow(3):04d}"


def save(tx: Tx, before: Sag, after: Sag) -> Sag:
    """Write what differs between two values of a sag, each row only if nobody changed it meanwhile.

    Returns:
        `after` with the versions it now has.

    Raises:
        Conflict: a row is no longer the one `before` was read from; the transaction must not commit.
    """
    old = {step.seq: step for step in before.steps}
    steps = tuple(_save_step(tx, after.id, old.get(step.seq), step) for step in after.steps)
    version = before.version
    if _WRITTEN(before) != _WRITTEN(after):
        done = tx.run(_UPDATE_SAG, (*sag_values(tx, after), after.id, version))
        if done.rowcount != 1:
            raise Conflict("sag", after.number, expected=version, actual=_version(tx, after.id))
        version += 1
    if (before.route, before.life, before.owner) != (after.route, after.life, after.owner):
        tx.run("update step set plan_until = 0, wake_at = 0 where sag = ?", (after.id,))
    access.keep(tx, before, after)
    if searched(before) != searched(after):
        search.keep(tx, after)
    return replace(after, steps=steps, version=version)


def _version(tx: Tx, sag: SagId) -> int:
    row = tx.run("select version from sag where id = ?", (sag,)).fetchone()
    return int(row[0]) if row else 0


def _save_step(tx: Tx, sag: SagId, old: Step | None, new: Step) -> Step:
    if old is None:
        _insert(tx, sag, new)
        return new
    if old is new or old == new:
        return new
    done = tx.run(_UPDATE_STEP, (new.station, *step_values(tx, new), sag, new.seq, old.version))
    if done.rowcount != 1:
        raise Conflict("step", f"{sag}/{new.seq}", expected=old.version, actual="changed")
    _save_seats(tx, sag, new, [seat for seat in new.seats if seat not in old.seats])
    return replace(new, version=old.version + 1)


def _insert(tx: Tx, sag: SagId, step: Step) -> None:
    head = (sag, step.seq, step.station, step.body, step.state, step.asks)
    tx.run(_INSERT_STEP, (*head, *step_values(tx, step)[1:], step.version))
    _save_seats(tx, sag, step, step.seats)


def _save_seats(tx: Tx, sag: SagId, step: Step, seats: Sequence[Seat]) -> None:
    tx.run_many(_SEAT, [(sag, step.seq, seat.meeting, seat.status, seat.note) for seat in seats])
