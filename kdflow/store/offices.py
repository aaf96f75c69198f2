"""People, their offices and absences as administrators change them: row by row, each then kept by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from kdflow.domain.authority import Absence, Appointment, Authority, Office, Person, PersonId
from kdflow.domain.covering import Cover, could_answer, covers
from kdflow.domain.errors import Conflict, NotFound
from kdflow.domain.workflow import Validity
from kdflow.store.database import Tx, marks
from kdflow.store.people import HAND

_OFFICE = "id, person, office, body, valid_from, valid_to, kept_by"
_ABSENCE = "id, person, valid_from, valid_to, stand_in, kept_by"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An office as it is kept: its row, and whether a file or a hand keeps it."""

    id: int
    office: Appointment
    kept_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """An absence as it is kept."""

    id: int
    absence: Absence
    kept_by: str


def of_person(tx: Tx, who: PersonId) -> tuple[Held, ...]:
    """The offices of a person."""
    rows = tx.run(f"select {_OFFICE} from appointment where person = ? order by id", (who,)).fetchall()
    return tuple(_held(row) for row in rows)


def at(tx: Tx, bodies: Sequence[str]) -> tuple[Held, ...]:
    """The offices of some bodies."""
    rows = tx.run(
        f"select {_OFFICE} from appointment where body in ({marks(bodies) or 'null'}) order by id", tuple(bodies)
    ).fetchall()
    return tuple(_held(row) for row in rows)


def everyone(tx: Tx) -> tuple[Held, ...]:
    """Every office there is or was."""
    return tuple(_held(row) for row in tx.run(f"select {_OFFICE} from appointment order by id").fetchall())


def find(tx: Tx, office: int) -> Held:
    """One office by its row; NotFound when there is none."""
    row = tx.run(f"select {_OFFICE} from appointment where id = ?", (office,)).fetchone()
    if row is None:
        raise NotFound("office", office)
    return _held(row)


def give(tx: Tx, office: Appointment) -> None:
    """Keep a new office, by hand."""
    tx.run(
        "insert into appointment (person, office, body, valid_from, valid_to, kept_by) values (?, ?, ?, ?, ?, ?)",
        (
            *(office.person, office.office, office.body),
            *(tx.day(office.valid.start), tx.day(office.valid.end), HAND),
        ),
    )
    _count_up(tx, office.person)


def end(tx: Tx, held: Held, last: date | None) -> None:
    """Let an office last until a day (None: with no end); from now on it is kept by hand."""
    tx.run("update appointment set valid_to = ?, kept_by = ? where id = ?", (tx.day(last), HAND, held.id))
    _count_up(tx, held.office.person)


def _held(row: Sequence[Any]) -> Held:
    return Held(
        id=row[0],
        office=Appointment(
            person=PersonId(row[1]), office=Office(row[2]), body=row[3], valid=_validity(row[4], row[5])
        ),
        kept_by=row[6],
    )


def _validity(start: Any, ends: Any) -> Validity:
    return Validity.model_construct(start=Tx.read_day(start), end=Tx.read_day(ends))


# --- people ----------------------------------------------------------------------------------------------------


def with_address(tx: Tx, email: str) -> PersonId | None:
    """Who has a mail address, however it is written."""
    row = tx.run("select id from person where lower(email) = lower(?)", (email,)).fetchone()
    return PersonId(row[0]) if row else None


def is_known(tx: Tx, who: str) -> bool:
    """Whether there is a person with this id."""
    return tx.run("select 1 from person where id = ?", (who,)).fetchone() is not None


def add(tx: Tx, person: Person) -> None:
    """Keep a new person, by hand."""
    tx.run(
        "insert into person (id, name, email, kept_by) values (?, ?, ?, ?)",
        (person.id, person.name, person.email, HAND),
    )


def change(tx: Tx, person: Person) -> None:
    """Keep another name and address of a person; from now on no file changes them."""
    tx.run(
        "update person set name = ?, email = ?, kept_by = ? where id = ?",
        (person.name, person.email, HAND, person.id),
    )
    _count_up(tx, person.id)


def end_person(tx: Tx, who: PersonId, last: date | None) -> None:
    """Let a person be here until a day (None: for good); from now on no file changes them."""
    tx.run("update person set valid_to = ?, kept_by = ? where id = ?", (tx.day(last), HAND, who))
    _count_up(tx, who)


def version_of(tx: Tx, who: PersonId) -> int:
    """The version that a person's data, offices and absences are at; NotFound when there is no such person."""
    lock = " for update" if tx.is_postgres and not tx.is_read_only else ""
    row = tx.run(f"select version from person where id = ?{lock}", (who,)).fetchone()
    if row is None:
        raise NotFound("person", who)
    return int(row[0])


def check_version(tx: Tx, who: PersonId, expected: int | None) -> None:
    """Refuse to act on a version that is no longer the current one; None skips the check."""
    actual = version_of(tx, who)
    if expected is not None and expected != actual:
        raise Conflict("person", who, expected=expected, actual=actual)


def _count_up(tx: Tx, who: PersonId) -> None:
    tx.run("update person set version = version + 1 where id = ?", (who,))


# --- absences --------------------------------------------------------------------------------------------------


def absences_of(tx: Tx, who: PersonId, since: date | None = None) -> tuple[Away, ...]:
    """The absences of a person, those over before `since` left out."""
    rows = tx.run(
        f"select {_ABSENCE} from absence where person = ? and (valid_to is null or valid_to >= ?) "
        "order by valid_from, id",
        (who, tx.day(since or date.min)),
    ).fetchall()
    found = (_away(row) for row in rows)
    return tuple(one for one in found if one.absence.valid.overlaps(one.absence.valid))


def covered(tx: Tx, authority: Authority, absence: Absence) -> tuple[Cover, ...]:
    """Who answers during an absence, from the day of `authority` on."""
    others = [
        one.absence for who in could_answer(absence, authority) for one in absences_of(tx, who, authority.on)
    ]
    return covers(absence, authority, others)


def add_absence(tx: Tx, one: Absence) -> None:
    """Keep an absence, by hand."""
    tx.run(
        "insert into absence (person, valid_from, valid_to, stand_in, kept_by) values (?, ?, ?, ?, ?)",
        (one.person, tx.day(one.valid.start), tx.day(one.valid.end), one.stand_in, HAND),
    )
    _count_up(tx, one.person)


def end_absence(tx: Tx, away: Away, last: date | None) -> None:
    """Let an absence last until a day; None takes it away altogether."""
    start = away.absence.valid.start
    if last is None and (away.kept_by == HAND or start is None):
        tx.run("delete from absence where id = ?", (away.id,))
    elif last is None and start:  # the row stays, and covers no day: it says that the file's does not hold
        last = start - timedelta(days=1)
        tx.run("update absence set valid_to = ?, kept_by = ? where id = ?", (tx.day(last), HAND, away.id))
    else:
        tx.run("update absence set valid_to = ?, kept_by = ? where id = ?", (tx.day(last), HAND, away.id))
    _count_up(tx, away.absence.person)


def _away(row: Sequence[Any]) -> Away:
    return Away(
        id=row[0],
        absence=Absence(
            person=PersonId(row[1]),
            valid=_validity(row[2], row[3]),
            stand_in=PersonId(row[4]) if row[4] else None,
        ),
        kept_by=row[5],
    )
