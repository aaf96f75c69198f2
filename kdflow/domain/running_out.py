"""Calendars that run out while sager still need them: said before it happens, to those who can add meetings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from kdflow.domain.departures import DAY, NEVER
from kdflow.domain.planner import Network

WARNED_BEFORE = 90
"""Days before a body's last planned meeting from which on its calendar is said to run out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """How many sager have a step to come at a body, and how many of them find no meeting left."""

    sager: int
    stranded: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningOut:
    """A body whose calendar ends too soon. `last` is its last planned meeting (None: it has none to come), and
    `ends_on` the day on which the body itself ends, where it does."""

    body: str
    last: date | None
    sager: int
    stranded: int
    ends_on: date | None


def running_out(net: Network, needs: Mapping[str, Need], today: date) -> Iterator[RunningOut]:
    """The bodies whose calendars run out, the ones that strand most sager first."""
    found = [one for body, need in needs.items() if (one := _running_out(net, body, need, today))]
    yield from sorted(found, key=lambda one: (-one.stranded, one.last or date.min, one.body))


def _running_out(net: Network, body: str, need: Need, today: date) -> RunningOut | None:
    start = today.toordinal() * DAY
    coming = [decides for decides in net.departures(body).decides if start <= decides < NEVER]
    last = date.fromordinal(max(coming) // DAY) if coming else None
    if not need.stranded and last is not None and last > today + timedelta(days=WARNED_BEFORE):
        return None
    ends_on = net.bodies[body].valid.end
    return RunningOut(body=body, last=last, sager=need.sager, stranded=need.stranded, ends_on=ends_on)
