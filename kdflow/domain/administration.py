"""What administrators do, as the history tells of it: who or what was changed, from what to what, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from kdflow.domain.authority import Absence, Appointment, Person, PersonId
from kdflow.domain.body_change import ClosingDay, value_of
from kdflow.domain.deadlines import Rule
from kdflow.domain.reform import differences
from kdflow.domain.sag import Event
from kdflow.domain.timetable import Body, StandingItem
from kdflow.domain.workflow import Validity

BY_FILE = PersonId("kdflow")
"""Who changes what the files say, when they are installed."""

MOVES = frozenset(
    {
        *("body-added", "body-changed", "body-planned", "body-change-undone"),
        *("person-added", "person-changed", "person-ended", "authenticator-released"),
        *("office-given", "office-ended", "sager-handed-over"),
        *("closing-day-added", "closing-day-ended", "absence-entered", "absence-ended"),
    }
)
"""What the history calls what administrators do."""


def body_changed(
    old: Body, new: Body, *, reason: str | None, hits: int, told: int, move: str = "body-changed"
) -> Event:
    """How the history tells of a changed body."""
    return _event(
        move,
        {"body": new.key, "changes": changes_of(old, new), "hits": hits, "told": told},
        name=new.short,
        reason=reason,
    )


def body_added(body: Body, reason: str | None) -> Event:
    """How the history tells of a new body."""
    return _event("body-added", {"body": body.key, "valid": _period(body.valid)}, name=body.short, reason=reason)


def changes_of(old: Body, new: Body) -> list[dict[str, object]]:
    """What differs between two values of a body, in plain values."""
    found = []
    for name in differences(old, new):
        field, _, kind = name.partition(".")
        if field == "closing_days":
            pair = _days(old, new), _days(new, old)
        elif kind:
            pair = plain(getattr(old, field).get(kind)), plain(getattr(new, field).get(kind))
        else:
            pair = plain(value_of(old, field)), plain(value_of(new, field))
        found.append({"field": field, "kind": kind, "old": pair[0], "new": pair[1]})
    return found


def _days(one: Body, other: Body) -> Any:
    """The closing days of one body that another has not got, at most a few of each name."""
    named: dict[str, list[str]] = {}
    for day, name in sorted(one.closing_days - other.closing_days):
        named.setdefault(name, []).append(day.isoformat())
    return [{"name": name, "days": days[:3], "count": len(days)} for name, days in named.items()]


def plain(value: Any) -> Any:
    """A value as JSON can hold it, and a page can word it."""
    if isinstance(value, Rule):
        return {"days": value.days, "unit": value.unit, "at": value.at.isoformat("minutes")}
    if isinstance(value, StandingItem):
        return value.title
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, (list, tuple)):
        return [_rung(one) if hasattr(one, "after") else plain(one) for one in value]
    return value


def _rung(rung: Any) -> dict[str, object]:
    return {
        "days": rung.days,
        "unit": rung.unit,
        "after": rung.after,
        "at": rung.at.isoformat("minutes"),
        "to": [one.value for one in rung.to],
        "every": rung.every,
        "times": rung.times,
    }


def person_added(person: Person) -> Event:
    """How the history tells of a new person."""
    return _event("person-added", {"person": person.id}, name=person.name)


def person_changed(old: Person, new: Person, reason: str | None) -> Event:
    """How the history tells of another name or address."""
    pairs = {"name": (old.name, new.name), "email": (old.email, new.email)}
    found = [{"field": key, "kind": "", "old": a, "new": b} for key, (a, b) in pairs.items() if a != b]
    return _event("person-changed", {"person": new.id, "changes": found}, name=new.name, reason=reason)


def person_ended(old: Person, last: date | None, reason: str | None) -> Event:
    """How the history tells of a person who leaves after a day (None: stays, or is back)."""
    change = {"field": "valid_to", "kind": "", "old": plain(old.valid_to), "new": plain(last)}
    return _event("person-ended", {"person": old.id, "changes": [change]}, name=old.name, reason=reason)


def authenticator_released(who: PersonId, name: str) -> Event:
    """How the history tells that somebody let another person's authenticator count."""
    return _event("authenticator-released", {"person": who}, name=name)


def office_given(office: Appointment, name: str) -> Event:
    """How the history tells of a new office."""
    return _event("office-given", _office(office), name=name)


def office_ended(office: Appointment, last: date | None, name: str, reason: str | None) -> Event:
    """How the history tells of an office that now ends on a day."""
    change = {"field": "valid_to", "kind": "", "old": plain(office.valid.end), "new": plain(last)}
    return _event("office-ended", {**_office(office), "changes": [change]}, name=name, reason=reason)


def _office(office: Appointment) -> dict[str, object]:
    held = {"person": office.person, "office": office.office.value, "body": office.body}
    return {**held, "valid": _period(office.valid)}


def absence_event(move: str, absence: Absence, name: str, bodies: Iterable[str]) -> Event:
    """How the history tells of an absence that was entered, or that ends."""
    data = {"person": absence.person, "stand_in": absence.stand_in, "valid": _period(absence.valid)}
    return _event(move, {**data, "bodies": list(bodies)}, name=name)


def closing_day_event(
    move: str, day: ClosingDay, *, name: str, reason: str | None, tally: Mapping[str, int]
) -> Event:
    """How the history tells of a day that is closed, or opened, or no longer is."""
    data = {"body": day.body, "day": day.day, "called": day.name, "is_worked": day.is_worked}
    return _event(move, {**data, "valid": _period(day.valid), **tally}, name=name, reason=reason)


def handed_over(old: Person, new: Person, count: int, reason: str | None) -> Event:
    """How the history tells that all that somebody owned is another's; each sag tells of itself, too."""
    change = {"field": "owner", "kind": "", "old": old.name, "new": new.name}
    data = {"person": old.id, "to": new.id, "count": count, "changes": [change]}
    return _event("sager-handed-over", data, name=old.name, reason=reason)


def _event(move: str, data: Mapping[str, object], *, name: str, reason: str | None = None) -> Event:
    return Event(machine="record", move=move, old="", new="", reason=reason, data={"name": name, **data})


def _period(valid: Validity) -> list[str | None]:
    return [plain(valid.start), plain(valid.end)]
