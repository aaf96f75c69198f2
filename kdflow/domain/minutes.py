"""The minutes of a meeting while they are written: who was there, what is said of each point, who approved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from kdflow.domain.agenda import Point, PointKey, PointKind
from kdflow.domain.authority import LEADING, Office, PersonId
from kdflow.domain.errors import Locked, NotFound, Reason, Refused, Unreadable
from kdflow.domain.outcomes import answers, own_verbs, read_alike
from kdflow.domain.publications import digest_of
from kdflow.domain.sag import Step
from kdflow.domain.situation import World
from kdflow.domain.timetable import Body, Meeting, MeetingId, MeetingStatus, has_begun, is_held
from kdflow.domain.workflow import Asks, Definitions, Outcome

MAX_NAME = 200
"""Letters in the name of somebody who was there."""

MAX_TASK = 2_000
"""Letters in a task, or in a remark."""


class Part(StrEnum):
    """In what part somebody was at a meeting who is no member of its body."""

    SUBSTITUTE = "substitute"
    PRESENTER = "presenter"
    GUEST = "guest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """Somebody at a meeting beside the members: a substitute for one of them (`stands_for`), a presenter or a
    guest, during one `point` or the whole meeting (None)."""

    name: str
    part: Part
    stands_for: PersonId | None = None
    point: PointKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """Who was at a meeting: its members but those who are `absent`, and others."""

    absent: tuple[PersonId, ...] = ()
    others: tuple[Attendee, ...] = ()
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What the minutes say of a point. `chosen` are decisions that are chosen and not made yet: of each part by
    its number, of the whole under 0."""

    key: PointKey
    text: str = ""
    chosen: Mapping[int, Outcome] = field(default_factory=dict)
    note: str = ""
    version: int = 0
    saved_at: datetime | None = None
    saved_by: PersonId | None = None

    def says_the_same(self, other: Written) -> bool:
        """Whether both say the same, whoever wrote it."""
        return (self.text, self.chosen, self.note) == (other.text, other.chosen, other.note)

    @property
    def digest(self) -> str:
        """The digest of what it says."""
        chosen = {str(number): outcome for number, outcome in self.chosen.items()}
        return digest_of({"text": self.text, "chosen": chosen, "note": self.note})


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A leader's consent to the minutes, bound to what they said by its `digest`."""

    person: PersonId
    on_behalf_of: PersonId | None
    at: datetime
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBack:
    """Why a leader did not approve the minutes, but sent them back to be written on."""

    person: PersonId
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something that a person is to do, as a meeting decided at a point."""

    id: int
    meeting: MeetingId
    point: PointKey
    person: PersonId
    text: str
    due: date | None
    given_by: PersonId
    given_at: datetime
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What a meeting told a group at a point."""

    id: int
    point: PointKey
    body: str
    text: str
    by: PersonId
    at: datetime


