"""Whom a changed calendar hits: sager with their old and new plans, and the items of a cancelled meeting."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from kdflow.domain import moves
from kdflow.domain.authority import Acting, PersonId
from kdflow.domain.calendar_after import Applied, applied
from kdflow.domain.calendar_change import CalendarChange, ChangeKind
from kdflow.domain.capacity import Room, avoiding
from kdflow.domain.departures import DAY, NEVER
from kdflow.domain.errors import NoSuchMove, NotAllowed, NotFound, Refused
from kdflow.domain.moves import Moved
from kdflow.domain.network import Network
from kdflow.domain.planner import Plan
from kdflow.domain.prepared import Prepared, prepare
from kdflow.domain.replanning import (
    Change,
    Planned,
    bodies_leading_to,
    changes,
    is_news,
    planned,
    planned_from,
    touched,
)
from kdflow.domain.rights import CALENDAR_KEEPERS, calendar_keeper
from kdflow.domain.sag import Event, Sag, SagId, Step, StepSeq
from kdflow.domain.situation import Inputs, Situation, World
from kdflow.domain.timetable import Body, Meeting, MeetingId, Timetable
from kdflow.domain.workflow import Definitions, Effect

LEAVING = (Effect.NEXT_MEETING, Effect.LEAVE_SEAT)
"""What a move may do to take a step away from its meeting, the better way first."""


class Twin(NamedTuple):
    """The plans of a sag before and after, and what is new in them; so it is for all that are prepared alike."""

    prepared: Prepared
    old: Planned
    new: Planned
    changes: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True)
class Shift:
    """Changes of the calendars, made one after the other, in the world that they make: `world` has the calendars
    as they are then, `before` as they were.

    `reroute` says that the items of a cancelled meeting are taken to another one, by `by` and for `reason`; for
    each of their sager, `full` are the meetings that have no room for it (`domain/sliding`).
    """

    changes: tuple[CalendarChange, ...]
    made: tuple[Applied, ...]
    before: Timetable
    world: World
    by: PersonId
    reason: str | None = None
    reroute: bool = False
    full: Mapping[SagId, frozenset[MeetingId]] = field(default_factory=dict)

    @cached_property
    def old(self) -> Network:
        """The calendars as they were."""
        return Network(self.world.bodies, self.before)

    @cached_property
    def new(self) -> Network:
        """The calendars as they are now."""
        return self.old.changed(self.world.timetable, frozenset(change.body for change in self.changes))

    @cached_property
    def watched(self) -> Mapping[str, frozenset[MeetingId | None]]:
        """For each body whose sager the changes may concern, the meetings whose passengers they may."""
        changed = dict.fromkeys(change.body for change in self.changes)
        bodies = [key for body in changed for key in bodies_leading_to(body, self.world.bodies)]
        return {body: touched(self.old.departures(body), self.new.departures(body)) for body in bodies}

    @cached_property
    def twins(self) -> dict[tuple[object, ...], Twin]:
        """By where sager stand, the last one that was planned from there."""
        return {}

    @property
    def meetings(self) -> tuple[MeetingId, ...]:
        """The meetings that are changed."""
        return tuple(one.new.id for one in self.made)

    @cached_property
    def cancelled(self) -> Mapping[MeetingId, Meeting]:
        """Those that are cancelled now."""
        pairs = zip(self.changes, self.made, strict=True)
        return {one.new.id: one.new for change, one in pairs if change.kind is ChangeKind.CANCEL}


def body_kept(change: CalendarChange, world: World, by: PersonId) -> Body:
    """The body that a change is about.

    Raises:
        NotFound: there is none. NotAllowed: `by` does not keep its calendar.
    """
    body = world.bodies.get(change.body)
    if body is None:
        raise NotFound("body", change.body)
    if calendar_keeper(world.authority, body, by) is None:
        raise NotAllowed("change_calendar", CALENDAR_KEEPERS, body.short)
    return body


def shift_of(
    changes: Sequence[CalendarChange],
    world: World,
    *,
    by: PersonId,
    reason: str | None = None,
    reroute: bool = False,
) -> Shift:
    """The shift that some changes make of the calendars of `world`, each made on what the one before it left.

    Raises:
        NotFound, NotAllowed, Refused: as each of them, and by who keeps the calendar of its body.
    """
    made: list[Applied] = []
    for change in changes:
        body = body_kept(change, world, by)
        timetable = made[-1].timetable if made else world.timetable
        made.append(applied(timetable, body, change, by=by, now=world.now))
    after = world.on(made[-1].timetable) if made else world
    return Shift(
        changes=tuple(changes),
        made=tuple(made),
        before=world.timetable,
        world=after,
        by=by,
        reason=reason,
        reroute=reroute,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A sag whose plan a change may concern: before and after, with what happened to its items on the way.

    `old` and `new` are what is kept of its plan, which knows of no full meetings; `was` and `becomes` are what
    people are told, at meetings that have room for it (`domain/sliding`). `changes` are what is new in it, as far
    as a person hears anything new; `room` says at which stations that is for want of a place, or because there is
    one now. `acting` is set where a step was taken off a cancelled meeting; `left` are the steps that no
    move could take.
    """

    before: Sag
    sag: Sag
    route: Definitions
    old: Planned
    new: Planned
    was: Plan | None = None
    becomes: Plan | None = None
    changes: tuple[Change, ...] = ()
    room: Mapping[str, Room] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    acting: Acting | None = None
    left: tuple[StepSeq, ...] = ()

    @property
    def is_news(self) -> bool:
        """Whether anybody has to hear of it."""
        return bool(self.changes or self.events)

    @property
    def is_kept(self) -> bool:
        """Whether what is kept of its plan is still right."""
        return self.sag is self.before and _kept(self.old) == _kept(self.new)

    @property
    def breaks_at(self) -> str | None:
        """The first station that it can no longer reach, though it could before."""
        old, new = self.was, self.becomes
        return new.breaks_at if old and new and old.breaks_at is None else None

    @property
    def days(self) -> int | None:
        """How many days later (negative: earlier) it comes to its end; None where it has none."""
        old, new = self.was, self.becomes
        if old is None or new is None or max(old.arrives, new.arrives) >= NEVER:
            return None
        return new.arrives // DAY - old.arrives // DAY

    @property
    def is_earlier(self) -> bool:
        """Whether it comes to its end on an earlier day, or comes to one at all."""
        old, new = self.was, self.becomes
        return bool(old and new and new.arrives // DAY < old.arrives // DAY)


def _kept(one: Planned) -> tuple[object, ...]:
    legs = one.plan.legs if one.plan else ()
    return one.holds_until, [(leg.station, leg.meeting) for leg in legs if leg.kind in ("meeting", "seat")]


def hit(shift: Shift, sag: Sag, route: Definitions) -> Hit:
    """What a change does to one sag."""
    moved, events, left = _rerouted(shift, sag, route)
    after = moved.sag if moved else sag
    old, new, changed = _both(shift, sag, after, route)
    return Hit(
        before=sag,
        sag=after,
        route=route,
        old=old,
        new=new,
        was=old.plan,
        becomes=new.plan,
        changes=changed,
        events=events,
        acting=moved.acting if moved else None,
        left=left,
    )


def _both(shift: Shift, sag: Sag, after: Sag, route: Definitions) -> tuple[Planned, Planned, tuple[Change, ...]]:
    """The plan before and after, and what is new in it. A sag that stands where it stood is compiled once, and is
    not planned again where another one stands alike."""
    now = shift.world.now
    if after is not sag or route.life.by_state[sag.life].final:
        old, new = planned(sag, route, shift.old, now), planned(after, route, shift.new, now)
        return old, new, news(old.plan, new.plan)
    prepared = prepare(sag, route, shift.old, now)
    where = (sag.route, prepared.bodies, prepared.behind, *prepared.given.items())
    twin = shift.twins.get(where)
    if twin is None or twin.prepared != prepared:
        old, new = planned_from(sag.id, prepared), planned_from(sag.id, prepared.on(shift.new))
        twin = shift.twins[where] = Twin(prepared, old, new, news(old.plan, new.plan))
    return twin.old._replace(sag=sag.id), twin.new._replace(sag=sag.id), twin.changes


def news(old: Plan | None, new: Plan | None) -> tuple[Change, ...]:
    """What a person hears that is new between two plans of a sag."""
    if old is None or new is None:
        return ()
    return tuple(change for change in changes(old, new) if is_news(change))


# --- the items of a cancelled meeting --------------------------------------------------------------------------


def seated(sag: Sag, route: Definitions, meetings: Container[MeetingId | None]) -> tuple[Step, ...]:
    """The steps of a sag that wait for their turn at some meetings."""
    return tuple(
        step
        for step in sag.steps
        if step.meeting in meetings
        and step.outcome is None
        and not route.procedure_of(step.station).by_state[step.state].final
    )


def _rerouted(
    shift: Shift, sag: Sag, route: Definitions
) -> tuple[Moved | None, tuple[Event, ...], tuple[StepSeq, ...]]:
    """A sag with its steps taken away from the cancelled meetings: by the procedures' own moves, on behalf of the
    person who cancels them."""
    last: Moved | None = None
    events: list[Event] = []
    left: list[StepSeq] = []
    for seq in [step.seq for step in seated(sag, route, shift.cancelled)]:
        now = last.sag if last else sag
        if now.step(seq).meeting not in shift.cancelled:
            continue
        here = Situation(sag=now, step=now.step(seq), definitions=route, world=shift.world)
        moved = _taken_away(shift, here) if shift.reroute else None
        if moved:
            last = moved
            events += moved.events
        else:
            left.append(seq)
    return last, tuple(events), tuple(left)


def _taken_away(shift: Shift, here: Situation) -> Moved | None:
    """The step after the first move that the rules allow: to the next meeting it can make, else off the agenda."""
    procedure = here.definitions.procedure_of(here.current.station)
    target = _next_meeting(shift, here)
    inputs = Inputs(reason=shift.reason, meeting=target)
    for wanted in LEAVING if target else LEAVING[1:]:
        for move in procedure.moves_from.get(here.current.state, ()):
            if move.does is wanted:
                try:
                    return moves.advance(replace(here, inputs=inputs), move.name, shift.by)
                except (Refused, NotAllowed, NoSuchMove):
                    continue
    return None


def _next_meeting(shift: Shift, here: Situation) -> MeetingId | None:
    """The first meeting after the cancelled one that has room for the step; where none has, the first at all."""
    prepared = prepare(here.sag, here.definitions, shift.new, shift.world.now)
    roomy = avoiding(prepared, shift.full.get(here.sag.id, frozenset()))
    return next_meeting(shift, roomy, here.current) or next_meeting(shift, prepared, here.current)


def next_meeting(shift: Shift, prepared: Prepared, step: Step) -> MeetingId | None:
    """The first meeting after the cancelled one that a step can make, as the planner sees it."""
    place = prepared.place(step.station)
    cancelled = shift.world.timetable.find(step.meeting)
    table, day = prepared.stops[place].departures, cancelled.begins_on if cancelled else None
    if table is None or day is None:
        return None
    skip = [0] * len(prepared.stops)
    skip[place] = bisect_right(table.decides, day.toordinal() * DAY + DAY - 1)
    chosen = prepared.ride(skip=skip)[place].chosen
    return table.meetings[chosen] if chosen >= 0 else None
