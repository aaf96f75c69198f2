"""What was published of a meeting, version by version, as each reader knows it and numbers it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

from kdflow.domain.authority import PersonId
from kdflow.domain.on_agenda import Seen, may_see_point
from kdflow.domain.publications import Content, Publication, seen_by, with_closed
from kdflow.domain.sag import SagId
from kdflow.domain.situation import World
from kdflow.domain.timetable import Body

SAID = ("meeting", "attendance", "points")
"""What a version says; who is told of it, and until when one can object to it, is not among it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A version as a reader knows it, numbered from 1 among those that changed something for them; of its content
    what they may know of, and why it was made where they miss nothing of what it changed."""

    number: int
    publication: Publication
    content: Content
    reason: str | None = None


def changes(made: Iterable[Publication], shown: Callable[[Content], Content | None]) -> Iterator[Edition]:
    """The versions, oldest first, that changed something in what is `shown` of them; None: there is nothing."""
    number, before = 0, None
    for one in made:
        content = shown(one.content)
        said = content and [content.get(part) for part in SAID]
        if content is not None and said != before:
            number, before = number + 1, said
            yield Edition(number=number, publication=one, content=content)


class News(NamedTuple):
    """A version that is new to a reader, what they knew before (None: nothing), and why it was made."""

    number: int
    content: Content
    before: Content | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """All versions of the agenda of a meeting, or of its minutes, oldest first, and what decides who may know of a
    point: the sager as they are now, and the keys of the points that are `closed` now."""

    made: tuple[Publication, ...]
    body: Body
    world: World
    known: Mapping[SagId, Seen]
    closed: Collection[str]

    def editions(self, viewer: PersonId | None) -> tuple[Edition, ...]:
        """What somebody may read of it (None: everything), oldest first."""
        found = changes(self.made, partial(seen_by, may_see=partial(self._is_seen, viewer=viewer)))
        told = self._reasons(viewer)
        return tuple(
            replace(one, content=with_closed(one.content, self.closed), reason=told[one.publication.version])
            for one in found
        )

    def _reasons(self, viewer: PersonId | None) -> dict[int, str | None]:
        """What each version was sent with, by its number: the first with a word to all, a later one with why it
        was made, which is None also where it changed something that somebody misses."""
        told: dict[int, str | None] = {}
        before: list[Mapping[str, Any]] | None = None
        for one in self.made:
            missed = [point for point in one.content["points"] if not self._is_seen(point, viewer)]
            told[one.version] = one.reason if before in (None, missed) else None
            before = missed
        return told

    def news(self, viewer: PersonId) -> News | None:
        """The last version as somebody may read it, where it changed something for them."""
        *before, last = self.editions(viewer)
        if last.publication is not self.made[-1]:
            return None
        return News(last.number, last.content, before[-1].content if before else None, last.reason)

    def _is_seen(self, point: Mapping[str, Any], viewer: PersonId | None) -> bool:
        now = {**point, "closed": point["closed"] or point["key"] in self.closed}
        return may_see_point(now, self.body, self.world, viewer, self.known)
