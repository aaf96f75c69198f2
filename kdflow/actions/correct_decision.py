"""Correct a recorded decision; where the sag has gone on, a person says whether to recall it or to add a note."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kdflow.actions.consequences import Receipt, check_content, check_version, follow_up, once, situation
from kdflow.domain import course, outcomes, revision
from kdflow.domain.authority import Acting, PersonId
from kdflow.domain.errors import DownstreamAffected, NotAllowed, Unreadable
from kdflow.domain.revision import Downstream
from kdflow.domain.rights import CORRECTORS, corrector
from kdflow.domain.sag import SagId, StepSeq
from kdflow.domain.situation import Inputs, Situation
from kdflow.domain.workflow import Outcome
from kdflow.store import sager
from kdflow.store.database import Database, Tx


def correct_decision(
    db: Database,
    sag: SagId,
    step: StepSeq,
    parts: Mapping[int, Outcome],
    outcome: Outcome | None,
    *,
    reason: str,
    note: str | None = None,
    confirmed: bool = False,
    downstream: Downstream | None = None,
    content: str | None = None,
    version: int | None,
    key: str,
    by: PersonId,
    now: datetime,
) -> Receipt:
    """Correct what a body was recorded to have decided. A `note` of None keeps the one there is, "" takes it away;
    `content` is the digest of what was seen, where the caller knows it.

    Raises:
        DownstreamAffected: the sag was handed on and nobody has said what to do about it; nothing was written.
        Unreadable: no reason, no decision to correct, or an outcome that does not answer what was asked, and
            nobody has confirmed it with a note.
        NotAllowed, NotFound, Conflict, KeyReused.
    """

    def act(tx: Tx) -> Receipt:
        inputs = Inputs(reason=reason, note=note, confirmed=confirmed, content=content)
        before = situation(tx, sager.load(tx, sag), step, by=by, now=now, inputs=inputs)
        acting = _recorder(before, by)
        check_version(before.sag, before.step, version)
        check_content(before.sag, before.step, content)
        _check(before, parts, outcome, reason)
        _check_downstream(before, downstream)
        walk = revision.correct(before, parts, outcome, downstream)
        return follow_up(tx, before, walk.sag, walk.events, acting=acting, seq=step)

    values = {
        "sag": sag,
        "step": step,
        "parts": {str(k): v for k, v in parts.items()},
        "outcome": outcome,
        "reason": reason,
        "note": note,
        "confirmed": confirmed,
        "downstream": downstream,
    }
    return once(Receipt, db, "correct_decision", values, act, key=key, by=by, now=now)


def _recorder(before: Situation, by: PersonId) -> Acting:
    acting = corrector(before, by)
    if acting is None:
        raise NotAllowed("correct", CORRECTORS, before.body.short)
    return acting


def _check(before: Situation, parts: Mapping[int, Outcome], outcome: Outcome | None, reason: str) -> None:
    step = before.current
    if step.outcome is None:
        raise Unreadable("no decision is recorded at this step, so there is none to correct", "no-decision")
    if not reason.strip():
        raise Unreadable("a correction needs a reason", "reason", "reason")
    if not parts and outcome is None:
        raise Unreadable("say what was really decided", "outcome", "outcome")
    wrong = [number for number in parts if not 1 <= number <= len(step.parts)]
    if wrong:
        count = len(step.parts)
        raise Unreadable(
            f"the indstilling has {count} parts; there is no part {wrong[0]}", "no-such-part", "outcome"
        )
    for chosen in (*parts.values(), *((outcome,) if outcome else ())):
        if before.definitions.consequence(step.station, chosen) is None:
            message = f"{chosen!s} is not a decision that {before.body.short} can make here"
            raise Unreadable(message, "outcome-unknown", "outcome")
    _check_answer(before, parts, outcome)


def _check_answer(before: Situation, parts: Mapping[int, Outcome], outcome: Outcome | None) -> None:
    """As for the decision itself: what does not answer is confirmed by a person, who says why."""
    step, note = before.current, revision.note_of(before)
    asked, verbs = (step.asks, step.proposes), outcomes.own_verbs([part.text for part in step.parts])
    found = outcomes.unanswered(asked, [outcome])
    for number, one in parts.items():
        own, was = verbs[number - 1], step.parts[number - 1].outcome
        found = found or (outcomes.unanswered((own,) if own else asked, [one]) if one != was else None)
    if found and not before.inputs.confirmed:
        raise Unreadable(f"{found[1]!s} does not answer {found[0]!s}: confirm it", "confirmed", "confirmed")
    if found and not note:
        raise Unreadable(f"{found[1]!s} does not answer {found[0]!s}: say why in a note", "note", "note")


def _check_downstream(before: Situation, downstream: Downstream | None) -> None:
    touched, step = revision.affected(before), before.current
    if touched and downstream is None:
        raise DownstreamAffected(tuple(entry.station for entry in touched))
    if downstream == "recall" and before.sag.life != "under-way":
        message = "a sag that is not under way cannot be recalled; correct it with a note"
        raise Unreadable(message, "recall-not-under-way", "downstream")
    if downstream == "recall" and not course.can_recall(before.sag, before.definitions, step.station):
        message = "what stands on this decision has come to its end; correct it with a note"
        raise Unreadable(message, "recall-too-late", "downstream")
