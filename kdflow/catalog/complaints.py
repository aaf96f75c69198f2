"""What pydantic found wrong -> flaws that say what to do about it, at places that are in the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any

from pydantic_core import ErrorDetails

from kdflow.catalog.text import Place
from kdflow.domain.errors import Flaw
from kdflow.domain.workflow import Definition

EXPECTED = {
    "string_type": ("text is", "write one value; a number that is meant as text stands in quotes"),
    "bool_type": ("true or false is", "only these two words are booleans"),
    "int_type": ("a whole number is", "write digits only, without quotes"),
    "int_parsing": ("a whole number is", "write digits only, without quotes"),
    "tuple_type": ("a list is", "write [one, two], or one entry a line after a hyphen"),
    "dict_type": ("keys with values are", "write key: value"),
    "model_type": ("keys with values are", "write key: value"),
    "too_short": ("at least one entry is", "add one"),
}
"""Sorts of error: what is expected there, and what to do."""


def complaints(
    errors: Sequence[ErrorDetails], lines: Mapping[Place, int], model: type[Definition]
) -> Iterator[Flaw]:
    """One flaw a place. Of several ways a value may be written, the one that it resembles is explained."""
    placed = [(_real(error["loc"], lines), error) for error in errors]
    told: set[tuple[Place, str]] = set()
    for path, error in placed:
        others = [other for place, other in placed if other is not error and place[: len(path)] == path]
        if others and _is_other_way(error):
            continue
        flaw = _complaint(path, error, model)
        if (path, flaw.message) not in told:
            told.add((path, flaw.message))
            yield flaw


def _real(loc: Sequence[str | int], lines: Mapping[Place, int]) -> Place:
    """The part of an error's location that is in the file; the names of union members are not."""
    path: Place = ()
    for part in loc:
        if (*path, part) in lines:
            path = (*path, part)
    return path


def _is_other_way(error: ErrorDetails) -> bool:
    """Whether an error only says that the value was not written in another way that is allowed."""
    if error["type"] == "too_short":  # pydantic counts only the entries that have no faults
        return True
    if isinstance(error["input"], dict):
        return error["type"] in ("string_type", "literal_error", "enum")
    if isinstance(error["input"], list) and error["type"] == "literal_error":
        return True
    return error["type"] in ("model_type", "model_attributes_type", "none_required")


def _complaint(path: Place, error: ErrorDetails, model: type[Definition]) -> Flaw:
    kind, last, found = error["type"], error["loc"][-1], error["input"]
    rules = _rules(model, path[:-1] if kind == "extra_forbidden" else path)
    context = error.get("ctx", {})
    if kind == "extra_forbidden":
        allowed = _allowed(rules)
        hint = f"{_nearest(str(last), allowed)}allowed: {', '.join(allowed)}"
        return Flaw(path, f"unknown key {last!r}", hint)
    if kind == "missing":
        return Flaw(path, f"key {last!r} is missing", "add it")
    if kind in ("literal_error", "enum"):
        allowed = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        hint = f"{_nearest(str(found), allowed)}write one of: {', '.join(allowed)}"
        return Flaw(path, f"{found!r} is not allowed", hint)
    if kind == "string_pattern_mismatch":
        return Flaw(path, f"{found!r} is not written as it must be", _pattern_hint(str(context["pattern"])))
    if kind in EXPECTED:
        what, hint = EXPECTED[kind]
        return Flaw(path, f"{what} expected, not {found!r:.80}", hint)
    return Flaw(path, f"{error['msg'][:1].lower()}{error['msg'][1:]}", f"found {found!r:.80}")


def _nearest(word: str, allowed: Sequence[str]) -> str:
    near = get_close_matches(word, allowed, n=1, cutoff=0.5)
    return f"did you mean {near[0]!r}? " if near else ""


def _pattern_hint(pattern: str) -> str:
    if pattern.startswith("^[a-z][a-z0-9-]*"):
        tail = {"$": "", "(@[0-9]{4})?$": ", and a year where there are several: kosu@2022"}
        version = ", and the version: standard@1"
        return "write small letters, digits and hyphens" + tail.get(pattern[16:], version)
    return f"it must match {pattern}"


@cache
def schema_of(model: type[Definition]) -> dict[str, Any]:
    """The JSON Schema of a model, with the keys as files write them."""
    return model.model_json_schema(by_alias=True)


def _rules(model: type[Definition], path: Place) -> list[Mapping[str, Any]]:
    """The parts of the model's schema that may describe the value at `path`."""
    schema = schema_of(model)
    found = _members(schema, schema)
    for part in path:
        inner: list[Mapping[str, Any]] = []
        for rule in found:
            inner += _members(rule.get("properties", {}).get(part) or _each(rule, part), schema)
        found = inner
    return found


def _each(rule: Mapping[str, Any], part: str | int) -> Mapping[str, Any]:
    inner = rule.get("items" if isinstance(part, int) else "additionalProperties", {})
    return inner if isinstance(inner, dict) else {}


def allowed_keys(model: type[Definition], path: Place) -> list[str]:
    """The keys that what stands at `path` may have."""
    return _allowed(_rules(model, path))


def _members(rule: Mapping[str, Any], schema: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if "$ref" in rule:
        return _members(schema["$defs"][rule["$ref"].rsplit("/", 1)[1]], schema)
    if "anyOf" in rule:
        return [member for one in rule["anyOf"] for member in _members(one, schema)]
    return [rule]


def _allowed(rules: Iterable[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(key for rule in rules for key in rule.get("properties", {})))
