"""Record what a meeting decided about several sager in one go: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kdflow.actions.consequences import Answer, check_version, follow_up, once, situation
from kdflow.domain import moves
from kdflow.domain.agenda import sag_key
from kdflow.domain.authority import PersonId
from kdflow.domain.deciding import OTHERS_DECIDE, way_to_decision
from kdflow.domain.errors import (
    Conflict,
    ItemsRefused,
    NoSuchMove,
    NotAllowed,
    NotFound,
    Reason,
    Refused,
    Unreadable,
)
from kdflow.domain.minutes_content import Draft
from kdflow.domain.sag import Event, SagId, StepSeq
from kdflow.domain.situation import Inputs, Situation
from kdflow.domain.timetable import MeetingId
from kdflow.domain.workflow import Outcome
from kdflow.store import sager
from kdflow.store.database import Database, Tx
from kdflow.store.on_minutes import draft_at

MOST = 100
"""Items that are decided in one go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided about a sag at a step, whose `version` was seen: of the whole (`outcome`), or of each
    part by its number. One that does not answer what was asked is `confirmed` with a note."""

    sag: SagId
    step: StepSeq
    version: int
    outcome: Outcome | None = None
    outcomes: Mapping[int, Outcome] = field(default_factory=dict)
    note: str = ""
    confirmed: bool = False

    @property
    def inputs(self) -> Inputs:
        """The same as the move takes it."""
        return Inputs(
            outcome=self.outcome, outcomes=self.outcomes, note=self.note.strip() or None, confirmed=self.confirmed
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionsReceipt(Answer):
    """How many decisions were recorded."""

    meeting: MeetingId
    count: int


def decide_items(
    db: Database,
    meeting: MeetingId,
    decisions: Sequence[Decision],
    *,
    seen: str | None = None,
    key: str,
    by: PersonId,
    now: datetime,
) -> DecisionsReceipt:
    """Record decisions about sager at a meeting, each by the moves of its own procedure, in one transaction.
    `seen` is the digest of who was said to be told what.

    Raises:
        Conflict: other people would be told, or something else than was seen.
        ItemsRefused: some of them cannot be recorded; it says why of each, and nothing was recorded.
        Locked: the minutes are approved. NotFound, NotAllowed: others keep these minutes. KeyReused.
        Unreadable: none were chosen, or too many.
    """
    if not 0 < len(decisions) <= MOST:
        raise Unreadable("choose the items that were decided", "items", "items")

    def act(tx: Tx) -> DecisionsReceipt:
        draft = draft_at(tx, meeting, now)
        draft.refuse_others(by)
        draft.minutes.refuse_when_locked()
        found = [(one, _decided(tx, draft, one, by)) for one in decisions]
        if bad := [(sag_key(one.sag, one.step), reasons) for one, reasons in found if reasons]:
            raise ItemsRefused(bad)
        return DecisionsReceipt(meeting=meeting, count=len(decisions))

    values = {"meeting": meeting, "decisions": [_plain(one) for one in decisions]}
    return once(DecisionsReceipt, db, "decide_items", values, act, seen=seen, key=key, by=by, now=now)


def _decided(tx: Tx, draft: Draft, wish: Decision, by: PersonId) -> tuple[Reason, ...]:
    """Record one decision, and give the reasons why that cannot be. What follows of one that can is kept at once:
    if another cannot, the transaction takes it back."""
    try:
        _decide(tx, draft, wish, by)
    except Refused as refused:
        return refused.reasons
    except Conflict:
        return (Reason("item_changed", "the sag has changed since it was seen"),)
    except NoSuchMove:
        return (Reason("item_open", "there is no decision to record here now"),)
    except NotAllowed:
        return (OTHERS_DECIDE,)
    except NotFound:
        return (Reason("item_there", "the sag is not at this meeting"),)
    return ()


def _decide(tx: Tx, draft: Draft, wish: Decision, by: PersonId) -> None:
    seated = draft.agenda.seated.get(sag_key(wish.sag, wish.step))
    if seated is None or seated.step.meeting != draft.meeting.id:
        raise NotFound("item", wish.sag)
    now = draft.world.now
    before = situation(tx, sager.load(tx, wish.sag), wish.step, by=by, now=now, inputs=wish.inputs)
    check_version(before.sag, before.step, wish.version)
    if any(not 1 <= number <= len(before.current.parts) for number in wish.outcomes):
        raise Conflict("item", wish.sag, expected=wish.version, actual=before.current.version)
    here, events = before, list[Event]()
    procedure = before.definitions.procedure_of(before.current.station)
    for move in way_to_decision(procedure, before.current.state):
        moved = moves.advance(here, move, by)
        events += moved.events
        here = _after(here, moved, wish.step)
    follow_up(tx, before, here.sag, events, acting=moved.acting, seq=wish.step)


def _after(before: Situation, moved: moves.Moved, seq: StepSeq) -> Situation:
    return Situation(
        sag=moved.sag,
        step=moved.sag.step(seq),
        definitions=before.definitions,
        world=before.world,
        inputs=before.inputs,
    )


def _plain(one: Decision) -> dict[str, object]:
    outcomes = {str(number): outcome for number, outcome in one.outcomes.items()}
    return {
        "sag": one.sag,
        "step": one.step,
        "outcome": one.outcome,
        "outcomes": outcomes,
        "note": one.note,
        "confirmed": one.confirmed,
    }
