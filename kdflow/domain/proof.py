"""Which moves on a closed sag want a proof, lately and by more than a mail, of who makes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from kdflow.domain.closing import OPEN_AGAIN
from kdflow.domain.deferral import WAIT, WAIT_OVER
from kdflow.domain.errors import KdflowError
from kdflow.domain.identity import OPERATOR
from kdflow.domain.sag import Event, Sag
from kdflow.domain.workflow import Definitions, Effect

LASTS = timedelta(minutes=15)
"""How long a proof holds."""

DECIDING = frozenset(
    {
        Effect.RECORD_OUTCOME,
        Effect.RECORD_CONSENT,
        Effect.GO_ON,
        Effect.SEND_BACK,
        Effect.NEXT_MEETING,
        Effect.END_HERE,
        Effect.REOPEN,
    }
)
"""What decides about a sag or sends it on. To submit it, or to put it on an agenda, decides nothing yet."""


class ProofNeeded(KdflowError):
    """It is a decision on a closed sag, and the person at the other end has not proved lately that it is them."""

    def __init__(self) -> None:
        super().__init__("a decision on a closed sag: prove first that it is you")


def is_fresh(proved_at: datetime | None, now: datetime) -> bool:
    """Whether a proof of this instant still holds."""
    return proved_at is not None and proved_at <= now < proved_at + LASTS


def is_more_than_mail(way: str, started_at: datetime | None, proved_at: datetime | None, now: datetime) -> bool:
    """Whether the person of a session has shown lately that it is them, by more than their mail: proved it, or
    come by a link of an operator. An authenticator that is added then counts at once."""
    return is_fresh(proved_at, now) or (way == OPERATOR and is_fresh(started_at, now))


def wants_proof(sag: Sag, events: Iterable[Event], definitions: Definitions) -> bool:
    """Whether what happened to a sag is a decision that wants a proof."""
    return sag.closed and any(_decides(one, definitions) for one in events)


def _decides(event: Event, definitions: Definitions) -> bool:
    if event.move in ("correct", WAIT, WAIT_OVER, OPEN_AGAIN):
        return True
    station = event.station
    if event.machine != "step" or station is None or station not in definitions.workflow.by_key:
        return False
    moves = definitions.procedure_of(station).moves
    return any(move.name == event.move and move.does in DECIDING for move in moves)
