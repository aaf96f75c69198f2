"""Who really answers while a leader is away: at which of their bodies, and whether on all of the days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kdflow.domain.authority import LEADING, Absence, Appointment, Authority, Office, PersonId
from kdflow.domain.offices import led_by
from kdflow.domain.workflow import Validity


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """Some bodies that an absent person leads, and the people who answer there in their stead (nobody: the sager
    wait). `has_gap` says that on some of the days nobody does."""

    bodies: tuple[str, ...]
    people: tuple[PersonId, ...]
    has_gap: bool


def covers(absence: Absence, authority: Authority, others: Iterable[Absence]) -> tuple[Cover, ...]:
    """Who answers during an absence from today on, the bodies with the same answer together. `others` are the
    absences of those who could answer: who is away as well answers nobody."""
    away = (absence, *(one for one in others if one.person != absence.person))
    found: dict[tuple[tuple[PersonId, ...], bool], list[str]] = {}
    for body in led_by(absence.person, authority.appointments, _from(authority.on, absence.valid)):
        offices = tuple(one for one in authority.appointments if one.body == body)
        there = replace(authority, appointments=offices, absences=away)
        if days := list(_answering(there, body, absence)):
            people = tuple(dict.fromkeys(one for day in days for one in day))
            found.setdefault((people, not all(days)), []).append(body)
    return tuple(Cover(bodies=tuple(bodies), people=who, has_gap=gap) for (who, gap), bodies in found.items())


def could_answer(absence: Absence, authority: Authority) -> tuple[PersonId, ...]:
    """Whose absences matter to who answers: the stand-in, and the vice-chairs of what the absent person leads."""
    led = led_by(absence.person, authority.appointments, absence.valid)
    vice = (one.person for one in authority.appointments if one.office is Office.VICE_CHAIR and one.body in led)
    named = (absence.stand_in,) if absence.stand_in else ()
    return tuple(dict.fromkeys((*named, *vice)))


def uncovered(found: Iterable[Cover]) -> tuple[str, ...]:
    """The bodies where nobody answers on some of the days."""
    return tuple(body for one in found if one.has_gap for body in one.bodies)


def _answering(there: Authority, body: str, absence: Absence) -> Iterator[tuple[PersonId, ...]]:
    """Who answers, on each day from which on it could be another."""
    for day in _turns(there.appointments, there.absences, _from(there.on, absence.valid)):
        then = replace(there, on=day)
        if absence.person in then.holders(body, *LEADING):
            yield tuple(one for one in then.deputies(body, absence.person) if not then.is_absent(one))


def _turns(offices: Sequence[Appointment], away: Sequence[Absence], within: Validity) -> list[date]:
    """The first day, and those within on which an office or an absence begins, or is over."""
    periods = [*(one.valid for one in offices), *(one.valid for one in away)]
    begins = [one.start for one in periods if one.start]
    over = [one.end + timedelta(days=1) for one in periods if one.end and one.end < date.max]
    first = [within.start] if within.start else []
    return sorted({*first, *(day for day in (*begins, *over) if within.covers(day))})


def _from(today: date, valid: Validity) -> Validity:
    return Validity.model_construct(start=max(valid.start or today, today), end=valid.end)
