"""Everything a rule may look at when it answers: the sag, the people, the calendars, and what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from kdflow.domain.authority import Acting, Authority
from kdflow.domain.dates import FuzzyDate, local_day
from kdflow.domain.sag import Sag, Step
from kdflow.domain.timetable import Body, Meeting, MeetingId, Timetable
from kdflow.domain.workflow import BodyRole, Definitions, Outcome, Station


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What a person typed or chose with a move; every field is optional, the guards say what is missing.

    `outcomes` maps the number of a part (from 1) to its outcome; `outcome` stands for the parts not named.
    `content` is the digest of the text that the person saw.
    """

    reason: str | None = None
    note: str | None = None
    meeting: MeetingId | None = None
    back_to: str | None = None
    outcome: Outcome | None = None
    outcomes: Mapping[int, Outcome] = field(default_factory=dict)
    confirmed: bool = False
    content: str | None = None
    decided_on: FuzzyDate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What does not belong to one sag: bodies, calendars, and who holds which office today. `until` is the last
    day of those who leave, or have left."""

    bodies: Mapping[str, Body]
    timetable: Timetable
    authority: Authority
    names: Mapping[str, str] = field(default_factory=dict)
    until: Mapping[str, date] = field(default_factory=dict)
    now: datetime

    @property
    def today(self) -> date:
        """The day in Copenhagen."""
        return local_day(self.now)

    @property
    def names_here(self) -> dict[str, str]:
        """What those are called who have not left: whom one can turn to."""
        return {key: name for key, name in self.names.items() if self.until.get(key, self.today) >= self.today}

    def on(self, timetable: Timetable) -> World:
        """The same world with other calendars."""
        return replace(self, timetable=timetable)

    def short(self, body: str) -> str:
        """What people call a body."""
        return self.bodies[body].short if body in self.bodies else body


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """One question to the rules: this sag, at this step (None: the sag as a whole), with these inputs."""

    sag: Sag
    step: Step | None
    definitions: Definitions
    world: World
    inputs: Inputs = Inputs()
    acting: Acting | None = None

    @property
    def current(self) -> Step:
        """The step in question; asking about a step without one is a fault in a definition."""
        if self.step is None:
            raise LookupError("this rule is about a step, but the move is one of the sag's own life")
        return self.step

    @property
    def station(self) -> Station:
        """The station of the step."""
        return self.definitions.workflow.by_key[self.current.station]

    @property
    def body(self) -> Body:
        """The body of the step."""
        return self.world.bodies[self.current.body]

    @property
    def meeting(self) -> Meeting | None:
        """The meeting chosen now, else the one the step is at."""
        return self.world.timetable.find(self.inputs.meeting or self.current.meeting)

    def names_of(self, stations: tuple[str, ...] | list[str]) -> str:
        """Stations as a person would list them: "KOSU og DASSOS"."""
        return listed([self._station_name(key) for key in stations])

    def _station_name(self, key: str) -> str:
        station = self.definitions.workflow.by_key[key]
        return self.world.short(body_at(station, self.sag.fills))


def body_at(station: Station, fills: Mapping[str, str]) -> str:
    """The body that treats a sag at `station`; `fills` says which body plays each role."""
    if isinstance(station.body, BodyRole):
        return fills.get(station.body.role, station.body.role)
    return station.body


def listed(words: list[str], last: str = "og") -> str:
    """Words as a list: "a", "a og b", "a, b og c"; `last` stands before the last."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}" if words else ""
