"""The heartbeat: interval jobs in memory that call actions and keep no state; the one door to APScheduler.

When something is due is a row in the database: any number of processes may beat, a beat that is missed is made up
for by the next one, and there is nothing to cancel when a meeting moves.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event
from time import monotonic

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from kdflow.actions.deliver_notices import Delivered, deliver_notices
from kdflow.actions.gather_notices import gather_notices
from kdflow.actions.keep_house import Kept, keep_house
from kdflow.actions.pass_deadlines import SWEEP, Swept, pass_deadlines
from kdflow.bootstrap import Wiring
from kdflow.domain.clock_guard import doubt
from kdflow.domain.errors import KdflowError
from kdflow.queries.health import last_beat, other_clock

LOG = logging.getLogger("kdflow.heartbeat")


class ClockInDoubt(KdflowError):
    """The clock cannot be believed, so nothing was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """What one beat of everything did."""

    swept: Swept
    kept: Kept
    letters: int
    delivered: Delivered


def beat(home: Wiring, now: datetime | None = None) -> Beat:
    """One beat of everything: for cron, and for tests. With `now` given, that is the time all through."""
    clock = home.now if now is None else (lambda: now)
    return Beat(
        swept=pass_deadlines(home.db, now=clock()),
        kept=keep_house(home.db, now=clock()),
        letters=gather_notices(home.db, now=clock()) if home.ways.mail else 0,
        delivered=deliver_notices(home.db, home.ways, clock=clock),
    )


def require_right_clock(home: Wiring, witness: datetime | None = None) -> None:
    """Refuse to act on a clock that cannot be believed; the demo's is its own, and always right.

    Raises:
        ClockInDoubt: it has gone back, has leapt ahead, or the database's (where it has one) differs.
    """
    if home.settings.demo:
        return
    why = doubt(home.now(), last_beat(home.db, SWEEP), other_clock(home.db) or witness)
    if why:
        raise ClockInDoubt(f"{why}; put the clock right, or say `kdflow tick --trust-clock`")


class Heartbeat:
    """Beats until it is stopped: sweeps what is due, delivers, and keeps house, each at its own pace."""

    def __init__(self, home: Wiring) -> None:
        self.home = home
        self._started = home.now(), monotonic()
        self._over = Event()
        self._scheduler = BackgroundScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        settings = home.settings
        for seconds, job in (
            (settings.sweep_seconds, self._sweep),
            (settings.delivery_seconds, self._deliver),
            (settings.housekeeping_seconds, self._keep_house),
        ):
            self._scheduler.add_job(self._guarded(job), IntervalTrigger(seconds=seconds, timezone="UTC"))

    def start(self) -> None:
        """Begin to beat."""
        self._scheduler.start()

    def stop(self) -> None:
        """Stop, when the jobs that are running have done what they have in hand."""
        self._over.set()
        self._scheduler.pause()
        self._scheduler.shutdown(wait=True)

    def _guarded(self, job: Callable[[], object]) -> Callable[[], None]:
        def guarded() -> None:
            try:
                require_right_clock(self.home, self._witness())
                job()
            except Exception:
                # The next beat tries again; a thread that died would stop the house without a word.
                LOG.exception("a beat failed: %s", job.__name__)

        guarded.__name__ = job.__name__
        return guarded

    def _witness(self) -> datetime:
        """What the clock should say by the one that nobody can set."""
        wall, ticks = self._started
        return wall + timedelta(seconds=monotonic() - ticks)

    def _sweep(self) -> None:
        pass_deadlines(self.home.db, now=self.home.now(), stop=self._over.is_set)

    def _deliver(self) -> None:
        if self.home.ways.mail:
            gather_notices(self.home.db, now=self.home.now(), stop=self._over.is_set)
        deliver_notices(self.home.db, self.home.ways, clock=self.home.now, stop=self._over.is_set)

    def _keep_house(self) -> None:
        keep_house(self.home.db, now=self.home.now())
