"""What people must be reminded of, by the configuration of the ladders and a reckoning of its own.

Nothing here asks the watch what it would have told: it is the watch that is doubted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from kdflow.domain.authority import Authority, Office, PersonId
from kdflow.domain.dates import local_day
from kdflow.domain.departures import NEVER, civil, decides_at, submits_at
from kdflow.domain.duties import Watched
from kdflow.domain.ladders import DutyKind, Recipient, Rung
from kdflow.domain.reminders import FORGOTTEN_AFTER
from kdflow.domain.sag import Sag, SagId, Step, StepSeq
from kdflow.domain.standing import meets
from kdflow.domain.timetable import Body, Meeting, MeetingStatus
from kdflow.domain.visibility import may_see
from kdflow.domain.workdays import workdays
from kdflow.domain.workflow import Definitions
from kdflow.simulation.findings import DutyName, Findings, Invariants, Reminder, Submission
from kdflow.store import audit

REMINDED_WITHIN = 3
"""Working days within which people are reminded, when nothing has gone wrong that long."""

CLOCKS_DIFFER = timedelta(minutes=3)
"""How much too early a process with a fast clock may remind."""

A_WHILE = 24 * 60
"""Minutes after a deadline in which the house surely has seen that it passed, when all is well."""

DAY = 1440


# --- reminders ---------------------------------------------------------------------------------------------------


def reminded(f: Findings) -> Iterator[str]:
    """Everybody on the ladder of a duty has been told of its newest reminder, when that was three calm working
    days ago; of one that fell before the duty was seen with its deadline nobody knows who told it."""
    for name, row in f.rows():
        body = f.world.bodies[row.body]
        fallen = _newest(f, row, body)
        if fallen is None or fallen[0] <= f.seen[name] or f.calm_days_since(fallen[0]) <= REMINDED_WITHIN:
            continue
        minute, rung = fallen
        if not _may_be_forgotten(f, minute):
            yield from _unreminded(f, name, body, rung, minute)


def _newest(f: Findings, row: Watched, body: Body) -> tuple[int, Rung] | None:
    """The newest reminder of a duty that has come, and when it fell (civil minute)."""
    ladder = body.ladders.get(row.kind, ())
    come = [(minute, place) for place, rung in enumerate(ladder) for minute in _fallen(rung, row, body, f.minute)]
    minute, place = max(come, default=(0, -1))
    return (minute, ladder[place]) if come else None


def _fallen(rung: Rung, row: Watched, body: Body, now: int) -> Iterator[int]:
    """When a reminder has fallen until now: for the first time, and each time that it comes again."""
    day = date.fromordinal((row.due if rung.after == "deadline" else row.since) // DAY)
    days = workdays(body.closing_days, saturday=body.saturday)
    for again in range(rung.times + 1 if rung.every else 1):
        count = rung.days + again * rung.every
        on = day + timedelta(days=count) if rung.unit == "calendar" else days.add(day, count)
        minute = on.toordinal() * DAY + rung.at.hour * 60 + rung.at.minute
        if minute > now:
            break
        yield minute


def _may_be_forgotten(f: Findings, minute: int) -> bool:
    """Whether the house was not well for so long that a reminder was not to be sent any more."""
    well_again = local_day(f.now - f.calm)
    return workdays().between(date.fromordinal(minute // DAY), well_again) > FORGOTTEN_AFTER


def _unreminded(f: Findings, name: DutyName, body: Body, rung: Rung, minute: int) -> Iterator[str]:
    text, told = rung.text or name.kind, f.reminded.get(name, [])
    since = [one for one in told if one.text == text and civil(one.at + CLOCKS_DIFFER) >= minute]
    days = [local_day(one.at) for one in since[:1]] or [date.fromordinal(minute // DAY), local_day(f.now)]
    wanted = set.intersection(*({*_recipients(f, name, body, rung, day, since)} for day in days))
    for person in sorted(wanted - {one.person for one in since}):
        day = date.fromordinal(minute // DAY)
        yield f"{person} was not reminded ({text}, {day} {minute % DAY // 60:02}:{minute % 60:02}) of {name}"


def _recipients(
    f: Findings, name: DutyName, body: Body, rung: Rung, day: date, told: list[Reminder]
) -> Iterator[PersonId]:
    """Whom a reminder is for, on a day."""
    authority = f.authority(day)
    sag, route = f.sager[name.sag] if name.sag is not None else (None, None)
    chairs = authority.answers_for(body.key)
    if name.kind == DutyKind.CONSENT and sag is not None and name.step is not None:
        chairs = tuple(one for one in chairs if not _has_answered(sag.step(name.step), one, body, authority))
    holding = {
        Recipient.OWNER: (sag.owner,) if sag else (),
        Recipient.CHAIR: chairs,
        Recipient.VICE_CHAIR: authority.holders(body.key, Office.VICE_CHAIR),
        Recipient.SECRETARY: authority.secretaries(body),
        Recipient.ADMINISTRATOR: authority.holders("*", Office.ADMINISTRATOR),
    }
    for person in (person for one in rung.to for person in holding[one]):
        if sag is None or route is None or may_see(sag, person, route, f.world):
            yield person


def _has_answered(step: Step, person: PersonId, body: Body, authority: Authority) -> bool:
    """Whether somebody has consented, or all they can consent for have: they are asked no more."""
    answered = {one.person for one in step.approvals} | {one.counts_for for one in step.approvals}
    return person in answered or {one.answers_for for one in authority.as_leaders(person, body.key)} <= answered


# --- submissions that were missed --------------------------------------------------------------------------------


def misses_told(f: Findings) -> Iterator[str]:
    """Whoever owns a sag is told when its submission was missed: a deadline has passed, nobody did anything to the
    sag, nor to the meeting, and now it is to be submitted to another."""
    acts: dict[SagId, list[datetime]] = {}
    for one in f.new_events:
        acts.setdefault(one.sag, []).append(one.at)
    told = {
        (one.notice.sag, one.notice.data["station"], one.notice.step, one.notice.data["due"], one.notice.person)
        for one in f.new_notices
        if one.notice.kind == "missed"
    }
    now = _submissions(f)
    for (sag, about, step), had in f.submissions.items():
        meeting = f.world.timetable.find(had.meeting)
        is_past = f.last < had.due < f.minute and sag in f.sager
        if not is_past or meeting is None or meeting.version != had.version:
            continue
        has, value = now.get((sag, about, step)), f.sager[sag][0]
        goes_to = has.meeting if has else value.step(step).meeting
        if goes_to in (None, had.meeting) or goes_to not in f.known_meetings:
            continue
        is_missed = not acts.get(sag) or _was_let_pass(f, had.due, acts[sag])
        if is_missed and (sag, about, step, had.due, value.owner) not in told:
            yield f"{value.owner} was not told that {about} of sag {sag} missed {had.meeting}"
    f.submissions, f.known_meetings = now, frozenset(f.world.timetable.by_id)


def _was_let_pass(f: Findings, due: int, acts: list[datetime]) -> bool:
    """Whether all was well when a deadline passed, and whatever was done to the sag was done later."""
    well_since, first = civil(f.now - f.calm), min(map(civil, acts), default=NEVER)
    return well_since < due and due + A_WHILE < min(first, f.minute)


def _submissions(f: Findings) -> dict[tuple[SagId, str, StepSeq], Submission]:
    """What is to be submitted where a sag stands now."""
    return {
        (sag, one.about, one.step): Submission(one.due, meeting.id, meeting.version)
        for sag, (value, _) in f.sager.items()
        for one in f.kept[sag]
        if one.kind is DutyKind.SUBMISSION and one.step is not None and value.is_open_at(one.about)
        if (meeting := f.world.timetable.find(one.meeting)) is not None
    }


# --- nobody is forgotten -----------------------------------------------------------------------------------------


def nobody_forgotten(f: Findings) -> Iterator[str]:
    """Somebody is to do something with each step of a sag under way that is not over, or a meeting will. Work that
    its route gives no time has no deadline, and none is made up."""
    for sag, (value, route) in f.sager.items():
        if value.life != "under-way" or f.watches[sag].wake_at <= f.minute:
            continue
        for step in value.steps:
            if step.station not in route.workflow.by_key:
                continue
            is_over = route.procedure_of(step.station).by_state[step.state].final
            if not is_over and not _is_remembered(f, value, route, step):
                yield f"nobody is to do anything with {step.station} ({step.state}) of sag {sag} at {step.meeting}"


def _is_remembered(f: Findings, sag: Sag, route: Definitions, step: Step) -> bool:
    station = route.workflow.by_key[step.station]
    if any(one.about == step.station for one in f.kept[sag.id]):
        return True
    if step.outcome is None and not meets(route, step.station) and not station.takes and station.window is None:
        return True
    meeting = f.world.timetable.find(step.meeting)
    if meeting is None or meeting.status is MeetingStatus.CANCELLED:
        return not _can_go_on(f, step)
    if (decides_at(meeting) or NEVER) > f.minute:
        return True
    if any(one.kind is DutyKind.DECISION for one in f.at_meetings.get(meeting.id, ())):
        return step.is_on_agenda
    since = (meeting.on.latest or local_day(f.now)).isoformat()
    return meeting.id not in audit.meetings_awake_after(f.tx, f.minute, since)


def _can_go_on(f: Findings, step: Step) -> bool:
    """Whether the body has a meeting that a step can be submitted to."""
    body = f.world.bodies[step.body]
    return any(_is_open(one, body, f.minute) for one in f.world.timetable.of_body.get(step.body, ()))


def _is_open(meeting: Meeting, body: Body, minute: int) -> bool:
    submits = submits_at(meeting, body)
    is_planned = meeting.status in (MeetingStatus.PLANNED, MeetingStatus.MOVED)
    return is_planned and submits is not None and submits >= minute


REMINDED: Invariants = {
    "reminded": reminded,
    "misses told": misses_told,
    "nobody forgotten": nobody_forgotten,
}
