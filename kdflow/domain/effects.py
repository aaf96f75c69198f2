"""What moves do beyond changing a state: seats on agendas, outcomes, consents, and the way along the route."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from kdflow.domain import guards, outcomes, route
from kdflow.domain.amendment import RouteChange
from kdflow.domain.dates import FuzzyDate
from kdflow.domain.sag import Approval, Event, SeatStatus, Step, StepSeq, content_digest
from kdflow.domain.walk import Walk
from kdflow.domain.workflow import Definitions, Effect, Move

PULL, WITHDRAW, CONCLUDE = "pull", "withdraw", "conclude"
"""Moves that the engine itself makes: every step procedure has the first two, every life the third."""

StepEffect = Callable[[Walk, Step, Move], None]


def take_seat(walk: Walk, step: Step, _move: Move) -> None:
    """Submit the step to the chosen meeting."""
    at_meeting = walk.save(replace(step, meeting=walk.inputs.meeting))
    walk.seat(at_meeting, SeatStatus.SUBMITTED)
    _pull_overtaken(walk, at_meeting)


def seat_on_agenda(walk: Walk, step: Step, _move: Move) -> None:
    """Accept the step onto the agenda of its meeting."""
    walk.seat(step, SeatStatus.ON_AGENDA)


def leave_seat(walk: Walk, step: Step, _move: Move) -> None:
    """Free the seat; the old agenda keeps the trace."""
    freed = walk.seat(step, SeatStatus.TAKEN_OFF, walk.inputs.reason)
    walk.save(replace(freed, meeting=None))


def next_meeting(walk: Walk, step: Step, _move: Move) -> None:
    """The same step at a later meeting: the old agenda keeps its trace, the outcome so far goes to the history."""
    later = guards.next_meeting(walk.situation(step))
    if later is None:
        raise LookupError("a move with the effect next-meeting needs the guard later_meeting_known")
    left = walk.seat(step, SeatStatus.POSTPONED, walk.inputs.reason)
    moved = walk.save(replace(_without_outcome(left, walk), meeting=later.id))
    walk.seat(moved, SeatStatus.SUBMITTED)
    walk.stay(step.station)
    _pull_overtaken(walk, moved)


def record_outcome(walk: Walk, step: Step, _move: Move) -> None:
    """Write the outcome of each part and of the whole; a later step that stood on another outcome is pulled."""
    s = walk.situation(step)
    outcome = guards.chosen_outcome(s)
    parts = tuple(part for _, part in guards.decided_parts(s))
    decided = walk.save(
        replace(
            step,
            parts=parts,
            outcome=outcome,
            outcome_note=walk.inputs.note,
            decided_on=walk.inputs.decided_on or _day_of_treatment(walk, step),
        )
    )
    walk.enrich(outcome=outcome, parts=[part.outcome for part in parts], note=walk.inputs.note)
    if outcomes.kind(guards.consequence_of(walk.situation(decided))) != "go-on":
        pull_conditional(walk, step.station)


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
    walk.enrich(content=approval.content)


def reopen(walk: Walk, step: Step, _move: Move) -> None:
    """Take a decided step up again in the same body: outcome and consents no longer stand."""
    walk.save(replace(_without_outcome(step, walk), meeting=None))
    pull_conditional(walk, step.station)


def _without_outcome(step: Step, walk: Walk) -> Step:
    return replace(
        step,
        parts=tuple(replace(part, outcome=None) for part in step.parts),
        outcome=None,
        outcome_note=None,
        decided_on=None,
        approvals=tuple(a if a.lapsed_at else replace(a, lapsed_at=walk.world.now) for a in step.approvals),
    )


# --- the way along the route -----------------------------------------------------------------------------------


def go_on(walk: Walk, step: Step, _move: Move) -> None:
    """Hand the sag on: to every follower, through a join when the last branch has come, or to its end."""
    followers = walk.definitions.workflow.followers[step.station]
    for follower in followers:
        _go(walk, step, follower)
    if not followers:
        walk.move_place(step.station, route.finish(step.station))
        _conclude_if_over(walk)


def _go(walk: Walk, step: Step, follower: str) -> None:
    workflow = walk.definitions.workflow
    walk.move_place(step.station, route.go(step.station, follower))
    if route.is_join(workflow, follower):
        _join_if_all_wait(walk, follower)
    _arrive(walk, follower, step.seq, came_by=step.station)


def _join_if_all_wait(walk: Walk, station: str) -> None:
    waits = [route.waiting(before, station) for before in walk.definitions.workflow.by_key[station].after]
    if all(place in walk.sag.places for place in waits):
        for place in waits:
            walk.move_place(place, route.join(station))


def _arrive(walk: Walk, station: str, came_from: StepSeq, *, came_by: str) -> None:
    """Open the step at a station a branch has reached, or lift the condition from one opened ahead of time."""
    ahead = _ahead_at(walk, station)
    if ahead:
        left = tuple(key for key in ahead.conditional_on if key != came_by)
        walk.save(replace(ahead, conditional_on=left, came_from=came_from))
        walk.record(
            Event(
                machine="record",
                move="condition-met",
                old=", ".join(ahead.conditional_on),
                new=", ".join(left),
                station=station,
                step=ahead.seq,
            )
        )
    elif walk.sag.is_open_at(station):
        walk.open_step(station, came_from=came_from)


def _ahead_at(walk: Walk, station: str) -> Step | None:
    step = walk.sag.at(station)
    return step if step and step.conditional_on and not walk.is_over(step) else None


def _conclude_if_over(walk: Walk) -> None:
    if not walk.sag.places:
        walk.move_life(CONCLUDE)


def send_back(walk: Walk, step: Step, _move: Move) -> None:
    """Return to an earlier station: all that stood on its result is taken off, and it gets a new step."""
    target = guards.back_target(walk.situation(step))
    if target is None:
        raise LookupError("a move with the effect send-back needs the guard earlier_station_chosen")
    return_to(walk, step, target)


def return_to(walk: Walk, step: Step, target: str) -> None:
    """Send the branch at `step` back to `target`, an earlier station."""
    if not step.outcome:
        walk.seat(step, SeatStatus.TAKEN_OFF, walk.inputs.reason)
    walk.move_place(step.station, route.back(step.station, target))
    clear_downstream(walk, target, keep=step.seq)
    walk.open_step(target, came_from=step.seq)


def clear_downstream(walk: Walk, station: str, *, keep: StepSeq | None = None) -> None:
    """Take off every branch and every open step that stands on what `station` decided."""
    workflow = walk.definitions.workflow
    for place in route.downstream_places(workflow, station, walk.sag.places):
        walk.recall(place)
    after = workflow.descendants(station)
    for other in walk.open_steps():
        if other.station in after and other.seq != keep:
            take_off(walk, other, PULL)


def take_off(walk: Walk, step: Step, move: str) -> None:
    """End a step by one of the engine's own moves, and free its seat."""
    reason = walk.inputs.reason or walk.inputs.note
    moved = walk.move_step(step, move, reason=reason)
    freed = walk.seat(moved, SeatStatus.TAKEN_OFF, reason)
    walk.save(replace(freed, meeting=None))


