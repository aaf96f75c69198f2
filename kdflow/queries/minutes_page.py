"""The pages of minutes: as they are written, as the chair reads them, and as they would be sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from kdflow.domain.agenda import Point
from kdflow.domain.authority import Acting, PersonId
from kdflow.domain.calling import called
from kdflow.domain.deadlines import Deadline
from kdflow.domain.deciding import can_decide, not_yet
from kdflow.domain.editions import Edition
from kdflow.domain.errors import NotAllowed, Reason, Refused
from kdflow.domain.minutes import (
    Attendee,
    Remark,
    Task,
    Written,
    beginning,
    outcomes_at,
    prefilled,
)
from kdflow.domain.minutes_content import Draft, as_sent, content_of, digest_now, objections, refuse_to_publish
from kdflow.domain.minutes_told import notices_of, told_of
from kdflow.domain.on_agenda import Seated, may_see_point, shown_at
from kdflow.domain.personal_numbers import Place
from kdflow.domain.publications import PublicationKind, following, seen_by
from kdflow.domain.rights import agenda_keeper, closer
from kdflow.domain.timetable import Meeting, MeetingId, has_begun
from kdflow.domain.told import as_seen
from kdflow.domain.workflow import Actor, Outcome
from kdflow.queries.agenda_page import note_points
from kdflow.queries.recipients import Recipient, by_person
from kdflow.store import publications, readings
from kdflow.store.database import Database
from kdflow.store.editions import record_at
from kdflow.store.on_minutes import draft_at


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenPoint:
    """A point as its minutes are written. `decides` is the sag that is decided here and now (None: nothing, or not
    any more), `outcomes` what can be decided, `usual` what follows the indstilling, `not_yet` why the viewer
    cannot record it now; `treated` is the sag that this meeting has to do with, which the viewer `may_close`."""

    point: Point
    written: Written
    treated: Seated | None
    decides: Seated | None
    outcomes: tuple[Outcome, ...]
    usual: Mapping[int, Outcome]
    not_yet: tuple[Reason, ...]
    people: tuple[Attendee, ...]
    tasks: tuple[Task, ...]
    remarks: tuple[Remark, ...]
    shows: tuple[Meeting, ...]
    may_close: bool

    def chosen(self, number: int = 0) -> Outcome | None:
        """What stands ready as the decision of a part by its number, or of the whole: what was chosen before,
        else what follows the indstilling."""
        return self.written.chosen.get(number, self.usual.get(number))

    @property
    def text(self) -> str:
        """What stands in the field of its text."""
        return beginning(self.point, self.written)

    @property
    def shown(self) -> str:
        """The digest of what stands in the fields of the point, but for a text that nobody has kept yet."""
        parts = len(self.decides.step.parts) if self.decides else 0
        numbers = range(1, parts + 1) if parts > 1 else (0,) if self.decides else ()
        chosen = {number: outcome for number in numbers if (outcome := self.chosen(number))}
        return replace(self.written, chosen=chosen).digest


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesPage:
    """The minutes of a meeting for those who write them. They are `is_stale` when a decision has changed
    since they were approved; `people` and `bodies` are what those can be called."""

    draft: Draft
    rows: tuple[WrittenPoint, ...]
    has_begun: bool
    is_stale: bool
    may_approve: bool
    editions: tuple[Edition, ...]
    sent_at: datetime | None
    objection: Deadline | None

    @property
    def is_sent(self) -> bool:
        """Whether they have been sent as they are approved."""
        given = self.draft.minutes.approval
        return bool(given and self.sent_at and self.sent_at >= given.at)

    @property
    def undecided(self) -> tuple[WrittenPoint, ...]:
        """The points with a decision to be recorded."""
        return tuple(row for row in self.rows if row.decides)

    @property
    def ready(self) -> tuple[WrittenPoint, ...]:
        """Those of them that can be recorded now."""
        return tuple(row for row in self.undecided if not row.not_yet)

    @property
    def people(self) -> tuple[str, ...]:
        """What everybody who is here is called."""
        return tuple(sorted(called(self.draft.world.names_here).values()))

    @property
    def bodies(self) -> tuple[str, ...]:
        """What the bodies of today are called."""
        world = self.draft.world
        return tuple(sorted(body.short for body in world.bodies.values() if body.valid.covers(world.today)))


def minutes_page(db: Database, meeting: str, viewer: PersonId, now: datetime) -> MinutesPage:
    """The minutes of a meeting as they are written.

    Raises:
        NotFound: there is no such meeting. NotAllowed: others write them.
    """
    with db.read() as tx:
        draft = draft_at(tx, MeetingId(meeting), now)
        draft.refuse_others(viewer)
        _note(draft, viewer)
        record = record_at(tx, draft.meeting, PublicationKind.MINUTES, draft.world)
    given = draft.minutes.approval
    return MinutesPage(
        draft=draft,
        rows=tuple(_row(draft, one, viewer) for one in draft.agenda.points),
        has_begun=has_begun(draft.meeting, now) and draft.meeting.status != "cancelled",
        is_stale=given is not None and given.digest != digest_now(draft),
        may_approve=_approver(draft, viewer) is not None,
        editions=record.editions(viewer),
        sent_at=record.made[-1].made_at if record.made else None,
        objection=objections(draft.meeting, draft.body, draft.world.today),
    )


def may_write(db: Database, meeting: str, viewer: PersonId, now: datetime) -> tuple[bool, bool]:
    """Whether somebody writes the minutes of a meeting, and whether they were sent.

    Raises:
        NotFound: there is no such meeting.
    """
    with db.read() as tx:
        draft = draft_at(tx, MeetingId(meeting), now)
        sent = publications.published(tx, [draft.meeting.id], PublicationKind.MINUTES)
    return agenda_keeper(draft.world.authority, draft.body, viewer) is not None, bool(sent)


def _row(draft: Draft, point: Point, viewer: PersonId) -> WrittenPoint:
    minutes, treated = draft.minutes, draft.treats(point)
    decides = treated if treated and can_decide(treated) else None
    outcomes = outcomes_at(treated.route, treated.step.station) if treated else ()
    return WrittenPoint(
        point=point,
        written=minutes.at(point.key),
        treated=treated,
        decides=decides,
        outcomes=outcomes,
        usual=prefilled(decides.step, outcomes) if decides else {},
        not_yet=not_yet(decides.situation(draft.world), viewer) if decides else (),
        people=tuple(one for one in minutes.attendance.others if one.point == point.key),
        tasks=tuple(one for one in minutes.tasks if one.point == point.key),
        remarks=tuple(one for one in minutes.remarks if one.point == point.key),
        shows=() if point.is_gone else shown_at(draft.agenda, point, draft.world),
        may_close=bool(treated and closer(treated.situation(draft.world), viewer)),
    )


# --- before they are approved and sent -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesReading:
    """Minutes as a leader reads them before they approve: what they say, as far as the reader may know of it, and
    its `digest`."""

    draft: Draft
    content: Mapping[str, Any]
    digest: str
    undecided: int


def minutes_reading(db: Database, meeting: str, viewer: PersonId, now: datetime) -> MinutesReading:
    """What there is to approve.

    Raises:
        NotFound: there is no such meeting. NotAllowed: others lead its body.
    """
    with db.read() as tx:
        draft = draft_at(tx, MeetingId(meeting), now)
    if _approver(draft, viewer) is None:
        raise NotAllowed("approve_minutes", (Actor.CHAIR,), draft.body.short)
    content = content_of(draft)
    seen = seen_by(content, lambda one: may_see_point(one, draft.body, draft.world, viewer, draft.known))
    note_points(seen, draft.known, viewer, "minutes")
    return MinutesReading(draft=draft, content=seen, digest=digest_now(draft), undecided=_undecided(draft))


def _note(draft: Draft, viewer: PersonId) -> None:
    """Note that somebody reads the closed sager that the minutes are about."""
    for sag, _ in draft.known.values():
        readings.note(sag, viewer, "minutes")


def _approver(draft: Draft, viewer: PersonId) -> Acting | None:
    return draft.world.authority.acting(viewer, (Actor.CHAIR,), owner=PersonId(""), body=draft.body)


def _undecided(draft: Draft) -> int:
    found = (draft.treats(one) for one in draft.agenda.points)
    return sum(1 for one in found if one and can_decide(one))


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesPreview:
    """Minutes as they would be sent as this `version`: what they say (`digest`), who would be told and what they
    would read, what stands in the way, and where a personal number seems to stand (`numbers`)."""

    draft: Draft
    version: int
    content: Mapping[str, Any]
    digest: str
    recipients: tuple[Recipient, ...]
    reasons: tuple[Reason, ...]
    reason: str
    undecided: int
    minutes: Collection[MeetingId]
    numbers: tuple[Place, ...]


def minutes_preview(
    db: Database, meeting: str, viewer: PersonId, now: datetime, *, reason: str | None = None
) -> MinutesPreview:
    """What would be sent if `viewer` did it now.

    Raises:
        NotFound, NotAllowed: as for the minutes themselves.
    """
    with db.read() as tx:
        draft = draft_at(tx, MeetingId(meeting), now)
        draft.refuse_others(viewer)
        _note(draft, viewer)
        before = publications.newest(tx, draft.meeting.id, PublicationKind.MINUTES)
        old = before.content if before else None
        content = as_sent(draft, told_of(draft, old, but=viewer))
        why = reason or (draft.minutes.reason if before else None) or ""
        kind, of = PublicationKind.MINUTES, draft.meeting.id
        made = following(before, content, kind=kind, meeting=of, reason=why or None, by=viewer, now=now)
        record = record_at(tx, draft.meeting, kind, draft.world, unsaved=[made])
        numbers = publications.numbers_in(tx, content)
    return MinutesPreview(
        draft=draft,
        version=record.editions(viewer)[-1].number,
        content=content,
        digest=made.digest,
        recipients=by_person([as_seen(one, {}) for one in notices_of(draft, record)], draft.world.names),
        reasons=_against(draft, content, old, why),
        reason=why,
        undecided=_undecided(draft),
        minutes=(),
        numbers=numbers,
    )


def _against(
    draft: Draft, content: Mapping[str, Any], before: Mapping[str, Any] | None, reason: str
) -> tuple[Reason, ...]:
    try:
        refuse_to_publish(draft, content, before, reason or "-")
    except Refused as refused:
        return refused.reasons
    return ()
