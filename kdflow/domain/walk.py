"""One walk of a sag: an accumulator that fires machines, keeps the new value and writes down every event."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kdflow.domain import machine, route
from kdflow.domain.amendment import RouteChange, has_not_begun
from kdflow.domain.authority import Acting
from kdflow.domain.sag import Event, Part, Sag, Seat, SeatStatus, Step, StepSeq
from kdflow.domain.situation import Inputs, Situation, World, body_at
from kdflow.domain.station_texts import OwnText, on_route
from kdflow.domain.timetable import MeetingId
from kdflow.domain.workflow import Definitions, Procedure

LEFT = (SeatStatus.TAKEN_OFF, SeatStatus.POSTPONED)
"""What a seat is once the step has left the meeting."""


class Walk:
    """A sag on its way from one value to the next within one move; `sag` and `events` are the result."""

    def __init__(self, situation: Situation) -> None:
        self.definitions: Definitions = situation.definitions
        self.world: World = situation.world
        self.inputs: Inputs = situation.inputs
        self.acting: Acting | None = situation.acting
        self.sag: Sag = situation.sag
        self.events: list[Event] = []

    def situation(self, step: Step | None) -> Situation:
        """The question as it stands now, about `step`."""
        return Situation(
            sag=self.sag,
            step=step,
            definitions=self.definitions,
            world=self.world,
            inputs=self.inputs,
            acting=self.acting,
        )

    def record(self, event: Event) -> None:
        """Write down something that happened."""
        self.events.append(event)

    def enrich(self, **data: object) -> None:
        """Add data to the event written down last."""
        last = self.events[-1]
        self.events[-1] = replace(last, data={**last.data, **data})

    def save(self, step: Step) -> Step:
        """Keep a changed step."""
        self.sag = self.sag.with_step(step)
        return step

    # --- steps ---------------------------------------------------------------------------------------------

    def move_step(self, step: Step, move: str, *, reason: str | None = None) -> Step:
        """Fire a move of the step's procedure; the rest of the step is the effects' business."""
        procedure = self.procedure_of(step)
        new = machine.fire(procedure, step.state, move, self.situation(step))
        moved = self.save(replace(step, state=new))
        self.record(
            Event(
                machine="step",
                move=move,
                old=step.state,
                new=new,
                station=step.station,
                step=step.seq,
                reason=reason,
            )
        )
        return moved

    def open_step(
        self,
        station: str,
        *,
        came_from: StepSeq | None,
        waits_for: Iterable[str] = (),
        sent: tuple[str, ...] = (),
        again: Step | None = None,
    ) -> Step:
        """Open a step at a station, with the indstilling `sent` along to it and nothing else.

        When the sag has come back to be treated `again`, it has all that was written at that earlier step: what
        it asks its body, and what goes on from there.
        """
        plan = self.definitions.workflow.by_key[station]
        texts = tuple(part.text for part in again.parts) if again else sent
        step = Step(
            seq=self.sag.next_seq,
            station=station,
            body=body_at(plan, self.sag.fills),
            state=self.definitions.procedure_of(station).initial,
            asks=plan.asks,
            proposes=again.proposes if again else None,
            parts=tuple(Part(text=text) for text in texts),
            forwards=again.forwards if again else (),
            conditional_on=tuple(waits_for),
            came_from=came_from,
            opened_at=self.world.now,
        )
        self.record(Event(machine="step", move="open", old="", new=step.state, station=station, step=step.seq))
        return self.save(step)

    def procedure_of(self, step: Step) -> Procedure:
        """The procedure that a step lives by."""
        return self.definitions.procedure_of(step.station)

    def is_over(self, step: Step) -> bool:
        """Whether a step has come to a final state."""
        return self.procedure_of(step).by_state[step.state].final

    def open_steps(self) -> tuple[Step, ...]:
        """The steps that are not over."""
        return tuple(step for step in self.sag.steps if not self.is_over(step))

    def seat(self, step: Step, status: SeatStatus, note: str | None = None) -> Step:
        """Say what became of the step's seat at its meeting; nothing when it has none.

        The move that takes it away keeps in the history which meeting it left, and what the seat was until then.
        """
        if step.meeting is None:
            return step
        if status in LEFT:
            was = next((seat.status for seat in step.seats if seat.meeting == step.meeting), None)
            self.enrich(left=step.meeting, was=was)
        return self.save(replace(step, seats=_with_seat(step.seats, step.meeting, status, note)))

    # --- route ---------------------------------------------------------------------------------------------

    def move_place(self, place: str, trigger: str) -> str:
        """Fire a trigger of the route for the branch at `place`; `places` follows."""
        workflow = self.definitions.workflow
        new = machine.fire_route(workflow, place, trigger)
        left = tuple(other for other in self.sag.places if other != place)
        gone = new in (route.FINISHED, route.RECALLED) or new in left
        self.sag = replace(self.sag, places=left if gone else (*left, new))
        self.record(Event(machine="route", move=trigger, old=place, new=new, station=route.origin(place)))
        return new

    def stay(self, station: str) -> None:
        """Note that the branch at a station is treated there again; nothing for a step opened ahead of time."""
        if self.sag.is_open_at(station):
            self.move_place(station, route.stay(station))

    def enter(self, station: str) -> None:
        """Begin a branch at a start station."""
        self.move_place(route.OUTSIDE, route.enter(station))
        self.open_step(station, came_from=None)

    def take_route(self, change: RouteChange, new: Definitions) -> None:
        """Leave the route for another one: each branch is carried to its place there, its steps with it."""
        for place in self.sag.places:
            target = machine.fire_bridge(change.places, place)
            if target != place:
                self.record(Event(machine="route", move=route.move_over(place, target), old=place, new=target))
        texts, left = on_route(self.sag.texts, change.renamed, new.workflow.by_key)
        for own in left:
            self.record(_text_gone(own))
        self.sag = replace(
            self.sag,
            route=new.workflow.ref,
            texts=texts,
            places=tuple(dict.fromkeys(change.places[place] for place in self.sag.places)),
            steps=tuple(_carried_over(step, change, new, self.sag) for step in self.sag.steps),
        )
        self.definitions = new

    def recall(self, place: str) -> None:
        """Take the branch at a place off the route."""
        self.move_place(place, route.RECALL)

    # --- the sag's own life --------------------------------------------------------------------------------

    def move_life(self, move: str, reason: str | None = None) -> None:
        """Fire a move of the sag's own life."""
        life = self.definitions.life
        new = machine.fire(life, self.sag.life, move, self.situation(None))
        self.record(Event(machine="life", move=move, old=self.sag.life, new=new, reason=reason))
        self.sag = replace(self.sag, life=new)


def _text_gone(own: OwnText) -> Event:
    """The history keeps the case text of a station that is no longer on the route."""
    data = {"own_text": own.text}
    return Event(machine="record", move="revise", old="", new="own_text", station=own.station, data=data)


def _with_seat(
    seats: tuple[Seat, ...], meeting: MeetingId, status: SeatStatus, note: str | None
) -> tuple[Seat, ...]:
    seat = Seat(meeting=meeting, status=status, note=note)
    if any(old.meeting == meeting for old in seats):
        return tuple(seat if old.meeting == meeting else old for old in seats)
    return (*seats, seat)


def _carried_over(step: Step, change: RouteChange, new: Definitions, sag: Sag) -> Step:
    """A step on another route: under the station's new key, and at its new body where it has not begun."""
    key = change.stations[step.station]
    conditions = tuple(change.stations.get(other, other) for other in step.conditional_on)
    moves = has_not_begun(step, new.procedure_of(key))
    body = body_at(new.workflow.by_key[key], sag.fills) if moves else step.body
    return replace(step, station=key, body=body, conditional_on=conditions)
