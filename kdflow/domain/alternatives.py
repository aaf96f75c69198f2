"""What else could be done for a sag, and what it would win: a mail meeting, an extra meeting, going ahead.

No meeting, by mail or extra, is proposed in the pause round an election (`Pauses.closed`): then the body does not
meet at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal, NamedTuple

from kdflow.domain.deadlines import DeadlineKind, deadline
from kdflow.domain.departures import DAY, NEVER, Departures, day_of, workdays_of
from kdflow.domain.journey import Stop
from kdflow.domain.planner import Leg, plan_of
from kdflow.domain.prepared import Prepared
from kdflow.domain.terms import Pauses
from kdflow.domain.timetable import MeetingId

MAIL_DAYS = 5
"""Working days that a body has to answer in a mail meeting (assumed, until the mail procedure has its rule)."""

LONGEST_SEARCH = 120
"""Days within which an extra meeting is looked for."""


class Alternative(NamedTuple):
    """One thing that could be done at a station: `on` is the day of the extra meeting, or by which the answers
    must be in (None: go ahead on condition); `arrives` is the end of the journey then, and `wins` the days (None:
    the journey could not be made at all without it)."""

    kind: Literal["ahead", "extra", "mail"]
    station: str
    on: date | None
    arrives: int
    wins: int | None


def alternatives(prepared: Prepared) -> tuple[Alternative, ...]:
    """Everything that would bring the sag to its end on an earlier day, the greatest win first."""
    plan = plan_of(prepared)
    found = [
        alternative
        for leg in plan.legs
        if leg.kind == "meeting" and leg.after < NEVER
        for alternative in _at(prepared, leg, plan.arrives)
    ]
    return tuple(sorted(found, key=lambda one: (one.arrives, one.kind != "ahead", one.kind != "mail")))


def _at(prepared: Prepared, leg: Leg, arrives: int) -> Iterator[Alternative]:
    place = prepared.place(leg.station)
    stop = prepared.stops[place]
    if not stop.ahead and stop.before:
        yield from _if_better("ahead", prepared, place, stop._replace(ahead=True), None, arrives)
    body, pauses = prepared.network.bodies[leg.body], prepared.network.pauses(prepared.bodies[place])
    days = workdays_of(body)
    start = max(leg.papers, leg.after)
    replies = days.add(day_of(start), MAIL_DAYS)
    if body.valid.covers(replies) and not (pauses.closed(day_of(start)) or pauses.closed(replies)):
        mail = _with(stop, max(start, leg.after), replies.toordinal() * DAY + DAY - 1, start)
        yield from _if_better("mail", prepared, place, mail, replies, arrives)
    extra = _first_possible(prepared, leg, pauses)
    if extra is not None:
        minute = extra.toordinal() * DAY + DAY - 1
        table = _with(stop, minute, minute, minute)
        yield from _if_better("extra", prepared, place, table, extra, arrives)


def _first_possible(prepared: Prepared, leg: Leg, pauses: Pauses) -> date | None:
    """The first working day after the decisions before it on which an extra meeting's submission is still open."""
    body = prepared.network.bodies[leg.body]
    days, rule = workdays_of(body), body.rules.get(DeadlineKind.SUBMISSION)
    day = day_of(leg.after)
    for _ in range(LONGEST_SEARCH):
        day = days.add(day, 1)
        if not body.valid.covers(day):
            return None
        if pauses.closed(day):
            continue
        if rule is None or deadline(DeadlineKind.SUBMISSION, rule, day, days).minute >= leg.papers:
            return day
    return None


def _with(stop: Stop, begins: int, decides: int, submits: int) -> Stop:
    table = stop.departures
    rows = zip(table.decides, table.begins, table.submits, table.meetings, strict=True) if table else ()
    kept = [(a, b, c, meeting) for a, b, c, meeting in rows if meeting is not None]
    return stop._replace(departures=Departures.of([*kept, (decides, begins, submits, MeetingId("?"))]))


def _if_better(
    kind: Literal["ahead", "extra", "mail"],
    prepared: Prepared,
    place: int,
    stop: Stop,
    on: date | None,
    arrives: int,
) -> Iterator[Alternative]:
    changed = prepared.with_stop(place, stop)
    end = changed.arrival(changed.ride())
    if end // DAY < arrives // DAY:
        wins = None if arrives >= NEVER else arrives // DAY - end // DAY
        yield Alternative(kind, prepared.stations[place].key, on, end, wins)
