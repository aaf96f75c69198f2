"""Which sager somebody asks a list for, in which order, and where its next page begins."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from kdflow.domain.authority import PersonId

Order = Literal["newest", "oldest", "title"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Which open steps can be somebody's to move on: those of sager of an `owner` in some states (`own`), and
    those at each body in others (`at`)."""

    owner: PersonId
    own: Collection[str]
    at: Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which sager are asked for; what is empty asks for nothing.

    `body` is one that a sag passes, `at` the one where it is now; `route` a route's name without its version;
    `life` a state of the sag's life, or "open" for those that are not over. `since` and `until` bound the day of a
    meeting on whose agenda it is or was. `waits_for` is whom it can wait for; `line` says what that is.
    """

    text: str = ""
    body: str = ""
    at: str = ""
    owner: str = ""
    area: str = ""
    route: str = ""
    life: str = ""
    outcome: str = ""
    meeting: str = ""
    since: date | None = None
    until: date | None = None
    closed: bool | None = None
    followed_by: PersonId | None = None
    waits_for: PersonId | None = None
    line: Line | None = None
    order: Order = "newest"


class Cursor(NamedTuple):
    """The last row of a page: its id, and what its title is sorted by where titles are."""

    id: int
    key: str = ""
