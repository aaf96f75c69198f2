"""Workflow and Procedure as data: stations, roles, states, moves, and what each outcome does.

These models are the only description of the files in `workflows/`: the loader, the JSON Schema for editors, the
verifier (`domain/soundness.py`) and the machines (`domain/machine.py`) all start here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]
BodyKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*(@[0-9]{4})?$", max_length=60)]
VersionRef = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*@[1-9][0-9]*$", max_length=60)]
ItemMinutes = Annotated[int, Field(ge=1, le=480)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]

SAME = "="
"""As the target of a move: the state stays as it is (an approval, a correction)."""


class Asks(StrEnum):
    """What a station asks its body to do (the word that stands on real agendas)."""

    PREPARATION = "udarbejdelse"
    INFORMATION = "orientering"
    DISCUSSION = "drøftelse"
    RECOMMENDATION = "indstilling"
    APPROVAL = "godkendelse"
    DECISION = "beslutning"
    GRANT = "bevilling"
    HEARING = "høring"
    ACCESSION = "tilslutning"
    OPINION = "tilkendegivelse"
    SIGNATURE = "underskrift"
    APPOINTMENT = "udpegning"
    CONSTITUTION = "konstituering"
    COMMISSION = "bestilling"


class Outcome(StrEnum):
    """What a body did with a sag, as minutes say it; "ikke noteret" is a value, not a gap."""

    APPROVED = "godkendt"
    APPROVED_WITH_CHANGES = "godkendt med ændringer"
    PARTLY = "delvist godkendt"
    ENDORSED = "tiltrådt"
    RECOMMENDED = "anbefalet"
    GRANTED = "bevilget"
    DECIDED = "besluttet"
    DELEGATED = "bemyndiget"
    DISCUSSED = "drøftet"
    NOTED = "taget til efterretning"
    POSTPONED = "udsat"
    RETURNED = "tilbagesendt"
    REJECTED = "forkastet"
    LAPSED = "bortfaldet"
    NOT_RECORDED = "ikke noteret"


class Consent(StrEnum):
    """Whose consent a sag needs before it leaves a station."""

    NONE = "none"
    CHAIR = "chair"
    ANY_CO_CHAIR = "any-co-chair"
    ALL_CO_CHAIRS = "all-co-chairs"


class Submission(StrEnum):
    """Whether a station may be submitted to before the stations it waits for have decided."""

    ORDINARY = "ordinary"
    CONDITIONAL = "conditional"


class Actor(StrEnum):
    """Who may make a move. `chair` covers co-chairs, and vice-chairs and stand-ins when they act for them."""

    OWNER = "owner"
    CHAIR = "chair"
    SECRETARY = "secretary"
    MEMBER = "member"
    ADMINISTRATOR = "administrator"
    ENGINE = "engine"


class Effect(StrEnum):
    """What a move does beyond changing the state; the code is `domain/effects.py`."""

    TAKE_SEAT = "take-seat"
    SEAT_ON_AGENDA = "seat-on-agenda"
    LEAVE_SEAT = "leave-seat"
    RECORD_OUTCOME = "record-outcome"
    RECORD_CONSENT = "record-consent"
    GO_ON = "go-on"
    SEND_BACK = "send-back"
    NEXT_MEETING = "next-meeting"
    END_HERE = "end-here"
    REOPEN = "reopen"
    LEAVE_ROUTE = "leave-route"
    ENTER_ROUTE = "enter-route"


class Definition(BaseModel):
    """Base of everything that is read from a definition file: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    @cached_property
    def digest(self) -> str:
        """Hex SHA-256 of the content in canonical form; two equal definitions have the same digest."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()

    @cached_property
    def canonical(self) -> str:
        """The content as JSON text, defaults included, in field order: what the store keeps."""
        return self.model_dump_json(by_alias=True)

    def changed(self, **values: object) -> Self:
        """A new definition with some fields changed.

        Not `model_copy`: that would carry over what was computed from the old fields.
        """
        return type(self)(**{name: values.get(name, getattr(self, name)) for name in type(self).model_fields})

    def __hash__(self) -> int:
        return hash(self.digest)


class Validity(Definition):
    """The days on which something is in force; either end may be open, both are included."""

    start: date | None = Field(default=None, alias="from")
    end: date | None = Field(default=None, alias="to")

    def covers(self, day: date) -> bool:
        """Whether `day` lies within."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)

    def overlaps(self, other: Validity) -> bool:
        """Whether some day lies within both."""
        start = max(self.start or date.min, other.start or date.min)
        return start <= min(self.end or date.max, other.end or date.max)


class BodyRole(Definition):
    """A body named by the part it plays; which body that is, is chosen when the sag is opened."""

    role: Key


class BackTo(Definition):
    """Go back to a named earlier station."""

    back_to: Key


Consequence = Literal["go-on", "stay", "end", "back"] | BackTo
"""What an outcome does to the route; `back` lets the person choose among the earlier stations."""


class FanOut(Definition):
    """One child step for each member of a group of bodies; `quorum` answers are enough (None: all)."""

    over: BodyKey
    quorum: Annotated[int, Field(ge=1)] | None = None


