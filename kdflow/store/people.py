"""Bodies, people, offices and absences: written from the configuration, read for one question at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from kdflow.domain.authority import LEADING, Absence, Appointment, Authority, Office, Person, PersonId
from kdflow.domain.body_change import BodyChange, ClosingDay, changed, with_closing_days
from kdflow.domain.errors import NotFound
from kdflow.domain.timetable import Body, Chairing
from kdflow.domain.workflow import Validity
from kdflow.store import body_changes, mapping
from kdflow.store.database import Tx, marks

_BODY = "key, name, short, kind, valid_from, valid_to, successor, secretariat, chairing, plays, aliases, reckoning"
_KEEP_BODY = (
    f"insert into body ({_BODY}, base, kept_by) values ({', '.join('?' * 14)}) on conflict (key) do update set "
    + ", ".join(f"{name} = excluded.{name}" for name in [*_BODY.split(", ")[1:], "base", "kept_by"])
    + " where body.kept_by = 'file'"
)
_PERSON = "id, name, email, valid_to"
_KEEP_PERSON = (
    "insert into person (id, name, email, valid_to) values (?, ?, ?, ?) "
    "on conflict (id) do update set name = excluded.name, email = excluded.email, valid_to = excluded.valid_to "
    "where person.kept_by = 'file'"
)
HAND = "hand"
"""What says of a row that it is kept by hand: no file changes it any more."""


def keep_bodies(tx: Tx, bodies: Iterable[Body], *, kept_by: str = "file") -> None:
    """Add bodies, or bring those that are known up to date: what was changed of them by hand stays on top."""
    wanted = list(bodies)
    keys = [one.key for one in wanted]
    changes, closed = body_changes.of(tx, keys), body_changes.closing_days(tx, keys)
    tx.run_many(
        _KEEP_BODY,
        [(*_values(tx, overlaid(one, changes.get(one.key, ()), closed)), _base(one), kept_by) for one in wanted],
    )


def overlaid(base: Body, changes: Iterable[BodyChange], closed: Iterable[ClosingDay]) -> Body:
    """A body with the changes that are in force on top, and with what was closed by hand."""
    for change in changes:
        if change.in_force:
            base = changed(base, change.values)
    return with_closing_days(base, closed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A body without what was changed of it by hand, who keeps it ("file" or "hand"), and its version."""

    body: Body
    kept_by: str
    version: int


def bases(tx: Tx, keys: Sequence[str] | None = None) -> dict[str, Base]:
    """Bodies without what was changed of them by hand: those named, or all of them."""
    where = f" where key in ({marks(keys) or 'null'})" if keys is not None else ""
    rows = tx.run(f"select {_BODY}, base, kept_by, version from body{where}", tuple(keys or ())).fetchall()
    return {
        row[0]: Base(
            body=_body(tuple(mapping.from_json(row[12])) if row[12] else tuple(row[:12])),
            kept_by=row[13],
            version=row[14],
        )
        for row in rows
    }


def refresh_bodies(tx: Tx, keys: Sequence[str] | None = None) -> None:
    """Bring bodies to what their base and all that lies on top of it say, and count their version up."""
    found = bases(tx, keys)
    changes, closed = body_changes.of(tx, keys), body_changes.closing_days(tx, keys)
    names = _BODY.split(", ")[1:]
    tx.run_many(
        f"update body set {', '.join(f'{name} = ?' for name in names)}, base = ?, version = version + 1 "
        "where key = ?",
        [
            (*_values(tx, overlaid(one.body, changes.get(key, ()), closed))[1:], _base(one.body), key)
            for key, one in found.items()
        ],
    )


def _base(body: Body) -> str:
    """The columns of a body as JSON text."""
    days = [day.isoformat() if day else None for day in (body.valid.start, body.valid.end)]
    names = (body.key, body.name, body.short, body.kind, *days, body.successor, body.secretariat, body.chairing)
    return mapping.to_json([*names, *_texts(body)])


