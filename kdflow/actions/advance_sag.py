"""Make a move: of one step (submit, accept, decide, approve, hand on ...) or of the sag's own life."""

from __future__ import annotations

from datetime import datetime

from kdflow.actions.consequences import Receipt, check_content, check_version, follow_up, once, situation
from kdflow.domain import moves
from kdflow.domain.authority import PersonId
from kdflow.domain.dates import Precision, local_day
from kdflow.domain.errors import Unreadable
from kdflow.domain.sag import SagId, StepSeq
from kdflow.domain.situation import Inputs, Situation
from kdflow.store import sager
from kdflow.store.database import Database, Tx


def advance_sag(
    db: Database,
    sag: SagId,
    step: StepSeq | None,
    move: str,
    inputs: Inputs | None = None,
    *,
    version: int | None,
    seen: str | None = None,
    key: str,
    by: PersonId,
    now: datetime,
) -> Receipt:
    """Make one move. `version` is the version of the step (of the sag, for a move of its life) that was seen; an
    onward move with the digest of a `content` that was seen is made on that content only. `seen` is the digest of
    who was said to be told what, where somebody was shown that first.

    Raises:
        NotFound, NotAllowed, NoSuchMove, Refused, Conflict, KeyReused.
    """
    given = inputs or Inputs()

    def act(tx: Tx) -> Receipt:
        before = situation(tx, sager.load(tx, sag), step, by=by, now=now, inputs=given)
        moves.refuse_others(before, move, by)
        _check_day(given, now)
        check_version(before.sag, before.step, version)
        if moves.goes_on(before, move):
            check_content(before.sag, before.step, given.content)
        moved = moves.advance(before, move, by)
        _check_parts(before, given)
        return follow_up(tx, before, moved.sag, moved.events, acting=moved.acting, seq=step)

    values = {"sag": sag, "step": step, "move": move, "inputs": _plain(given)}
    return once(Receipt, db, "advance_sag", values, act, seen=seen, key=key, by=by, now=now)


def _check_parts(before: Situation, inputs: Inputs) -> None:
    count = len(before.step.parts) if before.step else 0
    wrong = [number for number in inputs.outcomes if not 1 <= number <= count]
    if wrong:
        raise Unreadable(
            f"the indstilling has {count} parts; there is no part {wrong[0]}", "no-such-part", "outcomes"
        )


def _check_day(inputs: Inputs, now: datetime) -> None:
    """A decision is of a day, or of a time with bounds, that has begun; "unknown" has no words of its own."""
    day = inputs.decided_on
    if day and day.earliest and day.earliest > local_day(now):
        raise Unreadable(
            f"{day.text!r} is still to come: nothing has been decided then", "date-to-come", "decided_on"
        )
    if day and day.precision is Precision.RELATIVE:
        raise Unreadable(f"{day.text!r} names no day: write 2020-01-24 or 2020-01", "decided_on", "decided_on")


def _plain(inputs: Inputs) -> dict[str, object]:
    """The inputs as JSON can hold them."""
    values: dict[str, object] = {name: getattr(inputs, name) for name in Inputs.__slots__}
    values["outcomes"] = {str(number): outcome for number, outcome in inputs.outcomes.items()}
    values["decided_on"] = inputs.decided_on.text if inputs.decided_on else None
    return values
