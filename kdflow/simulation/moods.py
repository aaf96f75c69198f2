"""How people work: at once, in time, late, only when they are reminded, not before it is said twice, or never."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from kdflow.domain.authority import PersonId
from kdflow.domain.sag import SagId, StepSeq
from kdflow.simulation.agenda import Agenda


class Mood(StrEnum):
    """How somebody goes about one thing that waits for them."""

    AT_ONCE = "at-once"
    IN_TIME = "in-time"
    LATE = "late"
    WHEN_REMINDED = "when-reminded"
    WHEN_PRESSED = "when-pressed"
    NEVER = "never"


SHARES = {
    Mood.AT_ONCE: 34,
    Mood.IN_TIME: 34,
    Mood.LATE: 12,
    Mood.WHEN_REMINDED: 14,
    Mood.WHEN_PRESSED: 6,
    Mood.NEVER: 1,
}
NEEDS_MAILS = {Mood.WHEN_REMINDED: 1, Mood.WHEN_PRESSED: 3}
GIVES_UP = timedelta(days=70)
"""After which those act who waited for a reminder that never came."""

IS_LET_GO = timedelta(days=100)
"""After which somebody steps in where nobody ever acts."""


@dataclass
class Intent:
    """When somebody will do what a step waits for: at an instant, or after so many mails about the sag; of what
    `is_never` done, that is when an administrator lets the sag go."""

    at: datetime
    mails: int = 0
    is_never: bool = False


Waiting = tuple[StepSeq, str, int]
"""What a step waits for: the step, its state, and how many consents it has."""


@dataclass
class Case:
    """What a simulated world knows of a sag beside what the house knows: who means to do what, and when."""

    sag: SagId
    owner: PersonId
    intents: dict[Waiting, Intent] = field(default_factory=dict)
    tries: int = 0
    next_look: datetime | None = None


def intent(agenda: Agenda, due: datetime | None, earliest: datetime) -> Intent:
    """How somebody means to act on what is `due`, and cannot be done before `earliest`."""
    mood = agenda.chance.choices(list(SHARES), list(SHARES.values()))[0]
    deadline = due or earliest + timedelta(days=10)
    if mood is Mood.NEVER:
        return Intent(agenda.office_hour_on(max(deadline, earliest) + IS_LET_GO), is_never=True)
    if mood in NEEDS_MAILS:
        return Intent(max(deadline, earliest) + GIVES_UP, NEEDS_MAILS[mood])
    low, high = {Mood.AT_ONCE: (0, 2), Mood.IN_TIME: (-4, -1), Mood.LATE: (1, 6)}[mood]
    start = earliest if mood is Mood.AT_ONCE else max(deadline, earliest)
    found = agenda.office_hour_on(start, agenda.chance.randint(low, high))
    return Intent(max(found, agenda.office_hour_on(earliest)))
