"""What people are called where one of them is picked out: those who share a name by their key too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TypeVar

_Key = TypeVar("_Key", bound=str)


def called(names: Mapping[_Key, str]) -> dict[_Key, str]:
    """What each person is called, by their key: the name, or "name (key)" where others have the same name."""
    counts = Counter(name.casefold() for name in names.values())
    return {key: name if counts[name.casefold()] == 1 else f"{name} ({key})" for key, name in names.items()}
