"""What is said when an invariant does not hold: which, how, when, on which seed, and what happened before."""

from __future__ import annotations

from collections.abc import Sequence


class Broken(AssertionError):
    """An invariant does not hold."""

    def __init__(self, invariant: str, how: str) -> None:
        super().__init__(f"{invariant}: {how}")
        self.invariant, self.how = invariant, how
        self.seed = 0
        self.when = ""
        self.last: Sequence[str] = ()
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
