"""Who a person is over time, and who may act for a body: chair, co-chairs, vice-chair, stand-in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NewType

from kdflow.domain.timetable import Body
from kdflow.domain.workflow import Actor, Consent, Validity

PersonId = NewType("PersonId", str)


class Office(StrEnum):
    """A role that a person holds in a body for a time."""

    CHAIR = "chair"
    CO_CHAIR = "co-chair"
    VICE_CHAIR = "vice-chair"
    MEMBER = "member"
    SECRETARY = "secretary"
    ADMINISTRATOR = "administrator"


LEADING = (Office.CHAIR, Office.CO_CHAIR)
"""The offices whose consent a body's consent rests on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who can act, until the end of the day `valid_to` (None: for good). `name` is a role in shipped
    data, never a real person's name."""

    id: PersonId
    name: str
    email: str
    valid_to: date | None = None

    def is_here(self, day: date) -> bool:
        """Whether they have not left by a day."""
        return self.valid_to is None or day <= self.valid_to


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """One person in one office of one body. An administrator's body is the whole installation ("*")."""

    person: PersonId
    office: Office
    body: str
    valid: Validity = Validity()


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Days on which a person is out of office, and who stands in (None: the body's vice-chair)."""

    person: PersonId
    valid: Validity
    stand_in: PersonId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """A person acting, in their own right or on behalf of somebody else."""

    person: PersonId
    on_behalf_of: PersonId | None = None

    @property
    def answers_for(self) -> PersonId:
        """The person whose office this act counts for."""
        return self.on_behalf_of or self.person


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """The appointments and absences that matter for one question, on one day."""

    on: date
    appointments: tuple[Appointment, ...]
    absences: tuple[Absence, ...] = ()
    _held: Mapping[str, list[Appointment]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Who holds what is asked for very often: the appointments of today are kept by body."""
        held: dict[str, list[Appointment]] = {}
        for one in self.appointments:
            if one.valid.covers(self.on):
                held.setdefault(one.body, []).append(one)
        object.__setattr__(self, "_held", held)

    def holders(self, body: str, *offices: Office) -> tuple[PersonId, ...]:
        """Who holds one of `offices` in `body` today, in the order of appointment."""
        return tuple(one.person for one in self._held.get(body, ()) if one.office in offices)

    def is_absent(self, person: PersonId) -> bool:
        """Whether `person` is out of office today."""
        return any(a.person == person and a.valid.covers(self.on) for a in self.absences)

    def is_administrator(self, person: PersonId) -> bool:
        """Whether `person` may put things right anywhere in the installation."""
        return person in self.holders("*", Office.ADMINISTRATOR)

    def deputies(self, body: str, leader: PersonId) -> tuple[PersonId, ...]:
        """Who may act for an absent `leader` of `body` today: the named stand-in, or else the vice-chairs."""
        if not self.is_absent(leader):
            return ()
        named = tuple(
            a.stand_in
            for a in self.absences
            if a.person == leader and a.stand_in is not None and a.valid.covers(self.on)
        )
        here = tuple(person for person in named if not self.is_absent(person))
        return here or self.holders(body, Office.VICE_CHAIR)

    def as_leaders(self, person: PersonId, body: str) -> tuple[Acting, ...]:
        """In what capacities `person` may act as a leader of `body`: as one, and on behalf of absent ones.

        Where nobody holds the chair, a vice-chair acts in their own right.
        """
        leaders = self.holders(body, *LEADING)
        own = (Acting(person=person),) if person in leaders else ()
        for_others = (
            Acting(person=person, on_behalf_of=leader)
            for leader in leaders
            if leader != person and person in self.deputies(body, leader)
        )
        if not leaders and person in self.holders(body, Office.VICE_CHAIR):
            own = (Acting(person=person),)
        return (*own, *for_others)

    def answers_for(self, body: str) -> tuple[PersonId, ...]:
        """Whom to ask for the consent of `body` today: leaders who are here, deputies of those who are not."""
        found: list[PersonId] = []
        for leader in self.holders(body, *LEADING):
            found.extend(self.deputies(body, leader) or (leader,))
        return tuple(dict.fromkeys(found or self.holders(body, Office.VICE_CHAIR)))

    def acting(self, person: PersonId, actors: Iterable[Actor], *, owner: PersonId, body: Body) -> Acting | None:
        """How `person` may act as one of `actors` at `body`; None when they may not."""
        wanted = tuple(actors)
        if Actor.OWNER in wanted and person == owner:
            return Acting(person=person)
        if Actor.SECRETARY in wanted and self._is_secretary(person, body):
            return Acting(person=person)
        if Actor.MEMBER in wanted and person in self.holders(body.key, Office.MEMBER, *LEADING):
            return Acting(person=person)
        if Actor.CHAIR in wanted and (leading := self.as_leaders(person, body.key)):
            return leading[0]
        if Actor.ADMINISTRATOR in wanted and self.is_administrator(person):
            return Acting(person=person)
        return None

    def secretaries(self, body: Body) -> tuple[PersonId, ...]:
        """The secretaries of `body`: its own, and those of the secretariat that serves it."""
        served_by = (body.key, body.secretariat) if body.secretariat else (body.key,)
        return tuple(dict.fromkeys(p for key in served_by for p in self.holders(key, Office.SECRETARY)))

    def _is_secretary(self, person: PersonId, body: Body) -> bool:
        return person in self.secretaries(body)


def consent_missing(
    consent: Consent, leaders: tuple[PersonId, ...], given_for: frozenset[PersonId]
) -> tuple[PersonId, ...]:
    """Whose consent is still missing. `given_for` holds those for whom a consent that still stands was given."""
    if consent is Consent.NONE:
        return ()
    missing = tuple(leader for leader in leaders if leader not in given_for)
    if consent is Consent.ALL_CO_CHAIRS:
        return missing
    return missing if len(missing) == len(leaders) and not given_for else ()