class Station(Definition):
    """A place on the route: one body, asked for one thing, in one procedure.

    For the plan: `same_day` lets it be treated on the very day the stations before it decide; its papers take
    `lag` working days after their decision; work without a meeting `takes` so many working days, or is over when
    the `window` closes. A meeting is busy with it for so many `minutes` (None: as its body says). (Unset they are
    left out of the canonical content: older versions keep their digest.)
    """

    key: Key
    title: Text | None = None
    body: BodyKey | BodyRole
    procedure: VersionRef = "meeting@1"
    asks: Asks = Asks.APPROVAL
    after: tuple[Key, ...] = ()
    consent: Consent = Consent.NONE
    submit: Submission = Submission.ORDINARY
    outcomes: dict[Outcome, Consequence] = Field(default_factory=dict)
    fan_out: FanOut | None = None
    same_day: bool = Field(default=False, exclude_if=lambda same_day: not same_day)
    lag: Annotated[int, Field(ge=0, le=250)] = Field(default=0, exclude_if=lambda lag: not lag)
    takes: Annotated[int, Field(ge=0, le=250)] = Field(default=0, exclude_if=lambda takes: not takes)
    window: Validity | None = Field(default=None, exclude_if=lambda window: window is None)
    minutes: ItemMinutes | None = Field(default=None, exclude_if=lambda minutes: minutes is None)


class Workflow(Definition):
    """A graph of stations that a sag walks. A shipped version is never edited: a change is a new version."""

    name: Key
    version: Annotated[int, Field(ge=1)]
    title: Text
    description: Text | None = None
    valid: Validity = Validity()
    life: VersionRef = "life@1"
    amends: str | None = None
    stations: Annotated[tuple[Station, ...], Field(min_length=1, max_length=200)]

    @property
    def ref(self) -> str:
        """`name@version`, and for the private route of one sag also the number of that route."""
        return f"{self.name}@{self.version}" + (f"+{self.amends}" if self.amends else "")

    @cached_property
    def by_key(self) -> Mapping[str, Station]:
        """Stations by key."""
        return {station.key: station for station in self.stations}

    @cached_property
    def followers(self) -> Mapping[str, tuple[str, ...]]:
        """For each station, those that wait for it, in file order."""
        return {s.key: tuple(other.key for other in self.stations if s.key in other.after) for s in self.stations}

    @cached_property
    def starts(self) -> tuple[str, ...]:
        """Stations that wait for nobody."""
        return tuple(station.key for station in self.stations if not station.after)

    @cached_property
    def ancestors(self) -> Mapping[str, frozenset[str]]:
        """For each station, all that come before it on some way."""
        found: dict[str, frozenset[str]] = {}

        def above(key: str, seen: frozenset[str]) -> frozenset[str]:
            if key in found or key in seen or key not in self.by_key:
                return found.get(key, frozenset())
            parents = self.by_key[key].after
            found[key] = frozenset(parents).union(*(above(p, seen | {key}) for p in parents))
            return found[key]

        for station in self.stations:
            above(station.key, frozenset())
        return found

    def descendants(self, key: str) -> frozenset[str]:
        """All stations that come after `key` on some way."""
        return frozenset(k for k, before in self.ancestors.items() if key in before)


class State(Definition):
    """A stage in the life of a step or a sag. From a final one no move leads to another state."""

    key: Key
    title: Text
    final: bool = False


class Guard(Definition):
    """A registered rule, and the Danish reason to give when it says no; `{names}` are filled in by the rule."""

    guard: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]*$")]
    reason: Text


class Move(Definition):
    """A way from one state to another: who may make it, under which guards, and what it does.

    The first possible `onward` move of a state is what the step waits for; the others are ways aside.
    """

    name: Key
    title: Text
    source: tuple[Key, ...] = Field(alias="from", min_length=1)
    to: Key | Literal["="]
    by: tuple[Actor, ...] = Field(min_length=1)
    guards: tuple[Guard, ...] = ()
    does: Effect | None = None
    onward: bool = False


class Procedure(Definition):
    """The life of a step at a station (`kind: step`), or of the sag itself (`kind: life`)."""

    name: Key
    version: Annotated[int, Field(ge=1)]
    title: Text
    kind: Literal["step", "life"] = "step"
    initial: Key
    states: Annotated[tuple[State, ...], Field(min_length=1, max_length=60)]
    guards: tuple[Guard, ...] = ()
    moves: Annotated[tuple[Move, ...], Field(max_length=120)] = ()
    outcomes: dict[Outcome, Consequence] = Field(default_factory=dict)

    @property
    def ref(self) -> str:
        """`name@version`."""
        return f"{self.name}@{self.version}"

    @cached_property
    def by_state(self) -> Mapping[str, State]:
        """States by key."""
        return {state.key: state for state in self.states}

    @cached_property
    def moves_from(self) -> Mapping[str, tuple[Move, ...]]:
        """For each state, the moves that start there, in file order."""
        return {s.key: tuple(m for m in self.moves if s.key in m.source) for s in self.states}


class Definitions(Definition):
    """Everything that one sag's route stands on: the workflow and the procedures its stations name."""

    workflow: Workflow
    procedures: dict[str, Procedure]

    def procedure_of(self, station: str) -> Procedure:
        """The procedure of a station."""
        return self.procedures[self.workflow.by_key[station].procedure]

    @property
    def life(self) -> Procedure:
        """The procedure of the sag's own life."""
        return self.procedures[self.workflow.life]

    def handed_on(self, station: str) -> frozenset[str]:
        """The states in which a step at `station` has sent the sag on."""
        return frozenset(m.to for m in self.procedure_of(station).moves if m.does is Effect.GO_ON)

    def consequence(self, station: str, outcome: Outcome) -> Consequence | None:
        """What `outcome` does at `station`: the station's own word, else its procedure's."""
        own = self.workflow.by_key[station].outcomes.get(outcome)
        return own if own is not None else self.procedure_of(station).outcomes.get(outcome)