def _values(tx: Tx, body: Body) -> tuple[Any, ...]:
    days = tx.day(body.valid.start), tx.day(body.valid.end)
    names = (body.key, body.name, body.short, body.kind, *days, body.successor, body.secretariat, body.chairing)
    return *names, *_texts(body)


def _texts(body: Body) -> tuple[str, str, str]:
    return mapping.to_json(body.plays), mapping.to_json(body.aliases), mapping.reckoning_to_json(body)


def keep_people(
    tx: Tx,
    people: Sequence[Person],
    appointments: Sequence[Appointment],
    absences: Sequence[Absence],
) -> tuple[str, ...]:
    """Bring people up to date, and put the offices and absences given in place of the ones known from a file.

    Returns:
        What the file says otherwise than rows that are kept by hand, and that was left as it is.
    """
    left = [*_people_left(tx, people), *_offices_left(tx, appointments)]
    tx.run_many(_KEEP_PERSON, [(p.id, p.name, p.email, tx.day(p.valid_to)) for p in people])
    for table in ("appointment", "absence"):
        tx.run_many(f"delete from {table} where person = ? and kept_by = 'file'", [(p.id,) for p in people])
    by_hand = _offices_by_hand(tx)
    tx.run_many(
        "insert into appointment (person, office, body, valid_from, valid_to) values (?, ?, ?, ?, ?)",
        [
            (a.person, a.office, a.body, tx.day(a.valid.start), tx.day(a.valid.end))
            for a in appointments
            if _mark(a) not in by_hand
        ],
    )
    tx.run_many(
        "insert into absence (person, valid_from, valid_to, stand_in) values (?, ?, ?, ?)",
        [
            (a.person, tx.day(a.valid.start), tx.day(a.valid.end), a.stand_in)
            for a in absences
            if not _is_kept_by_hand(tx, a)
        ],
    )
    return tuple(left)


def _is_kept_by_hand(tx: Tx, one: Absence) -> bool:
    """Whether somebody has changed an absence of the file, or entered one over it."""
    rows = tx.run(
        "select valid_from, valid_to from absence where person = ? and kept_by = ?", (one.person, HAND)
    ).fetchall()
    known = [_validity(*row) for row in rows]
    return any(found.start == one.valid.start or found.overlaps(one.valid) for found in known)


def _people_left(tx: Tx, wanted: Sequence[Person]) -> list[str]:
    rows = tx.run(f"select {_PERSON} from person where kept_by = ?", (HAND,)).fetchall()
    by_hand = {row[0]: _person(row) for row in rows}
    return [
        f"person {one.id}: kept by hand, the file says {one.name} <{one.email}>, until {one.valid_to or '-'}"
        for one in wanted
        if by_hand.get(one.id, one) != one
    ]


def _offices_left(tx: Tx, wanted: Sequence[Appointment]) -> list[str]:
    by_hand = _offices_by_hand(tx)
    return [
        f"office {one.office} of {one.person} in {one.body}: kept by hand, "
        f"the file says until {one.valid.end or '-'}"
        for one in wanted
        if _mark(one) in by_hand and by_hand[_mark(one)] != one.valid.end
    ]


def _offices_by_hand(tx: Tx) -> dict[tuple[str, str, str, date | None], date | None]:
    rows = tx.run(
        "select person, office, body, valid_from, valid_to from appointment where kept_by = ?", (HAND,)
    ).fetchall()
    return {(row[0], row[1], row[2], Tx.read_day(row[3])): Tx.read_day(row[4]) for row in rows}


def _mark(one: Appointment) -> tuple[str, str, str, date | None]:
    """What tells an office from all others: whose, which, where, and since when."""
    return one.person, one.office.value, one.body, one.valid.start


def bodies(tx: Tx, keys: Sequence[str] | None = None) -> dict[str, Body]:
    """Bodies by key: those named, or all of them."""
    where = f" where key in ({marks(keys)})" if keys is not None else ""
    rows = tx.run(f"select {_BODY} from body{where} order by name", tuple(keys or ())).fetchall()
    return {row[0]: _body(row) for row in rows}


