"""What people are told of the odds: in tenths, and only where enough has been seen to tell anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from kdflow.domain.odds import UNSEEN, Distribution, Rates
from kdflow.domain.prepared import Prepared

ENOUGH = 20
"""Below so many observations at some body on the way, nothing is said."""

LIKELY = 0.8
"""The share of courses that the later date covers."""

MOST_CUT = 0.01
"""If more than this was cut, the rest is not told as if it were all."""

Exactness = Literal["about", "over", "under", "sure", "impossible"]
"""about so many tenths; over nine, under one; or all of them, or none, and nothing else can happen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The chance to end by a civil minute (`by`), as a person is told it: so many `tenths` of ten.

    `likely_by` is the day that four of five courses end by (None: the calendars do not reach so far), and
    `rests_on` the observations at each body on the way.
    """

    by: int
    tenths: int
    exactness: Exactness
    likely_by: date | None
    rests_on: tuple[tuple[str, int], ...]


def as_shown(found: Distribution | None, by: int, prepared: Prepared, rates: Rates) -> Shown | None:
    """What to tell of the chance to end by minute `by`; None where too little is known to tell anything."""
    rests_on = _rests_on(prepared, rates)
    if found is None or found.cut > MOST_CUT or not is_enough(prepared, rates):
        return None
    tenths, exactness = _tenths(found, by)
    return Shown(by=by, tenths=tenths, exactness=exactness, likely_by=found.date_at(LIKELY), rests_on=rests_on)


def is_enough(prepared: Prepared, rates: Rates) -> bool:
    """Whether every body that the sag has yet to pass has been observed often enough to tell a chance."""
    rests_on = _rests_on(prepared, rates)
    return bool(rests_on) and min(seen for _, seen in rests_on) >= ENOUGH


def _rests_on(prepared: Prepared, rates: Rates) -> tuple[tuple[str, int], ...]:
    """The bodies whose meetings the sag has yet to pass, with how often each has been observed."""
    ahead = (
        body
        for place, (body, stop) in enumerate(zip(prepared.bodies, prepared.stops, strict=True))
        if place not in prepared.behind and stop.departures is not None
    )
    return tuple((body, rates.get(body, UNSEEN).observations) for body in dict.fromkeys(ahead))


def _tenths(found: Distribution, by: int) -> tuple[int, Exactness]:
    chance = found.chance_by(by)
    if not found.cut and not any(arrives > by for arrives, _ in found.arrivals) and not found.never:
        return 10, "sure"
    if not found.cut and not chance:
        return 0, "impossible"
    tenths = int(chance * 10 + 0.5)
    if tenths > 9:
        return 9, "over"
    return (tenths, "about") if tenths else (1, "under")
