"""The points of agendas and minutes, and the tasks, that somebody finds by words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from kdflow.domain.agenda import standing_key
from kdflow.domain.authority import PersonId
from kdflow.domain.danish_words import Asked
from kdflow.domain.point_texts import PointText, Stands
from kdflow.domain.rights import agenda_keeper
from kdflow.domain.sag import Sag, SagId
from kdflow.domain.searching import Bit, Snippet, marked, snippet
from kdflow.domain.situation import World
from kdflow.domain.timetable import Body, Meeting
from kdflow.domain.visibility import Sight
from kdflow.rendering import plain_words
from kdflow.store import found_points, readings
from kdflow.store.database import Tx
from kdflow.store.found_points import FoundText
from kdflow.store.world import known

SHOWN = 8
"""Points, and tasks, that are shown at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PointHit:
    """A point that was found: its title with the words marked, the first other place where one stands, and the
    address that it is read at."""

    text: PointText
    meeting: Meeting
    address: str
    title: tuple[Bit, ...]
    snippet: Snippet | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskHit:
    """A task that was found, with the sag of its point where that has one, and the address that it is read at."""

    text: PointText
    meeting: Meeting
    address: str
    said: Snippet | None
    who: tuple[Bit, ...]
    sag: Sag | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundAtMeetings:
    """What was found. Where there are more, `more_points` and `more_tasks` say how many come before them."""

    points: tuple[PointHit, ...] = ()
    tasks: tuple[TaskHit, ...] = ()
    more_points: int | None = None
    more_tasks: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """How many points and tasks were shown before."""

    points: int = 0
    tasks: int = 0


def found_at_meetings(
    tx: Tx, text: str, asked: Sequence[Asked], seen: Sight, world: World, skipped: Skipped
) -> FoundAtMeetings:
    """What `seen` may know of it, by a number of statements that does not grow."""
    built = _built_by(seen, world)
    points = found_points.points(tx, text, seen, built, skip=skipped.points, limit=SHOWN + 1)
    tasks = found_points.tasks(tx, text, seen, built, skip=skipped.tasks, limit=SHOWN + 1)
    sager = known(tx, (one.sag for one in tasks[:SHOWN] if one.sag is not None))
    for sag in sager.values():
        readings.note(sag, seen.person, "search")
    return FoundAtMeetings(
        points=tuple(_point(one, asked, world) for one in points[:SHOWN]),
        tasks=tuple(_task(one, asked, world, sager, seen.person) for one in tasks[:SHOWN]),
        more_points=skipped.points + SHOWN if len(points) > SHOWN else None,
        more_tasks=skipped.tasks + SHOWN if len(tasks) > SHOWN else None,
    )


def _built_by(seen: Sight, world: World) -> frozenset[str]:
    """The bodies whose agendas somebody builds: they have an office there, or see everything."""
    near = (body for key, body in world.bodies.items() if seen.sees_all or key in seen.bodies)
    return frozenset(body.key for body in near if agenda_keeper(world.authority, body, seen.person))


def _point(found: FoundText, asked: Sequence[Asked], world: World) -> PointHit:
    meeting = world.timetable.by_id[found.meeting]
    title = found.text.title or _standing(world.bodies[meeting.body], found.text.key)
    return PointHit(
        text=found.text,
        meeting=meeting,
        address=_address(found, title),
        title=marked(title, asked),
        snippet=snippet(found.text.pieces, asked, plain_words),
    )


def _address(found: FoundText, words: str) -> str:
    """The page where a text stands, at its place; of what was sent, the newest version that its reader knows, at
    its `words`: a number or a key would tell how many others there are."""
    text, meeting = found.text, quote(found.meeting)
    if text.stands is Stands.DRAFT:
        page = "referat" if text.task else "dagsorden"
        return f"/moeder/{meeting}/{page}#punkt-{text.key.replace(':', '-')}"
    page = "referat" if text.stands is Stands.MINUTES else "dagsorden"
    there = quote(" ".join(words.split())[:100], safe="").replace("-", "%2D")
    return f"/moeder/{meeting}/{page}/nyeste#:~:text={there}"


def _standing(body: Body, key: str) -> str:
    """What a standing item is called today."""
    return next((item.title for item in body.standing if standing_key(item.key) == key), "")


def _task(
    found: FoundText, asked: Sequence[Asked], world: World, sager: Mapping[SagId, Sag], viewer: PersonId
) -> TaskHit:
    text, person = found.text, found.text.person or PersonId("")
    first = text.pieces[0]
    said = snippet(text.pieces, asked, plain_words)
    return TaskHit(
        text=text,
        meeting=world.timetable.by_id[found.meeting],
        address=f"/opgaver#opgave-{text.task}" if person == viewer else _address(found, first.text),
        said=said or Snippet(where=first.where, bits=marked(first.text, asked)),
        who=marked(world.names.get(person, person), asked),
        sag=sager.get(found.sag) if found.sag is not None else None,
    )
