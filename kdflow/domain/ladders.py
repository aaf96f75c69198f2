"""The ladder of reminders of each kind of duty: who is reminded, how long before or after, with which text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import Literal

from kdflow.domain.deadlines import Unit


class DutyKind(StrEnum):
    """Something that somebody must do by a deadline; each is also a kind of notice."""

    SUBMISSION = "submission"
    ACCEPT = "accept"
    CONSENT = "consent"
    ADVANCE = "advance"
    WORK = "work"
    AGENDA = "agenda"
    DECISION = "decision"
    MINUTES = "minutes"


TEXTS = frozenset({*(kind.value for kind in DutyKind), "consent-escalated"})
"""The kinds of notice that a reminder can be: a rung of a ladder may name one of them."""


class Recipient(StrEnum):
    """Who is reminded: found anew each time, so that the reminder goes to who holds the office then."""

    OWNER = "owner"
    CHAIR = "chair"
    VICE_CHAIR = "vice-chair"
    SECRETARY = "secretary"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One reminder: `days` of `unit` after the deadline (before it, when negative), or after the duty arose, `at`
    a time of day in Copenhagen, `to` whom, with the text of the kind `text` (None: that of the duty). It comes
    again `every` so many days after that, at most `times` times; 0: never."""

    days: int
    to: tuple[Recipient, ...]
    after: Literal["deadline", "start"] = "deadline"
    unit: Unit = "working"
    at: time = time(9)
    text: str | None = None
    every: int = 0
    times: int = 0


Ladder = Sequence[Rung]
Ladders = Mapping[DutyKind, Ladder]
