"""What is found by words: sager that the viewer may see, points and tasks of meetings, meetings and bodies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from kdflow.domain.asked_days import asked_days
from kdflow.domain.authority import PersonId
from kdflow.domain.danish_words import Asked, answers, question, stems
from kdflow.domain.date_words import said
from kdflow.domain.dates import FuzzyDate
from kdflow.domain.sag import Sag, SagId
from kdflow.domain.searching import Bit, Piece, Snippet, is_named, marked, pieces, snippet
from kdflow.domain.situation import World
from kdflow.domain.timetable import Body, Meeting
from kdflow.domain.visibility import sight
from kdflow.domain.workflow import Definitions
from kdflow.queries.found_points import FoundAtMeetings, Skipped, found_at_meetings
from kdflow.rendering import plain_words
from kdflow.store import definitions, finding, readings, sager, search
from kdflow.store.database import Database
from kdflow.store.world import whole_world

PAGE = 20
"""Sager on one page of what was found."""

OTHERS = 8
"""Meetings, and bodies, that are shown at most."""

COUNTED = 200
"""Sager that are counted: nobody reads so many, and to count them costs more than to find the first."""

NOTHING = Skipped()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A sag that was found: its title with the words marked, and the first other place where one stands."""

    sag: Sag
    title: tuple[Bit, ...]
    snippet: Snippet | None
    life: str
    at: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """What was found. `more` is where the next page of sager begins; they are counted to `COUNTED`. `is_day`: it
    was a date that was searched for, and there are meetings then."""

    hits: tuple[Hit, ...]
    more: tuple[int, int] | None
    count: int
    said: FoundAtMeetings
    meetings: tuple[Meeting, ...]
    bodies: tuple[Body, ...]
    is_day: bool
    world: World


def search_page(
    db: Database,
    viewer: PersonId,
    now: datetime,
    text: str,
    *,
    after: tuple[int, int] | None = None,
    skipped: Skipped = NOTHING,
) -> SearchPage:
    """What `viewer` finds by the words of a text, and where it is a date what is on that day: nothing without
    words."""
    asked = question(text)
    with db.read() as tx:
        world = whole_world(tx, now)
        seen = sight(viewer, world)
        dated = _meetings_on(world, text)
        days = [one.id for one in dated]
        found = finding.by_relevance(tx, text, seen, meetings=days, after=after, limit=PAGE + 1) if asked else ()
        shown = sager.load_many(tx, [sag for _, sag in found[:PAGE]])
        written = search.said_of(tx, [sag.id for sag in shown]) if shown else {}
        for sag in shown:
            readings.note(sag, viewer, "search")
        routes = {sag.route: definitions.load(tx, sag.route) for sag in shown}
        return SearchPage(
            hits=tuple(_hit(sag, asked, written.get(sag.id, ()), routes[sag.route], world) for sag in shown),
            more=_cursor(found[PAGE - 1]) if len(found) > PAGE else None,
            count=finding.count_relevant(tx, text, seen, meetings=days, most=COUNTED) if asked else 0,
            said=found_at_meetings(tx, text, asked, seen, world, skipped) if asked else FoundAtMeetings(),
            meetings=_ordered(dated, world.today) if dated else meetings_found(world, asked) if asked else (),
            bodies=_bodies(world, asked) if asked else (),
            is_day=bool(dated),
            world=world,
        )


def _cursor(row: tuple[int, SagId]) -> tuple[int, int]:
    return row[0], int(row[1])


def _hit(sag: Sag, asked: Sequence[Asked], said: Iterable[Piece], route: Definitions, world: World) -> Hit:
    owner = world.names.get(sag.owner, "")
    is_owner = any(is_named(owner, one) for one in asked)
    texts = [*pieces(sag), *said, *([Piece("owner", owner)] if is_owner else ())]
    here = [step.body for step in sag.steps if not route.procedure_of(step.station).by_state[step.state].final]
    return Hit(
        sag=sag,
        title=marked(sag.title, asked),
        snippet=snippet(texts, asked, plain_words),
        life=route.life.by_state[sag.life].title,
        at=tuple(world.short(body) for body in dict.fromkeys(here)),
    )


def _bodies(world: World, asked: Sequence[Asked]) -> tuple[Body, ...]:
    """The bodies whose names answer every word."""
    found = [one for one in world.bodies.values() if all(_is_of(one, word) for word in asked)]
    return tuple(sorted(found, key=lambda one: (not one.valid.covers(world.today), one.name))[:OTHERS])


def meetings_found(world: World, asked: Sequence[Asked]) -> tuple[Meeting, ...]:
    """Meetings whose body and date answer every word; the coming ones first."""
    answered = {key: [_is_of(body, word) for word in asked] for key, body in world.bodies.items()}
    if not any(any(one) for one in answered.values()):
        return ()  # a date alone is a day of the calendar, no search for a meeting
    found = [
        one
        for key, known in answered.items()
        if any(known)
        for one in world.timetable.of_body.get(key, ())
        if all(there or _is_on(one.on, word) for there, word in zip(known, asked, strict=True))
    ]
    return _ordered(found, world.today)


def _meetings_on(world: World, text: str) -> list[Meeting]:
    """The meetings that are on the day, or in the month, that a text is."""
    years = {one.on.earliest.year for one in world.timetable.meetings if one.on.earliest}
    spans = asked_days(text, sorted(years))
    if not spans:
        return []
    return [one for one in world.timetable.meetings if any(_is_within(one.on, *span) for span in spans)]


def _is_within(on: FuzzyDate, first: date, last: date) -> bool:
    return on.earliest is not None and on.latest is not None and first <= on.earliest and on.latest <= last


def _ordered(found: Iterable[Meeting], today: date) -> tuple[Meeting, ...]:
    """As many as are shown, the coming ones first."""
    found = list(found)
    coming = [one for one in found if one.on.latest is None or one.on.latest >= today]
    past = [one for one in found if one.on.latest is not None and one.on.latest < today]
    coming.sort(key=lambda one: (one.begins_on or date.max, one.id))
    past.sort(key=lambda one: (one.begins_on or date.min, one.id), reverse=True)
    return tuple([*coming, *past][:OTHERS])


def _is_of(body: Body, word: Asked) -> bool:
    return any(answers(one, word) for one in _named(body.key, body.name, body.short, body.aliases))


def _is_on(on: FuzzyDate, word: Asked) -> bool:
    return any(one == word.stem for one in _dated(on))


@lru_cache(maxsize=4096)
def _named(key: str, name: str, short: str, aliases: tuple[str, ...]) -> frozenset[str]:
    return frozenset(stems(" ".join((key, name, short, *aliases))))


@lru_cache(maxsize=16384)
def _dated(on: FuzzyDate) -> frozenset[str]:
    return frozenset(stems(f"{said(on)} {on.text}"))
