"""What must be done next and by when: the duties that a sag brings to its stations, and a meeting to its body."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from kdflow.domain import outcomes
from kdflow.domain.dates import FuzzyDate
from kdflow.domain.deadlines import DeadlineKind, deadlines
from kdflow.domain.departures import DAY, NEVER, begins_at, civil, day_of, decides_at, workdays_of
from kdflow.domain.findings import missing_consents
from kdflow.domain.ladders import DutyKind
from kdflow.domain.planner import Leg, Plan
from kdflow.domain.reminders import reach
from kdflow.domain.sag import Sag, SagId, Step, StepSeq
from kdflow.domain.situation import Situation, World, body_at
from kdflow.domain.standing import meets, standing
from kdflow.domain.timetable import Body, Meeting, MeetingId, MeetingStatus
from kdflow.domain.workflow import Definitions

GRACE = 5
"""Working days within which a decided sag is to be moved where no later deadline says when."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Something to be done `due` (civil minute) at a station of a sag, or for a meeting.

    `about` tells duties of one kind apart: the station, or the meeting. `step` is the step it is done to (None: it
    is not open yet), `meeting` the one that the deadline follows from, `does` what a decision asks for. Of a
    meeting, `count` says how many items on its agenda it is about, and `waiting` how many it has not taken in. Of
    a `held_up` one nobody is reminded: it waits for a decision that is made already, and its deadline is that of
    moving the sag there.
    """

    kind: DutyKind
    about: str
    body: str
    due: int
    step: StepSeq | None = None
    meeting: MeetingId | None = None
    does: str = field(default="", compare=False)
    count: int = field(default=0, compare=False)
    waiting: int = field(default=0, compare=False)
    held_up: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A duty as it is kept: since when it is there, and up to which minute its ladder has been told."""

    kind: DutyKind
    about: str
    body: str
    step: StepSeq | None
    meeting: MeetingId | None
    since: int
    due: int
    told: int

    @property
    def key(self) -> tuple[DutyKind, str]:
        """What it is kept under, among the duties of its sag or meeting."""
        return self.kind, self.about


class Item(NamedTuple):
    """A sag at a meeting without an outcome; one that `is_submitted` only has not been taken in there."""

    sag: SagId
    number: str
    is_submitted: bool = False


# --- of a sag ------------------------------------------------------------------------------------------------


def duties_of_sag(sag: Sag, route: Definitions, plan: Plan | None, world: World) -> tuple[Duty, ...]:
    """What a sag asks of people now; nothing while it rests, is a draft, or is over."""
    if sag.life != UNDER_WAY or plan is None:
        return ()
    found: list[Duty] = []
    for station in route.workflow.stations:
        state = standing(sag, station.key, route)
        step = sag.at(station.key) if state in ("current", "ahead") else None
        leg = plan.leg(station.key)
        if step is not None and step.outcome is not None:
            found.append(_of_decision(sag, step, route, plan, world))
        elif leg is not None and (step is not None or leg.is_conditional):
            found.extend(_of_leg(leg, step, body_at(station, sag.fills), has_meetings=meets(route, station.key)))
            found.extend(_of_seat(leg, step, world))
        elif leg is not None and station.after and not any(plan.leg(key) for key in station.after):
            waiting = _of_leg(leg, None, body_at(station, sag.fills), has_meetings=meets(route, station.key))
            found.extend(replace(one, held_up=True) for one in waiting)
    return tuple(found)


UNDER_WAY = "under-way"
"""The life in which a sag moves."""


def _of_leg(leg: Leg, step: Step | None, body: str, *, has_meetings: bool) -> Iterator[Duty]:
    """What is to be done before a station has treated the sag: submit it, or get the work done.

    A seat at a meeting that was cancelled, or comes too early, is none: the sag is to be submitted to another.
    """
    seq = step.seq if step else None
    if has_meetings and leg.kind == "meeting" and leg.meeting is not None:
        yield Duty(
            kind=DutyKind.SUBMISSION,
            about=leg.station,
            body=leg.body,
            due=leg.submits,
            step=seq,
            meeting=leg.meeting,
        )
    elif not has_meetings and step is not None and leg.papers < leg.decides < NEVER:
        yield Duty(kind=DutyKind.WORK, about=leg.station, body=body, due=leg.decides, step=seq)


def _of_seat(leg: Leg, step: Step | None, world: World) -> Iterator[Duty]:
    """What is to be done with a submission: take it in before the meeting begins, or say no to it. Afterwards too,
    for the sag is forgotten otherwise."""
    meeting = world.timetable.find(leg.meeting)
    if leg.kind != "seat" or meeting is None or step is None or not step.is_submitted:
        return
    yield Duty(
        kind=DutyKind.ACCEPT,
        about=leg.station,
        body=leg.body,
        due=_begins(meeting),
        step=step.seq,
        meeting=meeting.id,
    )


def _begins(meeting: Meeting) -> int:
    """The last minute before a meeting: its hour, else the end of the first day it can be on."""
    begins = begins_at(meeting)
    if begins is None:
        return NEVER
    return begins if meeting.starts_at is not None else begins // DAY * DAY + DAY - 1


