"""The simulated clock: what happens next, in the order of (instant, sequence), and what has happened so far."""

from __future__ import annotations

import hashlib
import heapq
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

from kdflow.domain.dates import COPENHAGEN, local_day, local_instant
from kdflow.domain.workdays import workdays

LAST_SEEN = 40
"""How many of the last events a failure tells."""

HOURS = ((8, 20), (9, 45), (11, 10), (13, 5), (15, 30))
"""When people in offices get something done: few moments of a day, so that much happens at the same time."""

Happening = Callable[[], None]


class Agenda:
    """One heap of happenings, the only clock there is, and the only source of chance.

    Whatever is random asks `chance`; whatever happens is noted, and the notes are hashed: two runs of one seed are
    the same run when their traces are.
    """

    def __init__(self, seed: int, start: datetime) -> None:
        self.now = start.astimezone(UTC)
        self.chance = Random(seed)  # noqa: S311
        self.last: deque[str] = deque(maxlen=LAST_SEEN)
        self.happened = 0
        self._heap: list[tuple[datetime, int, Happening]] = []
        self._number = 0
        self._trace = hashlib.sha256()

    def at(self, instant: datetime, happening: Happening) -> None:
        """Let something happen at an instant, or now where that has passed."""
        self._number += 1
        heapq.heappush(self._heap, (max(instant, self.now).astimezone(UTC), self._number, happening))

    def after(self, wait: timedelta, happening: Happening) -> None:
        """Let something happen after a while."""
        self.at(self.now + wait, happening)

    def run_until(self, end: datetime) -> None:
        """Let everything happen up to an instant, and stand at it then. Happenings may call this themselves:
        whoever sleeps lets the world go on."""
        while self._heap and self._heap[0][0] <= end:
            instant, _, happening = heapq.heappop(self._heap)
            self.now = max(self.now, instant)
            self.happened += 1
            happening()
        self.now = max(self.now, end)

    def note(self, *words: object) -> None:
        """Write down what has happened."""
        line = f"{self.now.astimezone(COPENHAGEN):%Y-%m-%d %H:%M:%S} {' '.join(map(str, words))}"
        self.last.append(line)
        self._trace.update(line.encode())

    @property
    def trace(self) -> str:
        """What stands for everything that has happened so far."""
        return self._trace.hexdigest()[:16]

    # --- chance ----------------------------------------------------------------------------------------------

    def maybe(self, share: float) -> bool:
        """True in that share of all cases."""
        return self.chance.random() < share

    def span(self, low: float, high: float) -> timedelta:
        """A while between so many days and so many."""
        return timedelta(minutes=int(self.chance.uniform(low, high) * 1440))

    def wait(self, days: float) -> timedelta:
        """A while that is so many days on average, and any other as well."""
        return timedelta(minutes=1 + int(self.chance.expovariate(1 / days) * 1440))

    def office_hour(self, low: int = 0, high: int = 1) -> datetime:
        """A moment in an office, `low` to `high` working days from now."""
        return self.office_hour_on(self.now, self.chance.randint(low, high))

    def office_hour_on(self, day: datetime, days: int = 0) -> datetime:
        """A moment in an office so many working days after a day (before it, when negative); never past."""
        calendar, on = workdays(), local_day(day)
        on = calendar.add(on, days) if days else on
        hour, minute = self.chance.choice(HOURS)
        found = local_instant(on, hour, minute)
        floor = max(self.now, day) if days >= 0 else self.now
        if not calendar.is_worked(on) or found < floor:
            found = local_instant(calendar.add(max(on, local_day(self.now)), 1), hour, minute)
        return found
