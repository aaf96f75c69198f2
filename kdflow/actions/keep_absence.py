"""Out of office: the days on which somebody is away, and who stands in; entered by themselves or for a chair."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from kdflow.actions.consequences import Answer, once
from kdflow.domain.administration import absence_event
from kdflow.domain.authority import Absence, Acting, PersonId
from kdflow.domain.covering import uncovered
from kdflow.domain.errors import NotAllowed, NotFound
from kdflow.domain.notices import Notice
from kdflow.domain.offices import led_by, refuse_absence
from kdflow.domain.rights import PEOPLE_KEEPERS, people_keeper
from kdflow.domain.situation import World
from kdflow.domain.workflow import Validity
from kdflow.store import duties, history, offices, outbox, people
from kdflow.store.database import Database, Tx
from kdflow.store.offices import Away
from kdflow.store.world import whole_world

STAND_IN = "stand-in"
"""The kind of notice that says that one stands in for somebody, or no longer does, or that nobody does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceReceipt(Answer):
    """Whose absence it is, and the stand-in who was told ("": nobody was)."""

    person: str
    told: str = ""


def enter_absence(
    db: Database, absence: Absence, *, version: int | None, key: str, by: PersonId, now: datetime
) -> AbsenceReceipt:
    """Enter an absence; the stand-in is told, and the secretaries of bodies where nobody answers meanwhile.

    Raises:
        NotAllowed: `by` is neither the person, nor secretary of a body that they lead, nor administrator.
        Refused: the days cannot be, or the stand-in has no right to act. NotFound, Conflict, KeyReused.
    """

    def act(tx: Tx) -> AbsenceReceipt:
        world = whole_world(tx, now)
        refuse_others(world, absence.person, by)
        offices.check_version(tx, absence.person, version)
        both = [one for one in (absence.person, absence.stand_in) if one]
        others = [one.absence for who in both for one in offices.absences_of(tx, who)]
        refuse_absence(absence, others=others, offices=world.authority.appointments, today=world.today)
        offices.add_absence(tx, absence)
        alone = uncovered(offices.covered(tx, world.authority, absence))
        return _follow(tx, world, "absence-entered", absence, by, alone)

    values = {"person": absence.person, "stand_in": absence.stand_in, "valid": _days(absence.valid)}
    return once(AbsenceReceipt, db, "enter_absence", values, act, key=key, by=by, now=now)


def end_absence(
    db: Database, away: int, who: PersonId, *, version: int | None, key: str, by: PersonId, now: datetime
) -> AbsenceReceipt:
    """End an absence: one that has begun ended yesterday, one to come is taken away. The stand-in is told.

    Raises:
        NotFound: there is no such absence of that person, or it is over. Else as `enter_absence`.
    """

    def act(tx: Tx) -> AbsenceReceipt:
        world = whole_world(tx, now)
        refuse_others(world, who, by)
        offices.check_version(tx, who, version)
        found = _find(offices.absences_of(tx, who, world.today), away)
        yesterday = world.today - timedelta(days=1)
        start = found.absence.valid.start
        last = yesterday if start is None or start <= yesterday else None
        alone = uncovered(offices.covered(tx, world.authority, found.absence))
        offices.end_absence(tx, found, last)
        ended = replace(found.absence, valid=_until(found.absence.valid, last or found.absence.valid.end))
        return _follow(tx, world, "absence-ended", ended, by, alone)

    return once(AbsenceReceipt, db, "end_absence", {"away": away, "who": who}, act, key=key, by=by, now=now)


def refuse_others(world: World, who: PersonId, by: PersonId) -> None:
    """Let people enter their own absences, and secretaries and administrators those of who leads a body.

    Raises:
        NotAllowed: `by` is none of these.
    """
    if by == who or world.authority.is_administrator(by):
        return
    led = led_by(who, world.authority.appointments, Validity.model_construct(start=world.today, end=None))
    if not any(people_keeper(world.authority, world.bodies[key], by) for key in led if key in world.bodies):
        raise NotAllowed("keep_absence", PEOPLE_KEEPERS, "")


def _find(known: Iterable[Away], away: int) -> Away:
    for one in known:
        if one.id == away:
            return one
    raise NotFound("absence", away)


def _until(valid: Validity, last: date | None) -> Validity:
    return Validity.model_construct(start=valid.start, end=last)


def _follow(
    tx: Tx, world: World, move: str, absence: Absence, by: PersonId, alone: Sequence[str]
) -> AbsenceReceipt:
    """What follows: duties are looked at anew, those it concerns are told, and it is written down. `alone` are the
    bodies where nobody answers."""
    name = people.person(tx, absence.person).name
    led = [
        key for key in led_by(absence.person, world.authority.appointments, absence.valid) if key in world.bodies
    ]
    duties.wake_bodies(tx, led)
    data = {
        "name": name,
        "bodies": [world.short(key) for key in led],
        "valid": _days(absence.valid),
        "ended": move == "absence-ended",
        "stand_in": world.names.get(absence.stand_in or "", ""),
    }
    outbox.add(tx, _told(world, absence, alone, data, by), world.now)
    event = absence_event(move, absence, name, led)
    history.append(tx, [event], sag=None, route="", acting=Acting(person=by), at=world.now)
    return AbsenceReceipt(person=absence.person, told=absence.stand_in or "")


def _told(
    world: World, absence: Absence, alone: Sequence[str], data: Mapping[str, object], by: PersonId
) -> list[Notice]:
    """The notices of the stand-in and of who is away, and of the secretaries of bodies where nobody answers."""
    served = {key: world.authority.secretaries(world.bodies[key]) for key in alone if key in world.bodies}
    to = [one for one in (absence.stand_in, absence.person) if one is not None and one != by]
    notices = [
        {**data, "is_own": one == absence.person, "alone": [world.short(key) for key in served]} for one in to
    ]
    keepers = [one for those in served.values() for one in those if one != by and one not in to]
    for one in dict.fromkeys(keepers):
        mine = [world.short(key) for key, those in served.items() if one in those]
        to.append(one)
        notices.append({**data, "is_own": False, "serves": True, "away": absence.person, "alone": mine})
    return [Notice(kind=STAND_IN, person=one, sag=None, data=said) for one, said in zip(to, notices, strict=True)]


def _days(valid: Validity) -> list[str | None]:
    return [day.isoformat() if day else None for day in (valid.start, valid.end)]
