"""Calendars that run out while sager still need them: said before it happens, to those who can add meetings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from kdflow.domain.departures import DAY, NEVER
from kdflow.domain.network import Network
from kdflow.domain.timetable import MeetingId

WARNED_BEFORE = 90
"""Days before a body's last planned meeting from which on its calendar is said to run out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """How many sager have a step to come at a body, and how many of them find no meeting left."""

    sager: int
    stranded: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningOut:
    """A body whose calendar ends too soon. `last` is the last day of its last planned meeting (None: it has none
    to come), `meeting` that meeting, and `ends_on` the day on which the body itself ends, where it does."""

    body: str
    last: date | None
    meeting: MeetingId | None
    sager: int
    stranded: int
    ends_on: date | None


def running_out(net: Network, needs: Mapping[str, Need], today: date) -> Iterator[RunningOut]:
    """The bodies whose calendars run out, the ones that strand most sager first."""
    found = [one for body, need in needs.items() if (one := _running_out(net, body, need, today))]
    yield from sorted(found, key=lambda one: (-one.stranded, one.last or date.min, one.body))


def ends_soon(net: Network, body: str, today: date) -> bool:
    """Whether the last planned meeting of a body is near, or there is none to come."""
    last, _ = _last(net, body, today)
    return last is None or last <= today + timedelta(days=WARNED_BEFORE)


def _last(net: Network, body: str, today: date) -> tuple[date | None, MeetingId | None]:
    """The day of the last planned meeting of a body that is still to come, and that meeting."""
    start = today.toordinal() * DAY
    table = net.departures(body)
    coming = [one for one in zip(table.decides, table.meetings, strict=True) if start <= one[0] < NEVER]
    return (date.fromordinal(coming[-1][0] // DAY), coming[-1][1]) if coming else (None, None)


def _running_out(net: Network, body: str, need: Need, today: date) -> RunningOut | None:
    if not need.stranded and not ends_soon(net, body, today):
        return None
    last, meeting = _last(net, body, today)
    ends_on = net.bodies[body].valid.end
    return RunningOut(
        body=body, last=last, meeting=meeting, sager=need.sager, stranded=need.stranded, ends_on=ends_on
    )


ENDS_WITHIN = 180
"""Days before the end of a body from which on its end is said to come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A body that ends while sager are still to come to it, and the body that follows it, where one does."""

    body: str
    ends_on: date
    successor: str | None
    sager: int


def endings(net: Network, needs: Mapping[str, Need], today: date) -> Iterator[Ending]:
    """The bodies that end soon while sager still have a step to come there, the first to end first."""
    found = []
    for key, need in needs.items():
        body = net.bodies[key]
        end = body.valid.end
        if need.sager and end is not None and today <= end <= today + timedelta(days=ENDS_WITHIN):
            found.append(Ending(body=key, ends_on=end, successor=body.successor, sager=need.sager))
    yield from sorted(found, key=lambda one: (one.ends_on, one.body))
