"""Send the minutes of a meeting: frozen as they were approved, and told to their readers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from kdflow.actions.consequences import Answer, once
from kdflow.domain.authority import Acting, PersonId
from kdflow.domain.errors import Conflict
from kdflow.domain.minutes_content import Draft, as_sent, refuse_to_publish
from kdflow.domain.minutes_told import MINUTES_PUBLISHED, notices_of, told_of
from kdflow.domain.personal_numbers import NONE_SEEN, Allowed, allowed_events, refuse_numbers
from kdflow.domain.publications import Publication, PublicationKind, following
from kdflow.domain.sag import Event
from kdflow.domain.timetable import MeetingId, MeetingStatus
from kdflow.store import history, indexing, outbox, plans, publications, recorded
from kdflow.store.database import Database, Tx
from kdflow.store.editions import record_at
from kdflow.store.meeting_status import set_status
from kdflow.store.on_minutes import draft_at


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesSent(Answer):
    """What was sent: which version, and how many people are told of it."""

    meeting: MeetingId
    version: int
    told: int


def publish_minutes(
    db: Database,
    meeting: MeetingId,
    *,
    reason: str | None = None,
    numbers: Allowed = NONE_SEEN,
    seen: str | None = None,
    key: str,
    by: PersonId,
    now: datetime,
) -> MinutesSent:
    """Send minutes that were approved as they are; a later version corrects the one before, and says why. `seen`
    is the digest of what was seen before, `numbers` whether personal numbers that everybody will read were seen,
    and are right. The meeting's minutes are sent from then on: that duty ends.

    Raises:
        NotFound, NotAllowed, KeyReused. Conflict: they are no longer what was seen.
        Refused: nobody who leads the body approved this, nothing is new, a correction has no reason, or
            everybody would read a personal number.
    """
    why = (reason or "").strip() or None

    def act(tx: Tx) -> MinutesSent:
        plans.lock(tx)
        draft = draft_at(tx, meeting, now)
        draft.refuse_others(by)
        before = publications.newest(tx, meeting, PublicationKind.MINUTES)
        old = before.content if before else None
        given = why or (draft.minutes.reason if before else None)
        content = as_sent(draft, told_of(draft, old, but=by))
        refuse_to_publish(draft, content, old, given)
        kind = PublicationKind.MINUTES
        made = following(before, content, kind=kind, meeting=meeting, reason=given, by=by, now=now)
        if seen is not None and seen != made.digest:
            raise Conflict("minutes", meeting, expected=seen, actual=made.digest)
        found = publications.numbers_in(tx, content) if draft.body.public else ()
        refuse_numbers(found, numbers)
        return _keep(tx, draft, made, allowed_events(found, numbers, made))

    values = {"meeting": meeting, "reason": why, "numbers": asdict(numbers)}
    return once(MinutesSent, db, "publish_minutes", values, act, key=key, by=by, now=now)


def _keep(tx: Tx, draft: Draft, made: Publication, also: tuple[Event, ...]) -> MinutesSent:
    """Keep what was sent and all that follows; the history comes last."""
    publications.add(tx, made)
    for sag in recorded.sager_in(made.content):
        indexing.again(tx, sag)
    told = tuple(notices_of(draft, record_at(tx, draft.meeting, made.kind, draft.world)))
    outbox.add(tx, told, made.made_at)
    acting = Acting(person=made.made_by)
    data = {"body": draft.body.key, "meeting": made.meeting, "digest": made.digest, "told": len(told)}
    event = Event(
        machine="record", move=MINUTES_PUBLISHED, old="", new=str(made.version), reason=made.reason, data=data
    )
    events = (*set_status(tx, draft.meeting, MeetingStatus.MINUTES_SENT, draft.world, acting), event, *also)
    history.append(tx, events, sag=None, route="", acting=acting, at=made.made_at)
    return MinutesSent(meeting=made.meeting, version=made.version, told=len(told))
