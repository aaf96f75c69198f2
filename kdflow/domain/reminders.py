"""Where a duty is on its ladder of reminders: which of them is to be told now, and when the next one comes."""

from __future__ import annotations

from dataclasses import dataclass

from kdflow.domain.departures import DAY, NEVER, day_of
from kdflow.domain.ladders import Ladder, Rung
from kdflow.domain.workdays import Workdays

FORGOTTEN_AFTER = 20
"""Working days after which a reminder that nobody sent is not sent any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Climb:
    """Where a duty is on its ladder: the rung to be told now (None: there is none), the minute of the last one
    that has come (0: none has), and the minute of the next (NEVER: there is none)."""

    rung: Rung | None
    come: int
    next: int


def climb(ladder: Ladder, start: int, due: int, *, told: int, now: int, workdays: Workdays) -> Climb:
    """Where a duty is that arose at `start`, is `due`, and was told of up to minute `told`; civil minutes.

    However many rungs have come since, only the last of them is told.
    """
    steps = sorted(
        (minute, place) for place, rung in enumerate(ladder) for minute in _around(rung, start, due, now, workdays)
    )
    come = [(minute, place) for minute, place in steps if minute <= now]
    coming = [minute for minute, _ in steps if now < minute]
    last, place = come[-1] if come else (0, -1)
    is_news = last > told and workdays.between(day_of(last), day_of(now)) <= FORGOTTEN_AFTER
    return Climb(
        rung=ladder[place] if come and is_news else None,
        come=max(last, told if told < NEVER else 0),
        next=min(coming, default=NEVER),
    )


def _around(rung: Rung, start: int, due: int, now: int, workdays: Workdays) -> list[int]:
    """When a rung falls: once, or, of the times that it comes again, those around `now`."""
    first = minute_of(rung, start, due, workdays)
    if not rung.every or now < first:
        return [first]
    since, today = day_of(first), day_of(now)
    passed = (today - since).days if rung.unit == "calendar" else workdays.between(since, today)
    near = min(passed // rung.every, rung.times)
    again = range(max(near - 1, 0), min(near + 1, rung.times) + 1)
    return [minute_of(rung, start, due, workdays, again=number) for number in again]


def reach(ladder: Ladder) -> int:
    """How long after its deadline a duty is still reminded of, at most: working days, until the last reminder
    would be forgotten."""
    return max((rung.days + rung.every * rung.times for rung in ladder), default=0) + FORGOTTEN_AFTER


def minute_of(rung: Rung, start: int, due: int, workdays: Workdays, *, again: int = 0) -> int:
    """When a rung falls for a duty that arose at `start` and is `due`, in civil minutes, or when it comes `again`
    for that time; NEVER where there is no deadline to count from."""
    anchor = due if rung.after == "deadline" else start
    if anchor >= NEVER:
        return NEVER
    day = anchor // DAY
    days = rung.days + again * rung.every
    day = day + days if rung.unit == "calendar" else workdays.add_to_ordinal(day, days)
    return day * DAY + rung.at.hour * 60 + rung.at.minute
