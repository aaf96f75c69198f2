"""A sag and its steps as the rules see them: role asked, indstilling, outcome, state, consents, version."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from kdflow.domain.authority import PersonId
from kdflow.domain.dates import FuzzyDate
from kdflow.domain.errors import Unreadable
from kdflow.domain.station_texts import StationTexts
from kdflow.domain.timetable import MeetingId
from kdflow.domain.workflow import Asks, Outcome

SagId = NewType("SagId", int)
StepSeq = NewType("StepSeq", int)
"""A step's number within its sag, from 1 in the order the steps were opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of an indstilling, with an outcome of its own (None until decided)."""

    text: str
    outcome: Outcome | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper of a sag. `digest` is the hex SHA-256 of its content, `size` in bytes; `version` counts the files
    that have been shown under this title."""

    title: str
    filename: str
    media_type: str
    size: int
    digest: str
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A consent, bound to what was approved by `content`; `lapsed_at` is set when that changed afterwards."""

    person: PersonId
    on_behalf_of: PersonId | None = None
    content: str
    at: datetime
    lapsed_at: datetime | None = None

    @property
    def counts_for(self) -> PersonId:
        """The leader whose consent this is."""
        return self.on_behalf_of or self.person


class SeatStatus(StrEnum):
    """What became of an item on a meeting's agenda; `submitted` is a wish, the rest stays as a trace."""

    SUBMITTED = "submitted"
    ON_AGENDA = "on-agenda"
    TAKEN_OFF = "taken-off"
    POSTPONED = "postponed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A step's place at one meeting. Seats are never removed: the old agenda keeps its trace."""

    meeting: MeetingId
    status: SeatStatus
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One treatment of a sag at a station. `asks` is the role in the title, `proposes` the role in the
    indstilling, and `outcome` what the body did: three fields, since they disagree in practice.

    `parts` is the indstilling to this body, `forwards` the one that goes on to the next: it can be written until
    the sag is handed on, and a consent covers it. `opened_at` is when the step was opened, or last taken up again.
    `waits_for` is the meeting of the next body that its chair lets the decided sag wait for.
    """

    seq: StepSeq
    station: str
    body: str
    state: str
    asks: Asks
    proposes: Asks | None = None
    parts: tuple[Part, ...] = ()
    forwards: tuple[str, ...] = ()
    outcome: Outcome | None = None
    outcome_note: str | None = None
    decided_on: FuzzyDate | None = None
    planned: FuzzyDate | None = None
    meeting: MeetingId | None = None
    conditional_on: tuple[str, ...] = ()
    approvals: tuple[Approval, ...] = ()
    seats: tuple[Seat, ...] = ()
    came_from: StepSeq | None = None
    opened_at: datetime | None = None
    waits_for: MeetingId | None = None
    version: int = 1

    @property
    def standing_approvals(self) -> tuple[Approval, ...]:
        """Consents that have not lapsed."""
        return tuple(approval for approval in self.approvals if approval.lapsed_at is None)

    @property
    def is_on_agenda(self) -> bool:
        """Whether it stands on the agenda of its meeting; to be submitted to it is less."""
        return self._has_seat(SeatStatus.ON_AGENDA)

    @property
    def is_submitted(self) -> bool:
        """Whether it waits to be taken in at its meeting."""
        return self._has_seat(SeatStatus.SUBMITTED)

    def _has_seat(self, status: SeatStatus) -> bool:
        return any(one.meeting == self.meeting and one.status is status for one in self.seats)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sag:
    """A sag as a value. `places` holds one place of the route per open branch; `route` names the definition
    it is pinned to (`name@version`); `fills` says which body plays each role on that route. `area` is the field of
    work it belongs to, `wished` the day by which its owner would like it to be decided. All stations of the route
    share the `case_text`, but those that have one of their own in `texts`."""

    id: SagId
    number: str
    title: str
    owner: PersonId
    route: str
    life: str
    places: tuple[str, ...] = ()
    fills: Mapping[str, str] = field(default_factory=dict)
    case_text: str = ""
    papers: tuple[Paper, ...] = ()
    closed: bool = False
    area: str = ""
    wished: date | None = None
    texts: Mapping[str, StationTexts] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    opened_at: datetime | None = None
    version: int = 1

    def step(self, seq: StepSeq) -> Step:
        """The step with this number; KeyError when there is none."""
        for step in self.steps:
            if step.seq == seq:
                return step
        raise KeyError(seq)

    def at(self, station: str) -> Step | None:
        """The newest step at a station, or None."""
        return next((step for step in reversed(self.steps) if step.station == station), None)

    def own_text(self, station: str) -> str:
        """The case text that a station has for itself; "" where it has none."""
        found = self.texts.get(station)
        return found.case_text if found else ""

    def case_text_at(self, station: str) -> str:
        """The case text that a station reads: its own, else the one that all share."""
        return self.own_text(station) or self.case_text

    def is_open_at(self, station: str) -> bool:
        """Whether a branch of the sag stands at a station now."""
        return station in self.places

    def with_step(self, step: Step) -> Sag:
        """The same sag with `step` in place of the one with its number, or added."""
        if any(old.seq == step.seq for old in self.steps):
            return replace(self, steps=tuple(step if old.seq == step.seq else old for old in self.steps))
        return replace(self, steps=(*self.steps, step))

    @property
    def next_seq(self) -> StepSeq:
        """The number the next step will get."""
        return StepSeq(max((step.seq for step in self.steps), default=0) + 1)


MAX_TEXT = 50_000
"""Letters in any other text that is kept."""

MAX_TITLE = 300
"""Letters in a title."""


def one_line(text: str) -> str:
    """A text as one line, without white space at its ends, and without the characters that nobody sees: some of
    them turn the order of the letters round."""
    seen = (letter for letter in " ".join(text.split()) if unicodedata.category(letter)[0] != "C")
    return " ".join("".join(seen).split())


def title_from(text: str) -> str:
    """A title as it is kept: one line, without white space at its ends.

    Raises:
        Unreadable: it is empty or too long.
    """
    title = one_line(text)
    if not title or len(title) > MAX_TITLE:
        message = f"a sag needs a title of at most {MAX_TITLE} letters; this one has {len(title)}"
        raise Unreadable(message, "title-too-long" if title else "title", "title")
    return title


MAX_AREA = 100
"""Letters in the name of an area."""


def area_from(text: str) -> str:
    """An area as it is kept: one line, without white space at its ends; "" is none.

    Raises:
        Unreadable: it is too long.
    """
    area = one_line(text)
    if len(area) > MAX_AREA:
        raise Unreadable(f"an area has at most {MAX_AREA} letters; this one has {len(area)}", "area", "area")
    return area


def content_digest(sag: Sag, step: Step) -> str:
    """What a consent at `step` is bound to: both indstillinger, the case text that its station reads, the papers.

    Returns:
        Hex SHA-256 over them in canonical JSON; a change in any of them changes it.
    """
    content = {
        "proposes": step.proposes,
        "parts": [part.text for part in step.parts],
        "forwards": step.forwards,
        "case_text": sag.case_text_at(step.station),
        "papers": [[paper.title, paper.filename, paper.digest] for paper in sag.papers],
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened to a sag, as the history keeps it. `machine` says whose state moved:
    "step", "route", "life", or "record" when a fact changed and no state did."""

    machine: str
    move: str
    old: str
    new: str
    station: str | None = None
    step: StepSeq | None = None
    reason: str | None = None
    data: Mapping[str, object] = field(default_factory=dict)


def stations_of(steps: Iterable[Step]) -> frozenset[str]:
    """The stations that some steps stand at."""
    return frozenset(step.station for step in steps)
