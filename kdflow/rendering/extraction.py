"""What there is to translate: phrases of templates, words of tables, what procedures say.

`make words` has Babel read it. Each reader yields (line, function, message, comments), as it wants it.

https://babel.pocoo.org/en/latest/messages.html
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any

from kdflow.rendering.phrases import phrases

Found = tuple[int, str, str | tuple[str, str], list[str]]

UNSAID = frozenset({"hyphens"})
"""Tables of words that are not words of the language."""

_QUOTED = r"\"(?:[^\"\\]|\\.)*\""
_LINE = re.compile(rf"\s*(?:- )?(?:title|reason): (?P<text>{_QUOTED}|.+?)\s*(?: #.*)?$")
_INLINE = re.compile(rf"\b(?:title|reason): (?P<text>{_QUOTED}|[^\",}}\n]+)")


def templates(
    source: IO[bytes], _keywords: Mapping[str, Any], _tags: Collection[str], options: object
) -> Iterator[Found]:
    """The phrases of a template."""
    for one in phrases(_text(source)):
        yield one.line, "gettext", one.text, []


def words(
    source: IO[bytes], _keywords: Mapping[str, Any], _tags: Collection[str], options: object
) -> Iterator[Found]:
    """The words of a table, each with its place in the table as context."""
    for key, part in tomllib.loads(_text(source)).items():
        if key not in UNSAID:
            yield from _words_in(part, key)


def _words_in(part: Any, at: str) -> Iterator[Found]:
    if isinstance(part, str) and part:
        yield 0, "pgettext", (at, part), []
    elif isinstance(part, list):
        for number, one in enumerate(part):
            yield from _words_in(one, f"{at}.{number}")
    elif isinstance(part, dict):
        for key, one in part.items():
            yield from _words_in(one, f"{at}.{key}")


def reasons(
    source: IO[bytes], _keywords: Mapping[str, Any], _tags: Collection[str], options: object
) -> Iterator[Found]:
    """The sentences of a table that are looked up by themselves."""
    for text in tomllib.loads(_text(source)).values():
        yield 0, "gettext", text, []


def procedures(
    source: IO[bytes], _keywords: Mapping[str, Any], _tags: Collection[str], options: object
) -> Iterator[Found]:
    """The titles and reasons in the file of a procedure, as kdflow's own are written."""
    for line, text in enumerate(_text(source).splitlines(), 1):
        whole = _LINE.match(text)
        for found in [whole] if whole else _INLINE.finditer(text):
            said = found["text"].strip()
            yield line, "gettext", json.loads(said) if said.startswith('"') else said, []


def _text(source: IO[bytes]) -> str:
    return source.read().decode("utf-8")
