"""Two plans compared, and which plans a changed calendar can change at all."""

from __future__ import annotations

from bisect import bisect_left
from typing import Literal, NamedTuple

from kdflow.domain.departures import NEVER, Departures
from kdflow.domain.planner import Leg, Plan
from kdflow.domain.timetable import MeetingId


class Change(NamedTuple):
    """What differs between two plans at one station; None where a plan has no such step."""

    station: str
    old: Leg | None
    new: Leg | None

    @property
    def kind(self) -> Literal["lost", "found", "later", "earlier", "same-time"]:
        """Whether the step became impossible, possible, later or earlier; same-time: only its deadline moved."""
        old = self.old.decides if self.old else NEVER
        new = self.new.decides if self.new else NEVER
        if old == new:
            return "same-time"
        if new >= NEVER:
            return "lost"
        return "found" if old >= NEVER else "later" if new > old else "earlier"


def changes(old: Plan, new: Plan) -> tuple[Change, ...]:
    """What a new plan changes: other meetings, other times, other deadlines; `changes(p, p)` is empty."""
    before = {leg.station: leg for leg in old.legs}
    after = {leg.station: leg for leg in new.legs}
    return tuple(
        Change(station, before.get(station), after.get(station))
        for station in dict.fromkeys([*before, *after])
        if _shown(before.get(station)) != _shown(after.get(station))
    )


def _shown(leg: Leg | None) -> tuple[object, ...] | None:
    """What a person is told of a leg; when its papers are ready is not a part of that."""
    return None if leg is None else (leg.meeting, leg.body, leg.submits, leg.begins, leg.decides)


def touched(old: Departures, new: Departures) -> frozenset[MeetingId | None]:
    """The meetings of `old` whose passengers may have another plan with `new`; None stands for "no meeting left".

    A departure that is gone or has changed concerns its own. A new one, submitted to by s and beginning at b,
    concerns those planned for later ones, up to and including the first with submission >= s and beginning >= b:
    whoever is planned beyond that one could not take it, and so cannot take the new one either.
    """
    before, after = _rows(old), _rows(new)
    found: set[MeetingId | None] = {row[3] for row in before - after}
    for decides, begins, submits, meeting in after - before:
        place = bisect_left(old.decides, decides)
        while place < len(old.decides):
            found.add(old.meetings[place])
            if old.submits[place] >= submits and old.begins[place] >= begins and old.meetings[place] != meeting:
                break
            place += 1
    return frozenset(found)


def _rows(table: Departures) -> set[tuple[int, int, int, MeetingId | None]]:
    rows = zip(table.decides, table.begins, table.submits, table.meetings, strict=True)
    return {row for row in rows if row[3] is not None}
