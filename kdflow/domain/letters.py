"""What a letter of several notices says first."""

from __future__ import annotations

from collections.abc import Sequence

from kdflow.domain.departures import NEVER
from kdflow.domain.told import Told

Part = tuple[Told, str]
"""A notice in a letter, and the full address that it leads to."""


def in_order(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The notices of a letter, which come oldest first, the most important first: what wants an answer, then what
    has a deadline, the nearest first, then the newest."""

    def place(numbered: tuple[int, Part]) -> tuple[bool, int, int]:
        number, (told, _) = numbered
        due = told.notice.data.get("due")
        return not told.wants_answer, due if isinstance(due, int) else NEVER, -number

    return tuple(part for _, part in sorted(enumerate(parts), key=place))
