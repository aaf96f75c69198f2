"""A chair lets a decided sag wait for a later meeting of the next body.

No procedure names it: it moves no state, and every running sag can do it, whatever version it started on. The
planner keeps to it, and the next body takes no submission to an earlier meeting.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kdflow.domain import outcomes
from kdflow.domain.departures import chain
from kdflow.domain.errors import Reason
from kdflow.domain.findings import consequence_of
from kdflow.domain.reasons import CASE, sentence
from kdflow.domain.sag import Event, Step
from kdflow.domain.situation import Situation, body_at
from kdflow.domain.standing import meets, standing
from kdflow.domain.timetable import Meeting, MeetingId, MeetingStatus, has_begun
from kdflow.domain.walk import Walk
from kdflow.domain.workflow import Actor, Move, Station

WAIT = "wait"
"""What it is called among the moves of a step, and in the history."""

WAIT_OVER = "wait-over"
"""How the history calls that a sag need not wait any longer."""

TITLE = "Lad sagen vente til et senere møde"


def move_of(situation: Situation) -> Move:
    """It as a move, from the state that the step is in."""
    values = {"name": WAIT, "title": TITLE, "from": (situation.current.state,), "to": "=", "by": (Actor.CHAIR,)}
    return Move.model_validate(values)


def can_wait(situation: Situation) -> bool:
    """Whether the step has decided that the sag goes on, still has it, and a body with meetings comes next."""
    step = situation.step
    if step is None or step.outcome is None or not situation.sag.is_open_at(step.station):
        return False
    return outcomes.kind(consequence_of(situation)) == "go-on" and any(next_stations(situation))


def next_stations(situation: Situation) -> Iterator[Station]:
    """The stations that come next, with meetings, that the sag has not been submitted to ahead of its turn."""
    workflow = situation.definitions.workflow
    for key in workflow.followers[situation.current.station]:
        is_coming = standing(situation.sag, key, situation.definitions) == "coming"
        if is_coming and meets(situation.definitions, key):
            yield workflow.by_key[key]


def against(situation: Situation) -> tuple[Reason, ...]:
    """Why the sag cannot wait for the meeting that is chosen: none is no longer to wait at all."""
    if situation.sag.life != "under-way":
        life = situation.definitions.life.by_state[situation.sag.life]
        return (Reason("sag_under_way", sentence("", {CASE: "not-under-way", "life": life.title})),)
    wanted = situation.inputs.meeting
    is_good = _can_be_waited_for(situation, wanted) if wanted else situation.current.waits_for is not None
    return () if is_good else (Reason(WAIT, sentence("", {CASE: "waits-for-none"}), "meeting"),)


def _can_be_waited_for(situation: Situation, wanted: MeetingId) -> bool:
    chosen = situation.world.timetable.find(wanted)
    if chosen is None or chosen.status is MeetingStatus.CANCELLED or has_begun(chosen, situation.world.now):
        return False
    return _is_next(situation, chosen)


def _is_next(situation: Situation, meeting: Meeting) -> bool:
    """Whether a meeting is one of a body that comes next, or of one that follows it."""
    for station in next_stations(situation):
        bodies = list(chain(body_at(station, situation.sag.fills), situation.world.bodies))
        if meeting.body in {key for body in bodies for key in (body.key, body.successor)}:
            return True
    return False


def wait(walk: Walk, step: Step) -> None:
    """Let a step wait for the chosen meeting, or (without one) no longer."""
    meeting = walk.world.timetable.find(walk.inputs.meeting)
    walk.save(replace(step, waits_for=meeting.id if meeting else None))
    walk.record(
        Event(
            machine="record",
            move=WAIT if meeting else WAIT_OVER,
            old=step.waits_for or "",
            new=meeting.id if meeting else "",
            station=step.station,
            step=step.seq,
            reason=walk.inputs.reason,
            data={"next": walk.world.short(meeting.body), "until": meeting.on.text} if meeting else {},
        )
    )
