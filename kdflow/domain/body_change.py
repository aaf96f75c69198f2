"""What administrators change of a body from a day on, and the days they close or open: values on top of a body."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from kdflow.domain.errors import Reason, Refused
from kdflow.domain.timetable import Body
from kdflow.domain.workdays import FIRST_YEAR, LAST_YEAR, yearly
from kdflow.domain.workflow import Validity

FIELDS = (
    *("name", "short", "valid_from", "valid_to", "successor", "secretariat", "chairing"),
    *("rules", "ladders", "saturday", "most_items", "most_minutes", "minutes_per_item", "standing"),
)
"""What can be changed of a body by hand; rules and ladders one kind at a time."""

EVERYWHERE = "*"
"""Stands for all bodies, as the body of a closing day or of an administrator's office."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyChange:
    """Some fields of a body with their new values, from a day on. `id` is 0 until it is kept."""

    body: str
    valid_from: date
    values: Mapping[str, Any]
    in_force: bool = True
    made_by: str = ""
    made_at: datetime | None = None
    reason: str | None = None
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingDay:
    """A day that is closed for a body (or all, "*"), or is worked though the file closes it (`is_worked`): a date,
    or (month-day) the same one every year that its validity covers."""

    body: str
    day: str
    name: str
    is_worked: bool = False
    valid: Validity = Validity()
    made_by: str = ""
    made_at: datetime | None = None
    id: int = 0

    @property
    def days(self) -> frozenset[tuple[date, str]]:
        """The dates that it stands for, with their name."""
        if len(self.day) == len("2020-12-24"):
            found = frozenset({(date.fromisoformat(self.day), self.name)})
        else:
            month, day = map(int, self.day.split("-"))
            found = yearly([(month, day, self.name)])
        return frozenset(one for one in found if self.valid.covers(one[0]))


def value_of(body: Body, field: str) -> Any:
    """The value of one of `FIELDS`."""
    if field in ("valid_from", "valid_to"):
        return body.valid.start if field == "valid_from" else body.valid.end
    return getattr(body, field)


def differing(body: Body, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of some wished values that a body has not got; of rules and ladders the kinds that differ."""
    found: dict[str, Any] = {}
    for field, wished in values.items():
        if field in ("rules", "ladders"):
            now: Mapping[Any, Any] = getattr(body, field)
            kinds = {kind: one for kind, one in wished.items() if now.get(kind) != one}
            if kinds:
                found[field] = kinds
        elif value_of(body, field) != wished:
            found[field] = wished
    return found


def changed(body: Body, values: Mapping[str, Any]) -> Body:
    """A body with some values in place of its own; a rule or ladder that is None is gone."""
    new = dict(values)
    for field in ("rules", "ladders"):
        if field in new:
            kinds = {**getattr(body, field), **new[field]}
            new[field] = {kind: one for kind, one in kinds.items() if one is not None}
    start, end = new.pop("valid_from", body.valid.start), new.pop("valid_to", body.valid.end)
    return replace(body, valid=Validity.model_construct(start=start, end=end), **new)


def with_closing_days(body: Body, days: Iterable[ClosingDay]) -> Body:
    """A body with what was closed and opened by hand on top of the closing days it has."""
    mine = [one for one in days if one.body in (EVERYWHERE, body.key)]
    if not mine:
        return body
    opened = {day for one in mine if one.is_worked for day, _ in one.days}
    closed = body.closing_days.union(*(one.days for one in mine if not one.is_worked))
    return replace(body, closing_days=frozenset(pair for pair in closed if pair[0] not in opened))


def refuse_unsound(after: Mapping[str, Body], key: str) -> None:
    """Refuse a body that could not be: a name is missing, its days are in disorder, or those it names are none.

    Raises:
        Refused: with every reason.
    """
    body = after[key]
    found = [
        (not body.name.strip() or not body.short.strip(), "body_named", "name"),
        (_is_upside_down(body.valid), "days_in_order", "valid_to"),
        (not _in_reach(body.valid), "days_in_reach", "valid_to"),
        (not _serves(after, body.secretariat), "secretariat_is_one", "secretariat"),
        (body.successor is not None and body.successor not in after, "successor_is_one", "successor"),
        (body.successor is not None and _goes_round(after, key), "successor_no_circle", "successor"),
        (body.successor is not None and body.valid.end is None, "successor_after_end", "valid_to"),
    ]
    if reasons := [Reason(guard, guard.replace("_", " "), field) for bad, guard, field in found if bad]:
        raise Refused(reasons)


def _is_upside_down(valid: Validity) -> bool:
    return valid.start is not None and valid.end is not None and valid.end < valid.start


def _in_reach(valid: Validity) -> bool:
    return all(day is None or FIRST_YEAR <= day.year <= LAST_YEAR for day in (valid.start, valid.end))


def _serves(bodies: Mapping[str, Body], key: str | None) -> bool:
    return key is None or (key in bodies and bodies[key].kind == "sekretariat")


def _goes_round(bodies: Mapping[str, Body], key: str) -> bool:
    seen, one = {key}, bodies[key].successor
    while one is not None and one in bodies:
        if one in seen:
            return True
        seen.add(one)
        one = bodies[one].successor
    return False