def people(tx: Tx, ids: Sequence[str] | None = None) -> dict[str, Person]:
    """People by id: those named, or all of them."""
    where = f" where id in ({marks(ids) or 'null'})" if ids is not None else ""
    rows = tx.run(f"select {_PERSON} from person{where} order by name", tuple(ids or ())).fetchall()
    return {row[0]: _person(row) for row in rows}


def names(tx: Tx) -> tuple[dict[str, str], dict[str, date]]:
    """What everybody is called, and the last day of those who leave, or have left."""
    found = people(tx)
    return (
        {key: one.name for key, one in found.items()},
        {key: one.valid_to for key, one in found.items() if one.valid_to},
    )


def here(tx: Tx, on: date) -> dict[str, Person]:
    """People by id who have not left by a day: who can be chosen, and told."""
    return {key: one for key, one in people(tx).items() if one.is_here(on)}


def person(tx: Tx, who: str) -> Person:
    """One person by id; NotFound when there is none."""
    found = people(tx, (who,))
    if who not in found:
        raise NotFound("person", who)
    return found[who]


def person_here(tx: Tx, who: str, on: date) -> Person:
    """One person by id who has not left by a day; NotFound when there is none."""
    found = person(tx, who)
    if not found.is_here(on):
        raise NotFound("person", who)
    return found


def lock(tx: Tx, who: PersonId) -> bool:
    """Let nobody else write to a person until the transaction ends; False where somebody else is at it.

    SQLite has one writer at a time anyway.
    """
    if not tx.is_postgres:
        return True
    return tx.run("select 1 from person where id = ? for no key update skip locked", (who,)).fetchone() is not None


def authority(tx: Tx, at: Sequence[str], on: date) -> tuple[Authority, dict[str, str]]:
    """Who holds an office at some bodies (and in the installation as a whole), which of them and of their
    stand-ins are away, and what they are called. Who has left holds no office, and stands in for nobody."""
    keys = ("*", *at)
    held = f"body in ({marks(keys)})"
    appointed = tx.run(
        "select a.person, a.office, a.body, a.valid_from, "
        "case when a.valid_to is null or a.valid_to > p.valid_to then coalesce(p.valid_to, a.valid_to) "
        "else a.valid_to end, p.name from appointment a "
        f"join person p on p.id = a.person where a.{held} order by a.id",
        keys,
    ).fetchall()
    away = tx.run(
        "select a.person, a.valid_from, a.valid_to, case when s.valid_to < ? then null else a.stand_in end "
        "from absence a left join person s on s.id = a.stand_in "
        f"where a.person in (select person from appointment where {held} union select b.stand_in from absence b "
        f"join appointment c on c.person = b.person where c.{held}) "
        "and (a.valid_from is null or a.valid_from <= ?) and (a.valid_to is null or a.valid_to >= ?) "
        "order by a.id",
        (tx.day(on), *keys, *keys, tx.day(on), tx.day(on)),
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


def service_of(tx: Tx, who: PersonId, on: date) -> tuple[frozenset[Office], bool]:
    """What offices one person holds on a day, and whether somebody who leads a body has named them as stand-in."""
    rows = tx.run(
        "select office, valid_from, valid_to from appointment where person = ? union all "
        "select '', a.valid_from, a.valid_to from absence a join appointment o on o.person = a.person "
        f"where a.stand_in = ? and o.office in ({marks(LEADING)})",
        (who, who, *(one.value for one in LEADING)),
    ).fetchall()
    held = {row[0] for row in rows if _validity(row[1], row[2]).covers(on)}
    return frozenset(Office(one) for one in held if one), "" in held


def _validity(start: Any, end: Any) -> Validity:
    if start is None and end is None:
        return ALWAYS
    return Validity.model_construct(start=Tx.read_day(start), end=Tx.read_day(end))


ALWAYS = Validity()
"""No bounds; shared, since most offices have none."""


def _person(row: Sequence[Any]) -> Person:
    return Person(id=PersonId(row[0]), name=row[1], email=row[2], valid_to=Tx.read_day(row[3]))


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
