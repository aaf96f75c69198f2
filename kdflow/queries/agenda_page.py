"""The pages of an agenda: as it is built, as it would be published, and as it was published."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from kdflow.domain import minutes_told
from kdflow.domain.agenda import CLOSED_PART, Point, step_of
from kdflow.domain.agenda_order import siblings
from kdflow.domain.agenda_told import notice_key, notices_of, readers
from kdflow.domain.authority import PersonId
from kdflow.domain.editions import Edition
from kdflow.domain.errors import NotAllowed, NotFound, Reason, Refused
from kdflow.domain.on_agenda import (
    Agenda,
    Seated,
    Seen,
    content_of,
    next_supplement,
    refuse_to_publish,
    shown_at,
)
from kdflow.domain.personal_numbers import Place
from kdflow.domain.publications import Content, PublicationKind, following
from kdflow.domain.rights import AGENDA_KEEPERS, agenda_keeper, closer
from kdflow.domain.sag import SagId
from kdflow.domain.situation import World
from kdflow.domain.timetable import Body, Meeting, MeetingId
from kdflow.domain.told import as_seen
from kdflow.domain.workflow import Asks
from kdflow.queries.recipients import Recipient, by_person
from kdflow.store import publications, readings
from kdflow.store.database import Database, Tx
from kdflow.store.editions import record_at
from kdflow.store.on_agenda import agenda_at
from kdflow.store.publications import Sent
from kdflow.store.readings import What
from kdflow.store.world import whole_world


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltPoint:
    """A point as the secretariat builds it: the sag behind it, the meetings a standing item lists, and where it
    can be moved (`at` is its place among `among` points that it can change places with: those of the same `kin`).
    The viewer `may_close` the sag, and with it the point."""

    point: Point
    seated: Seated | None
    shows: tuple[Meeting, ...]
    condition: str
    at: int
    among: int
    kin: str
    may_close: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The points of one part: of the agenda (`supplement` 0), or of a supplement to it; open, or closed."""

    supplement: int
    closed: bool
    rows: tuple[BuiltPoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposals:
    """What waits to be put on and asks for the same."""

    asks: Asks
    rows: tuple[Seated, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaPage:
    """An agenda as it is built. `minutes` is how long it takes, `most` how long the meeting may; `later` are the
    meetings that something can be moved to, `editions` what was published, oldest first."""

    agenda: Agenda
    sections: tuple[Section, ...]
    proposals: tuple[Proposals, ...]
    minutes: int
    most: int | None
    later: tuple[Meeting, ...]
    editions: tuple[Edition, ...]
    world: World


def agenda_page(db: Database, meeting: str, viewer: PersonId, now: datetime) -> AgendaPage:
    """The agenda of a meeting for those who build it.

    Raises:
        NotFound: there is no such meeting. NotAllowed: others build this agenda.
    """
    with db.read() as tx:
        agenda, world = _agenda(tx, meeting, viewer, now)
        editions = record_at(tx, agenda.meeting, PublicationKind.AGENDA, world).editions(viewer)
    for one in agenda.points:
        if (one.kept.text or one.kept.why_late) and one.key in agenda.seated:
            readings.note(agenda.seated[one.key].sag, viewer, "agenda")
    begins = agenda.meeting.begins_on
    most = agenda.meeting.most_minutes or agenda.body.most_minutes
    return AgendaPage(
        agenda=agenda,
        sections=_sections(agenda, world, viewer),
        proposals=_proposals(agenda.submitted),
        minutes=sum(one.minutes or 0 for one in agenda.live),
        most=most,
        later=world.timetable.coming(agenda.body.key, after=begins)[:6] if begins else (),
        editions=editions,
        world=world,
    )


def _agenda(tx: Tx, meeting: str, viewer: PersonId, now: datetime) -> tuple[Agenda, World]:
    world = whole_world(tx, now)
    agenda = agenda_at(tx, MeetingId(meeting), world)
    if agenda_keeper(world.authority, agenda.body, viewer) is None:
        raise NotAllowed("build_agenda", AGENDA_KEEPERS, agenda.body.short)
    return agenda, world


def _sections(agenda: Agenda, world: World, viewer: PersonId) -> tuple[Section, ...]:
    new = next_supplement(agenda)

    def part(point: Point) -> tuple[int, bool]:
        supplement = point.kept.supplement if point.is_published else new
        return supplement or 0, point.number.startswith(CLOSED_PART)

    return tuple(
        Section(
            supplement=supplement, closed=closed, rows=tuple(_row(agenda, one, world, viewer) for one in points)
        )
        for (supplement, closed), points in groupby(agenda.points, part)
    )


def _row(agenda: Agenda, point: Point, world: World, viewer: PersonId) -> BuiltPoint:
    among = siblings(agenda.points, point.key)
    seated = agenda.seated.get(point.key)
    return BuiltPoint(
        point=point,
        seated=seated,
        shows=shown_at(agenda, point, world),
        condition=seated.condition(world) if seated else "",
        at=among.index(point.key) if point.key in among else 0,
        among=len(among),
        kin=_kin(point, among),
        may_close=bool(seated and closer(seated.situation(world), viewer)),
    )


def _kin(point: Point, among: Sequence[str]) -> str:
    """One word for points that can change places: the part they stand in, or for parts of a point the first."""
    if point.key not in among:
        return ""
    return among[0] if point.under else "closed" if point.closed else "open"


def _proposals(submitted: Sequence[Seated]) -> tuple[Proposals, ...]:
    order = list(Asks)
    ordered = sorted(submitted, key=lambda one: (order.index(one.step.asks), one.is_late, one.sag.number))
    return tuple(
        Proposals(asks=asks, rows=tuple(rows)) for asks, rows in groupby(ordered, lambda one: one.step.asks)
    )


# --- before it is published ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaPreview:
    """An agenda as it would be published as this `version`: what it says (`digest`), who would be told and what
    they would read, and what stands in the way; `unexplained` came late, and nobody has said why they cannot
    wait, and in `numbers` a personal number seems to stand. With points that are new to those who have an agenda
    (`is_supplement`) it is a supplementary one."""

    meeting: Meeting
    body: Body
    version: int
    is_supplement: bool
    content: Mapping[str, Any]
    digest: str
    recipients: tuple[Recipient, ...]
    reasons: tuple[Reason, ...]
    unexplained: tuple[Point, ...]
    minutes: Collection[MeetingId]
    numbers: tuple[Place, ...]


def agenda_preview(
    db: Database, meeting: str, viewer: PersonId, now: datetime, *, reason: str | None = None
) -> AgendaPreview:
    """What would be published if `viewer` did it now.

    Raises:
        NotFound, NotAllowed: as for the agenda itself.
    """
    with db.read() as tx:
        agenda, world = _agenda(tx, meeting, viewer, now)
        before = publications.newest(tx, agenda.meeting.id, PublicationKind.AGENDA)
        content = content_of(agenda, world, readers(agenda, world, but=viewer))
        kind, of = PublicationKind.AGENDA, agenda.meeting.id
        made = following(before, content, kind=kind, meeting=of, reason=reason, by=viewer, now=now)
        record = record_at(tx, agenda.meeting, kind, world, unsaved=[made])
        minutes = _minutes_of(tx, agenda.meeting.id, content)
        numbers = publications.numbers_in(tx, content)
    for one in agenda.seated.values():
        readings.note(one.sag, viewer, "agenda")
    return AgendaPreview(
        meeting=agenda.meeting,
        body=agenda.body,
        version=record.editions(viewer)[-1].number,
        is_supplement=before is not None and any(not one.is_published for one in agenda.live),
        content=content,
        digest=made.digest,
        recipients=by_person([as_seen(one, {}) for one in notices_of(record)], world.names),
        reasons=_against(agenda, before.content if before else None, content),
        unexplained=tuple(one for one in agenda.points if one.lacks_reason),
        minutes=minutes,
        numbers=numbers,
    )


def _against(agenda: Agenda, before: Content | None, content: Content) -> tuple[Reason, ...]:
    try:
        refuse_to_publish(agenda, before, content)
    except Refused as refused:
        return refused.reasons
    return ()


# --- as it was published -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedAgenda:
    """One version of an agenda, or of minutes, as the viewer may know it, with all there are for them, oldest
    first. `sent` says, to those who build it, what became of telling each reader; `minutes` are those of this
    meeting and of those that its points list whose minutes were sent; it `has_agenda` that was published."""

    edition: Edition
    editions: tuple[Edition, ...]
    meeting: Meeting
    body: Body
    sent: tuple[Sent, ...]
    minutes: Collection[MeetingId]
    has_agenda: bool
    may_build: bool
    world: World


NOTICE_KEYS = {PublicationKind.AGENDA: notice_key, PublicationKind.MINUTES: minutes_told.notice_key}
"""What the notices of a publication are known by."""


def published_agenda(
    db: Database,
    meeting: str,
    number: int | None,
    viewer: PersonId | None,
    now: datetime,
    kind: PublicationKind = PublicationKind.AGENDA,
) -> PublishedAgenda:
    """A version of an agenda, or of minutes, by the number that it has for `viewer` (None sees everything); the
    last one where they have none of that number, or none is given. Only one that was asked for is noted as read.

    Raises:
        NotFound: there is no such meeting, or nothing was published of it.
    """
    with db.read() as tx:
        world = whole_world(tx, now)
        found = world.timetable.find(MeetingId(meeting))
        if found is None:
            raise NotFound(kind, meeting)
        record = record_at(tx, found, kind, world)
        if not record.made:
            raise NotFound(kind, meeting)
        editions = record.editions(viewer)
        edition = next((one for one in editions if one.number == number), editions[-1])
        made, body = edition.publication, record.body
        may_build = bool(viewer and agenda_keeper(world.authority, body, viewer))
        keys = [NOTICE_KEYS[kind](made, person) for person in made.content["told"]]
        sent = publications.sent(tx, keys) if may_build else ()
        minutes = _minutes_of(tx, found.id, edition.content)
        has_agenda = bool(publications.published(tx, [found.id]))
    if edition.number == number:
        what: What = "minutes" if kind is PublicationKind.MINUTES else "agenda"
        note_points(edition.content, record.known, viewer, what)
    return PublishedAgenda(
        edition=edition,
        editions=editions,
        meeting=found,
        body=body,
        sent=sent,
        minutes=minutes,
        has_agenda=has_agenda,
        may_build=may_build,
        world=world,
    )


def _minutes_of(tx: Tx, meeting: MeetingId, content: Content) -> Collection[MeetingId]:
    listed = [MeetingId(one["id"]) for point in content["points"] for one in point["meetings"]]
    return publications.published(tx, [meeting, *listed], PublicationKind.MINUTES)


def note_points(
    content: Mapping[str, Any], known: Mapping[SagId, Seen], viewer: PersonId | None, what: What
) -> None:
    """Note that somebody reads the closed sager among the points that they are shown."""
    for point in content["points"]:
        found = step_of(point["key"])
        if found and found[0] in known:
            readings.note(known[found[0]][0], viewer, what)
