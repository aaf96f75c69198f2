"""One process of the house in a simulated world: it beats by its own clock, may sleep too long, and may die."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from kdflow import clock
from kdflow.actions.deliver_notices import Ways, deliver_notices
from kdflow.actions.gather_notices import gather_notices
from kdflow.actions.keep_house import keep_house
from kdflow.actions.pass_deadlines import SWEEP, pass_deadlines
from kdflow.channels import Message
from kdflow.domain import clock_guard
from kdflow.queries.health import last_beat
from kdflow.simulation.agenda import Agenda
from kdflow.simulation.faults import Faults, Point, SimulatedCrash, Watched
from kdflow.simulation.mailserver import Line, MailServer
from kdflow.store import audit
from kdflow.store.database import Database

SITE = "https://kdflow.example"
PACE = timedelta(seconds=30)
SHORT, LONG = (5, 50), (400, 5000)  # seconds of sleep: far below and far above a lease
LEAPS_ASLEEP = 0.05  # the share of sleeps in which the clock is set wrong
HOUSE = timedelta(days=1)
IDLE = timedelta(hours=12)
SKEWS = tuple(timedelta(seconds=seconds) for seconds in (-90, -20, 0, 0, 20, 90))
BOOTS_WRONG = 0.08  # the share of restarts with a clock that is days off
WRONG_BOOTS = tuple(timedelta(days=days) for days in (-9, 60, 90))
FURTHEST = 45  # days after the last beat that nobody takes for a long sleep
JUMPS = tuple(timedelta(minutes=minutes) for minutes in (-1440, -180, -10, 10, 180, 1440, 14400))


@dataclass
class Counts:
    """What went wrong in one run."""

    beats: int = 0
    crashes: int = 0
    freezes: int = 0
    held: int = 0
    jumps: int = 0
    wrong_boots: int = 0
    outage_hours: int = 0


class Replica:
    """A process that sweeps, gathers, delivers and keeps house; `disturbed` is called when its clock is
    set wrong, and when it is put right."""

    def __init__(self, name: str, db: Database, agenda: Agenda, server: MailServer, counts: Counts) -> None:
        self.name, self.agenda, self.server, self.counts = name, agenda, server, counts
        self.faults = Faults(crash=0, freeze=0)
        self.skew = self.skew_at_boot = timedelta(0)
        self.down_until = agenda.now
        self.is_busy = False
        self.disturbed: Callable[[], None] = lambda: None
        self._db = db
        self._watched = Watched(db, self._point)
        line = Line(server, self._before_send, self._after_send)
        self._ways = Ways(mail=line, post=_no_webhooks, site=SITE)
        self._committed = agenda.now
        self._house_at = self._booted = agenda.now
        self._next: datetime | None = None

    def clock(self) -> datetime:
        """What time it is, by this process."""
        return self.agenda.now + self.skew

    @property
    def is_right(self) -> bool:
        """Whether its clock is, but for so little that nobody notices."""
        return self.skew == self.skew_at_boot and abs(self.skew) <= max(SKEWS)

    # --- beating ---------------------------------------------------------------------------------------------

    def beat_soon(self) -> None:
        """Beat within a moment: something has happened."""
        self._plan(self.agenda.now + PACE * self.agenda.chance.random())

    def _plan(self, instant: datetime) -> None:
        instant = max(instant, self.down_until)
        if self._next is None or instant < self._next:
            self._next = instant
            self.agenda.at(instant, lambda: self._due(instant))

    def _due(self, instant: datetime) -> None:
        if self._next != instant:
            return
        self._next = None
        if self.is_busy:
            return  # asleep in the middle of a beat, after which it looks at what is due
        if self.agenda.now < self.down_until:
            self._plan(self.down_until)
            return
        self.is_busy = True
        try:
            again = self._beat()
        except SimulatedCrash:
            again = self._died()
        finally:
            self.is_busy = False
        self._plan(again)

    def _beat(self) -> datetime:
        self.counts.beats += 1
        time = clock.steady(self.clock, self._uptime)
        if self._doubt(time()) is not None:
            self.counts.held += 1
            return self.agenda.now + timedelta(hours=1)
        db = self._watched
        pass_deadlines(db, now=time())
        if self.agenda.now >= self._house_at:
            keep_house(db, now=time())
            self._house_at = self.agenda.now + HOUSE
        gather_notices(db, now=time())
        deliver_notices(db, self._ways, clock=time)
        with self._db.read() as tx:
            due = audit.next_due(tx)
        wanted = min(due, self.agenda.now + IDLE) if due else self.agenda.now + IDLE
        return max(wanted + timedelta(seconds=1) - min(self.skew, timedelta(0)), self.agenda.now + PACE)

    def _uptime(self) -> float:
        return (self.agenda.now - self._booted).total_seconds()

    def _doubt(self, now: datetime) -> str | None:
        witness = self.agenda.now + self.skew_at_boot
        return clock_guard.doubt(now, last_beat(self._db, SWEEP), witness)

    # --- dying and sleeping ----------------------------------------------------------------------------------

    def _point(self, point: Point) -> None:
        """A point at which this process may die or sleep."""
        if point == "after":
            self.server.windows.let_go(self.name, self.agenda.now)
            self._committed = self.agenda.now
        self._may_die()
        if point != "in":
            self._may_sleep()

    def _before_send(self) -> datetime:
        self._may_die()
        self._may_sleep()
        return self._committed

    def _after_send(self, message: Message) -> None:
        self.server.windows.hold(self.name, message.message_id, self.agenda.now)
        self._may_die()
        self._may_sleep()

    def _may_die(self) -> None:
        if self.faults.crash and self.agenda.maybe(self.faults.crash):
            raise SimulatedCrash(self.name)

    def _may_sleep(self) -> None:
        if not self.faults.freeze or not self.agenda.maybe(self.faults.freeze):
            return
        self.counts.freezes += 1
        low, high = SHORT if self.agenda.maybe(0.3) else LONG
        wait = timedelta(seconds=self.agenda.chance.randrange(low, high))
        self.agenda.note(self.name, "sleeps for", wait)
        if self.faults.clock and self.agenda.maybe(LEAPS_ASLEEP):
            self.agenda.after(wait / 2, self.clock_jumps)
        self.agenda.run_until(self.agenda.now + wait)

    def _died(self) -> datetime:
        self.counts.crashes += 1
        self.agenda.note(self.name, "dies")
        self.server.windows.let_go(self.name, self.agenda.now, died=True)
        self.skew = self.skew_at_boot = self.agenda.chance.choice(SKEWS)
        if self.faults.clock and self.agenda.maybe(BOOTS_WRONG):
            self._boots_wrong()
        return self.agenda.now + timedelta(seconds=self.agenda.chance.choice((5, 60, 400)))

    def _boots_wrong(self) -> None:
        """It starts with a clock that is days off: no witness sees that, but the last beat shows it."""
        skew, beat = self.agenda.chance.choice(WRONG_BOOTS), last_beat(self._db, SWEEP)
        if beat is None or -2 < (self.agenda.now + skew - beat) / timedelta(days=1) < FURTHEST:
            return
        self.counts.wrong_boots += 1
        self.disturbed()
        self.skew = self.skew_at_boot = skew
        self.agenda.note(self.name, "starts with a clock wrong by", skew)
        self.agenda.after(self.agenda.span(0.01, 1), self._clock_is_set_right)

    def _clock_is_set_right(self) -> None:
        self.skew_at_boot = timedelta(0)
        self.clock_is_right()

    # --- what is done to it ----------------------------------------------------------------------------------

    def goes_down(self, until: datetime) -> None:
        """Nobody starts it until then."""
        self.down_until = max(self.down_until, until)

    def clock_jumps(self) -> None:
        """Its clock is set wrong while it runs, perhaps in the middle of a beat, and is put right within a day."""
        self.counts.jumps += 1
        self.disturbed()
        self.skew = self.skew_at_boot + self.agenda.chance.choice(JUMPS)
        self.agenda.note(self.name, "has a clock wrong by", self.skew)
        self.agenda.after(self.agenda.span(0.01, 1), self.clock_is_right)
        self.beat_soon()

    def clock_is_right(self) -> None:
        """Its clock is put right."""
        self.disturbed()
        self.skew = self.skew_at_boot
        self.beat_soon()

    def heals(self) -> None:
        """Nothing happens to it any more."""
        self.faults = Faults(crash=0, freeze=0)
        self.skew = self.skew_at_boot = timedelta(0)
        self.down_until = self.agenda.now
        self.beat_soon()


def _no_webhooks(*_: object, **__: object) -> None:
    raise AssertionError("a simulated house has no webhooks")
