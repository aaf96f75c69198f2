"""Bodies that change under running sager: a shift as of a changed calendar, with other bodies than before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from kdflow.domain.authority import PersonId
from kdflow.domain.body_change import FIELDS, value_of
from kdflow.domain.impact import Hit, Shift
from kdflow.domain.impact_told import Line, Telling
from kdflow.domain.network import Network
from kdflow.domain.notices import Notice
from kdflow.domain.replanning import bodies_leading_to, touched
from kdflow.domain.sag import SagId
from kdflow.domain.situation import World
from kdflow.domain.timetable import Body, MeetingId
from kdflow.domain.visibility import bodies_of

RULES_CHANGED = "rules-changed"
"""The kind of notice that tells of a body that has changed."""

MOST_DAYS = 3
"""So many closing days are named in a notice; of one more it says only that there are more."""


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
    def new_facts(self) -> tuple[dict[str, Any], ...]:
        """What people are told: body by body, which of its fields are others now, and which days to come."""
        return tuple(
            {"body": self.world.short(key), "key": key, "fields": fields, "days": self._days(key)}
            for key in self.touched_bodies
            if key in self.was and (fields := differences(self.was[key], self.world.bodies[key]))
        )

    @cached_property
    def days_everywhere(self) -> list[dict[str, object]]:
        """The days to come that every body has closed now, or open again, where nothing else is another."""
        facts = self.new_facts
        days: list[dict[str, object]] = facts[0]["days"] if len(facts) > 1 else []
        if any(one["fields"] != ["closing_days"] or one["days"] != days for one in facts):
            return []
        closed = [{day.isoformat() for day, _ in body.closing_days} for body in self.world.bodies.values()]
        return days if all((one["day"] in there) is one["closed"] for one in days for there in closed) else []

    def _days(self, key: str) -> list[dict[str, object]]:
        """The first days to come that a body has closed now, or no longer."""
        old, new = self.was[key].closing_days, self.world.bodies[key].closing_days
        still = {day for day, _ in new}
        gone = {(day, name) for day, name in old - new if day not in still}
        coming = sorted(one for one in gone | (new - old) if one[0] >= self.world.today)
        return [
            {"day": day.isoformat(), "name": name, "closed": day in still} for day, name in coming[: MOST_DAYS + 1]
        ]


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
    on_route: dict[SagId, frozenset[str]] = field(default_factory=dict)

    def hear(self, found: Hit) -> tuple[Line, ...]:
        """Note what people have to hear of one sag, and which bodies treat it."""
        self.on_route[found.sag.id] = frozenset(bodies_of(found.sag, found.route))
        return super().hear(found)

    def notices(self) -> tuple[Notice, ...]:
        """One notice to each person about the bodies, and what that does to their sager."""
        return tuple(self._notice(person) for person in dict.fromkeys([*self.heard, *self._of_bodies()]))

    def _notice(self, person: PersonId) -> Notice:
        shift = self.shift
        data: dict[str, Any] = {"bodies": [], "reason": shift.reason}
        if isinstance(shift, Reform):
            everywhere = shift.days_everywhere
            data |= {"days": everywhere, "bodies": [] if everywhere else self._facts(person, shift)}
        if person in self.heard:
            return self.notice(person, RULES_CHANGED, data)
        return Notice(kind=RULES_CHANGED, person=person, sag=None, data=data)

    def _facts(self, person: PersonId, shift: Reform) -> list[dict[str, Any]]:
        """What is new of the bodies on somebody's own sager, and of those they hear of in any case; of all where
        it is none of these that has changed."""
        mine = {key for sag in self.heard.get(person, ()) for key in self.on_route.get(sag, ())}
        mine |= {key for key in self.bodies_told if person in self._keepers(key)}
        return [one for one in shift.new_facts if one["key"] in mine] or list(shift.new_facts)

    def _of_bodies(self) -> list[PersonId]:
        found = (person for key in self.bodies_told for person in self._keepers(key))
        return [person for person in found if person != self.shift.by]

    def _keepers(self, key: str) -> tuple[PersonId, ...]:
        world = self.shift.world
        return (*world.authority.secretaries(world.bodies[key]), *world.authority.answers_for(key))
