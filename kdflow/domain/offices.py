"""Offices and absences as they may be: who can be given what, for which days, and who may stand in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from kdflow.domain.authority import LEADING, Absence, Appointment, Office, Person, PersonId
from kdflow.domain.body_change import EVERYWHERE
from kdflow.domain.errors import Reason, Refused
from kdflow.domain.network import network
from kdflow.domain.situation import World
from kdflow.domain.stranding import Between
from kdflow.domain.timetable import Body, Chairing
from kdflow.domain.workdays import FIRST_YEAR, LAST_YEAR
from kdflow.domain.workflow import Validity

STANDS_IN = (Office.CHAIR, Office.CO_CHAIR, Office.VICE_CHAIR, Office.MEMBER)
"""The offices of a body whose holders may stand in for one who leads it."""

LED_BY = {Office.CHAIR: Chairing.CHAIR, Office.CO_CHAIR: Chairing.CO_CHAIRS}
"""How a body is led that has an office."""


def refuse_office(office: Appointment, held: Iterable[Appointment], bodies: Mapping[str, Body]) -> None:
    """Refuse an office that cannot be held.

    Raises:
        Refused: with every reason.
    """
    body, valid = bodies.get(office.body), office.valid
    same = [one for one in held if one.body == office.body and one.valid.overlaps(valid)]
    everywhere = office.office is Office.ADMINISTRATOR
    wanted = LED_BY.get(office.office)
    found = [
        (everywhere != (office.body == EVERYWHERE), "office_fits_body", "body"),
        (body is None and not everywhere, "office_fits_body", "body"),
        (not in_order(valid), "days_in_order", "valid_to"),
        (_outlives(valid, body), "office_in_body", "valid_from"),
        (bool(body and wanted and body.chairing is not wanted), "office_fits_chairing", "office"),
        (_is_held(office, same), "office_not_twice", "valid_from"),
        (_is_second_chair(office, same), "one_chair", "valid_from"),
    ]
    _refuse(found)


def _is_held(office: Appointment, same: Iterable[Appointment]) -> bool:
    return any(one.person == office.person and one.office is office.office for one in same)


def _is_second_chair(office: Appointment, same: Iterable[Appointment]) -> bool:
    return office.office is Office.CHAIR and any(one.office is Office.CHAIR for one in same)


def _outlives(valid: Validity, body: Body | None) -> bool:
    return body is not None and not valid.overlaps(body.valid)


def in_order(valid: Validity) -> bool:
    """Whether some days follow each other, in years that can be reckoned in."""
    days = [day for day in (valid.start, valid.end) if day is not None]
    return days == sorted(days) and all(FIRST_YEAR <= day.year <= LAST_YEAR for day in days)


def ending(world: World, office: Appointment, last: date | None) -> tuple[Between, Appointment]:
    """The world before and after an office ends after a day (None: goes on), and the office as it then is.

    Raises:
        Refused: the day lies before the office begins, or nobody would be administrator any more.
    """
    ended = replace(office, valid=Validity.model_construct(start=office.valid.start, end=last))
    first_without = _first_without(last, world)
    found = list(world.authority.appointments)
    place = next(at for at, one in enumerate(found) if _is_same(one, office))
    leaves = found[place].valid.end if found[place] != office else None
    found[place] = _until(ended, leaves)
    after = replace(world, authority=replace(world.authority, appointments=tuple(found)))
    still = replace(after.authority, on=first_without).holders(EVERYWHERE, Office.ADMINISTRATOR)
    _refuse(
        [
            (not in_order(ended.valid), "days_in_order", "last"),
            (office.valid.end == last, "something_differs", "last"),
            (office.office is Office.ADMINISTRATOR and not still, "one_administrator", "last"),
        ]
    )
    net = network(world)
    return Between(before=world, after=after, old=net, new=net, on=first_without), ended


def _is_same(one: Appointment, other: Appointment) -> bool:
    """Whether it is the same office, whenever it ends."""
    return replace(one, valid=other.valid) == other and one.valid.start == other.valid.start


def _until(office: Appointment, last: date | None) -> Appointment:
    """An office of somebody who leaves after a day (None: stays)."""
    ends = [day for day in (office.valid.end, last) if day]
    return replace(office, valid=Validity.model_construct(start=office.valid.start, end=min(ends, default=None)))


def _first_without(last: date | None, world: World) -> date:
    return max(last + timedelta(days=1), world.today) if last else world.today


def leaving(world: World, person: Person, last: date | None, held: Sequence[Appointment]) -> Between:
    """The world before and after a person leaves after a day (None: stays, or comes back); `held` are their
    offices as they are kept, which last no longer than the person is here.

    Raises:
        Refused: the day cannot be reckoned in, nothing would change, nobody would be administrator any more, or
            who comes back would be a second chair.
    """
    others = [one for one in world.authority.appointments if one.person != person.id]
    mine = [_until(one, last) for one in held]
    after = replace(world, authority=replace(world.authority, appointments=(*others, *mine)))
    first_without = _first_without(last, world)
    still = replace(after.authority, on=first_without).holders(EVERYWHERE, Office.ADMINISTRATOR)
    _refuse(
        [
            (not in_order(Validity.model_construct(start=None, end=last)), "days_in_order", "from"),
            (person.valid_to == last, "something_differs", "from"),
            (last is not None and not still, "one_administrator", "from"),
            (any(_is_led_by_another(one, others) for one in mine), "one_chair", "from"),
        ]
    )
    net = network(world)
    return Between(before=world, after=after, old=net, new=net, on=first_without)


def _is_led_by_another(office: Appointment, others: Iterable[Appointment]) -> bool:
    same = (one for one in others if one.body == office.body and one.valid.overlaps(office.valid))
    return _is_second_chair(office, same)


def bodies_led_or_served(bodies: Mapping[str, Body], key: str) -> tuple[str, ...]:
    """The bodies that an office at a body matters to: itself, and those it is the secretariat of."""
    return tuple(one for one, body in bodies.items() if key in (one, body.secretariat))


def led_by(person: PersonId, offices: Iterable[Appointment], valid: Validity) -> tuple[str, ...]:
    """The bodies that a person leads on some of these days."""
    mine = (one for one in offices if one.person == person and one.office in LEADING and one.valid.overlaps(valid))
    return tuple(dict.fromkeys(one.body for one in mine))


def may_stand_in(person: PersonId, absence: Absence, offices: Sequence[Appointment]) -> bool:
    """Whether a person may stand in: holds an office, on all of the days, in every body that the other leads."""
    led = led_by(absence.person, offices, absence.valid)
    return bool(led) and all(
        any(
            one.person == person and one.body == body and one.office in STANDS_IN and _holds(one, absence.valid)
            for one in offices
        )
        for body in led
    )


def _holds(office: Appointment, valid: Validity) -> bool:
    return all(day is None or office.valid.covers(day) for day in (valid.start, valid.end))


def refuse_absence(
    absence: Absence, *, others: Iterable[Absence], offices: Sequence[Appointment], today: date
) -> None:
    """Refuse an absence that cannot be: its days are over or in disorder, it overlaps another one of the same
    person, or its stand-in has no right to act, or is away as well. `others` are absences of both of them.

    Raises:
        Refused: with every reason.
    """
    valid, stand_in = absence.valid, absence.stand_in
    known = list(others)
    both = valid.start is not None and valid.end is not None
    is_past = valid.end is not None and valid.end < today
    found = [
        (not both or not in_order(valid), "absence_days", "valid_to"),
        (is_past, "absence_to_come", "valid_to"),
        (_clashes(absence.person, valid, known), "absence_overlaps", "valid_from"),
    ]
    if stand_in is not None:
        found += [
            (stand_in == absence.person, "stand_in_other", "stand_in"),
            (not may_stand_in(stand_in, absence, offices), "stand_in_right", "stand_in"),
            (_clashes(stand_in, valid, known), "stand_in_here", "stand_in"),
        ]
    _refuse(found)


def _clashes(person: PersonId, valid: Validity, absences: Iterable[Absence]) -> bool:
    return any(one.person == person and one.valid.overlaps(valid) for one in absences)


def _refuse(found: Iterable[tuple[bool, str, str]]) -> None:
    if reasons := [Reason(guard, guard.replace("_", " "), field) for is_wrong, guard, field in found if is_wrong]:
        raise Refused(reasons)
