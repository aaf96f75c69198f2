"""What every page reads: the world as one person may see it, and where a sag stands in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from kdflow.domain import moves
from kdflow.domain.authority import LEADING, Authority, Office, PersonId
from kdflow.domain.errors import Reason
from kdflow.domain.sag import Event, Sag, Step
from kdflow.domain.situation import Situation, World
from kdflow.domain.standing import open_steps
from kdflow.domain.timetable import Body, Meeting, MeetingStatus
from kdflow.domain.workflow import Actor, Definitions, Move
from kdflow.store import definitions
from kdflow.store.database import Tx


def situation(tx: Tx, sag: Sag, step: Step | None, world: World) -> Situation:
    """A sag, or one of its steps, in that world."""
    return Situation(sag=sag, step=step, definitions=definitions.load(tx, sag.route), world=world)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """One open step as a list row shows it: where, how far, what it waits for, and who has it.

    `meeting` is its meeting, `waits_for` the awaited move, `holders` the people who can make it and
    `holder_names` what they are called; `reasons` says what holds it back when nobody can.
    """

    step: Step
    body: Body
    state: str
    meeting: Meeting | None
    waits_for: Move | None
    holders: tuple[PersonId, ...]
    holder_names: tuple[str, ...]
    reasons: tuple[Reason, ...]
    conditional: bool
    is_mine: bool

    @property
    def is_cancelled(self) -> bool:
        """Whether its meeting has been cancelled, and the item was not taken along to another."""
        return self.meeting is not None and self.meeting.status is MeetingStatus.CANCELLED


def stands(tx: Tx, sag: Sag, world: World, viewer: PersonId | None) -> tuple[Stand, ...]:
    """Where a sag stands: one entry per open step."""
    route = definitions.load(tx, sag.route)
    return tuple(_stand(tx, sag, step, route, world, viewer) for step in open_steps(sag, route))


class Sent(NamedTuple):
    """An indstilling that a body sent along to a step that had another one of its own."""

    by: str
    texts: tuple[str, ...]


def sent_instead(events: Iterable[Event], step: Step) -> tuple[Sent, ...]:
    """What was sent along to a step that was submitted ahead of its turn with another indstilling."""
    mine = (event.data for event in events if event.step == step.seq and event.move == "condition-met")
    return tuple(Sent(str(data["by"]), tuple(data["sent"])) for data in mine if data.get("sent"))  # type: ignore[arg-type]


def _stand(tx: Tx, sag: Sag, step: Step, route: Definitions, world: World, viewer: PersonId | None) -> Stand:
    here = Situation(sag=sag, step=step, definitions=route, world=world)
    move, reasons = moves.awaited(here)
    holders = tuple(_holders(here, move)) if move else ()
    return Stand(
        step=step,
        body=world.bodies[step.body],
        state=route.procedure_of(step.station).by_state[step.state].title,
        meeting=world.timetable.find(step.meeting),
        waits_for=move,
        holders=holders,
        holder_names=tuple(world.names.get(person, person) for person in holders),
        reasons=reasons,
        conditional=bool(step.conditional_on),
        is_mine=bool(move and viewer and moves.waits_for(here, move, viewer)),
    )


def _holders(here: Situation, move: Move) -> Iterable[PersonId]:
    """Who can make a move, the first named kind of people who exist; of a consent, those yet to answer."""
    authority = here.world.authority
    for actor in move.by:
        if actor is Actor.OWNER:
            return (here.sag.owner,)
        if found := holders_at(authority, here.body, actor):
            return tuple(one for one in found if moves.waits_for(here, move, one)) or found
    return ()


def holders_at(authority: Authority, body: Body, actor: Actor) -> tuple[PersonId, ...]:
    """Who is asked at a body where people of a kind can make a move; owners are asked by their sag."""
    match actor:
        case Actor.CHAIR:
            return authority.answers_for(body.key)
        case Actor.SECRETARY:
            return authority.secretaries(body)
        case Actor.MEMBER:
            return authority.holders(body.key, Office.MEMBER, *LEADING)
    return ()


def bodies_served(world: World, viewer: PersonId) -> tuple[str, ...]:
    """The bodies whose steps can wait for `viewer` in the whole world: by an office, as deputy, by secretariat."""
    mine = (one for one in world.authority.appointments if one.person == viewer)
    held = {office.body for office in mine if office.valid.covers(world.today)}
    served = {body.key for body in world.bodies.values() if body.secretariat in held}
    stood_in = {
        appointment.body
        for appointment in world.authority.appointments
        for absence in world.authority.absences
        if absence.person == appointment.person and absence.stand_in == viewer
    }
    return tuple(sorted((held | served | stood_in) & set(world.bodies)))


def days_until(day: date | None, world: World) -> int | None:
    """Days from today to `day`; negative when it is past."""
    return None if day is None else (day - world.today).days
