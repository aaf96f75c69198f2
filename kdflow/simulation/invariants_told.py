"""What people must be told: each invariant says, one by one, who was not told of what has happened."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from kdflow.domain import outcomes
from kdflow.domain.authority import PersonId
from kdflow.domain.dates import local_day
from kdflow.domain.deadlines import DeadlineKind, Rule
from kdflow.domain.departures import civil
from kdflow.domain.notices import CONSENT_WANTED, KINDS, LIFE_KINDS, OTHER, SILENT
from kdflow.domain.pace import Pace
from kdflow.domain.sag import SagId
from kdflow.domain.timetable import Body, MeetingId
from kdflow.domain.workdays import workdays
from kdflow.domain.workflow import Consent, Outcome
from kdflow.simulation.findings import Findings, Invariants
from kdflow.store import audit

TOLD_WITHIN = 3
"""Working days within which people hear of a changed meeting, when nothing has gone wrong that long."""

MEETING_CHANGED = "meeting-changed"
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
HOUSE_KINDS = ("calendar-running-out", "body-ending")
MOST_REMINDERS_MORE = 2
"""Reminders of one duty beyond its rungs: it may lapse and arise again."""


def one_place(f: Findings) -> Iterator[str]:
    """Every notice waits, goes with one letter, or was dropped: no one is lost, and none is twice."""
    yield from (f"notice {number} is nowhere, or in two places" for number in audit.misplaced(f.tx))


def dropped_rightly(f: Findings) -> Iterator[str]:
    """A notice is dropped only where its reader wants none, or what it reminded of is no longer there."""
    new = [number for number in audit.dropped(f.tx) if number not in f.dropped]
    f.dropped.update(new)
    for one in audit.notices_numbered(f.tx, new):
        is_wanted = f.wants(one.notice.person).pace is not Pace.OFF or one.notice.kind == CONSENT_WANTED
        if is_wanted and "duty" not in one.notice.data:
            yield f"notice {one.id} ({one.notice.kind} to {one.notice.person}) was dropped, and reminds of nothing"


def events_told(f: Findings) -> Iterator[str]:
    """Whoever owns a sag, or serves the body that it is done at, is told of each thing that others have done to
    it, in the same instant."""
    told = {(one.notice.person, sag, one.notice.kind, one.at) for one in f.new_notices for sag in one.notice.sager}
    moved = {(one.sag, one.step, one.at) for one in f.new_events if one.machine == "step" and one.move != "open"}
    for event in f.new_events:
        kinds = (_kind_of(event), MEETING_CHANGED)
        if kinds[0] is None:
            continue
        is_passed = event.move == "open" and (event.sag, event.step, event.at) in moved
        served = () if is_passed or event.body is None else f.secretaries(event.body, local_day(event.at))
        for person in dict.fromkeys((event.owner, *served)):
            if person != event.actor and told.isdisjoint((person, event.sag, kind, event.at) for kind in kinds):
                yield f"{person} was not told of {event.move} of sag {event.sag} by {event.actor} at {event.at}"


def asked(f: Findings) -> Iterator[str]:
    """Whoever answers for a body is asked to consent to each decision that needs it, in the same instant."""
    told = {
        (one.notice.person, one.notice.sag, one.notice.step, one.at)
        for one in f.new_notices
        if one.notice.kind == CONSENT_WANTED
    }
    for event in f.new_events:
        if not (event.move == "decide" and event.station and event.body and event.outcome):
            continue
        route = f.route(event.route)
        consequence = outcomes.kind(route.consequence(event.station, Outcome(event.outcome)))
        if consequence != "go-on" or route.workflow.by_key[event.station].consent is Consent.NONE:
            continue
        for person in f.authority(local_day(event.at)).answers_for(event.body):
            if (person, event.sag, event.step, event.at) not in told:
                yield f"{person} was not asked to consent to {event.station} of sag {event.sag} at {event.at}"


def _kind_of(event: audit.Happened) -> str | None:
    if event.machine == "route":
        return None
    if event.machine == "life" and event.move in LIFE_KINDS:
        return LIFE_KINDS[event.move]
    return None if event.move in SILENT else KINDS.get(event.move, OTHER)


def note_late(f: Findings) -> Iterator[str]:
    """Note who submitted after the deadline of a meeting as it then was, by the rule of its body and the date that
    its secretaries were told: at the end, it must be said why."""
    bodies = {(one.sag, one.step, one.at): one.body for one in f.new_events if one.move == "submit"}
    for one in f.new_notices:
        told = one.notice
        if told.kind != "submitted" or told.sag is None or told.step is None:
            continue
        body, on = bodies.get((told.sag, told.step, one.at)), str(told.data.get("meeting"))
        if body is None or not ISO_DAY.fullmatch(on):
            continue
        rule = f.world.bodies[body].rules.get(DeadlineKind.SUBMISSION)
        if rule and civil(one.at) > _gate(f.world.bodies[body], rule, date.fromisoformat(on)):
            f.late.append((told.sag, told.step, one.at))
    yield from ()


def _gate(body: Body, rule: Rule, meeting: date) -> int:
    """The last minute to submit to a meeting, counted back from its day."""
    days = workdays(body.closing_days, saturday=body.saturday)
    on = meeting - timedelta(days=rule.days)
    if rule.unit == "working":
        on = days.add(meeting, -rule.days)
    elif rule.roll != "none" and not days.is_worked(on):
        on = days.add(on, -1 if rule.roll == "earlier" else 1)
    return on.toordinal() * 1440 + rule.at.hour * 60 + rule.at.minute


def told_once(f: Findings) -> Iterator[str]:
    """Nothing is told twice: one notice of a kind for one event, and no more reminders than there are rungs."""
    events = Counter(
        (told.person, told.kind, told.sag, told.step, told.data.get("station"), one.at)
        for one in f.new_notices
        if (told := one.notice).sag is not None and told.kind != MEETING_CHANGED
    )
    yield from (f"{what} was told {count} times" for what, count in events.items() if count > 1)
    f.reminders.update(key for one in f.new_notices if (key := _reminds_of(one)) is not None)
    most = _rungs(f)
    for what in {key for one in f.new_notices if (key := _reminds_of(one)) is not None}:
        if f.reminders[what] > most.get(str(what[0]), 0) + MOST_REMINDERS_MORE:
            yield f"{what} was told {f.reminders[what]} times"


def _reminds_of(one: audit.Told) -> tuple[object, ...] | None:
    notice = one.notice
    if notice.kind in HOUSE_KINDS:
        return (notice.kind, notice.person, notice.data.get("body"), f"{local_day(one.at):%Y-%m}")
    duty = notice.data.get("duty")
    if not isinstance(duty, dict):
        return None
    return (notice.kind, notice.person, notice.sag, notice.step, duty["about"], duty["due"])


def _rungs(f: Findings) -> Mapping[str, int]:
    """How many reminders there are with each text, in the longest ladder."""
    found: dict[str, int] = {}
    for body in f.world.bodies.values():
        for kind, ladder in body.ladders.items():
            counts: Counter[str] = Counter()
            for rung in ladder:
                counts[rung.text or kind.value] += 1 + rung.times
            for text, count in counts.items():
                found[text] = max(found.get(text, 0), count)
    return found


def changes_told(f: Findings) -> Iterator[str]:
    """Everybody who counts on a meeting is told when it is moved or cancelled: the notice is there at once, and
    with them within three working days of calm."""
    late: list[tuple[datetime, MeetingId, SagId, PersonId]] = []
    by_owner: dict[PersonId, dict[tuple[SagId, datetime], audit.Told]] = {}
    first = min((at for at, *_ in f.expected), default=f.now)
    for at, meeting, sag, owner in f.expected:
        if owner not in by_owner:
            by_owner[owner] = {
                (one_sag, one.at): one
                for one in audit.notices_since(f.tx, owner, MEETING_CHANGED, first)
                for one_sag in one.notice.sager
            }
        told = by_owner[owner].get((sag, at))
        if told is None:
            yield f"{owner} counts on {meeting} with sag {sag}, and was not told of its change at {at}"
        elif not _has_come(f, told):
            late.append((at, meeting, sag, owner))
            if _is_late(f, at, owner):
                yield f"notice {told.id} to {owner} of {at} about {meeting} has not come: {told.state}"
    f.expected = late


def _has_come(f: Findings, told: audit.Told) -> bool:
    return told.is_dropped or told.state in ("sent", "failed", "uncertain", "dropped")


def _is_late(f: Findings, at: datetime, owner: PersonId) -> bool:
    wanted = f.wants(owner)
    days = TOLD_WITHIN + (5 if wanted.pace is Pace.WEEKLY else 0)
    worked = workdays()
    since = max(local_day(at), local_day(f.now - f.calm))
    return worked.between(since, local_day(f.now)) > days


TOLD: Invariants = {
    "one place": one_place,
    "dropped rightly": dropped_rightly,
    "events told": events_told,
    "asked": asked,
    "late are noted": note_late,
    "told once": told_once,
    "changes told": changes_told,
}