def pull_conditional(walk: Walk, station: str) -> None:
    """Pull every open step that was submitted on condition of `station`, and what stood on that in turn."""
    for other in walk.open_steps():
        if station in other.conditional_on:
            take_off(walk, other, PULL)
            pull_conditional(walk, other.station)


def _pull_overtaken(walk: Walk, step: Step) -> None:
    """Pull conditional steps whose meeting now comes before the meeting their condition waits for."""
    mine = walk.world.timetable.find(step.meeting)
    for other in walk.open_steps():
        theirs = walk.world.timetable.find(other.meeting)
        if step.station in other.conditional_on and mine and theirs and theirs.on.surely_before(mine.on):
            take_off(walk, other, PULL)
            pull_conditional(walk, other.station)


def end_here(walk: Walk, step: Step, _move: Move) -> None:
    """End the whole sag at this step: what is open elsewhere is taken off."""
    walk.move_place(step.station, route.finish(step.station))
    for place in walk.sag.places:
        walk.recall(place)
    for other in walk.open_steps():
        take_off(walk, other, PULL)
    _conclude_if_over(walk)


def change_route(walk: Walk, change: RouteChange, new: Definitions, move: str) -> None:
    """Move the sag to another route, and open what the change lets a branch reach at once."""
    walk.record(
        Event(
            machine="record",
            move=move,
            old=change.old,
            new=change.new,
            reason=walk.inputs.reason,
            data={"added": list(change.added), "removed": list(change.removed), "stations": dict(change.stations)},
        )
    )
    walk.take_route(change, new)
    for place in walk.sag.places:
        if ">" in place:
            _join_if_all_wait(walk, place.split(">")[1])
        elif place not in {step.station for step in walk.open_steps()}:
            walk.open_step(place, came_from=None)


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
        take_off(walk, step, WITHDRAW)


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
