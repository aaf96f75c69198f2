"""YAML text -> plain values and the line of each: strict, bounded, nothing recursive."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

DEPTH_LIMIT = 30

Place = tuple[str | int, ...]
"""Where a value stands in a file: the keys and list indices that lead to it."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONSTANTS: Mapping[str, object] = {"": None, "~": None, "null": None, "true": True, "false": False}
_INTEGER = re.compile(r"^[-+]?(0|[1-9][0-9]{0,17})$")


class Stop(Exception):
    """The text cannot be read any further."""

    def __init__(self, line: int, message: str, hint: str = "") -> None:
        self.line, self.message, self.hint = line, message, hint
        super().__init__(message)


@dataclass(slots=True)
class Opened:
    """A mapping or list whose end is not read yet; `key` is the mapping key whose value comes next."""

    value: dict[str, object] | list[object]
    path: Place
    key: str | None = None
    first: dict[str, int] = field(default_factory=dict)


class Reader:
    """Builds plain values from YAML events. Nothing recursive, no tags, no anchors, no merge keys."""

    def __init__(self) -> None:
        self.value: object = None
        self.lines: dict[Place, int] = {}
        self.twice: list[tuple[int, str, int]] = []
        self._stack: list[Opened] = []
        self._documents = 0

    def read(self, text: str) -> None:
        """Read the one document of `text`; Stop with line and advice where that is not possible."""
        try:
            for event in yaml.parse(text, Loader=_LOADER):
                self._take(event, event.start_mark.line + 1 if event.start_mark else 1)
        except yaml.MarkedYAMLError as error:
            raise Stop(*_syntax(error)) from error
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            raise Stop(line, "a character that YAML does not allow", "retype the line") from error

    def _take(self, event: yaml.Event, line: int) -> None:
        self._refuse(event, line)
        match event:
            case yaml.MappingStartEvent():
                self._enter(Opened({}, self._path(line)), line)
            case yaml.SequenceStartEvent():
                self._enter(Opened([], self._path(line)), line)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._stack.pop()
            case yaml.ScalarEvent():
                self._scalar(event, line)

    def _refuse(self, event: yaml.Event, line: int) -> None:
        tag = getattr(event, "tag", None)
        if getattr(event, "anchor", None) is not None:
            raise Stop(line, "anchors and aliases (& and *) are not used here", "write the value again")
        if tag is not None:
            raise Stop(line, f"tag {tag!r} is not used here", "write the value without a tag")
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise Stop(line, "a second document begins", "write one document a file; remove ---")

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        top = self._stack[-1] if self._stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            self._key(top, event, line)
        else:
            path = self._path(line)
            self._put(event.value if event.style else _plain(event.value), path)

    def _key(self, top: Opened, event: yaml.ScalarEvent, line: int) -> None:
        if event.value == "<<" and not event.style:
            raise Stop(line, "merge keys (<<) are not used here", "write the keys out")
        top.key = event.value
        if event.value in top.first:
            self.twice.append((line, event.value, top.first[event.value]))
        top.first.setdefault(event.value, line)
        self.lines.setdefault((*top.path, event.value), line)

    def _path(self, line: int) -> Place:
        """The place of the value that comes now."""
        if not self._stack:
            self.lines[()] = line
            return ()
        top = self._stack[-1]
        if isinstance(top.value, list):
            path: Place = (*top.path, len(top.value))
            self.lines[path] = line
            return path
        if top.key is None:
            raise Stop(line, "a key must be plain text", "write it as one word, or in quotes")
        return (*top.path, top.key)

    def _put(self, value: object, path: Place) -> None:
        if not self._stack:
            self.value = value
            return
        top = self._stack[-1]
        if isinstance(top.value, list):
            top.value.append(value)
        else:
            top.value[str(path[-1])] = value
            top.key = None

    def _enter(self, opened: Opened, line: int) -> None:
        self._put(opened.value, opened.path)
        self._stack.append(opened)
        if len(self._stack) > DEPTH_LIMIT:
            raise Stop(line, f"nested deeper than {DEPTH_LIMIT} levels", "no definition needs that")


def _plain(text: str) -> object:
    """An unquoted scalar: only true and false are booleans, dates and on/off/yes/no stay text."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    return int(text) if _INTEGER.match(text) else text


def _syntax(error: yaml.MarkedYAMLError) -> tuple[int, str, str]:
    mark = error.problem_mark or error.context_mark
    problem = error.problem or "unreadable YAML"
    hint = "look at indentation, colons and quotes here and on the line above"
    if "\\t" in problem or "tab" in problem:
        hint = "indent with spaces, not with tabs"
    return (mark.line + 1 if mark else 1), f"YAML syntax: {problem}", hint
