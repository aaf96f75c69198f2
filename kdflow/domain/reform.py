"""Bodies that change under running sager: a shift as of a changed calendar, with other bodies than before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from kdflow.domain.authority import PersonId
from kdflow.domain.body_change import FIELDS, value_of
from kdflow.domain.impact import Shift
from kdflow.domain.impact_told import Telling
from kdflow.domain.network import Network
from kdflow.domain.notices import Notice
from kdflow.domain.replanning import bodies_leading_to, touched
from kdflow.domain.situation import World
from kdflow.domain.timetable import Body, MeetingId

RULES_CHANGED = "rules-changed"
"""The kind of notice that tells of a body that has changed."""


@dataclass(frozen=True, kw_only=True)
class Reform(Shift):
    """Bodies changed: `was` has them as they were, `world` as they are now. No meeting is another."""

    was: Mapping[str, Body]

    @cached_property
    def old(self) -> Network:
        """The calendars as they were."""
        return Network(self.was, self.before)

    @cached_property
    def new(self) -> Network:
        """The calendars as they are now."""
        return Network(self.world.bodies, self.world.timetable)

    @cached_property
    def touched_bodies(self) -> tuple[str, ...]:
        """The bodies that are others than before, or new."""
        return tuple(key for key, body in self.world.bodies.items() if self.was.get(key) != body)

    @cached_property
    def watched(self) -> Mapping[str, frozenset[MeetingId | None]]:
        """For each body whose sager the changes may concern, the meetings whose passengers they may."""
        leading = dict.fromkeys(
            key
            for body in self.touched_bodies
            for bodies in (self.was, self.world.bodies)
            for key in bodies_leading_to(body, bodies)
        )
        return {body: touched(self.old.departures(body), self.new.departures(body)) for body in leading}

    @cached_property
    def new_facts(self) -> tuple[dict[str, object], ...]:
        """What people are told: body by body, which of its fields are others now."""
        return tuple(
            {"body": self.world.short(key), "key": key, "fields": fields}
            for key in self.touched_bodies
            if key in self.was and (fields := differences(self.was[key], self.world.bodies[key]))
        )


def reform_of(was: Mapping[str, Body], world: World, *, by: PersonId, reason: str | None = None) -> Reform:
    """The shift from bodies as they were to those of `world`."""
    return Reform(changes=(), made=(), before=world.timetable, world=world, by=by, reason=reason, was=was)


def differences(old: Body, new: Body) -> list[str]:
    """The names of what differs between two values of a body; rules and ladders with their kind."""
    found = [name for name in FIELDS if name not in ("rules", "ladders") and _differs(old, new, name)]
    for name in ("rules", "ladders"):
        before, after = getattr(old, name), getattr(new, name)
        found += [f"{name}.{kind}" for kind in {**before, **after} if before.get(kind) != after.get(kind)]
    return found + (["closing_days"] if old.closing_days != new.closing_days else [])


def _differs(old: Body, new: Body, name: str) -> bool:
    return bool(value_of(old, name) != value_of(new, name))


@dataclass
class ReformTelling(Telling):
    """Who hears of a reform: whom it hits, and who leads and serves the bodies themselves, where they are to hear
    of it whether it hits a sag or not."""

    bodies_told: Iterable[str] = field(default_factory=tuple)

    def notices(self) -> tuple[Notice, ...]:
        """One notice to each person about the bodies, and what that does to their sager."""
        return tuple(self._notice(person) for person in dict.fromkeys([*self.heard, *self._of_bodies()]))

    def _notice(self, person: PersonId) -> Notice:
        shift = self.shift
        facts = shift.new_facts if isinstance(shift, Reform) else ()
        data: dict[str, Any] = {"bodies": list(facts), "reason": shift.reason}
        if person in self.heard:
            return self.notice(person, RULES_CHANGED, data)
        return Notice(kind=RULES_CHANGED, person=person, sag=None, data=data)

    def _of_bodies(self) -> list[PersonId]:
        world, by = self.shift.world, self.shift.by
        found = [
            person
            for key in self.bodies_told
            for person in (*world.authority.secretaries(world.bodies[key]), *world.authority.answers_for(key))
        ]
        return [person for person in found if person != by]
