"""What can still be read of a file with flaws of form, so that its other flaws are shown at the same time.

A value that is not as it must be is left out where it has a default, else made up; an entry that cannot be
mended that way is left out whole. What a verifier then says of the rest is told, less what rests on a guess.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from kdflow.catalog.complaints import allowed_keys
from kdflow.catalog.text import Place
from kdflow.domain.errors import Flaw
from kdflow.domain.workflow import Definition

ROUNDS = 60
MADE_UP: tuple[object, ...] = ("unnamed", 1, "unnamed@1", ["unnamed"], "2000-01-01", {})
"""Values to try, one after the other, where a value is needed and there is none."""

_GONE = ...


@dataclass(slots=True)
class Salvaged:
    """The readable rest of a file, and what must not be concluded from it.

    `guessed` are the places where something was left out or made up, `lost` the words that stood there, `slips`
    keys that perhaps were meant by an unknown one; `dropped` says that whole entries were left out, and `indices`
    which entries of lists were kept.
    """

    content: Definition | None = None
    guessed: set[Place] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    slips: set[str] = field(default_factory=set)
    dropped: bool = False
    indices: dict[Place, list[int]] = field(default_factory=dict)

    def in_file(self, flaw: Flaw) -> Flaw:
        """A flaw of the rest, at its place in the file: list entries that were left out are counted again."""
        return replace(flaw, path=_translated(flaw.path, self.indices))

    def is_doubtful(self, flaw: Flaw) -> bool:
        """Whether a flaw (at its place in the file) may vanish once the flaws of form are mended."""
        if any(repr(word) in flaw.message for word in self.lost):
            return True
        related = _encloses if flaw.rests_on else _related
        if any(related(place, flaw.path) for place in self.guessed):
            return True
        return self.touches(flaw.rests_on)

    def touches(self, keys: frozenset[str]) -> bool:
        """Whether something that was guessed stands under one of these keys."""
        guessed = {_last_key(place) for place in self.guessed}
        return bool(keys) and (self.dropped or not keys.isdisjoint(guessed | self.slips))


def _last_key(place: Place) -> str:
    return next((part for part in reversed(place) if isinstance(part, str)), "")


def _encloses(place: Place, path: Place) -> bool:
    """Whether what was guessed at a place holds the whole of a path; what stands beneath is another matter."""
    return 0 < len(place) <= len(path) and path[: len(place)] == place


def _related(one: Place, other: Place) -> bool:
    short = min(len(one), len(other))
    return short > 0 and one[:short] == other[:short]


def _translated(path: Place, indices: Mapping[Place, Sequence[int]]) -> Place:
    """A path in what was exported -> the path in the file."""
    found: Place = ()
    for depth, part in enumerate(path):
        kept = indices.get(path[:depth])
        found = (*found, kept[part] if kept and isinstance(part, int) and part < len(kept) else part)
    return found


def salvage(value: Mapping[str, object], model: type[Definition]) -> Salvaged:
    """The readable rest of `value`; its `content` is None where nothing can be made of it."""
    found = Salvaged()
    mender = _Mender(copy.deepcopy(dict(value)), model, found)
    for _ in range(ROUNDS):
        found.indices = {}
        exported = _export(mender.root, (), found.indices)
        try:
            found.content = model.model_validate_json(json.dumps(exported), strict=True)
            return found
        except ValidationError as error:
            faults = _faults(error.errors(include_url=False), exported)
        for place, fault in faults.items():
            if not mender.mend(_translated(place, found.indices), fault):
                return found
    return found


class Fault(NamedTuple):
    """An error of form at a place: may the key just go, and which values are allowed there?"""

    is_extra: bool
    allowed: tuple[str, ...]


def _faults(errors: Sequence[ErrorDetails], exported: object) -> Mapping[Place, Fault]:
    """One fault for each innermost place; of a missing key the place is where it should stand.

    Only the innermost: what pydantic says of the values around them (too few entries) may follow from these.
    """
    found: dict[Place, Fault] = {}
    for error in errors:
        place = _existing(error["loc"], exported)
        if error["type"] == "missing":
            place = (*place, error["loc"][-1])
        allowed = re.findall(r"'([^']*)'", str(error.get("ctx", {}).get("expected", "")))
        found.setdefault(place, Fault(error["type"] == "extra_forbidden", tuple(allowed[:1])))
    around = {place[:end] for place in found for end in range(len(place))}
    return {place: fault for place, fault in found.items() if place not in around}


def _existing(loc: Sequence[str | int], value: object) -> Place:
    """The part of an error's location that exists; the names of union members do not."""
    path: Place = ()
    for part in loc:
        is_entry = isinstance(value, list) and isinstance(part, int) and part < len(value)
        if is_entry or (isinstance(value, dict) and part in value):
            path, value = (*path, part), value[part]  # type: ignore[index]
    return path


