"""What a step submitted on condition waits for, and why it would come too early, or in another term of office."""

from __future__ import annotations

from kdflow.domain.date_words import when
from kdflow.domain.departures import civil, decides_at
from kdflow.domain.reasons import CASE, Facts
from kdflow.domain.situation import Situation
from kdflow.domain.terms import crosses_term
from kdflow.domain.timetable import Meeting


def too_early(s: Situation) -> Facts | None:
    """The stations that cannot have decided when the step's meeting begins: their own meeting comes later, or on
    the same day where the route does not allow that; one without a meeting cannot decide before today."""
    meeting = s.meeting
    late = [key for key in _undecided(s) if meeting and _comes_before(s, meeting, key)]
    if not late:
        return None
    facts = {"stations": s.names_of(late), "body": s.body.short, "meeting": day_of(meeting)}
    return {CASE: "before-condition", **facts}


def _comes_before(s: Situation, meeting: Meeting, station: str) -> bool:
    step = s.sag.at(station)
    theirs = s.world.timetable.find(step.meeting if step else None)
    if theirs is None:
        return meeting.on.latest is not None and meeting.on.latest < s.world.today
    is_same_day = meeting.on.exact is not None and meeting.on.exact == theirs.on.exact
    return meeting.on.surely_before(theirs.on) or (is_same_day and not s.station.same_day)


def across_term(s: Situation, meeting: Meeting | None) -> Facts | None:
    """What the step still waits for, where it would come to a meeting of the next term on condition of that."""
    decides = decides_at(meeting) if meeting else None
    undecided = _undecided(s)
    if not undecided or decides is None or not crosses_term(civil(s.world.now), decides):
        return None
    return {
        CASE: "not-across-term",
        "stations": s.names_of(undecided),
        "body": s.body.short,
        "meeting": day_of(meeting),
    }


def open_conditions(s: Situation) -> Facts | None:
    """The stations a step still waits for: those that have not decided, or else those that have, but still have
    the sag."""
    waits_for = s.current.conditional_on
    if not waits_for:
        return None
    if undecided := _undecided(s):
        return {"stations": s.names_of(undecided)}
    return {CASE: "decided-not-handed-on", "stations": s.names_of(waits_for)}


def _undecided(s: Situation) -> list[str]:
    """The stations that the step was submitted on condition of, and that have not decided."""
    return [key for key in s.current.conditional_on if (step := s.sag.at(key)) is None or step.outcome is None]


def day_of(meeting: Meeting | None) -> str:
    return when(meeting.on) if meeting else ""