class State(StrEnum):
    """How far the minutes have come; that they were sent, their publication tells."""

    NONE = "none"
    WRITING = "writing"
    AT_CHAIR = "at-chair"
    APPROVED = "approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """What is kept of the minutes of a meeting. They were `asked_at` the chair to be approved; `reason` says why
    minutes that were approved have been opened again, `sent_back` what a leader last wanted to be put right.
    Minutes that say nothing yet are begun all the same when the meeting `has_decisions`."""

    meeting: MeetingId
    attendance: Attendance = Attendance()
    written: Mapping[PointKey, Written] = field(default_factory=dict)
    tasks: tuple[Task, ...] = ()
    remarks: tuple[Remark, ...] = ()
    asked_at: datetime | None = None
    approval: Approval | None = None
    reason: str | None = None
    sent_back: SentBack | None = None
    has_decisions: bool = False

    @property
    def state(self) -> State:
        """How far they have come."""
        if self.approval:
            return State.APPROVED
        if self.asked_at:
            return State.AT_CHAIR
        said = self.attendance.version or self.written or self.tasks or self.remarks or self.has_decisions
        return State.WRITING if said else State.NONE

    def at(self, key: PointKey) -> Written:
        """What is said of a point."""
        return self.written.get(key) or Written(key=key)

    def refuse_when_locked(self) -> None:
        """Raise Locked where they have been approved: they stand fast."""
        if self.approval:
            raise Locked("minutes")


# --- who was there -------------------------------------------------------------------------------------------


def members_of(body: Body, meeting: Meeting, world: World) -> tuple[PersonId, ...]:
    """The members of a body on the day of a meeting, those who lead it first."""
    then = replace(world.authority, on=meeting.begins_on or world.today)
    found = [*then.holders(body.key, *LEADING), *then.holders(body.key, Office.VICE_CHAIR)]
    return tuple(dict.fromkeys([*found, *then.holders(body.key, Office.MEMBER)]))


def may_send_apologies(meeting: Meeting, now: datetime) -> bool:
    """Whether a member can still say by themselves that they will not come."""
    return meeting.status is not MeetingStatus.CANCELLED and not (is_held(meeting, now) or has_begun(meeting, now))


def with_absent(now: Attendance, absent: Iterable[PersonId], members: Sequence[PersonId]) -> Attendance:
    """The attendance with these members absent; a substitute goes with the absence.

    Raises:
        NotFound: somebody is no member.
    """
    gone = tuple(dict.fromkeys(absent))
    if stranger := next((one for one in gone if one not in members), None):
        raise NotFound("member", stranger)
    others = tuple(one for one in now.others if one.stands_for is None or one.stands_for in gone)
    return replace(now, absent=gone, others=others)


def with_other(now: Attendance, new: Attendee, points: Iterable[str]) -> Attendance:
    """The attendance with somebody else; each is there once in the same part and at the same point.

    Raises:
        Unreadable: they have no name, or a substitute stands in for nobody who is absent. NotFound: no such point.
    """
    name = " ".join(new.name.split())
    if not 0 < len(name) <= MAX_NAME:
        raise Unreadable("somebody who was there has a name", "attendee", "name")
    if new.part is Part.SUBSTITUTE and new.stands_for not in now.absent:
        raise Unreadable("a substitute stands in for a member who is absent", "stands_for", "stands_for")
    if new.point is not None and new.point not in points:
        raise NotFound("point", new.point)
    kept = replace(new, name=name, stands_for=new.stands_for if new.part is Part.SUBSTITUTE else None)
    return replace(now, others=(*(one for one in now.others if one != kept), kept))


# --- decisions -----------------------------------------------------------------------------------------------

USUAL: Mapping[Asks, Outcome] = {
    Asks.INFORMATION: Outcome.NOTED,
    Asks.PREPARATION: Outcome.NOTED,
    Asks.DISCUSSION: Outcome.DISCUSSED,
    Asks.HEARING: Outcome.DISCUSSED,
    Asks.OPINION: Outcome.DISCUSSED,
    Asks.RECOMMENDATION: Outcome.RECOMMENDED,
    Asks.APPROVAL: Outcome.APPROVED,
    Asks.SIGNATURE: Outcome.APPROVED,
    Asks.DECISION: Outcome.DECIDED,
    Asks.APPOINTMENT: Outcome.DECIDED,
    Asks.CONSTITUTION: Outcome.DECIDED,
    Asks.COMMISSION: Outcome.DECIDED,
    Asks.GRANT: Outcome.GRANTED,
    Asks.ACCESSION: Outcome.ENDORSED,
}
"""What a body decides that follows what it was asked."""


def prefilled(step: Step, allowed: Sequence[Outcome]) -> Mapping[int, Outcome]:
    """The decisions that follow the indstilling of a step, of the whole under 0 and of its parts by number: what
    it proposes, else what its station asks for; where its parts read differently, what each of them says itself.
    There is none where the body cannot decide so here, or it would be no answer."""
    asked = tuple(one for one in (step.proposes, step.asks) if one)
    texts = [part.text for part in step.parts]
    if read_alike(texts):
        found = dict.fromkeys(range(len(texts) + 1), _usual(asked, allowed))
    else:
        own = enumerate(own_verbs(texts), start=1)
        found = {number: _usual((verb,), allowed) for number, verb in own if verb}
    return {number: outcome for number, outcome in found.items() if outcome}


def _usual(asked: Sequence[Asks], allowed: Sequence[Outcome]) -> Outcome | None:
    wanted = (USUAL[one] for one in asked)
    return next((one for one in wanted if one in allowed and all(answers(a, one) for a in asked)), None)


def beginning(point: Point, written: Written) -> str:
    """What stands in the field of a point: what is written, and before anything is, that it is approved where that
    is all a standing point asks."""
    is_asked = point.kind is PointKind.STANDING and point.title.casefold().startswith(_APPROVAL_OF)
    return f"{Outcome.APPROVED.capitalize()}." if is_asked and not written.version else written.text


_APPROVAL_OF = f"{Asks.APPROVAL} af "
"""How the standing points begin that ask for an approval: of the agenda, of the minutes of the meeting before."""


def outcomes_at(route: Definitions, station: str) -> tuple[Outcome, ...]:
    """Every outcome that a station knows."""
    table = route.procedure_of(station).outcomes
    return tuple(dict.fromkeys([*table, *route.workflow.by_key[station].outcomes]))


# --- tasks and remarks ---------------------------------------------------------------------------------------


def task_text(text: str) -> str:
    """A task or a remark as it is kept.

    Raises:
        Unreadable: it says nothing, or too much.
    """
    kept = text.strip()
    if not 0 < len(kept) <= MAX_TASK:
        raise Unreadable(f"a task or remark has between 1 and {MAX_TASK} letters", "task", "text")
    return kept


def refused(rule: str, field_name: str | None = None) -> Refused:
    """The refusal that a rule about minutes makes."""
    return Refused([Reason(rule, _REFUSALS[rule], field_name)])


_REFUSALS = {
    "minutes_begun": "the meeting has not begun, or is cancelled",
    "attendance_meets": "the meeting is cancelled",
    "apologies_in_time": "the meeting has begun, or is cancelled",
    "minutes_seen_by": "whoever is named here may not know of this point",
    "minutes_asked": "nobody has been asked to approve these minutes",
    "minutes_approved": "the chair has not approved what the minutes say now",
    "minutes_locked": "there is nothing to open: nobody has approved the minutes",
    "minutes_have_news": "nothing is new since the minutes were sent",
    "minutes_reason": "minutes that were sent before are sent again with a reason",
    "minutes_not_locked": "the minutes have been approved",
}
