"""Which meeting of one body is the last from which a sag still makes a meeting of another, and by when to submit.

"Sidste KD-Net før dette KKR": both bodies' submission deadlines hold, and a sag is submitted to the second body
only when the first has decided. What is submitted on condition can do better; that is for the planner.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kdflow.domain.deadlines import Deadline, DeadlineKind, deadlines
from kdflow.domain.departures import begins_at, chain, day_of, decides_at, submits_at, workdays_of
from kdflow.domain.network import Network
from kdflow.domain.terms import crosses_term
from kdflow.domain.timetable import Body, Meeting, MeetingStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A meeting with the body that holds it (after a merger, the successor); times in civil minutes.

    It must be submitted to by `submits`, begins at `begins` and has surely decided at `decides`.
    """

    meeting: Meeting
    body: Body
    submits: int
    begins: int
    decides: int

    @property
    def submission(self) -> Deadline | None:
        """Its submission deadline with its sum; None where its body has no rule: then it is the meeting itself."""
        return self.deadline(DeadlineKind.SUBMISSION)

    def deadline(self, kind: DeadlineKind) -> Deadline | None:
        """One of its deadlines with its sum; None where its body has no rule for it."""
        found = deadlines(self.body.rules, self.meeting.on, workdays_of(self.body))
        return next((one for one in found if one.kind is kind), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """A meeting of the second body, and how a sag makes it.

    `last` is the last meeting of the first body that it can be decided at (None: there is none), `late` are those
    that lie nearer, but decide after the second body's deadline, in order of time.
    """

    meeting: Held
    last: Held | None
    late: tuple[Held, ...]

    @property
    def can_be_ahead(self) -> bool:
        """Whether a sag can be submitted on condition of the meetings that are too late: not over an election."""
        return not crosses_term(self.meeting.submits, self.meeting.decides)

    @property
    def days(self) -> int | None:
        """The days from the decision of the first body to the meeting of the second (where a day is not known: at
        least)."""
        return (
            day_of(self.meeting.begins).toordinal() - day_of(self.last.decides).toordinal() if self.last else None
        )

    @property
    def is_exact(self) -> bool:
        """Whether the days of both meetings are known."""
        return bool(self.last and self.last.meeting.on.exact and self.meeting.meeting.on.exact)

    @property
    def minutes(self) -> Deadline | None:
        """When the minutes of the last meeting are due."""
        return self.last.deadline(DeadlineKind.MINUTES) if self.last else None

    @property
    def is_before_minutes(self) -> bool:
        """Whether the sag must be submitted to the second body before the first one's minutes are due."""
        return self.minutes is not None and self.minutes.minute > self.meeting.submits


def last_before(first_body: str, second_body: str, year: int, network: Network) -> tuple[Connection, ...]:
    """For each meeting of the second body that begins in a year, the last one of the first body that reaches it.

    A meeting that is over or whose agenda is sent counts as any other: this is the calendar, not a sag's plan.
    """
    first = sorted(_held(first_body, network), key=lambda one: (one.submits, one.decides, one.meeting.id))
    second = sorted(_held(second_body, network), key=lambda one: (one.begins, one.meeting.id))
    return tuple(_connection(first, one) for one in second if day_of(one.begins).year == year)


def _connection(first: list[Held], second: Held) -> Connection:
    last = next((one for one in reversed(first) if one.decides <= second.submits), None)
    after = last.begins if last else -1
    late = [
        one
        for one in first
        if after < one.begins and day_of(one.begins) <= day_of(second.begins) and one.decides > second.submits
    ]
    # Without any connection only the nearest one is worth a word.
    return Connection(meeting=second, last=last, late=tuple(late if last else late[-1:]))


def _held(body: str, network: Network) -> Iterator[Held]:
    """The meetings at which a sag at `body` can be treated: not cancelled, and on days on which it exists."""
    for one in chain(body, network.bodies):
        for meeting in network.timetable.of_body.get(one.key, ()):
            begins, decides, submits = begins_at(meeting), decides_at(meeting), submits_at(meeting, one)
            if meeting.status is MeetingStatus.CANCELLED or begins is None or decides is None or submits is None:
                continue
            if one.valid.covers(day_of(begins)) and one.valid.covers(day_of(decides)):
                yield Held(meeting=meeting, body=one, submits=submits, begins=begins, decides=decides)
