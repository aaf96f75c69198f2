"""Whether a clock can be believed: what was sent by a wrong one cannot be called back."""

from __future__ import annotations

from datetime import datetime, timedelta

TOLERANCE = timedelta(minutes=2)
"""How far two clocks may be apart."""

LONGEST_SLEEP = timedelta(days=40)
"""How long a house may have been asleep before an operator must say that its clock is right."""


def doubt(now: datetime, last_beat: datetime | None, witness: datetime | None) -> str | None:
    """Why nothing should be done at `now`, or None: the clock has gone back since the last beat, has leapt further
    than a house sleeps, or another clock says something else."""
    if witness is not None and abs(now - witness) > TOLERANCE:
        return f"two clocks differ: one says {now:%Y-%m-%d %H:%M:%S} UTC, the other {witness:%Y-%m-%d %H:%M:%S}"
    if last_beat is None:
        return None
    if now < last_beat - TOLERANCE:
        return f"the clock says {now:%Y-%m-%d %H:%M} UTC, but the last beat was at {last_beat:%Y-%m-%d %H:%M}"
    if now > last_beat + LONGEST_SLEEP:
        return f"the last beat was at {last_beat:%Y-%m-%d %H:%M} UTC, {(now - last_beat).days} days ago"
    return None
