"""What moves do beyond changing a state: seats on agendas, outcomes, consents, and the way along the route."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from kdflow.domain import course, findings, outcomes
from kdflow.domain.dates import FuzzyDate
from kdflow.domain.sag import Approval, SeatStatus, Step, content_digest
from kdflow.domain.walk import Walk
from kdflow.domain.workflow import Effect, Move

StepEffect = Callable[[Walk, Step, Move], None]


def take_seat(walk: Walk, step: Step, _move: Move) -> None:
    """Submit the step to the chosen meeting."""
    at_meeting = walk.save(replace(step, meeting=walk.inputs.meeting))
    walk.seat(at_meeting, SeatStatus.SUBMITTED)
    course.pull_overtaken(walk, at_meeting)


def seat_on_agenda(walk: Walk, step: Step, _move: Move) -> None:
    """Accept the step onto the agenda of its meeting."""
    walk.seat(step, SeatStatus.ON_AGENDA)


def leave_seat(walk: Walk, step: Step, _move: Move) -> None:
    """Free the seat; the old agenda keeps the trace."""
    freed = walk.seat(step, SeatStatus.TAKEN_OFF, walk.inputs.reason)
    walk.save(replace(freed, meeting=None))


def next_meeting(walk: Walk, step: Step, _move: Move) -> None:
    """The same step at a later meeting: the old agenda keeps its trace, the outcome so far goes to the history."""
    later = findings.next_meeting(walk.situation(step))
    if later is None:
        raise LookupError("a move with the effect next-meeting needs the guard later_meeting_known")
    left = walk.seat(step, SeatStatus.POSTPONED, walk.inputs.reason)
    moved = walk.save(replace(_without_outcome(left, walk), meeting=later.id))
    walk.seat(moved, SeatStatus.SUBMITTED)
    walk.stay(step.station)
    course.pull_overtaken(walk, moved)


def record_outcome(walk: Walk, step: Step, _move: Move) -> None:
    """Write the outcome of each part and of the whole; a later step that stood on another outcome is pulled."""
    s = walk.situation(step)
    outcome = findings.chosen_outcome(s)
    parts = tuple(part for _, part in findings.decided_parts(s))
    decided = walk.save(
        replace(
            step,
            parts=parts,
            outcome=outcome,
            outcome_note=walk.inputs.note,
            decided_on=walk.inputs.decided_on or _day_of_treatment(walk, step),
        )
    )
    said = {"parts": [part.outcome for part in parts], "note": walk.inputs.note}
    walk.enrich(outcome=outcome, **said, decided_on=decided.decided_on.text if decided.decided_on else None)
    if outcomes.kind(findings.consequence_of(walk.situation(decided))) != "go-on":
        course.pull_conditional(walk, step.station)


def _day_of_treatment(walk: Walk, step: Step) -> FuzzyDate:
    meeting = walk.world.timetable.find(step.meeting)
    return meeting.on if meeting else FuzzyDate.day(walk.world.today)


def record_consent(walk: Walk, step: Step, _move: Move) -> None:
    """Bind a consent to the content as it is now."""
    if walk.acting is None:
        raise LookupError("a consent is given by a person")
    approval = Approval(
        person=walk.acting.person,
        on_behalf_of=walk.acting.on_behalf_of,
        content=content_digest(walk.sag, step),
        at=walk.world.now,
    )
    walk.save(replace(step, approvals=(*step.approvals, approval)))
    remark = {"note": walk.inputs.note} if walk.inputs.note else {}
    walk.enrich(content=approval.content, **remark)


def reopen(walk: Walk, step: Step, _move: Move) -> None:
    """Take a decided step up again in the same body: outcome and consents no longer stand."""
    walk.save(replace(_without_outcome(step, walk), meeting=None, opened_at=walk.world.now))
    course.pull_conditional(walk, step.station)


def _without_outcome(step: Step, walk: Walk) -> Step:
    return replace(
        step,
        parts=tuple(replace(part, outcome=None) for part in step.parts),
        outcome=None,
        outcome_note=None,
        decided_on=None,
        waits_for=None,
        approvals=tuple(a if a.lapsed_at else replace(a, lapsed_at=walk.world.now) for a in step.approvals),
    )


def go_on(walk: Walk, step: Step, _move: Move) -> None:
    """Hand the sag on: to every follower, through a join when the last branch has come, or to its end."""
    course.go_on(walk, step)


def send_back(walk: Walk, step: Step, _move: Move) -> None:
    """Return to an earlier station: all that stood on its result is taken off, and it gets a new step."""
    target = findings.back_target(walk.situation(step))
    if target is None:
        raise LookupError("a move with the effect send-back needs the guard earlier_station_chosen")
    course.return_to(walk, step, target)


def end_here(walk: Walk, step: Step, _move: Move) -> None:
    """End the whole sag at this step: what is open elsewhere is taken off."""
    course.end_here(walk, step)


# --- the sag's own life ----------------------------------------------------------------------------------------


def enter_route(walk: Walk) -> None:
    """Begin a branch at every start of the route."""
    for start in walk.definitions.workflow.starts:
        walk.enter(start)


def leave_route(walk: Walk) -> None:
    """Take every branch off the route and end every open step with the sag."""
    for place in walk.sag.places:
        walk.recall(place)
    for step in walk.open_steps():
        course.take_off(walk, step, course.WITHDRAW)


STEP_EFFECTS: Mapping[Effect, StepEffect] = {
    Effect.TAKE_SEAT: take_seat,
    Effect.SEAT_ON_AGENDA: seat_on_agenda,
    Effect.LEAVE_SEAT: leave_seat,
    Effect.RECORD_OUTCOME: record_outcome,
    Effect.RECORD_CONSENT: record_consent,
    Effect.GO_ON: go_on,
    Effect.SEND_BACK: send_back,
    Effect.NEXT_MEETING: next_meeting,
    Effect.END_HERE: end_here,
    Effect.REOPEN: reopen,
}

LIFE_EFFECTS: Mapping[Effect, Callable[[Walk], None]] = {
    Effect.ENTER_ROUTE: enter_route,
    Effect.LEAVE_ROUTE: leave_route,
}
