"""What a plan and its deadlines say: a deadline with its sum, how far off it is, what missing a meeting costs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from kdflow.domain.dates import FuzzyDate
from kdflow.domain.deadlines import Deadline, DeadlineKind
from kdflow.domain.departures import day_of
from kdflow.domain.leeway import Missed
from kdflow.domain.planner import Leg
from kdflow.domain.timetable import Timetable
from kdflow.rendering.dates import civil_day, clock, day, day_of_year, held, in_days, known, near_day
from kdflow.rendering.kept import said
from kdflow.rendering.vocabulary import as_list, counted, words

# --- deadlines -------------------------------------------------------------------------------------------------


def deadline_words(value: Deadline) -> str:
    """A deadline with its sum: "Indmelding senest onsdag den 13. maj 2026 kl. 12: 10 hverdage før mødet fredag den
    29. maj; Kristi himmelfartsdag og 2. pinsedag springes over"."""
    table = words()["deadlines"]
    on = f"{day(value.on)} {clock(value.rule.at)}{provisional(value.meeting)}"
    return str(table["line"]).format(name=table["names"][value.kind], on=on, sum=deadline_sum(value))


def deadline_sum(value: Deadline) -> str:
    """How a deadline was reckoned: "10 hverdage før mødet fredag den 29. maj; ... springes over"."""
    table = words()["deadlines"]
    rule = value.rule
    anchor = _anchor(value)
    if rule.days == 0:
        text = str(table["same_day"][value.kind]).format(anchor=anchor)
    else:
        unit = table["units"][rule.unit]["one" if rule.days == 1 else "many"]
        text = str(table["from"][value.kind]).format(count=f"{rule.days} {unit}", anchor=anchor)
    if value.skipped:
        names = as_list([str(said(name)) for _, name in value.skipped])
        text += "; " + str(table["skipped"]).format(names=names)
    if value.rolled_from is not None:
        off = day_of_year(value.rolled_from, value.on.year)
        text += "; " + str(table["rolled"][rule.roll]).format(day=off)
    return text


def _anchor(value: Deadline) -> str:
    """What a deadline is counted from: a day, or a bound of a date that is no day yet, named as such."""
    on = day_of_year(value.anchor, value.on.year)
    if value.meeting is None or value.kind is DeadlineKind.OBJECTION:
        return on
    bound = words()["deadlines"]["bounds"]["first" if value.is_before else "last"]
    return str(bound).format(meeting=held(value.meeting), day=on)


def provisional(value: FuzzyDate | str | None) -> str:
    """What is said after a deadline of a meeting on this date: nothing where the day of the meeting is known."""
    return "" if value is None or known(value).exact else f" ({words()['deadlines']['provisional']})"


def is_past(told: Mapping[str, Any], today: date | None) -> bool:
    """Whether the deadline of a reminder has passed for who reads it `today` (None: when it was written)."""
    return bool(told["is_over"]) or (today is not None and day_of(told["due"]) < today)


def time_left(told: Mapping[str, Any], today: date | None) -> str:
    """How far off the deadline of a reminder is for who reads it `today`: "i morgen", "om 3 hverdage", "2 hverdage
    over fristen"; "" where that is not known. Working days are those that were counted when it was written."""
    if today is None:
        return ""
    table, off = words()["time_left"], (day_of(told["due"]) - today).days
    is_fresh = "now" in told and day_of(told["now"]) == today
    if is_past(told, today):
        is_counted = is_fresh and told["days"] < 0
        return str(table["past"]).format(count=counted(-told["days"], "workdays")) if is_counted else table["over"]
    if is_fresh and off > 1 and told["days"] > 0:
        return str(table["coming"]).format(count=counted(told["days"], "workdays"))
    return in_days(off)


# --- plans -----------------------------------------------------------------------------------------------------


def missed_words(leg: Leg, missed: Missed, body: str, names: Mapping[str, str], meetings: Timetable) -> str:
    """What missing a meeting costs.

    "Misser du KD-Net fredag den 13. marts, er sagen først i KKR onsdag den 17. juni: 77 dage senere."
    """
    table = words()["plan"]
    following = missed.plan.leg(missed.next_station) if missed.next_station else None
    on = leg_words(leg, meetings)
    said = {"body": body, "on": on, "next": names.get(missed.next_station or "", body)}
    again = missed.plan.leg(leg.station)
    if again is not None and not again.is_possible:
        return str(table["missed_last"]).format(**said)
    if following is None or not following.is_possible or missed.days_at_next is None:
        return str(table["missed_never"]).format(**said)
    if missed.days_at_next <= 0:
        return str(table["missed_free"]).format(**said)
    then = leg_words(following, meetings)
    return str(table["missed"]).format(**said, then=then, days=counted(missed.days_at_next, "days"))


def leg_words(leg: Leg, meetings: Timetable, beside: Leg | None = None) -> str:
    """When a step is treated: the date of its meeting as it was written, or the day it is done; a day without its
    year where the step `beside` it has the same."""
    meeting = meetings.find(leg.meeting)
    if meeting and not meeting.on.exact:
        return held(meeting.on)
    return near_day(leg.decides, beside.decides) if beside else civil_day(leg.decides)
