"""What everybody may read of what was published: the open points, as if there were no others.

Only what is named here gets out, and nothing tells of what does not: numbers close up, a version that changed
nothing open is no version, and a meeting without an open point has nothing to show.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from kdflow.domain.agenda import step_of
from kdflow.domain.editions import changes
from kdflow.domain.publications import Content, Publication, PublicationKind, without_gaps
from kdflow.domain.sag import SagId

WHOLE = ("meeting", "attendance")
"""What is public of a publication besides its points."""

POINT = (
    *("kind", "title", "gone", "supplement", "text", "presenter", "why_late", "sag", "meetings"),
    *("left", "people", "remarks"),
)
"""What is public of a point besides its number; of minutes not which employee is to do what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicVersion:
    """A version as everybody may read it, numbered from 1 among those that changed something open."""

    kind: PublicationKind
    number: int
    made_at: datetime
    content: Content

    @property
    def digests(self) -> Mapping[str, Mapping[str, Any]]:
        """The papers of its points by their digest."""
        sager = [point["sag"] for point in self.content["points"] if point["sag"]]
        return {paper["digest"]: paper for sag in sager for paper in sag.get("papers", ())}


def public_versions(
    made: Sequence[Publication], closed: Collection[SagId], points: Collection[str] = ()
) -> tuple[PublicVersion, ...]:
    """What everybody may read of what was published of one meeting, oldest first. A point that any of it says is
    closed, that is among the `points` closed now, or whose sag is `closed` now, is in none."""
    hidden = {*points} | {point["key"] for one in made for point in one.content["points"] if point["closed"]}

    def shown(content: Content) -> Content | None:
        points = [one for one in content["points"] if one["key"] not in hidden and not _is_of(one, closed)]
        whole = {name: content[name] for name in WHOLE if name in content}
        return {**whole, "points": list(map(_public, without_gaps(points)))} if points else None

    ordered = sorted(made, key=lambda one: (one.kind, one.version))
    return tuple(
        PublicVersion(kind=kind, number=one.number, made_at=one.publication.made_at, content=one.content)
        for kind, versions in groupby(ordered, lambda one: one.kind)
        for one in changes(versions, shown)
    )


def _is_of(point: Mapping[str, Any], closed: Collection[SagId]) -> bool:
    step = step_of(point["key"])
    return step is not None and step[0] in closed


def _public(point: Mapping[str, Any]) -> dict[str, Any]:
    fields = {name: point[name] for name in POINT if name in point}
    return {**fields, "number": point["number"], "closed": False}
