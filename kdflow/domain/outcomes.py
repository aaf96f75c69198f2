"""What an outcome is worth: against the role asked, over several parts, and for the way the sag takes next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from kdflow.domain.sag import Part
from kdflow.domain.workflow import Asks, BackTo, Consequence, Outcome

CLOSING: frozenset[Asks] = frozenset(
    {
        Asks.APPROVAL,
        Asks.DECISION,
        Asks.GRANT,
        Asks.RECOMMENDATION,
        Asks.ACCESSION,
        Asks.SIGNATURE,
        Asks.APPOINTMENT,
        Asks.CONSTITUTION,
    }
)
"""Roles that ask a body to decide something: being told of it does not answer them."""

NO_ANSWER: frozenset[Outcome] = frozenset({Outcome.NOTED, Outcome.DISCUSSED, Outcome.NOT_RECORDED})
"""Outcomes that decide nothing."""

IN_FAVOUR: frozenset[Outcome] = frozenset(
    {
        Outcome.APPROVED,
        Outcome.APPROVED_WITH_CHANGES,
        Outcome.ENDORSED,
        Outcome.RECOMMENDED,
        Outcome.GRANTED,
        Outcome.DECIDED,
        Outcome.DELEGATED,
    }
)
"""Outcomes that give the sag what it asked for."""

HELD_BACK: tuple[Outcome, ...] = (Outcome.RETURNED, Outcome.POSTPONED)
"""Outcomes of one part that keep the whole from going on."""

BY_WEIGHT: tuple[Outcome, ...] = (
    Outcome.RETURNED,
    Outcome.POSTPONED,
    Outcome.REJECTED,
    Outcome.LAPSED,
    Outcome.DISCUSSED,
    Outcome.NOTED,
    Outcome.NOT_RECORDED,
)
"""The other outcomes, the one that binds the sag most first."""


def answers(asks: Asks, outcome: Outcome) -> bool:
    """Whether `outcome` is an answer to what was asked; "taget til efterretning" is none to a godkendelse."""
    return not (asks in CLOSING and outcome in NO_ANSWER)


def unanswered(asked: Iterable[Asks | None], chosen: Iterable[Outcome | None]) -> tuple[Asks, Outcome] | None:
    """The first of the chosen outcomes that does not answer what was asked, with what that was; None if all do."""
    asks = [one for one in asked if one]
    return next(((ask, one) for one in chosen if one for ask in asks if not answers(ask, one)), None)


def overall(parts: Sequence[Part]) -> Outcome | None:
    """The outcome of a step from those of its parts; None while a part is open.

    Parts that all decide in favour make "godkendt" (or "godkendt med ændringer" when one of them says so), some
    in favour and some not make "delvist godkendt", and where nothing was decided in favour the weightiest stands.
    A part that is returned or postponed holds the whole back: nothing is lost on the way.
    """
    found = {part.outcome for part in parts}
    if not found or None in found:
        return None
    if len(found) == 1:
        return found.pop()
    if found <= IN_FAVOUR:
        changed = Outcome.APPROVED_WITH_CHANGES
        return changed if changed in found else Outcome.APPROVED
    held_back = next((outcome for outcome in HELD_BACK if outcome in found), None)
    if held_back is None and found & (IN_FAVOUR | {Outcome.PARTLY}):
        return Outcome.PARTLY
    return held_back or next(outcome for outcome in BY_WEIGHT if outcome in found)


def kind(consequence: Consequence | None) -> str | None:
    """The kind of a consequence as one word: "go-on", "stay", "back", "end", or None."""
    return "back" if isinstance(consequence, BackTo) else consequence


_VERBS: Mapping[str, Asks | None] = {
    "afgiv": Asks.OPINION,
    "anbefal": Asks.RECOMMENDATION,
    "bemyndig": None,
    "beslut": Asks.DECISION,
    "bevilg": Asks.GRANT,
    "drøft": Asks.DISCUSSION,
    "efterretning": Asks.INFORMATION,
    "forkast": None,
    "godkend": Asks.APPROVAL,
    "konstituer": Asks.CONSTITUTION,
    "nedsæt": Asks.COMMISSION,
    "orienter": Asks.INFORMATION,
    "tiltræd": Asks.ACCESSION,
    "udpeg": Asks.APPOINTMENT,
    "udtal": Asks.OPINION,
    "underskriv": Asks.SIGNATURE,
    "vælg": Asks.APPOINTMENT,
}
"""How the words begin by which a part says what its body shall do, and what that asks (None: no role)."""

_ASKING = re.compile(rf"\b({'|'.join(_VERBS)})", re.IGNORECASE)


def read_alike(parts: Sequence[str]) -> bool:
    """Whether every part of an indstilling asks its body for the same, as far as their words say."""
    asked = {frozenset(word.lower() for word in _ASKING.findall(text)) for text in parts}
    return len({text.strip() for text in parts}) <= 1 or (len(asked) == 1 and all(asked))


def own_verbs(parts: Sequence[str]) -> tuple[Asks | None, ...]:
    """What each part asks by its own verb where the parts read differently; None where it says nothing itself."""
    return (None,) * len(parts) if read_alike(parts) else tuple(map(_own_verb, parts))


def _own_verb(text: str) -> Asks | None:
    found = {word.lower() for word in _ASKING.findall(text)}
    return _VERBS[found.pop()] if len(found) == 1 else None
