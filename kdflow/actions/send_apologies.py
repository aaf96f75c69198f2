"""Say of oneself, before a meeting, that one cannot come, or that one can after all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kdflow.actions.consequences import Answer, once
from kdflow.domain.authority import PersonId
from kdflow.domain.errors import NotAllowed
from kdflow.domain.minutes import may_send_apologies, refused, with_absent
from kdflow.domain.minutes_told import apologies
from kdflow.domain.timetable import MeetingId
from kdflow.domain.workflow import Actor
from kdflow.store import minutes, outbox
from kdflow.store.database import Database, Tx
from kdflow.store.on_minutes import draft_at


@dataclass(frozen=True, slots=True, kw_only=True)
class ApologiesReceipt(Answer):
    """To which meeting."""

    meeting: MeetingId


def send_apologies(
    db: Database, meeting: MeetingId, *, absent: bool, key: str, by: PersonId, now: datetime
) -> ApologiesReceipt:
    """Keep that a member will be absent, or will come after all; the secretariat is told. What is said twice is
    told once.

    Raises:
        NotFound, KeyReused. NotAllowed: they are no member. Refused: the meeting has begun, or is cancelled.
    """

    def act(tx: Tx) -> ApologiesReceipt:
        draft = draft_at(tx, meeting, now)
        if by not in draft.members:
            raise NotAllowed("send_apologies", (Actor.MEMBER,), draft.body.short)
        if not may_send_apologies(draft.meeting, now):
            raise refused("apologies_in_time")
        found = draft.minutes.attendance
        others = [one for one in found.absent if one != by and one in draft.members]
        if absent != (by in found.absent):
            gone = [*others, by] if absent else others
            minutes.keep_attendance(tx, meeting, with_absent(found, gone, draft.members))
            outbox.add(tx, tuple(apologies(draft, by, absent=absent)), now)
        return ApologiesReceipt(meeting=meeting)

    values = {"meeting": meeting, "absent": absent}
    return once(ApologiesReceipt, db, "send_apologies", values, act, key=key, by=by, now=now)
