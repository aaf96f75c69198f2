"""Minutes on their way out: ask the chair, approve what they say or send them back, open approved ones again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kdflow.actions.consequences import Answer, demand_fresh_proof, once
from kdflow.domain.authority import Acting, PersonId
from kdflow.domain.errors import Conflict, NotAllowed, Unreadable
from kdflow.domain.minutes import Approval, SentBack, State, refused
from kdflow.domain.minutes_content import Draft, digest_now
from kdflow.domain.minutes_told import APPROVED, SENT_BACK, asks_to_approve, is_approved, sent_back
from kdflow.domain.sag import Event
from kdflow.domain.timetable import MeetingId
from kdflow.domain.workflow import Actor
from kdflow.store import history, minutes, outbox
from kdflow.store.database import Database, Tx
from kdflow.store.on_minutes import draft_at


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalReceipt(Answer):
    """Which minutes, and how many people are told."""

    meeting: MeetingId
    told: int = 0


def ask_for_approval(
    db: Database, meeting: MeetingId, *, key: str, by: PersonId, now: datetime
) -> ApprovalReceipt:
    """Send the minutes to whoever leads the body, to be approved; asked again without a change, nobody hears it
    twice.

    Raises:
        NotFound, NotAllowed, KeyReused. Locked: they are approved. Refused: the meeting has not begun.
    """

    def act(tx: Tx) -> ApprovalReceipt:
        draft = draft_at(tx, meeting, now)
        draft.refuse_others(by)
        draft.minutes.refuse_when_locked()
        draft.refuse_before_meeting()
        digest = digest_now(draft)
        told = tuple(asks_to_approve(draft, digest, by))
        minutes.ask(tx, meeting, now)
        outbox.add(tx, told, now)
        _record(tx, draft, "minutes-asked", Acting(person=by), digest=digest)
        return ApprovalReceipt(meeting=meeting, told=len(told))

    return once(ApprovalReceipt, db, "ask_for_approval", {"meeting": meeting}, act, key=key, by=by, now=now)


def approver(draft: Draft, person: PersonId) -> Acting | None:
    """In what capacity somebody may approve the minutes: as one who leads the body, or for one who is away."""
    authority = draft.world.authority
    return authority.acting(person, (Actor.CHAIR,), owner=PersonId(""), body=draft.body)


def approve_minutes(
    db: Database, meeting: MeetingId, *, seen: str, key: str, by: PersonId, now: datetime
) -> ApprovalReceipt:
    """Approve minutes that say what was `seen`, by its digest: they stand fast from then on.

    Raises:
        NotFound, KeyReused. NotAllowed: others lead this body. Locked: they are approved already.
        Refused: nobody has asked. Conflict: they say something else now. ProofNeeded: a point of them is closed,
            and the request has not proved who makes it.
    """

    def act(tx: Tx) -> ApprovalReceipt:
        draft, acting = _asked(tx, meeting, by, now)
        digest = digest_now(draft)
        if digest != seen:
            raise Conflict("minutes", meeting, expected=seen, actual=digest)
        if draft.has_closed_points:
            demand_fresh_proof()
        given = Approval(person=acting.person, on_behalf_of=acting.on_behalf_of, at=now, digest=digest)
        minutes.approve(tx, meeting, given)
        told = tuple(is_approved(draft, acting))
        outbox.add(tx, told, now)
        _record(tx, draft, APPROVED, acting, digest=digest)
        return ApprovalReceipt(meeting=meeting, told=len(told))

    values = {"meeting": meeting, "seen": seen}
    return once(ApprovalReceipt, db, "approve_minutes", values, act, key=key, by=by, now=now)


def send_minutes_back(
    db: Database, meeting: MeetingId, reason: str, *, key: str, by: PersonId, now: datetime
) -> ApprovalReceipt:
    """Send minutes back to those who write them, with what is to be put right; the chair must be asked anew.

    Raises:
        NotFound, KeyReused. Unreadable: there is no reason. NotAllowed: others lead this body.
        Locked: they are approved already. Refused: nobody has asked.
    """
    why = reason.strip()
    if not why:
        raise Unreadable("minutes are sent back with a reason", "reason", "reason")

    def act(tx: Tx) -> ApprovalReceipt:
        draft, acting = _asked(tx, meeting, by, now)
        told = tuple(sent_back(draft, why, acting))
        minutes.send_back(tx, meeting, SentBack(person=by, at=now, reason=why))
        outbox.add(tx, told, now)
        _record(tx, draft, SENT_BACK, acting, digest=digest_now(draft), reason=why)
        return ApprovalReceipt(meeting=meeting, told=len(told))

    values = {"meeting": meeting, "reason": why}
    return once(ApprovalReceipt, db, "send_minutes_back", values, act, key=key, by=by, now=now)


def _asked(tx: Tx, meeting: MeetingId, by: PersonId, now: datetime) -> tuple[Draft, Acting]:
    """The minutes that somebody is asked to approve, and in what capacity they answer."""
    draft = draft_at(tx, meeting, now)
    acting = approver(draft, by)
    if acting is None:
        raise NotAllowed("approve_minutes", (Actor.CHAIR,), draft.body.short)
    draft.minutes.refuse_when_locked()
    if draft.minutes.state is not State.AT_CHAIR:
        raise refused("minutes_asked")
    return draft, acting


def reopen_minutes(
    db: Database, meeting: MeetingId, reason: str, *, key: str, by: PersonId, now: datetime
) -> ApprovalReceipt:
    """Open minutes again that were approved, to correct them; they must be approved anew.

    Raises:
        NotFound, NotAllowed, KeyReused. Unreadable: there is no reason. Refused: they are open.
    """
    why = reason.strip()
    if not why:
        raise Unreadable("minutes are opened again with a reason", "reason", "reason")

    def act(tx: Tx) -> ApprovalReceipt:
        draft = draft_at(tx, meeting, now)
        draft.refuse_others(by)
        if draft.minutes.approval is None:
            raise refused("minutes_locked")
        minutes.reopen(tx, meeting, why)
        _record(tx, draft, "minutes-reopened", Acting(person=by), reason=why)
        return ApprovalReceipt(meeting=meeting)

    values = {"meeting": meeting, "reason": why}
    return once(ApprovalReceipt, db, "reopen_minutes", values, act, key=key, by=by, now=now)


def _record(
    tx: Tx, draft: Draft, move: str, acting: Acting, *, digest: str = "", reason: str | None = None
) -> None:
    data = {"body": draft.body.key, "meeting": draft.meeting.id, "digest": digest}
    event = Event(machine="record", move=move, old="", new="", reason=reason, data=data)
    history.append(tx, (event,), sag=None, route="", acting=acting, at=draft.world.now)
