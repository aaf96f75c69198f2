"""What one look at a simulated house finds, beside what the looks before it have seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from kdflow.domain.authority import Authority, PersonId
from kdflow.domain.dates import local_day
from kdflow.domain.departures import civil
from kdflow.domain.duties import Watched
from kdflow.domain.pace import Preference
from kdflow.domain.replanning import Planned, planned
from kdflow.domain.sag import Sag, SagId, StepSeq
from kdflow.domain.timetable import MeetingId
from kdflow.domain.watch import Look, look_at_sag
from kdflow.domain.workdays import workdays
from kdflow.domain.workflow import Definitions
from kdflow.store import audit, definitions, duties, people, preferences
from kdflow.store.database import Tx
from kdflow.store.world import network_of, whole_world, with_routes

Subject = SagId | MeetingId


class DutyName(NamedTuple):
    """Which duty, with which deadline: as its row, and the reminders of it, say."""

    sag: SagId | None
    kind: str
    about: str
    step: StepSeq | None
    due: int


class Reminder(NamedTuple):
    """A reminder that somebody was told."""

    text: str
    person: PersonId
    at: datetime


@dataclass(frozen=True, slots=True)
class Submission:
    """What a look saw of a sag that is to be submitted: by when, and to which meeting, as that was known."""

    due: int
    meeting: MeetingId | None
    version: int


class Findings:
    """What one look at the house found, beside what earlier looks have seen."""

    def __init__(self) -> None:
        self.expected: list[tuple[datetime, MeetingId, SagId, PersonId]] = []
        self.reminders: Counter[tuple[object, ...]] = Counter()
        self.dropped: set[int] = set()
        self.notice, self.event, self.letter = 0, 0, 0
        self.believed: dict[str, int] = {}
        self.minute, self.last = 0, 0
        self.seen: dict[DutyName, int] = {}
        self.reminded: dict[DutyName, list[Reminder]] = {}
        self.submissions: dict[tuple[SagId, str, StepSeq], Submission] = {}
        self.known_meetings: frozenset[MeetingId] = frozenset()
        self.late: list[tuple[SagId, StepSeq, datetime]] = []
        self._authorities: dict[date, Authority] = {}

    def look(self, tx: Tx, now: datetime, calm: timedelta) -> None:
        """Read what all invariants need; nothing has gone wrong for `calm`."""
        self.tx, self.now, self.calm = tx, now, calm
        self.last, self.minute = self.minute, civil(self.now)
        self._authorities.clear()
        self.world = whole_world(tx, self.now)
        self.net = network_of(tx, self.world)
        self.watches = audit.watches(tx)
        self.sager: dict[SagId, tuple[Sag, Definitions]] = {
            sag.id: (sag, route) for sag, route in with_routes(tx, list(self.watches))
        }
        self.kept = duties.of(tx, list(self.watches))
        self.at_meetings = duties.of(tx, audit.meetings_with_duties(tx))
        self.looks: dict[SagId, Look] = {
            sag: look_at_sag(*self.sager[sag], self.net, self.world, self.kept[sag]) for sag in self.sager
        }
        self.new_notices = audit.notices_after(tx, self.notice)
        self.new_events = audit.events_after(tx, self.event)
        self.notice = max((one.id for one in self.new_notices), default=self.notice)
        self.event = max((one.seq for one in self.new_events), default=self.event)
        self._remember_reminders()

    def fresh(self, sag: SagId) -> Planned:
        """The plan of a sag, made anew."""
        return self.looks[sag].planned or planned(*self.sager[sag], self.net, self.now)

    def wants(self, person: PersonId) -> Preference:
        """How somebody wants to be told."""
        return preferences.of(self.tx, person)

    def route(self, ref: str) -> Definitions:
        """A route, also of a sag that is over."""
        return definitions.load(self.tx, ref)

    def authority(self, day: date) -> Authority:
        """Who held which office, and was away, on a day not long ago."""
        if day not in self._authorities:
            self._authorities[day] = people.authority(self.tx, list(self.world.bodies), day)[0]
        return self._authorities[day]

    def secretaries(self, body: str, day: date) -> tuple[PersonId, ...]:
        """Who served a body on a day."""
        return self.authority(day).secretaries(self.world.bodies[body])

    # --- duties ------------------------------------------------------------------------------------------------

    def rows(self) -> Iterator[tuple[DutyName, Watched]]:
        """Every duty that somebody is to be reminded of: not those that wait for a decision already made."""
        for sag in self.sager:
            for one in self.kept[sag]:
                if one.step is not None or self._is_conditional(sag, one):
                    yield DutyName(sag, one.kind.value, one.about, one.step, one.due), one
        for rows in self.at_meetings.values():
            for one in rows:
                yield DutyName(None, one.kind.value, one.about, None, one.due), one

    def _is_conditional(self, sag: SagId, one: Watched) -> bool:
        plan = self.fresh(sag).plan
        leg = plan.leg(one.about) if plan else None
        return leg is not None and leg.is_conditional

    def _remember_reminders(self) -> None:
        """Keep, of the duties that are there, since which look they are and what was told of them."""
        there = {name for name, _ in self.rows()}
        for one in self.new_notices:
            if (name := named_in(one)) is not None:
                self.reminded.setdefault(name, []).append(Reminder(one.notice.kind, one.notice.person, one.at))
        self.reminded = {name: told for name, told in self.reminded.items() if name in there}
        self.seen = {name: self.seen.get(name, self.minute) for name in there}

    def calm_days_since(self, minute: int) -> int:
        """Working days since a civil minute on which nothing went wrong."""
        since = max(date.fromordinal(minute // 1440), local_day(self.now - self.calm))
        return workdays().between(since, local_day(self.now))


def named_in(one: audit.Told) -> DutyName | None:
    """The duty that a notice reminds of; None where it tells something else."""
    duty = one.notice.data.get("duty")
    if not isinstance(duty, dict):
        return None
    return DutyName(one.notice.sag, str(duty["kind"]), str(duty["about"]), one.notice.step, int(duty["due"]))


Invariant = Callable[[Findings], Iterator[str]]
Invariants = Mapping[str, Invariant]
