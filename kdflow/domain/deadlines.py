"""Deadlines that follow from a meeting, each with the sum that it was reckoned by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Literal

from kdflow.domain.dates import FuzzyDate, local_instant
from kdflow.domain.workdays import Workdays


class DeadlineKind(StrEnum):
    """What must be done by then."""

    SUBMISSION = "submission"
    AGENDA = "agenda"
    CONSENT = "consent"
    MINUTES = "minutes"
    OBJECTION = "objection"


BEFORE = frozenset({DeadlineKind.SUBMISSION, DeadlineKind.AGENDA})
"""Deadlines that lie before the meeting; the others lie after it (objection: after the minutes)."""

Unit = Literal["working", "calendar"]
Roll = Literal["earlier", "later", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How one deadline is reckoned: `days` of `unit` from its anchor, `at` a time of day in Copenhagen.

    `roll` says where a day that is not worked moves; counting in working days never ends on one.
    """

    days: int
    unit: Unit = "working"
    at: time = time(12)
    roll: Roll = "earlier"


Rules = Mapping[DeadlineKind, Rule]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A deadline and its sum: from `anchor` (the meeting, or the minutes' deadline), over `skipped`, to `on`.

    `skipped` are the days that would be worked but for their name (holidays, closing days), oldest first;
    `rolled_from` is the day that the count ended on when that is not worked. `meeting` is the date of its meeting
    where that is no day yet: then the deadline is provisional, and its anchor is a bound of that date.
    """

    kind: DeadlineKind
    on: date
    rule: Rule
    anchor: date
    skipped: tuple[tuple[date, str], ...] = ()
    rolled_from: date | None = None
    meeting: FuzzyDate | None = None

    @property
    def is_provisional(self) -> bool:
        """Whether it was counted from a bound, since the day of its meeting is not known."""
        return self.meeting is not None

    @property
    def is_before(self) -> bool:
        """Whether it is counted back from its anchor."""
        return self.kind in BEFORE

    @property
    def at(self) -> datetime:
        """The instant (UTC)."""
        return local_instant(self.on, self.rule.at.hour, self.rule.at.minute)

    @property
    def minute(self) -> int:
        """Civil minutes in Copenhagen: ordinal of the day * 1440 + minute of the day."""
        return self.on.toordinal() * 1440 + self.rule.at.hour * 60 + self.rule.at.minute


def deadline(kind: DeadlineKind, rule: Rule, anchor: date, workdays: Workdays) -> Deadline:
    """The deadline of a kind that `rule` gives from `anchor`."""
    count = -rule.days if kind in BEFORE else rule.days
    if rule.unit == "working" and rule.days:
        on = workdays.add(anchor, count)
        first, last = sorted((on, anchor))
        return Deadline(kind=kind, on=on, rule=rule, anchor=anchor, skipped=workdays.skipped(first, last))
    on = anchor + timedelta(days=count)
    rolled = _rolled(on, rule.roll, workdays)
    return Deadline(kind=kind, on=rolled, rule=rule, anchor=anchor, rolled_from=on if rolled != on else None)


def _rolled(day: date, roll: Roll, workdays: Workdays) -> date:
    if roll == "none" or workdays.is_worked(day):
        return day
    return workdays.add(day, -1 if roll == "earlier" else 1)


def deadlines(rules: Rules, on: FuzzyDate, workdays: Workdays) -> tuple[Deadline, ...]:
    """Every deadline of a meeting, in order of time; that of objections is counted from that of the minutes.

    Where its day is not known, what comes before it is counted from the first that it can be, what comes after it
    from the last; where nothing is known, it has none.
    """
    if on.earliest is None or on.latest is None:
        return ()
    found: dict[DeadlineKind, Deadline] = {
        kind: deadline(kind, rule, on.earliest if kind in BEFORE else on.latest, workdays)
        for kind, rule in rules.items()
        if kind is not DeadlineKind.OBJECTION
    }
    minutes = found.get(DeadlineKind.MINUTES)
    if (objection := rules.get(DeadlineKind.OBJECTION)) and minutes:
        found[DeadlineKind.OBJECTION] = deadline(DeadlineKind.OBJECTION, objection, minutes.on, workdays)
    bounded = None if on.exact else on
    known = [replace(one, meeting=bounded) for one in found.values()] if bounded else found.values()
    return tuple(sorted(known, key=lambda one: (one.minute, one.kind)))
