"""Who may do what no procedure names: change content or route, correct a decision, open a sag for others."""

from __future__ import annotations

from kdflow.domain.authority import Acting, Authority, PersonId
from kdflow.domain.sag import Step
from kdflow.domain.situation import Situation
from kdflow.domain.timetable import Body
from kdflow.domain.visibility import bodies_of
from kdflow.domain.workflow import Actor

CORRECTORS = (Actor.SECRETARY, Actor.CHAIR, Actor.ADMINISTRATOR)
"""Who may correct what a body was recorded to have decided."""

CALENDAR_KEEPERS = (Actor.SECRETARY, Actor.CHAIR, Actor.ADMINISTRATOR)
"""Who may add, move, cancel and change the meetings of a body."""

PLACE_GIVERS = (Actor.SECRETARY, Actor.CHAIR)
"""Who may say which sager get a place at a meeting of a body that takes only so many."""

SUBMITTERS = (Actor.OWNER, Actor.SECRETARY)
"""Who may submit a sag to a later body ahead of its turn."""


def editor(situation: Situation, person: PersonId) -> Acting | None:
    """In what capacity `person` may change what the sag says, or its route: as owner, administrator, or secretary
    of the body of the step in question (of any body the sag is open at, where there is no step)."""
    authority, sag = situation.world.authority, situation.sag
    if person == sag.owner or authority.is_administrator(person):
        return Acting(person=person)
    steps = (situation.step,) if situation.step else _open_steps(situation)
    serves = any(person in authority.secretaries(situation.world.bodies[step.body]) for step in steps)
    return Acting(person=person) if serves else None


def _open_steps(situation: Situation) -> tuple[Step, ...]:
    sag = situation.sag
    return tuple(step for step in sag.steps if sag.is_open_at(step.station) or step.conditional_on)


def corrector(situation: Situation, person: PersonId) -> Acting | None:
    """In what capacity `person` may correct the decision of the situation's step."""
    authority = situation.world.authority
    return authority.acting(person, CORRECTORS, owner=situation.sag.owner, body=situation.body)


def may_open_for_others(situation: Situation, person: PersonId) -> bool:
    """Whether `person` may open the sag for its owner: an administrator, or a secretary of a body on its route."""
    authority, world = situation.world.authority, situation.world
    bodies = (world.bodies[key] for key in bodies_of(situation.sag, situation.definitions) if key in world.bodies)
    return authority.is_administrator(person) or any(person in authority.secretaries(body) for body in bodies)


def calendar_keeper(authority: Authority, body: Body, person: PersonId) -> Acting | None:
    """In what capacity `person` may change the calendar of a body."""
    return authority.acting(person, CALENDAR_KEEPERS, owner=PersonId(""), body=body)


def place_giver(authority: Authority, body: Body, person: PersonId) -> Acting | None:
    """In what capacity `person` may say who gets a place at the meetings of a body."""
    return authority.acting(person, PLACE_GIVERS, owner=PersonId(""), body=body)