def _of_decision(sag: Sag, step: Step, route: Definitions, plan: Plan, world: World) -> Duty:
    """What is to be done with a decision: consent to it, or take the sag where it says."""
    here = Situation(sag=sag, step=step, definitions=route, world=world)
    consequence = route.consequence(step.station, step.outcome) if step.outcome else None
    does = outcomes.kind(consequence) or "go-on"
    onward = _next_submission(step.station, route, plan) if does == "go-on" else NEVER
    kind = DutyKind.CONSENT if does == "go-on" and missing_consents(here) else DutyKind.ADVANCE
    is_dated = kind is DutyKind.CONSENT and step.waits_for is None
    due = _consent_due(step, world) if is_dated else NEVER
    return Duty(
        kind=kind,
        about=step.station,
        body=step.body,
        due=min(due, onward),
        step=step.seq,
        meeting=step.meeting,
        does=does,
    )


def _next_submission(station: str, route: Definitions, plan: Plan) -> int:
    """The earliest submission that waits for the decision at a station; NEVER where none does."""
    following = [one.key for one in route.workflow.stations if station in one.after]
    legs = [leg for key in following if (leg := plan.leg(key)) and leg.kind == "meeting"]
    return min((leg.submits for leg in legs if leg.submits > 0), default=NEVER)


def _consent_due(step: Step, world: World) -> int:
    """When the rule of its body wants the consent to a decision; NEVER where no rule or no day says."""
    meeting = world.timetable.find(step.meeting)
    body = world.bodies[step.body]
    if meeting is None:
        return NEVER
    return deadline_of(meeting, body, DeadlineKind.CONSENT)


def deadline_of(meeting: Meeting, body: Body, kind: DeadlineKind) -> int:
    """When a deadline of a meeting ends (civil minute); NEVER where its body has no such rule, or no day."""
    return _deadline_minutes(meeting.on, body).get(kind, NEVER)


@lru_cache(maxsize=1 << 12)
def _deadline_minutes(on: FuzzyDate, body: Body) -> Mapping[DeadlineKind, int]:
    """When the deadlines of a meeting on a date end; equal dates of equal bodies are reckoned once."""
    return {one.kind: one.minute for one in deadlines(body.rules, on, workdays_of(body))}


# --- of a meeting --------------------------------------------------------------------------------------------


_SENT = (MeetingStatus.AGENDA_SENT, MeetingStatus.HELD, MeetingStatus.MINUTES_SENT, MeetingStatus.CANCELLED)


def duties_of_meeting(meeting: Meeting, body: Body, undecided: Sequence[Item], now: datetime) -> tuple[Duty, ...]:
    """What a meeting asks of those who look after it; `undecided` are its items without an outcome.

    Only a meeting whose day is known has deadlines of its own, and a mail procedure has an agenda and minutes too;
    of any other, decisions are missing when its last possible day is over.
    """
    found: list[Duty] = []
    begins, ends = begins_at(meeting), decides_at(meeting)
    if begins is None or ends is None:
        return ()
    is_dated = meeting.on.exact is not None
    if is_dated and meeting.status not in _SENT and civil(now) < begins:
        due = deadline_of(meeting, body, DeadlineKind.AGENDA)
        found.append(_at(meeting, DutyKind.AGENDA, due, undecided))
    if meeting.status is MeetingStatus.CANCELLED:
        return ()
    if undecided and undecided_from(meeting) <= civil(now):
        due = (ends // DAY) * DAY + DAY - 1
        found.append(_at(meeting, DutyKind.DECISION, due, undecided))
    if is_dated and meeting.status is not MeetingStatus.MINUTES_SENT:
        due = deadline_of(meeting, body, DeadlineKind.MINUTES)
        found.append(_at(meeting, DutyKind.MINUTES, due, ()))
    return tuple(one for one in found if one.due < NEVER)


def lately_held(body: Body, world: World) -> tuple[Meeting, ...]:
    """The meetings of a body before today whose decisions or minutes one could still be reminded of, and all those
    of the last `NOT_PAST` days, in date order."""
    days = max(reach(body.ladders.get(kind, ())) for kind in (DutyKind.MINUTES, DutyKind.DECISION))
    since = world.today - timedelta(days=2 * days + NOT_PAST)
    return tuple(
        one
        for one in world.timetable.coming(body.key, after=since)
        if one.begins_on and one.begins_on < world.today and not _is_past(one, body, world, days)
    )


def _is_past(meeting: Meeting, body: Body, world: World, days: int) -> bool:
    """Whether so many working days have gone since the last of what a meeting asks for was due."""
    ends, due = decides_at(meeting), deadline_of(meeting, body, DeadlineKind.MINUTES)
    if ends is None or world.today.toordinal() - ends // DAY <= NOT_PAST:
        return False
    last = max(ends, due) if due < NEVER else ends
    return workdays_of(body).between(day_of(last), world.today) > days


NOT_PAST = 120
"""Days after a meeting for which it is not past, whoever is reminded of it; its minutes are due within them."""


def undecided_from(meeting: Meeting) -> int:
    """The civil minute from which on a meeting's items can be without the decision they should have."""
    found = begins_at(meeting) if meeting.on.exact is not None else decides_at(meeting)
    return 0 if found is None else found


def _at(meeting: Meeting, kind: DutyKind, due: int, items: Sequence[Item]) -> Duty:
    waiting = sum(one.is_submitted for one in items)
    return Duty(
        kind=kind,
        about=meeting.id,
        body=meeting.body,
        due=due,
        meeting=meeting.id,
        count=len(items) - waiting,
        waiting=waiting,
    )
