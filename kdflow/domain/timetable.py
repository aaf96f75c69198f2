"""Bodies in their valid time, and the meetings they hold: a body's departures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Literal, NewType

from kdflow.domain.dates import FuzzyDate, local_day
from kdflow.domain.deadlines import DeadlineKind, Rule
from kdflow.domain.ladders import Ladders
from kdflow.domain.workflow import Validity

MeetingId = NewType("MeetingId", str)

MINUTES_PER_ITEM = 10
"""How long a meeting is busy with a sag when nobody says anything else."""


class Chairing(StrEnum):
    """How a body is led: by one chair, by co-chairs, or by nobody (a forum)."""

    CHAIR = "chair"
    CO_CHAIRS = "co-chairs"
    NONE = "none"


class StandingShows(StrEnum):
    """What a standing item lists by itself: the meeting before, whose minutes it is about, or the next ones."""

    PREVIOUS = "previous"
    COMING = "coming"


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingItem:
    """A point that stands on every agenda of a body, before the sager or (`is_last`) after them."""

    key: str
    title: str
    is_last: bool = False
    shows: StandingShows | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A group that treats sager. `plays` names the roles it can fill on a route ("administrativ-gruppe").

    `rules` say how its deadlines follow from its meetings, `closing_days` are its own closed days with their
    names, `saturday` says whether Saturday is a working day. A meeting takes at most `most_items` sager, and
    `most_minutes` of them; one takes `minutes_per_item`, where its route says nothing else. `ladders` say who is
    reminded of its duties, and when; `standing` is what its agendas begin and end with. Of a `public` body
    everybody may read what is published and open.
    """

    key: str
    name: str
    short: str
    kind: str
    valid: Validity = Validity()
    successor: str | None = None
    secretariat: str | None = None
    chairing: Chairing = Chairing.CHAIR
    plays: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    rules: Mapping[DeadlineKind, Rule] = field(default_factory=dict, hash=False)
    closing_days: frozenset[tuple[date, str]] = frozenset()
    saturday: bool = False
    most_items: int | None = None
    most_minutes: int | None = None
    minutes_per_item: int = MINUTES_PER_ITEM
    ladders: Ladders = field(default_factory=dict, hash=False)
    standing: tuple[StandingItem, ...] = ()
    public: bool = False


class Format(StrEnum):
    """How a meeting is held."""

    PHYSICAL = "fysisk"
    VIRTUAL = "virtuelt"
    MAIL = "mail"


class MeetingStatus(StrEnum):
    """What is known of a meeting."""

    PLANNED = "planned"
    MOVED = "moved"
    AGENDA_SENT = "agenda-sent"
    HELD = "held"
    MINUTES_SENT = "minutes-sent"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One departure of a body. `starts_at` (UTC) only where the hour is known; `note` is shown with it.

    A meeting that was moved says from which date (`was`), when and by whom. `most_items` and `most_minutes`
    overrule its body's.
    """

    id: MeetingId
    body: str
    on: FuzzyDate
    starts_at: datetime | None = None
    format: Format = Format.PHYSICAL
    place: str | None = None
    status: MeetingStatus = MeetingStatus.PLANNED
    note: str | None = None
    was: FuzzyDate | None = None
    moved_at: datetime | None = None
    moved_by: str | None = None
    most_items: int | None = None
    most_minutes: int | None = None
    version: int = 1

    @property
    def begins_on(self) -> date | None:
        """The first day on which it can be held."""
        return self.on.earliest


@dataclass(frozen=True, kw_only=True)
class Timetable:
    """The meetings of some bodies. Unordered on input; every answer is in date order."""

    meetings: tuple[Meeting, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[MeetingId, Meeting]:
        """The meetings by id."""
        return {meeting.id: meeting for meeting in self.meetings}

    @cached_property
    def of_body(self) -> Mapping[str, Sequence[Meeting]]:
        """The meetings of each body that has any."""
        found: dict[str, list[Meeting]] = {}
        for meeting in self.meetings:
            found.setdefault(meeting.body, []).append(meeting)
        return found

    def changed(self, meeting: Meeting) -> Timetable:
        """The same timetable with a meeting added, or in place of the one with its id."""
        others = tuple(other for other in self.meetings if other.id != meeting.id)
        return Timetable(meetings=(*others, meeting))

    def differs_at(self, other: Timetable) -> frozenset[str]:
        """The bodies whose meetings are others in another timetable."""
        bodies = {*self.of_body, *other.of_body}
        return frozenset(body for body in bodies if self.of_body.get(body) != other.of_body.get(body))

    def find(self, meeting: MeetingId | None) -> Meeting | None:
        """The meeting with this id, or None."""
        return self.by_id.get(meeting) if meeting else None

    def coming(self, body: str, *, after: date) -> tuple[Meeting, ...]:
        """Meetings of `body` that begin later than the day `after` and are not cancelled, in date order."""
        found = (
            (meeting.begins_on, meeting)
            for meeting in self.of_body.get(body, ())
            if meeting.status is not MeetingStatus.CANCELLED
        )
        dated = [(day, meeting) for day, meeting in found if day is not None and day > after]
        return tuple(meeting for _, meeting in sorted(dated, key=lambda pair: (pair[0], pair[1].id)))

    def after(self, meeting: Meeting) -> Meeting | None:
        """The body's next meeting after this one, or None when the calendar runs out."""
        if meeting.begins_on is None:
            return None
        return next(iter(self.coming(meeting.body, after=meeting.begins_on)), None)


BodyFlag = Literal["not-yet", "ended"]


def body_flag(body: Body, on: date) -> BodyFlag | None:
    """Whether `body` does not exist on a day: not set up yet, or ended."""
    if body.valid.covers(on):
        return None
    return "not-yet" if body.valid.start is not None and on < body.valid.start else "ended"


def is_held(meeting: Meeting, now: datetime) -> bool:
    """Whether the meeting is known to have been held, or its last possible day is past."""
    if meeting.status in (MeetingStatus.HELD, MeetingStatus.MINUTES_SENT):
        return True
    is_past = meeting.on.latest is not None and meeting.on.latest < local_day(now)
    return is_past and meeting.status is not MeetingStatus.CANCELLED


def status_now(meeting: Meeting, now: datetime, *, treated: bool) -> MeetingStatus:
    """What one can say of a meeting now: nobody has to set it to "held" by hand when its day is past, or when
    something was `treated` there."""
    if meeting.status in (MeetingStatus.CANCELLED, MeetingStatus.MINUTES_SENT):
        return meeting.status
    return MeetingStatus.HELD if treated or is_held(meeting, now) else meeting.status


def has_begun(meeting: Meeting, now: datetime) -> bool:
    """Whether the meeting's hour (or, where that is unknown, its first day) has come."""
    if meeting.starts_at is not None:
        return meeting.starts_at <= now
    return meeting.begins_on is not None and meeting.begins_on <= local_day(now)


def is_over(meeting: Meeting, now: datetime) -> bool:
    """Whether the meeting was held, and its time has come: one that is known beforehand to have been held, as
    where history is played again, is not over yet."""
    return is_held(meeting, now) and has_begun(meeting, now)
