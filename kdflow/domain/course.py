"""The way along the route: on, through joins, back, off it, to its end, and over to another route."""

from __future__ import annotations

from dataclasses import replace

from kdflow.domain import route
from kdflow.domain.amendment import RouteChange
from kdflow.domain.sag import Event, Part, Sag, SeatStatus, Step, StepSeq
from kdflow.domain.walk import Walk
from kdflow.domain.workflow import Definitions

PULL, WITHDRAW, CONCLUDE = "pull", "withdraw", "conclude"
"""Moves that the engine itself makes: every step procedure has the first two, every life the third."""


def go_on(walk: Walk, step: Step) -> None:
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
    _arrive(walk, follower, step.seq)


def _join_if_all_wait(walk: Walk, station: str) -> None:
    waits = [route.waiting(before, station) for before in walk.definitions.workflow.by_key[station].after]
    if all(place in walk.sag.places for place in waits):
        for place in waits:
            walk.move_place(place, route.join(station))


def _arrive(walk: Walk, station: str, came_from: StepSeq) -> None:
    """Open the step at a station a branch has reached, or lift the condition from one opened ahead of time."""
    ahead = _ahead_at(walk, station)
    if ahead:
        _lift_condition(walk, ahead, walk.sag.step(came_from))
    elif walk.sag.is_open_at(station):
        walk.open_step(station, came_from=came_from, sent=_sent_to(walk, station))


def _lift_condition(walk: Walk, ahead: Step, decided: Step) -> None:
    """Note that `decided` has gone on: what it sends along is the indstilling of a step that has none of its own;
    where it differs from that step's own, the history keeps it beside."""
    left = tuple(key for key in ahead.conditional_on if key != decided.station)
    own = tuple(part.text for part in ahead.parts)
    parts = ahead.parts or tuple(Part(text=text) for text in decided.forwards)
    walk.save(replace(ahead, conditional_on=left, came_from=decided.seq, parts=parts))
    differs = bool(own and decided.forwards and own != decided.forwards)
    walk.record(
        Event(
            machine="record",
            move="condition-met",
            old=", ".join(ahead.conditional_on),
            new=", ".join(left),
            station=ahead.station,
            step=ahead.seq,
            data={
                "decided": decided.outcome,
                "by": walk.world.short(decided.body),
                **({"sent": list(decided.forwards)} if differs else {}),
            },
        )
    )


def _sent_to(walk: Walk, station: str) -> tuple[str, ...]:
    """The indstillinger that every station before `station` has sent along, in route order."""
    before = walk.definitions.workflow.by_key[station].after
    return tuple(text for key in before if (step := walk.sag.at(key)) for text in step.forwards)


def _ahead_at(walk: Walk, station: str) -> Step | None:
    step = walk.sag.at(station)
    return step if step and step.conditional_on and not walk.is_over(step) else None


def _conclude_if_over(walk: Walk) -> None:
    if not walk.sag.places:
        walk.move_life(CONCLUDE)


def return_to(walk: Walk, step: Step, target: str) -> None:
    """Send the branch at `step` back to `target`, an earlier station, which gets a new step."""
    if not step.outcome:
        walk.seat(step, SeatStatus.TAKEN_OFF, walk.inputs.reason)
    _come_back(walk, step.station, target, step.seq)


def recall_to(walk: Walk, step: Step) -> None:
    """Bring the sag back to a station it has left, where it is treated anew; nothing when it has come to its end.

    Where the sag still stands at the station, only what was submitted on condition of it is pulled.
    """
    if walk.sag.is_open_at(step.station):
        pull_conditional(walk, step.station)
        return
    place = _standing_on(walk.sag, walk.definitions, step.station)
    if place is not None:
        standing = next((s for s in walk.open_steps() if s.station == place), None)
        if standing:
            take_off(walk, standing, PULL, step)
        _come_back(walk, place, step.station, step.seq)


def can_recall(sag: Sag, definitions: Definitions, station: str) -> bool:
    """Whether some branch still stands on what `station` decided, so that it can be brought back."""
    return _standing_on(sag, definitions, station) is not None


