"""Why a plan is as it is: the rule that bound each meeting, why others were passed over, and where it breaks."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date
from operator import itemgetter
from typing import Literal, NamedTuple

from kdflow.domain.departures import CLOSED, DAY, NEVER, Departures, day_of, end_of
from kdflow.domain.planner import Leg
from kdflow.domain.prepared import Prepared
from kdflow.domain.terms import DeadWindow, crosses_term, near_a_term
from kdflow.domain.timetable import MeetingId

Bound = Literal["seat", "calendar", "decision", "papers", "start", "term", "full", "waits", "work", "window"]
"""What a step waits for: its seat, the next meeting at all, the decision before it, its papers (because they wait
for that decision, or the sag is ready only then: start), a meeting that it need not be submitted to on condition
before a new term (term), a meeting with room, the meeting that a chair lets it wait for (waits), its own work, or
the close of its window."""


class Passed(NamedTuple):
    """A meeting that the sag cannot make: it begins before `against` (decision), its submission ends before that
    (papers, start; with a new term between, before the decision it would be on condition of: term), its agenda is
    closed, others have all its places (full), or a chair lets the sag wait for a later one (waits). Times in civil
    minutes."""

    meeting: MeetingId
    why: Literal["decision", "papers", "start", "term", "closed", "full", "waits"]
    begins: int
    submits: int
    against: int


class Break(NamedTuple):
    """Why a station cannot be reached, and since when: its body has ended, its calendar ends (with `meeting`; at
    an election, after which no meetings are known yet: election), or its window closed; "earlier": a station
    before it cannot be reached."""

    why: Literal["body-ended", "no-meetings", "calendar-ends", "election", "window-closed", "earlier"]
    since: date | None
    meeting: MeetingId | None = None


class Explanation(NamedTuple):
    """Why a leg is as it is. `decided_by` is the station whose decision it waits for, if it does; `successor`
    says that the body has ended and a successor treats the sag; `pauses` are the election pauses waited out.
    `due` is the day on which work that has begun should be done."""

    bound_by: Bound
    passed: tuple[Passed, ...] = ()
    decided_by: str | None = None
    successor: bool = False
    pauses: tuple[DeadWindow, ...] = ()
    broken: Break | None = None
    due: date | None = None

    def is_overdue(self, today: date) -> bool:
        """Whether work that has begun should have been done by now."""
        return self.due is not None and self.due < today


def explain(prepared: Prepared, leg: Leg) -> Explanation:
    """Why a leg of the plan of `prepared` is as it is."""
    place = prepared.place(leg.station)
    stop = prepared.stops[place]
    decided_by = _decided_by(prepared, place, leg)
    if leg.kind == "seat":
        return Explanation(bound_by="seat", decided_by=decided_by)
    if stop.departures is None:
        broken = _break_without_meetings(stop.closes, leg) if not leg.is_possible else None
        return Explanation(
            bound_by="window" if leg.kind == "window" else "work",
            decided_by=decided_by,
            broken=broken,
            due=day_of(stop.due) if stop.due else None,
        )
    is_possible = leg.decides < NEVER
    pauses = _pauses(prepared, place, leg)
    passed = _passed(stop.departures, leg, prepared.ready, same_day=stop.same_day)
    if prepared.full:
        passed += _full(prepared, place, leg)
    if place in prepared.waits:
        passed += _waited_out(prepared, place, leg)
    if len(passed) > 1:
        passed.sort(key=_BEGINS)
    successor = is_possible and leg.body != prepared.bodies[place]
    broken = None if is_possible else _break(prepared, place, leg, pauses)
    return _tuple(Explanation, (_bound_by(passed), tuple(passed), decided_by, successor, pauses, broken, None))


_tuple = tuple.__new__
"""Makes a named tuple from a tuple without unpacking it."""

_BEGINS = itemgetter(Passed._fields.index("begins"))


def _bound_by(passed: Sequence[Passed]) -> Bound:
    last = passed[-1].why if passed else "closed"
    return "calendar" if last == "closed" else last


def _full(prepared: Prepared, place: int, leg: Leg) -> Iterator[Passed]:
    """The meetings that others have all the places of, and that the sag could have made before the one chosen."""
    table = prepared.network.departures(prepared.bodies[place])
    for begins, submits, meeting in zip(table.begins, table.submits, table.meetings, strict=True):
        if meeting in prepared.full and submits >= leg.papers and leg.after <= begins < leg.begins:
            yield Passed(meeting, "full", begins, submits, leg.papers)


def _waited_out(prepared: Prepared, place: int, leg: Leg) -> Iterator[Passed]:
    """The meetings that the sag could have made before the one that a chair lets it wait for."""
    table, kept = prepared.network.departures(prepared.bodies[place]), prepared.stops[place].departures
    still = {*(kept.meetings if kept else ()), *prepared.full}
    for begins, submits, meeting in zip(table.begins, table.submits, table.meetings, strict=True):
        is_made = submits >= leg.papers and leg.after <= begins < leg.begins
        if meeting is not None and meeting not in still and is_made:
            yield Passed(meeting, "waits", begins, submits, leg.papers)


def _decided_by(prepared: Prepared, place: int, leg: Leg) -> str | None:
    """The station before whose decision comes last, unless the start of the journey comes later still."""
    if leg.after <= prepared.ready:
        return None
    for other in prepared.stops[place].before:
        _, _, decides, _ = prepared.calls[other]
        if decides == leg.after:
            return prepared.stations[other].key
    return None


def _passed(table: Departures, leg: Leg, ready: int, *, same_day: bool) -> list[Passed]:
    """The meetings from the start of the journey on that come before the one chosen."""
    after, papers, chosen = leg.after, leg.papers, leg.meeting
    found: list[Passed] = []
    if after >= NEVER:
        return found
    gate = after - after % DAY if same_day else after
    all_begins, all_decides, all_submits, meetings = table
    for place in range(bisect_left(all_decides, ready), len(meetings)):
        meeting, begins, submits = meetings[place], all_begins[place], all_submits[place]
        if meeting is None or meeting == chosen:
            break
        if begins < gate:
            found.append(_tuple(Passed, (meeting, "decision", begins, submits, after)))
        elif submits == CLOSED:
            found.append(_tuple(Passed, (meeting, "closed", begins, submits, papers)))
        elif submits < papers:
            why = "start" if papers <= ready else "papers"
            found.append(_tuple(Passed, (meeting, why, begins, submits, papers)))
        elif submits < after and crosses_term(submits, all_decides[place]):
            found.append(Passed(meeting, "term", begins, submits, after))
    return found


def _pauses(prepared: Prepared, place: int, leg: Leg) -> tuple[DeadWindow, ...]:
    """The election pauses that lie between the day the sag could come and the day it is treated."""
    if leg.after >= NEVER or (leg.is_possible and not near_a_term(leg.after // DAY, leg.begins // DAY)):
        return ()
    treated = day_of(leg.begins) if leg.is_possible else None
    return prepared.network.pauses(prepared.bodies[place]).waited_out(day_of(leg.after), treated)


def _break(prepared: Prepared, place: int, leg: Leg, pauses: Sequence[DeadWindow]) -> Break:
    if leg.after >= NEVER:
        return Break("earlier", None)
    table = prepared.network.departures(prepared.bodies[place])
    end = end_of(prepared.bodies[place], prepared.network.bodies)
    met = zip(table.begins, table.meetings, strict=True)
    last = max(((begins, meeting) for begins, meeting in met if meeting is not None), default=None)
    if end is not None and end < day_of(max(leg.after, leg.papers)):
        return Break("body-ended", end)
    if last is None:
        return Break("no-meetings", end)
    is_election = bool(pauses) and pauses[-1].first is None and pauses[-1].is_of_election
    return Break("election" if is_election else "calendar-ends", day_of(last[0]), last[1])


def _break_without_meetings(closes: int | None, leg: Leg) -> Break:
    if leg.after >= NEVER or closes is None:
        return Break("earlier", None)
    return Break("window-closed", day_of(closes))
