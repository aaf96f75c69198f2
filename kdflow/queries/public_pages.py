"""The pages for everybody: public bodies, their meetings, and what is published and open of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kdflow.domain.errors import NotFound
from kdflow.domain.public import PublicVersion, public_versions
from kdflow.domain.publications import PublicationKind, sager_of
from kdflow.domain.situation import World
from kdflow.domain.timetable import Body, Meeting, MeetingId, body_flag
from kdflow.store import agendas, contents, publicly
from kdflow.store.database import Database, Tx
from kdflow.store.world import whole_world

NEWS = 30
"""How many meetings the newest publications are looked for in."""

LOOKS_BACK = timedelta(days=400)
"""How long a meeting stays in the calendar after its day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicMeeting:
    """A meeting with what everybody may read of it; and when its day, hour or place changed."""

    meeting: Meeting
    versions: tuple[PublicVersion, ...]
    changes: tuple[datetime, ...] = ()

    def of(self, kind: PublicationKind) -> tuple[PublicVersion, ...]:
        """The versions of one kind, oldest first."""
        return tuple(one for one in self.versions if one.kind is kind)

    @property
    def newest(self) -> Mapping[str, PublicVersion]:
        """The newest version of each kind that there is any of."""
        return {one.kind.value: one for one in self.versions}

    @property
    def last_at(self) -> datetime | None:
        """When the meeting was changed, or something was published of it, last."""
        return max((*self.changes, *(one.made_at for one in self.versions)), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyLine:
    """A public body, with its next meeting."""

    body: Body
    coming: Meeting | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyMeetings:
    """The meetings of a public body in a year, and the years that it has meetings in."""

    body: Body
    year: int
    years: tuple[int, ...]
    rows: tuple[PublicMeeting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One version of an agenda or minutes, with the others of the same kind and the newest of the other kind."""

    body: Body
    meeting: PublicMeeting
    version: PublicVersion
    versions: tuple[PublicVersion, ...]


def public_bodies(db: Database, now: datetime) -> tuple[BodyLine, ...]:
    """The public bodies that there are, and then those that there were."""
    with db.read() as tx:
        world = whole_world(tx, now)
    today = world.today
    found = [body for body in world.bodies.values() if body.public and body_flag(body, today) != "not-yet"]
    found.sort(key=lambda body: (not body.valid.covers(today), body.short))
    calendar, yesterday = world.timetable, today - timedelta(days=1)
    return tuple(BodyLine(body=one, coming=_first(calendar.coming(one.key, after=yesterday))) for one in found)


def public_body(db: Database, key: str, year: int | None, now: datetime) -> BodyMeetings:
    """A public body's meetings in a year: the one asked for, this one, or the nearest that it has any in.

    Raises:
        NotFound: there is no such body, or it is not public.
    """
    with db.read() as tx:
        body, world = _body(tx, key, now)
        dated = _dated(world, key)
        years = sorted({day.year for day, _ in dated}, reverse=True)
        wanted = year or world.today.year
        shown = (
            wanted if year or wanted in years else min(years, key=lambda one: abs(one - wanted), default=wanted)
        )
        rows = _with_versions(tx, [meeting for day, meeting in dated if day.year == shown])
    return BodyMeetings(body=body, year=shown, years=tuple(years), rows=rows)


def public_document(
    db: Database, body: str, meeting: str, kind: PublicationKind, number: int | None, now: datetime
) -> Document:
    """A version of an agenda or of minutes; without `number` the newest.

    Raises:
        NotFound: there is none that everybody may read.
    """
    with db.read() as tx:
        found, of_meeting = _meeting(tx, body, meeting, now)
    versions = of_meeting.of(kind)
    shown = next((one for one in versions if one.number == (number or len(versions))), None)
    if shown is None:
        raise NotFound(kind, meeting)
    return Document(body=found, meeting=of_meeting, version=shown, versions=versions)


def public_paper(db: Database, body: str, meeting: str, digest: str, now: datetime) -> tuple[str, str, bytes]:
    """A paper that stood under an open point of what was published: (filename, media type, content).

    Raises:
        NotFound: there is none that everybody may read.
    """
    with db.read() as tx:
        _, found = _meeting(tx, body, meeting, now)
        for version in found.versions:
            if digest in version.digests:
                paper = version.digests[digest]
                return str(paper["filename"]), str(paper["media_type"]), contents.load(tx, digest)
    raise NotFound("paper", digest)


def public_calendar(db: Database, key: str, now: datetime) -> tuple[Body, tuple[PublicMeeting, ...]]:
    """A public body's meetings, not long past or to come.

    Raises:
        NotFound: there is no such body, or it is not public.
    """
    with db.read() as tx:
        body, world = _body(tx, key, now)
        recent = [meeting for day, meeting in _dated(world, key) if day >= world.today - LOOKS_BACK]
        return body, _with_versions(tx, recent)


def public_news(db: Database, key: str, now: datetime) -> tuple[Body, tuple[PublicMeeting, ...]]:
    """The meetings of a public body that something was published of last.

    Raises:
        NotFound: there is no such body, or it is not public.
    """
    with db.read() as tx:
        body, world = _body(tx, key, now)
        last = publicly.last_published(tx, key, NEWS)
        return body, _with_versions(tx, [world.timetable.by_id[one] for one in last])


# --- what they share ---------------------------------------------------------------------------------------------


def _body(tx: Tx, key: str, now: datetime) -> tuple[Body, World]:
    world = whole_world(tx, now)
    body = world.bodies.get(key)
    if body is None or not body.public:
        raise NotFound("body", key)
    return body, world


def _meeting(tx: Tx, key: str, meeting: str, now: datetime) -> tuple[Body, PublicMeeting]:
    body, world = _body(tx, key, now)
    found = world.timetable.find(MeetingId(meeting))
    if found is None or found.body != key:
        raise NotFound("meeting", meeting)
    return body, _with_versions(tx, [found])[0]


def _dated(world: World, key: str) -> list[tuple[date, Meeting]]:
    """The meetings that can be put in a calendar, by their first day."""
    found = world.timetable.of_body.get(key, ())
    dated = [(one.begins_on, one) for one in found if one.begins_on]
    return sorted(dated, key=lambda row: (row[0], row[1].id))


def _with_versions(tx: Tx, found: Sequence[Meeting]) -> tuple[PublicMeeting, ...]:
    made = publicly.published(tx, [one.id for one in found])
    closed = publicly.closed_among(tx, sager_of(one for several in made.values() for one in several))
    points = agendas.closed_now(tx, [one.id for one in found])
    changes = publicly.seen_to_change(tx, found)
    return tuple(
        PublicMeeting(
            meeting=one,
            versions=public_versions(made.get(one.id, ()), closed, points[one.id]),
            changes=changes[one.id],
        )
        for one in found
    )


def _first(found: Sequence[Meeting]) -> Meeting | None:
    return found[0] if found else None