def _standing_on(sag: Sag, definitions: Definitions, station: str) -> str | None:
    after = definitions.workflow.descendants(station) | {station}
    return next((place for place in sag.places if route.origin(place) in after), None)


def _come_back(walk: Walk, place: str, target: str, came_from: StepSeq) -> None:
    """Bring the branch at `place` back to `target`: all that stood on its result is taken off."""
    kept = _still_decided(walk, target)
    station = route.origin(place)
    if place != station:
        walk.move_place(place, route.again(station))
    if station != target:
        walk.move_place(station, route.back(station, target))
    _clear_downstream(walk, target, keep=came_from)
    for before, follower in kept:
        walk.move_place(route.OUTSIDE, route.wait_again(before, follower))
    walk.open_step(target, came_from=came_from, again=walk.sag.at(target))


def _still_decided(walk: Walk, target: str) -> list[tuple[str, str]]:
    """The branches that must wait again at joins after `target` when the sag comes back to it.

    A join that has been entered has used up what came to it from elsewhere; that still stands, and must not be
    asked for again.
    """
    workflow, places = walk.definitions.workflow, walk.sag.places

    def stands(station: str) -> bool:
        step = walk.sag.at(station)
        gone_on = step is not None and step.state in walk.definitions.handed_on(station)
        return gone_on and station not in places and not route.is_awaited(workflow, station, places)

    return [
        (before, follower)
        for before, follower in route.joins_fed_from_elsewhere(workflow, target)
        if stands(before) and route.waiting(before, follower) not in places
    ]


def _clear_downstream(walk: Walk, station: str, *, keep: StepSeq) -> None:
    """Take off every branch and every open step that stands on what `station` decided."""
    workflow = walk.definitions.workflow
    for place in route.downstream_places(workflow, station, walk.sag.places):
        walk.recall(place)
    after = workflow.descendants(station)
    for other in walk.open_steps():
        if other.station in after and other.seq != keep:
            take_off(walk, other, PULL, walk.sag.step(keep))


def take_off(walk: Walk, step: Step, move: str, because: Step | None = None) -> None:
    """End a step by one of the engine's own moves, and free its seat.

    The history says which move was the cause, and what the step `because` of which it happened had decided then.
    """
    reason = walk.inputs.reason or walk.inputs.note
    cause = walk.events[0].move if walk.events else move
    moved = walk.move_step(step, move, reason=reason)
    walk.enrich(cause=cause)
    if because:
        now = walk.sag.step(because.seq)
        walk.enrich(by=walk.world.short(now.body), decided=now.outcome)
    freed = walk.seat(moved, SeatStatus.TAKEN_OFF, reason)
    walk.save(replace(freed, meeting=None, conditional_on=()))


def pull_conditional(walk: Walk, station: str) -> None:
    """Pull every open step that was submitted on condition of `station`, and what stood on that in turn."""
    _pull_on_condition(walk, station, walk.sag.at(station))


def _pull_on_condition(walk: Walk, station: str, because: Step | None) -> None:
    for other in walk.open_steps():
        if station in other.conditional_on:
            take_off(walk, other, PULL, because)
            _pull_on_condition(walk, other.station, because)


def pull_overtaken(walk: Walk, step: Step) -> None:
    """Pull conditional steps whose meeting now comes before the meeting their condition waits for."""
    mine = walk.world.timetable.find(step.meeting)
    for other in walk.open_steps():
        theirs = walk.world.timetable.find(other.meeting)
        if step.station in other.conditional_on and mine and theirs and theirs.on.surely_before(mine.on):
            take_off(walk, other, PULL, step)
            _pull_on_condition(walk, other.station, step)


def end_here(walk: Walk, step: Step) -> None:
    """End the whole sag at this step: what is open elsewhere is taken off."""
    walk.move_place(step.station, route.finish(step.station))
    for place in walk.sag.places:
        walk.recall(place)
    for other in walk.open_steps():
        take_off(walk, other, PULL, step)
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
    standing = {step.station for step in walk.open_steps()}
    for place in walk.sag.places:
        if ">" not in place and place not in standing:
            walk.open_step(place, came_from=None, sent=_sent_to(walk, place))
