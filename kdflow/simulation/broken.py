"""What is said when an invariant does not hold: which, how, when, on which seed, and what happened before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime


class Broken(AssertionError):
    """An invariant does not hold; `at` is when that was seen, and `last` what had happened by then, where that is
    not just now."""

    def __init__(self, invariant: str, how: str, *, at: datetime | None = None, last: Sequence[str] = ()) -> None:
        super().__init__(f"{invariant}: {how}")
        self.invariant, self.how = invariant, how
        self.at, self.last = at, last
        self.seed = 0
        self.when = ""
        self.again = ""

    def __str__(self) -> str:
        lines = [
            f"{self.invariant}: {self.how}",
            f"seed {self.seed}, at {self.when}",
            "the last that happened:",
            *(f"  {line}" for line in self.last),
            f"run it again: {self.again}",
        ]
        return "\n".join(lines)
