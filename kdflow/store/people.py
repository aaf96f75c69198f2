"""Bodies, people, offices and absences: written from the configuration, read for one question at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from kdflow.domain.authority import Absence, Appointment, Authority, Office, Person, PersonId
from kdflow.domain.errors import NotFound
from kdflow.domain.timetable import Body, Chairing
from kdflow.domain.workflow import Validity
from kdflow.store import mapping
from kdflow.store.database import Tx, marks

_BODY = "key, name, short, kind, valid_from, valid_to, successor, secretariat, chairing, plays, aliases, reckoning"
_KEEP_BODY = (
    f"insert into body ({_BODY}) values ({', '.join('?' * 12)}) on conflict (key) do update set "
    + ", ".join(f"{name} = excluded.{name}" for name in _BODY.split(", ")[1:])
)
_KEEP_PERSON = (
    "insert into person (id, name, email) values (?, ?, ?) "
    "on conflict (id) do update set name = excluded.name, email = excluded.email"
)


def keep_bodies(tx: Tx, bodies: Iterable[Body]) -> None:
    """Add bodies, or bring those that are known up to date."""
    tx.run_many(
        _KEEP_BODY,
        [
            (
                b.key,
                b.name,
                b.short,
                b.kind,
                tx.day(b.valid.start),
                tx.day(b.valid.end),
                b.successor,
                b.secretariat,
                b.chairing,
                mapping.to_json(b.plays),
                mapping.to_json(b.aliases),
                mapping.reckoning_to_json(b),
            )
            for b in bodies
        ],
    )


def keep_people(
    tx: Tx,
    people: Sequence[Person],
    appointments: Sequence[Appointment],
    absences: Sequence[Absence],
) -> None:
    """Bring people up to date, and put the offices and absences given in place of the ones known for them."""
    tx.run_many(_KEEP_PERSON, [(p.id, p.name, p.email) for p in people])
    for table in ("appointment", "absence"):
        tx.run_many(f"delete from {table} where person = ?", [(p.id,) for p in people])
    tx.run_many(
        "insert into appointment (person, office, body, valid_from, valid_to) values (?, ?, ?, ?, ?)",
        [(a.person, a.office, a.body, tx.day(a.valid.start), tx.day(a.valid.end)) for a in appointments],
    )
    tx.run_many(
        "insert into absence (person, valid_from, valid_to, stand_in) values (?, ?, ?, ?)",
        [(a.person, tx.day(a.valid.start), tx.day(a.valid.end), a.stand_in) for a in absences],
    )


def bodies(tx: Tx, keys: Sequence[str] | None = None) -> dict[str, Body]:
    """Bodies by key: those named, or all of them."""
    where = f" where key in ({marks(keys)})" if keys is not None else ""
    rows = tx.run(f"select {_BODY} from body{where} order by name", tuple(keys or ())).fetchall()
    return {row[0]: _body(row) for row in rows}


def people(tx: Tx, ids: Sequence[str] | None = None) -> dict[str, Person]:
    """People by id: those named, or all of them."""
    where = f" where id in ({marks(ids)})" if ids is not None else ""
    rows = tx.run(f"select id, name, email from person{where} order by name", tuple(ids or ())).fetchall()
    return {row[0]: Person(id=PersonId(row[0]), name=row[1], email=row[2]) for row in rows}


def person(tx: Tx, who: str) -> Person:
    """One person by id; NotFound when there is none."""
    found = people(tx, (who,))
    if who not in found:
        raise NotFound("person", who)
    return found[who]


def lock(tx: Tx, who: PersonId) -> bool:
    """Let nobody else write to a person until the transaction ends; False where somebody else is at it.

    SQLite has one writer at a time anyway.
    """
    if not tx.is_postgres:
        return True
    return tx.run("select 1 from person where id = ? for no key update skip locked", (who,)).fetchone() is not None


def authority(tx: Tx, at: Sequence[str], on: date) -> tuple[Authority, dict[str, str]]:
    """Who holds an office at some bodies (and in the installation as a whole), which of them are away, and
    what they are called."""
    keys = ("*", *at)
    held = f"body in ({marks(keys)})"
    appointed = tx.run(
        "select a.person, a.office, a.body, a.valid_from, a.valid_to, p.name from appointment a "
        f"join person p on p.id = a.person where a.{held} order by a.id",
        keys,
    ).fetchall()
    away = tx.run(
        "select person, valid_from, valid_to, stand_in from absence "
        f"where person in (select person from appointment where {held}) "
        "and (valid_from is null or valid_from <= ?) and (valid_to is null or valid_to >= ?) order by id",
        (*keys, tx.day(on), tx.day(on)),
    ).fetchall()
    found = Authority(
        on=on,
        appointments=tuple(_appointment(row) for row in appointed),
        absences=tuple(_absence(row) for row in away),
    )
    return found, {row[0]: row[5] for row in appointed}


def offices_of(tx: Tx, who: PersonId) -> tuple[Appointment, ...]:
    """The offices one person holds or held."""
    rows = tx.run(
        "select person, office, body, valid_from, valid_to from appointment where person = ? order by id", (who,)
    ).fetchall()
    return tuple(_appointment(row) for row in rows)


def _validity(start: Any, end: Any) -> Validity:
    if start is None and end is None:
        return ALWAYS
    return Validity.model_construct(start=Tx.read_day(start), end=Tx.read_day(end))


ALWAYS = Validity()
"""No bounds; shared, since most offices have none."""


@lru_cache(maxsize=4096)
def _appointment(row: tuple[Any, ...]) -> Appointment:
    return Appointment(
        person=PersonId(row[0]), office=Office(row[1]), body=row[2], valid=_validity(row[3], row[4])
    )


@lru_cache(maxsize=4096)
def _absence(row: tuple[Any, ...]) -> Absence:
    return Absence(
        person=PersonId(row[0]),
        valid=_validity(row[1], row[2]),
        stand_in=PersonId(row[3]) if row[3] else None,
    )


@lru_cache(maxsize=4096)
def _body(row: tuple[Any, ...]) -> Body:
    return Body(
        key=row[0],
        name=row[1],
        short=row[2],
        kind=row[3],
        valid=_validity(row[4], row[5]),
        successor=row[6],
        secretariat=row[7],
        chairing=Chairing(row[8]),
        plays=mapping.strings(row[9]),
        aliases=mapping.strings(row[10]),
        **mapping.reckoning_from_json(row[11]),
    )
