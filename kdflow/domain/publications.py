"""What was published of a meeting, agenda or minutes: plain values, frozen, with a digest, read by right."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from kdflow.domain.agenda import closed_up, step_of
from kdflow.domain.authority import PersonId
from kdflow.domain.sag import SagId
from kdflow.domain.timetable import MeetingId

Content = Mapping[str, Any]
"""What a publication says, in plain values: `meeting`, `told` (who was told of it), and `points`, each with its
`key`, `number` and whether it is `closed`."""


class PublicationKind(StrEnum):
    """What is published of a meeting."""

    AGENDA = "agenda"
    MINUTES = "minutes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One version of what was published, from 1; `reason` says why there is another one."""

    meeting: MeetingId
    kind: PublicationKind
    version: int
    content: Content
    digest: str
    made_at: datetime
    made_by: PersonId
    reason: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether its content is the one that its digest was made of."""
        return digest_of(self.content) == self.digest


def digest_of(content: Content) -> str:
    """The hex SHA-256 of a content in canonical JSON."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def sager_of(made: Iterable[Publication]) -> tuple[SagId, ...]:
    """The sager that some publications are about."""
    steps = (step_of(point["key"]) for one in made for point in one.content["points"])
    return tuple(dict.fromkeys(step[0] for step in steps if step))


def following(
    before: Publication | None,
    content: Content,
    *,
    kind: PublicationKind,
    meeting: MeetingId,
    reason: str | None,
    by: PersonId,
    now: datetime,
) -> Publication:
    """The version after the one before, or the first."""
    return Publication(
        meeting=meeting,
        kind=kind,
        version=before.version + 1 if before else 1,
        content=content,
        digest=digest_of(content),
        made_at=now,
        made_by=by,
        reason=reason,
    )


def seen_by(content: Content, may_see: Callable[[Mapping[str, Any]], bool]) -> Content:
    """A content with the points that a reader may know of; nothing tells that there were others."""
    seen = [point for point in content["points"] if may_see(point)]
    return {**content, "points": seen if len(seen) == len(content["points"]) else without_gaps(seen)}


def without_gaps(points: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Points numbered as if there were no others, and so their supplements; those of the first agenda are in none,
    or in number 0."""
    there = sorted({found for one in points if (found := one.get("supplement"))})
    numbers = {number: place for place, number in enumerate(there, 1)}
    return [
        {**one, "number": number, **({"supplement": numbers[found]} if (found := one.get("supplement")) else {})}
        for one, number in zip(points, closed_up(one["number"] for one in points), strict=True)
    ]


def with_closed(content: Content, closed: Collection[str]) -> Content:
    """A content whose points with some keys are closed, though it was published when they were not."""
    points = [{**one, "closed": True} if one["key"] in closed else one for one in content["points"]]
    return {**content, "points": points}
