"""When a person is told: at once or in a digest, and in their hours of peace only what cannot wait."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from kdflow.domain.authority import PersonId
from kdflow.domain.dates import COPENHAGEN
from kdflow.domain.departures import civil
from kdflow.domain.notices import CONSENT_WANTED, Notice
from kdflow.domain.workdays import Workdays, workdays

DIGEST_AT = time(7, 30)
"""When a digest is sent, Copenhagen time."""

GATHER = timedelta(minutes=15)
"""How long a changed meeting is kept back, so that several changes become one mail."""

CANNOT_WAIT = timedelta(hours=24)
"""What must be done within this time is told whatever the hour."""

SIGN_IN = "sign-in"
"""The notice that brings a code to sign in with."""

URGENT = frozenset({SIGN_IN})
"""Kinds that a person has just asked for."""

ACCOUNT = "account"
"""The notice that a way to prove who one is was added or removed: told whatever the hour and the pace."""


class Pace(StrEnum):
    """How often a person wants mail; OFF: only what they are asked for, the rest is on the pages."""

    AT_ONCE = "at-once"
    DAILY = "daily"
    WEEKLY = "weekly"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """How a person wants to be told. A weekly digest comes on `weekday` (0: Monday), or the first working day
    after it; outside `day_begins` to `day_ends` (minutes of the day), and on days off, nothing is sent."""

    person: PersonId
    pace: Pace = Pace.AT_ONCE
    weekday: int = 0
    day_begins: int = 7 * 60
    day_ends: int = 18 * 60

    def __post_init__(self) -> None:
        if not (0 <= self.weekday <= 4 and 0 <= self.day_begins < self.day_ends <= 24 * 60):
            raise ValueError("a digest comes on a weekday, and a day begins before it ends")


def held_for(notice: Notice) -> timedelta:
    """How long a notice is kept back before anything is decided about it."""
    return GATHER if notice.kind == "meeting-changed" and not notice.data.get("urgent") else timedelta()


def cannot_wait(notice: Notice, now: datetime) -> bool:
    """Whether a notice is told whatever the hour: it was asked for, is marked so, or is due within a day."""
    if notice.kind in (ACCOUNT, *URGENT) or notice.data.get("urgent"):
        return True
    due = notice.data.get("due")
    here = civil(now)
    return isinstance(due, int) and here <= due <= here + int(CANNOT_WAIT.total_seconds() // 60)


def is_quiet(wanted: Preference, now: datetime, days: Workdays | None = None) -> bool:
    """Whether a person is left in peace at an instant."""
    local = now.astimezone(COPENHAGEN)
    minute = local.hour * 60 + local.minute
    is_worked = (days or workdays()).is_worked(local.date())
    return not (is_worked and wanted.day_begins <= minute < wanted.day_ends)


def is_wanted(wanted: Preference, notice: Notice) -> bool:
    """Whether a person wants mail of a notice at all."""
    is_asked = notice.kind in (ACCOUNT, CONSENT_WANTED, *URGENT) or bool(notice.data.get("may_answer"))
    return wanted.pace is not Pace.OFF or is_asked


def told_at(wanted: Preference, notices: Iterable[Notice], now: datetime, since: datetime) -> datetime:
    """When a person is told of notices that are there at `now`, the first of them since `since`: now, or later."""
    if any(cannot_wait(one, now) for one in notices):
        return now
    if wanted.pace in (Pace.AT_ONCE, Pace.OFF):
        return _next_awake(wanted, now)
    return _next_awake(wanted, max(now, _digest_after(wanted, since)))


def _next_awake(wanted: Preference, now: datetime) -> datetime:
    """The first instant from `now` on at which a person is not left in peace."""
    if not is_quiet(wanted, now):
        return now
    local = now.astimezone(COPENHAGEN)
    day, days = local.date(), workdays()
    if not days.is_worked(day) or local.hour * 60 + local.minute >= wanted.day_ends:
        day = days.add(day, 1)
    return datetime(day.year, day.month, day.day, *divmod(wanted.day_begins, 60), tzinfo=COPENHAGEN)


def _digest_after(wanted: Preference, since: datetime) -> datetime:
    """The first digest after an instant."""
    days = workdays()
    day = since.astimezone(COPENHAGEN).date()
    if wanted.pace is Pace.WEEKLY:
        day += timedelta(days=(wanted.weekday - day.weekday()) % 7)
    for _ in range(60):
        sent = day if days.is_worked(day) else days.add(day, 1)
        at = datetime.combine(sent, DIGEST_AT, COPENHAGEN)
        if at > since:
            return at
        day += timedelta(days=7 if wanted.pace is Pace.WEEKLY else 1)
    raise AssertionError("every two months have a working day")
