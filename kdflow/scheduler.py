"""The heartbeat: interval jobs in memory that call actions and keep no state; the one door to APScheduler.

When something is due is a row in the database: any number of processes may beat, a beat that is missed is made up
for by the next one, and there is nothing to cancel when a meeting moves.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Event

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from kdflow import clock
from kdflow.actions.deliver_notices import Delivered, deliver_notices
from kdflow.actions.gather_notices import gather_notices
from kdflow.actions.keep_house import Kept, keep_house
from kdflow.actions.pass_deadlines import SWEEP, Swept, pass_deadlines
from kdflow.actions.trust_clock import TRUSTED
from kdflow.bootstrap import Wiring
from kdflow.domain.clock_guard import doubt
from kdflow.domain.errors import KdflowError
from kdflow.queries.health import last_beat, other_clock

LOG = logging.getLogger("kdflow.heartbeat")

Clock = Callable[[], datetime]


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
    """One beat of everything: for cron, and for tests. With `now` given, that is the time all through.

    Raises:
        ClockInDoubt: the house's own clock is asked, and cannot be believed.
    """
    time = clock.steady(home.now, home.ticks) if now is None else (lambda: now)
    if now is None:
        require_right_clock(home, time())
    return Beat(
        swept=pass_deadlines(home.db, now=time()),
        kept=keep_house(home.db, now=time()),
        letters=gather_notices(home.db, now=time(), has_mail=home.ways.mail is not None),
        delivered=deliver_notices(home.db, home.ways, clock=time),
    )


def require_right_clock(home: Wiring, now: datetime, witness: datetime | None = None) -> None:
    """Refuse to act on a clock that cannot be believed; the demo's is its own, and always right.

    Raises:
        ClockInDoubt: it has gone back, has leapt ahead, or the database's (where it has one) differs.
    """
    if home.settings.demo:
        return
    why = doubt(now, last_beat(home.db, SWEEP), other_clock(home.db) or witness)
    if why:
        raise ClockInDoubt(f"{why}; put the clock right, or say `kdflow tick --trust-clock`")


class Heartbeat:
    """Beats until it is stopped: sweeps what is due, delivers, and keeps house, each at its own pace."""

    def __init__(self, home: Wiring) -> None:
        self.home = home
        self._witness = clock.steady(home.now, home.ticks)
        self._trusted: datetime | None = None
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

    def _guarded(self, job: Callable[[Clock], object]) -> Callable[[], None]:
        def guarded() -> None:
            try:
                # One reading for the whole beat: what leaps while it is at work is for the next one to doubt.
                time = clock.steady(self.home.now, self.home.ticks)
                self._trust()
                require_right_clock(self.home, time(), self._witness())
                job(time)
            except Exception:
                # The next beat tries again; a thread that died would stop the house without a word.
                LOG.exception("a beat failed: %s", job.__name__)

        guarded.__name__ = job.__name__
        return guarded

    def _trust(self) -> None:
        """Begin anew with a clock that an operator has looked at since: the witness has it from a wrong one."""
        trusted = last_beat(self.home.db, TRUSTED)
        if trusted != self._trusted:
            self._witness, self._trusted = clock.steady(self.home.now, self.home.ticks), trusted

    def _sweep(self, time: Clock) -> None:
        pass_deadlines(self.home.db, now=time(), stop=self._over.is_set)

    def _deliver(self, time: Clock) -> None:
        has_mail = self.home.ways.mail is not None
        gather_notices(self.home.db, now=time(), has_mail=has_mail, stop=self._over.is_set)
        deliver_notices(self.home.db, self.home.ways, clock=time, stop=self._over.is_set)

    def _keep_house(self, time: Clock) -> None:
        keep_house(self.home.db, now=time())
