"""Publish the agenda of a meeting: frozen as it is, under numbers that stand fast, and told to its readers."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from kdflow.actions.consequences import Answer, once
from kdflow.domain.agenda_told import AGENDA_PUBLISHED, notices_of, readers
from kdflow.domain.authority import Acting, PersonId
from kdflow.domain.errors import Conflict, NotAllowed
from kdflow.domain.on_agenda import Agenda, as_published, content_of, refuse_to_publish
from kdflow.domain.personal_numbers import NONE_SEEN, Allowed, allowed_events, refuse_numbers
from kdflow.domain.publications import Publication, PublicationKind, following
from kdflow.domain.rights import AGENDA_KEEPERS, agenda_keeper
from kdflow.domain.sag import Event
from kdflow.domain.situation import World
from kdflow.domain.timetable import MeetingId, MeetingStatus, has_begun
from kdflow.store import agendas, history, outbox, plans, publications
from kdflow.store.database import Database, Tx
from kdflow.store.editions import record_at
from kdflow.store.meeting_status import set_status
from kdflow.store.on_agenda import agenda_at
from kdflow.store.world import whole_world


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaReceipt(Answer):
    """What was published: which version, and how many people are told of it."""

    meeting: MeetingId
    version: int
    told: int


def publish_agenda(
    db: Database,
    meeting: MeetingId,
    *,
    reason: str | None = None,
    numbers: Allowed = NONE_SEEN,
    seen: str | None = None,
    key: str,
    by: PersonId,
    now: datetime,
) -> AgendaReceipt:
    """Publish an agenda, or what is new to one that was published. `seen` is the digest of what was seen before,
    `numbers` whether personal numbers that everybody will read were seen, and are right.

    A meeting that was only planned has its agenda sent from then on, with all that follows for who comes late.

    Raises:
        NotFound. NotAllowed: others build this agenda. KeyReused. Conflict: it is no longer what was seen.
        Refused: the meeting is cancelled or over, nothing is new, a late sag has no reason, or everybody would
            read a personal number.
    """
    why = (reason or "").strip() or None

    def act(tx: Tx) -> AgendaReceipt:
        plans.lock(tx)
        agendas.lock(tx, meeting)
        world = whole_world(tx, now)
        agenda = agenda_at(tx, meeting, world)
        acting = agenda_keeper(world.authority, agenda.body, by)
        if acting is None:
            raise NotAllowed("publish_agenda", AGENDA_KEEPERS, agenda.body.short)
        before = publications.newest(tx, meeting, PublicationKind.AGENDA)
        content = content_of(agenda, world, readers(agenda, world, but=by))
        refuse_to_publish(agenda, before.content if before else None, content)
        kind = PublicationKind.AGENDA
        made = following(before, content, kind=kind, meeting=meeting, reason=why, by=by, now=now)
        if seen is not None and seen != made.digest:
            raise Conflict("agenda", meeting, expected=seen, actual=made.digest)
        found = publications.numbers_in(tx, content) if agenda.body.public else ()
        refuse_numbers(found, numbers)
        return _keep(tx, agenda, made, world, acting, allowed_events(found, numbers, made))

    values = {"meeting": meeting, "reason": why, "numbers": asdict(numbers)}
    return once(AgendaReceipt, db, "publish_agenda", values, act, key=key, by=by, now=now)


def _keep(
    tx: Tx, agenda: Agenda, made: Publication, world: World, acting: Acting, also: tuple[Event, ...]
) -> AgendaReceipt:
    """Keep what was published and all that follows; the history comes last."""
    publications.add(tx, made)
    agendas.keep(tx, made.meeting, as_published(agenda))
    told = tuple(notices_of(record_at(tx, agenda.meeting, made.kind, world)))
    outbox.add(tx, told, made.made_at)
    events = (*_sent(tx, agenda, world, acting), _event(made, len(told)), *also)
    history.append(tx, events, sag=None, route="", acting=acting, at=made.made_at)
    return AgendaReceipt(meeting=made.meeting, version=made.version, told=len(told))


def _sent(tx: Tx, agenda: Agenda, world: World, acting: Acting) -> tuple[Event, ...]:
    """Say of a coming meeting that its agenda is sent, and plan those again who are passed by it."""
    meeting = agenda.meeting
    if meeting.status not in (MeetingStatus.PLANNED, MeetingStatus.MOVED) or has_begun(meeting, world.now):
        return ()
    return set_status(tx, meeting, MeetingStatus.AGENDA_SENT, world, acting)


def _event(made: Publication, told: int) -> Event:
    data = {"body": made.content["meeting"]["body"], "meeting": made.meeting, "digest": made.digest, "told": told}
    return Event(
        machine="record", move=AGENDA_PUBLISHED, old="", new=str(made.version), reason=made.reason, data=data
    )
