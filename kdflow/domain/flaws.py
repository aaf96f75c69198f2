"""What the verifiers of shipped data share: where a flaw is, what it rests on, and how a complaint lists words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from kdflow.domain.errors import Flaw
from kdflow.domain.workflow import Validity

Path = tuple[str | int, ...]
"""Where in a file: keys, and places in lists."""


def listed(words: Iterable[str]) -> str:
    """Words for a complaint: "a, b", or "none"."""
    return ", ".join(dict.fromkeys(words)) or "none"


def resting_on(keys: frozenset[str], flaws: Iterable[Flaw]) -> Iterator[Flaw]:
    """The flaws, marked as conclusions that rest on these keys wherever they stand."""
    return (replace(flaw, rests_on=keys) for flaw in flaws)


def validity_flaws(valid: Validity, path: Path = (), field: str = "valid") -> Iterator[Flaw]:
    """A period that ends before it begins; `field` is its key."""
    if valid.start is not None and valid.end is not None and valid.end < valid.start:
        message = f"{field} ends on {valid.end}, before it begins on {valid.start}"
        yield Flaw((*path, field, "to"), message, "swap the two days, or mend one")
