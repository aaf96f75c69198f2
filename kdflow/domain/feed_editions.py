"""What the entries of a calendar feed say besides their meetings: when that changes, they are another edition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple
from functools import lru_cache
from hashlib import sha256

from kdflow.domain.deadlines import DeadlineKind
from kdflow.domain.departures import workdays_of
from kdflow.domain.timetable import Body
from kdflow.domain.workdays import Workdays

MEETING = "meeting"
"""The kind of the entries that are meetings; those that are deadlines have the kind of the deadline."""


def editions(body: Body) -> Iterator[tuple[str, str]]:
    """Each kind of entry that the meetings of a body make, with a text that changes when its entries do: the name
    of the body and, for deadlines, how they are reckoned and the days that are not worked."""
    yield MEETING, body.short
    shut = _shut(workdays_of(body))
    for kind, rule in body.rules.items():
        before = body.rules.get(DeadlineKind.MINUTES) if kind is DeadlineKind.OBJECTION else None
        rules = [[str(value) for value in astuple(one)] for one in (rule, before) if one]
        yield kind, repr((body.short, rules, body.saturday, shut))


@lru_cache(maxsize=256)
def _shut(workdays: Workdays) -> str:
    """The days that are not worked, weekends aside, with their names: hundreds, so only their digest."""
    named = sorted((day.isoformat(), name) for day, name in workdays.closed.items())
    return sha256(repr(named).encode()).hexdigest()