def _export(value: object, path: Place, indices: dict[Place, list[int]]) -> object:
    """A copy without what was left out; `indices` says which entries of a list the kept ones were."""
    if isinstance(value, dict):
        return {key: _export(inner, (*path, key), indices) for key, inner in value.items() if inner is not _GONE}
    if not isinstance(value, list):
        return value
    kept = [number for number, inner in enumerate(value) if inner is not _GONE]
    if len(kept) < len(value):
        indices[path] = kept
    return [_export(value[number], (*path, place), indices) for place, number in enumerate(kept)]


@dataclass(slots=True)
class _Mender:
    """A working copy of the file, and what is left to try at each place of it."""

    root: dict[str, object]
    model: type[Definition]
    found: Salvaged
    remedies: dict[Place, Iterator[object]] = field(default_factory=dict)

    def mend(self, place: Place, fault: Fault) -> bool:
        """Try the next remedy at a place, or around it when all were tried; False when nothing is left."""
        if not place:
            return False
        if place not in self.remedies:
            self.remedies[place] = self._first_seen(place, fault)
        remedy = next(self.remedies[place], self)
        if remedy is self:
            return self.mend(place[:-1], Fault(is_extra=False, allowed=()))
        self._put(place, remedy)
        return True

    def _first_seen(self, place: Place, fault: Fault) -> Iterator[object]:
        if fault.is_extra:
            self._slip(place)
            return iter((_GONE,))
        self.found.guessed.add(place)
        old = self._get(place)
        self.found.lost |= {"unnamed", "unnamed@1", *_words(old)}
        if isinstance(place[-1], int):
            return iter((*fault.allowed, _GONE))
        return iter((_GONE, *fault.allowed, *_as_key(old), *MADE_UP))

    def _slip(self, place: Place) -> None:
        """An unknown key that looks like one that is not there may be meant for it."""
        holder, word = self._get(place[:-1]), str(place[-1])
        present = holder if isinstance(holder, dict) else {}
        free = [key for key in allowed_keys(self.model, place[:-1]) if key not in present]
        if near := get_close_matches(word, free, n=1, cutoff=0.6):
            self.found.slips.add(near[0])
            self.found.guessed |= {place[:-1]} - {()}

    def _get(self, place: Place) -> object:
        value: object = self.root
        for part in place:
            if isinstance(value, dict):
                value = value.get(str(part), _GONE)
            elif isinstance(value, list):
                value = value[int(part)]
        return value

    def _put(self, place: Place, remedy: object) -> None:
        holder = self._get(place[:-1])
        if isinstance(holder, dict):
            holder[str(place[-1])] = copy.copy(remedy)
        elif isinstance(holder, list):
            self.found.dropped |= remedy is _GONE and isinstance(holder[int(place[-1])], dict)
            holder[int(place[-1])] = remedy


def _as_key(value: object) -> tuple[str, ...]:
    """The key that a text was perhaps meant to be: "KD Net" -> "kd-net"."""
    return (re.sub(r"[^a-z0-9@]+", "-", value.lower()).strip("-"),) if isinstance(value, str) else ()


def _words(value: object) -> Iterator[str]:
    """Every text in a value, keys included: names that others may refer to."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _words(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _words(inner)
