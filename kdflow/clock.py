"""The only place that asks what time it is."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)


def uptime() -> float:
    """Seconds by a clock that nobody can set; a machine's sleep counts, where the system can tell it."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def steady(wall: Callable[[], datetime], ticks: Callable[[], float]) -> Callable[[], datetime]:
    """A clock that is read once, now, and goes on by `ticks`: setting the clock on the wall does not move it."""
    began, start = wall(), ticks()
    return lambda: began + timedelta(seconds=ticks() - start)
