"""The pages of an agenda: as it is built, as it would be published, and as it was published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from kdflow.domain import minutes_told
from kdflow.domain.agenda import CLOSED_PART, Point, step_of
from kdflow.domain.agenda_order import siblings
from kdflow.domain.agenda_told import notice_key, notices_of, readers
from kdflow.domain.authority import PersonId
from kdflow.domain.errors import NotAllowed, NotFound, Reason, Refused
from kdflow.domain.on_agenda import (
    Agenda,
    Seated,
    Seen,
    content_of,
    may_see_point,
    next_supplement,
    refuse_to_publish,
    shown_at,
)
from kdflow.domain.personal_numbers import Place
from kdflow.domain.publications import Publication, PublicationKind, digest_of, seen_by, with_closed
from kdflow.domain.rights import AGENDA_KEEPERS, agenda_keeper, closer
from kdflow.domain.sag import SagId
from kdflow.domain.situation import World
from kdflow.domain.timetable import Body, Meeting, MeetingId
from kdflow.domain.told import as_seen
from kdflow.domain.workflow import Asks
from kdflow.queries.recipients import Recipient, by_person
from kdflow.store import agendas, definitions, publications, readings, sager
from kdflow.store.database import Database, Tx
from kdflow.store.on_agenda import agenda_at
from kdflow.store.publications import Edition, Sent
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
    meetings that something can be moved to."""

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
        editions = publications.editions(tx, agenda.meeting.id)
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
        editions=tuple(one for one in editions if one.kind is PublicationKind.AGENDA),
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
    minutes: Mapping[MeetingId, int]
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
        minutes = _minutes_of(tx, agenda.meeting.id, content)
        numbers = publications.numbers_in(tx, content)
    for one in agenda.seated.values():
        readings.note(one.sag, viewer, "agenda")
    version = before.version + 1 if before else 1
    told = notices_of(agenda, content, before.content if before else None, version, world, reason=reason)
    return AgendaPreview(
        meeting=agenda.meeting,
        body=agenda.body,
        version=version,
        is_supplement=before is not None and any(not one.is_published for one in agenda.live),
        content=content,
        digest=digest_of(content),
        recipients=by_person([as_seen(one, {}) for one in told], world.names),
        reasons=_against(agenda, before, content),
        unexplained=tuple(one for one in agenda.points if one.lacks_reason),
        minutes=minutes,
        numbers=numbers,
    )


def _against(agenda: Agenda, before: Publication | None, content: Mapping[str, Any]) -> tuple[Reason, ...]:
    try:
        refuse_to_publish(agenda, before.content if before else None, content)
    except Refused as refused:
        return refused.reasons
    return ()


# --- as it was published -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedAgenda:
    """One version of an agenda, or of minutes, as far as the viewer may know of its points. `sent` says, to those
    who build it, what became of telling each reader; `newest` is the number of the newest version. `minutes` are
    the newest versions of the minutes of this meeting and of those that its points list, `agenda` that of its own
    agenda."""

    publication: Publication
    content: Mapping[str, Any]
    meeting: Meeting
    body: Body
    newest: int
    editions: tuple[Edition, ...]
    sent: tuple[Sent, ...]
    minutes: Mapping[MeetingId, int]
    agenda: int | None
    may_build: bool
    world: World


NOTICE_KEYS = {PublicationKind.AGENDA: notice_key, PublicationKind.MINUTES: minutes_told.notice_key}
"""What the notices of a publication are known by."""


def published_agenda(
    db: Database,
    meeting: str,
    version: int,
    viewer: PersonId | None,
    now: datetime,
    kind: PublicationKind = PublicationKind.AGENDA,
) -> PublishedAgenda:
    """A version of an agenda, or of minutes, for `viewer` (None sees everything).

    Raises:
        NotFound: there is no such meeting or version.
    """
    with db.read() as tx:
        world = whole_world(tx, now)
        found = world.timetable.find(MeetingId(meeting))
        made = publications.find(tx, MeetingId(meeting), kind, version)
        if found is None or made is None:
            raise NotFound(kind, f"{meeting}/{version}")
        editions = [one for one in publications.editions(tx, found.id) if one.kind is kind]
        body, known = world.bodies[found.body], _known(tx, made)
        may_build = bool(viewer and agenda_keeper(world.authority, body, viewer))
        keys = [NOTICE_KEYS[kind](found, version, person) for person in made.content["told"]]
        sent = publications.sent(tx, keys) if may_build else ()
        minutes = _minutes_of(tx, found.id, made.content)
        agenda = publications.newest_versions(tx, [found.id]).get(found.id)
        now_closed = agendas.closed_now(tx, [found.id])[found.id]
    shown = with_closed(made.content, now_closed)
    content = seen_by(shown, lambda point: may_see_point(point, body, world, viewer, known))
    note_points(content, known, viewer, "minutes" if kind is PublicationKind.MINUTES else "agenda")
    return PublishedAgenda(
        publication=made,
        content=content,
        meeting=found,
        body=body,
        newest=max(one.version for one in editions),
        editions=tuple(editions),
        sent=sent,
        minutes=minutes,
        agenda=agenda,
        may_build=may_build,
        world=world,
    )


def _minutes_of(tx: Tx, meeting: MeetingId, content: Mapping[str, Any]) -> Mapping[MeetingId, int]:
    listed = [MeetingId(one["id"]) for point in content["points"] for one in point["meetings"]]
    return publications.newest_versions(tx, [meeting, *listed], PublicationKind.MINUTES)


def _known(tx: Tx, made: Publication) -> dict[SagId, Seen]:
    """The sager of a publication as they are now, with their routes."""
    steps = [found for point in made.content["points"] if (found := step_of(point["key"]))]
    loaded = sager.load_many(tx, list(dict.fromkeys(sag for sag, _ in steps)))
    return {sag.id: (sag, definitions.load(tx, sag.route)) for sag in loaded}


def note_points(
    content: Mapping[str, Any], known: Mapping[SagId, Seen], viewer: PersonId | None, what: What
) -> None:
    """Note that somebody reads the closed sager among the points that they are shown."""
    for point in content["points"]:
        found = step_of(point["key"])
        if found and found[0] in known:
            readings.note(known[found[0]][0], viewer, what)
