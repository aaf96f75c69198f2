"""Who may do what no procedure names: change content or route, correct a decision, open a sag for others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kdflow.domain.authority import Acting, Authority, Office, PersonId
from kdflow.domain.errors import NotAllowed, NotFound
from kdflow.domain.sag import Step
from kdflow.domain.situation import Situation, World, body_at
from kdflow.domain.timetable import Body
from kdflow.domain.visibility import bodies_of
from kdflow.domain.workflow import Actor

CORRECTORS = (Actor.SECRETARY, Actor.CHAIR, Actor.ADMINISTRATOR)
"""Who may correct what a body was recorded to have decided."""

CALENDAR_KEEPERS = (Actor.SECRETARY, Actor.CHAIR, Actor.ADMINISTRATOR)
"""Who may add, move, cancel and change the meetings of a body."""

AGENDA_KEEPERS = (Actor.SECRETARY, Actor.CHAIR, Actor.ADMINISTRATOR)
"""Who may build and publish the agendas of a body, and has its desk."""

PLACE_GIVERS = (Actor.SECRETARY, Actor.CHAIR)
"""Who may say which sager get a place at a meeting of a body that takes only so many."""

ADMINISTRATORS = (Actor.ADMINISTRATOR,)
"""Who may change bodies, their rules and ladders, the closing days of all, and mail addresses."""

PEOPLE_KEEPERS = (Actor.SECRETARY, Actor.ADMINISTRATOR)
"""Who may change the offices, the absences and the closing days of a body, and hand over what somebody owned."""

CLOSERS = (Actor.OWNER, Actor.SECRETARY, Actor.ADMINISTRATOR)
"""Who may close a sag, and open it again."""

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


def text_editor(situation: Situation, station: str, person: PersonId) -> Acting | None:
    """In what capacity `person` may write the case text of one station: as editor of the step that is open there;
    before the sag comes there as editor of the sag, or secretary of that station's body."""
    step = situation.sag.at(station)
    if step and step in _open_steps(situation):
        return editor(replace(situation, step=step), person)
    there = situation.definitions.workflow.by_key[station]
    body = situation.world.bodies.get(body_at(there, situation.sag.fills))
    serves = body is not None and person in situation.world.authority.secretaries(body)
    return editor(replace(situation, step=None), person) or (Acting(person=person) if serves else None)


def _open_steps(situation: Situation) -> tuple[Step, ...]:
    sag = situation.sag
    return tuple(step for step in sag.steps if sag.is_open_at(step.station) or step.conditional_on)


def corrector(situation: Situation, person: PersonId) -> Acting | None:
    """In what capacity `person` may correct the decision of the situation's step."""
    authority = situation.world.authority
    return authority.acting(person, CORRECTORS, owner=situation.sag.owner, body=situation.body)


def closer(situation: Situation, person: PersonId) -> Acting | None:
    """In what capacity `person` may close the sag, or open it again: as owner, administrator, or secretary of a
    body that it stands or has stood at."""
    authority, sag = situation.world.authority, situation.sag
    if person == sag.owner or authority.is_administrator(person):
        return Acting(person=person)
    serves = any(person in authority.secretaries(situation.world.bodies[step.body]) for step in sag.steps)
    return Acting(person=person) if serves else None


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


def people_keeper(authority: Authority, body: Body, person: PersonId) -> Acting | None:
    """In what capacity `person` may change the offices and the closing days of a body."""
    return authority.acting(person, PEOPLE_KEEPERS, owner=PersonId(""), body=body)


def refuse_other_keepers(world: World, body: str, person: PersonId) -> None:
    """Let administrators keep the offices and closing days of every body and of all ("*"), secretaries those of
    the bodies they serve.

    Raises:
        NotAllowed: `person` is none of these. NotFound: there is no such body.
    """
    if world.authority.is_administrator(person):
        return
    if body == "*":
        raise NotAllowed("administration", ADMINISTRATORS, "")
    if body not in world.bodies:
        raise NotFound("body", body)
    if people_keeper(world.authority, world.bodies[body], person) is None:
        raise NotAllowed("administration", PEOPLE_KEEPERS, world.short(body))


def kept_bodies(authority: Authority, bodies: Mapping[str, Body], person: PersonId) -> tuple[str, ...]:
    """The bodies whose offices and closing days `person` may change."""
    return tuple(key for key, body in bodies.items() if people_keeper(authority, body, person))


def agenda_keeper(authority: Authority, body: Body, person: PersonId) -> Acting | None:
    """In what capacity `person` may build and publish the agendas of a body."""
    return authority.acting(person, AGENDA_KEEPERS, owner=PersonId(""), body=body)


READERS_OF_READINGS = (Actor.OWNER, Actor.SECRETARY, Actor.ADMINISTRATOR)
"""Who may see who has read of a closed sag."""


def may_see_readings(situation: Situation, person: PersonId) -> bool:
    """Whether `person` may see who has read of the sag: its owner, secretaries of its bodies, administrators."""
    return person == situation.sag.owner or may_open_for_others(situation, person)


def releasers(world: World, who: PersonId) -> tuple[PersonId, ...]:
    """Who may release the authenticator of a person: administrators, and the secretaries of the bodies they serve;
    never they themselves."""
    authority = world.authority
    served = {a.body for a in authority.appointments if a.person == who and a.valid.covers(world.today)}
    found = [one for key in sorted(served & set(world.bodies)) for one in authority.secretaries(world.bodies[key])]
    found += authority.holders("*", Office.ADMINISTRATOR)
    return tuple(one for one in dict.fromkeys(found) if one != who)


def may_release(world: World, who: PersonId, by: PersonId) -> bool:
    """Whether somebody may release the authenticator of a person."""
    return by in releasers(world, who)
