"""What a calendar feed holds: meetings and deadlines of a person, a body or a sag, as its holder may see them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from kdflow.domain.authority import PersonId
from kdflow.domain.capacity import avoiding
from kdflow.domain.closing import CLOSE, OPEN_AGAIN
from kdflow.domain.deadlines import Deadline, DeadlineKind, deadlines
from kdflow.domain.departures import workdays_of
from kdflow.domain.errors import NotFound
from kdflow.domain.explaining import explain
from kdflow.domain.feed_editions import MEETING
from kdflow.domain.network import network
from kdflow.domain.planner import plan_of
from kdflow.domain.prepared import prepare
from kdflow.domain.sag import Sag
from kdflow.domain.situation import World
from kdflow.domain.timetable import Body, Meeting, MeetingId
from kdflow.domain.visibility import may_see
from kdflow.domain.workflow import Definitions
from kdflow.queries.scene import bodies_served, situation
from kdflow.store import feeds, history, meetings, people, sager
from kdflow.store.competing import full_meetings
from kdflow.store.database import Database, Tx
from kdflow.store.feeds import Edition, Feed
from kdflow.store.world import whole_world

LOOKS_BACK = timedelta(days=400)
"""How long a meeting stays in a feed after its day."""

BEFORE_ANY_CHANGE = datetime(2000, 1, 1, tzinfo=UTC)
"""When an entry that was never changed was last changed: always the same, so that the feed stays the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow:
    """One thing in a feed: a meeting, or a `deadline` of one; `sag` where it is about one (closed: without title),
    and `slides` where that is forecast to come there only because an earlier meeting is full.

    `changed_at` is when what it says was last changed, and `sequence` rises whenever it is: with the version of
    the meeting, the edition that its body's rules make, and the sag's title. Each of them only rises, so that a
    read has nothing to keep, and every feed tells the same.
    """

    meeting: Meeting
    body: Body
    deadline: Deadline | None
    sag: Sag | None
    station: str
    slides: bool
    sequence: int
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPage:
    """The content of a feed. `name` is the person, the body or the number of the sag."""

    feed: Feed
    name: str
    rows: tuple[FeedRow, ...]


def feed_page(db: Database, secret: str, now: datetime) -> FeedPage:
    """What stands in the feed of a secret address; who holds which office is read anew.

    Raises:
        NotFound: there is no such feed (any more), its holder has left, or may not know of the sag.
    """
    with db.read() as tx:
        found = feeds.find(tx, secret)
        world = whole_world(tx, now)
        if found is None or not people.person(tx, found.person).is_here(world.today):
            raise NotFound("feed", "")
        changed = Changed(meetings=meetings.changed_at(tx), editions=feeds.editions(tx))
        if found.about == "sag":
            sag = sager.by_number(tx, found.key)
            route = situation(tx, sag, None, world).definitions
            if not may_see(sag, found.person, route, world):
                raise NotFound("feed", "")
            full = full_meetings(tx, world).get(sag.id, frozenset())
            rows = tuple(_of_sag(sag, route, world, changed.of(tx, sag), full))
            return FeedPage(feed=found, name=sag.number, rows=rows)
        if found.about == "body":
            body = world.bodies[found.key]
            return FeedPage(feed=found, name=body.short, rows=tuple(_of_bodies([body], world, changed)))
        return FeedPage(
            feed=found,
            name=world.names.get(found.person, found.person),
            rows=tuple(_of_person(tx, found.person, world, changed)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """When each meeting was last changed, the editions of the entries, and when the sag was shown under another
    title, or under none."""

    meetings: Mapping[str, datetime]
    editions: Mapping[tuple[str, str], Edition]
    titles: tuple[datetime, ...] = ()

    def of(self, tx: Tx, sag: Sag) -> Changed:
        """The same for the entries of a sag."""
        found = history.of_move(tx, sag.id, "revise", CLOSE, OPEN_AGAIN)
        shown = (one for one in found if one.event.move != "revise" or "title" in one.event.new.split(", "))
        return replace(self, titles=tuple(one.at for one in shown))


def _of_person(tx: Tx, person: PersonId, world: World, changed: Changed) -> Iterator[FeedRow]:
    """The bodies one sits in or serves with their deadlines, and the sager one owns with theirs."""
    offices = people.offices_of(tx, person)
    held = {office.body for office in offices if office.valid.covers(world.today)}
    keys = sorted({*bodies_served(world, person), *held} & set(world.bodies))
    yield from _of_bodies([world.bodies[key] for key in keys], world, changed)
    owned = sager.load_many(tx, sager.ids_of_owner(tx, person))
    full = full_meetings(tx, world) if owned else {}
    for sag in owned:
        route = situation(tx, sag, None, world).definitions
        yield from _of_sag(sag, route, world, changed.of(tx, sag), full.get(sag.id, frozenset()))


def _of_bodies(bodies: Iterable[Body], world: World, changed: Changed) -> Iterator[FeedRow]:
    for body in bodies:
        for meeting in world.timetable.of_body.get(body.key, ()):
            last = meeting.on.latest
            if last is None or meeting.on.earliest is None or last < world.today - LOOKS_BACK:
                continue
            yield _row(meeting, body, None, None, "", changed)
            for one in deadlines(body.rules, meeting.on, workdays_of(body)):
                yield _row(meeting, body, one, None, "", changed)


def _of_sag(
    sag: Sag, route: Definitions, world: World, changed: Changed, full: frozenset[MeetingId]
) -> Iterator[FeedRow]:
    """The meetings that a sag is planned at, past those that are full, and by when it must be submitted."""
    if route.life.by_state[sag.life].final:
        return
    prepared = avoiding(prepare(sag, route, network(world), world.now), full)
    for leg in plan_of(prepared).legs:
        meeting = world.timetable.find(leg.meeting)
        if meeting is None:
            continue
        body = world.bodies[meeting.body]
        slides = bool(full) and any(one.why == "full" for one in explain(prepared, leg).passed)
        yield _row(meeting, body, None, sag, leg.station, changed, slides)
        for one in deadlines(body.rules, meeting.on, workdays_of(body)):
            if one.kind is DeadlineKind.SUBMISSION and leg.kind == "meeting":
                yield _row(meeting, body, one, sag, leg.station, changed, slides)


def _row(
    meeting: Meeting,
    body: Body,
    deadline: Deadline | None,
    sag: Sag | None,
    station: str,
    changed: Changed,
    slides: bool = False,
) -> FeedRow:
    edition = changed.editions.get((body.key, deadline.kind if deadline else MEETING), Edition())
    when = (BEFORE_ANY_CHANGE, changed.meetings.get(meeting.id), edition.since, *changed.titles)
    return FeedRow(
        meeting=meeting,
        body=body,
        deadline=deadline,
        sag=sag,
        station=station,
        slides=slides,
        sequence=meeting.version - 1 + edition.number + len(changed.titles),
        changed_at=max(filter(None, when)),
    )


def feeds_of(db: Database, person: PersonId) -> tuple[Feed, ...]:
    """The feeds that a person has made, newest first."""
    with db.read() as tx:
        return feeds.of_person(tx, person)


def bodies_with_meetings(db: Database, now: datetime) -> tuple[Body, ...]:
    """The bodies whose calendars one can subscribe to, by name."""
    with db.read() as tx:
        world = whole_world(tx, now)
    found = [body for key, body in world.bodies.items() if world.timetable.of_body.get(key)]
    return tuple(sorted(found, key=lambda body: body.short))
