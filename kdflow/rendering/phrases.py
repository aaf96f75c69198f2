"""The phrases in a template: each run of text that no block of the page cuts, found by itself.

Templates are read and written as plain Danish, and compiled into another language by replacing their phrases.

In a phrase an expression is `{name}`, and an inline tag stands without its attributes: "Se <a>alle {count}</a>".
Words inside an expression are phrases where they are marked, as everywhere with gettext: `_("Luk")`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Translate = Callable[[str], str]

_CODE = r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}"
_TAG = r"</?(?P<name>[a-zA-Z][\w-]*)"
_NEXT = re.compile(rf"(?P<code>{_CODE})|(?P<skip><!--.*?-->|<!\w[^>]*>)|(?P<tag>{_TAG})", re.S)
_IN_TAG = re.compile(rf"{_CODE}|[\"'>]", re.S)
_TAG_PART = re.compile(rf"{_CODE}|(?P<name>[\w-]+)=\"(?P<value>(?:{_CODE}|[^\"])*)\"", re.S)
_MARKED = re.compile(r"\b_\(\s*\"(?P<text>(?:[^\"\\]|\\.)*)\"")
_NAME = re.compile(r"[A-Za-z_]\w*")
_PLACE = re.compile(r"\{(?P<value>\w+)\}|<(?P<tag>/?\w+)>")
_LETTER = re.compile(r"[A-Za-zÆØÅæøå]")
_ENTITY = re.compile(r"&#?\w+;")

INLINE = frozenset({"a", "abbr", "b", "em", "i", "mark", "s", "small", "span", "strong", "time"})
"""Tags that may stand inside a sentence."""

SAID = frozenset({"alt", "aria-label", "aria-roledescription", "data-label", "placeholder", "title"})
"""Attributes whose value is read by people; those that begin with `data-say-` are too."""

_SILENT = frozenset({"script", "style"})
_VERBATIM = frozenset({"code", "kbd"})
"""Tags whose content is the same in every language; they stand in a sentence as a whole."""

Kind = Literal["text", "value", "open", "close", "break"]


class Piece(NamedTuple):
    """A piece of a template: text, an expression, an inline tag, or what no sentence goes across."""

    kind: Kind
    source: str
    tag: str = ""


class Phrase(NamedTuple):
    """A phrase, and the line of its template that it begins in (from 1)."""

    text: str
    line: int


def phrases(source: str) -> list[Phrase]:
    """All phrases of a template, in order."""
    found: list[Phrase] = []

    def note(text: str, line: int) -> str:
        found.append(Phrase(text, line))
        return text

    _Scribe(note).write(source)
    return found


def replaced(source: str, translate: Translate) -> str:
    """The template with its phrases as `translate` says them.

    Raises:
        ValueError: a translation names a place that its phrase has not, or leaves one out.
    """
    return _Scribe(lambda text, _: translate(text)).write(source)


@dataclass(slots=True)
class _Scribe:
    """Writes a template again, and asks for each phrase that it comes to."""

    say: Callable[[str, int], str]
    line: int = field(default=1)

    def write(self, source: str) -> str:
        made: list[str] = []
        run: list[Piece] = []
        for piece in _pieces(source):
            if piece.kind == "break":
                made += [self._run(run), self._break(piece.source)]
                run = []
            else:
                run.append(piece)
        return "".join((*made, self._run(run)))

    def _break(self, source: str) -> str:
        made = self._inside(source) if source.startswith(("<", "{{", "{%")) else source
        self.line += source.count("\n")
        return made

    def _run(self, run: list[Piece]) -> str:
        """Pieces without a break between them: a sentence, or several elements with a sentence each."""
        made: list[str] = []
        for part in _balanced(run):
            made.append(self._sentence(part))
            self.line += sum(piece.source.count("\n") for piece in part)
        return "".join(made)

    def _sentence(self, run: list[Piece]) -> str:
        before, core, after = _trimmed(run)
        if not any(_has_letters(piece) for piece in core):
            return "".join(self._plain(piece) for piece in run)
        made = [self._plain(piece) for piece in before]
        if _is_sentence(core):
            made.append(self._said(core))
        else:
            made += [self._sentence(part) for part in _elements(core)]
        return "".join((*made, *map(self._plain, after)))

    def _said(self, core: list[Piece]) -> str:
        text, places = _phrase(core)
        lead, tail = _space_round("".join(piece.source for piece in core))
        known = {place: [self._plain(piece) for piece in found] for place, found in places.items()}
        said = _filled(self.say(text, self.line), text, known)
        return f"{lead}{said}{tail}"

    def _plain(self, piece: Piece) -> str:
        return piece.source if piece.kind == "text" else self._inside(piece.source)

    def _inside(self, source: str) -> str:
        """A tag or an expression, with what is read in it."""
        if source.startswith("<"):
            return _TAG_PART.sub(self._part, source)
        return _MARKED.sub(self._marked, source) if source.startswith(("{{", "{%")) else source

    def _part(self, found: re.Match[str]) -> str:
        """An attribute of a tag, or an expression in it."""
        name = found["name"] or ""
        if name in SAID or name.startswith("data-say-"):
            return f'{name}="{_Scribe(self.say, self.line).write(found["value"])}"'
        return _MARKED.sub(self._marked, found[0])

    def _marked(self, found: re.Match[str]) -> str:
        return found[0].replace(f'"{found["text"]}"', f'"{self.say(found["text"], self.line)}"', 1)


# --- pieces ----------------------------------------------------------------------------------------------------


def _pieces(source: str) -> Iterator[Piece]:
    """What a template is made of, in order; together they are its source again."""
    at = 0
    while found := _NEXT.search(source, at):
        if found.start() > at:
            yield Piece("text", source[at : found.start()])
        end = _end_of_tag(source, found.end()) if found["tag"] else found.end()
        name = (found["name"] or "").lower()
        if name in _SILENT | _VERBATIM and not found["tag"].startswith("</"):
            end = _end_of_tag(source, source.index(f"</{name}", end))
        yield _piece(source[found.start() : end], name)
        at = end
    if at < len(source):
        yield Piece("text", source[at:])


def _piece(source: str, name: str) -> Piece:
    if source.startswith("{{"):
        return Piece("value", source)
    if name in _VERBATIM:
        return Piece("value", source, name)
    if name in INLINE:
        return Piece("close" if source.startswith("</") else "open", source, name)
    return Piece("break", source)


def _end_of_tag(source: str, at: int) -> int:
    """Where the tag that began before `at` ends: after the ">" that is in no quotes and in no code."""
    quote = ""
    for found in _IN_TAG.finditer(source, at):
        if found[0] == ">" and not quote:
            return found.end()
        if found[0] in ("'", '"') and quote in ("", found[0]):
            quote = "" if quote else found[0]
    return len(source)


def _balanced(run: list[Piece]) -> Iterator[list[Piece]]:
    """The run cut where a tag has not both its ends in it."""
    lone = _lone(run)
    part: list[Piece] = []
    for at, piece in enumerate(run):
        if at in lone:
            yield part
            yield [piece]
            part = []
        else:
            part.append(piece)
    yield part


def _lone(run: list[Piece]) -> frozenset[int]:
    opened: list[int] = []
    lone: set[int] = set()
    for at, piece in enumerate(run):
        if piece.kind == "open":
            opened.append(at)
        elif piece.kind == "close":
            if opened and run[opened[-1]].tag == piece.tag:
                opened.pop()
            else:
                lone.add(at)
    return frozenset((*lone, *opened))


# --- sentences -------------------------------------------------------------------------------------------------


def _trimmed(run: list[Piece]) -> tuple[list[Piece], list[Piece], list[Piece]]:
    """What stands before the sentence of a run, the sentence, and what stands after it."""
    first, last = 0, len(run)
    while first < last and not run[first].source.strip():
        first += 1
    while last > first and not run[last - 1].source.strip():
        last -= 1
    if last - first > 1 and run[first].kind == "open" and _match(run, first) == last - 1:
        before, core, after = _trimmed(run[first + 1 : last - 1])
        return [*run[: first + 1], *before], core, [*after, *run[last - 1 :]]
    return run[:first], run[first:last], run[last:]


def _match(run: list[Piece], at: int) -> int:
    """Where the element that opens at `at` is closed."""
    depth = 0
    for end in range(at, len(run)):
        depth += {"open": 1, "close": -1}.get(run[end].kind, 0)
        if depth == 0:
            return end
    return len(run)


def _is_sentence(core: list[Piece]) -> bool:
    """Whether there are words outside the elements of a run, or only one element at all."""
    depth = 0
    for piece in core:
        depth += {"open": 1, "close": -1}.get(piece.kind, 0)
        if depth == 0 and _has_letters(piece):
            return True
    return not any(piece.kind == "open" for piece in core)


def _elements(core: list[Piece]) -> Iterator[list[Piece]]:
    """The elements of a run one by one, and what stands between them."""
    at = 0
    while at < len(core):
        end = _match(core, at) + 1 if core[at].kind == "open" else at + 1
        yield core[at:end]
        at = end


def _has_letters(piece: Piece) -> bool:
    is_speech = piece.kind == "text" and '="' not in piece.source  # a macro may write attributes
    return is_speech and bool(_LETTER.search(_ENTITY.sub("", piece.source)))


def _phrase(core: list[Piece]) -> tuple[str, dict[str, list[Piece]]]:
    """The phrase of a sentence, and what stands at each of its places, in order."""
    made: list[str] = []
    places: dict[str, list[Piece]] = {}
    for piece in core:
        if piece.kind == "text":
            made.append(piece.source)
            continue
        place = _place(piece, places)
        places.setdefault(place, []).append(piece)
        made.append(place)
    return " ".join("".join(made).split()), places


def _place(piece: Piece, taken: dict[str, list[Piece]]) -> str:
    if piece.kind != "value":
        return f"<{'/' if piece.kind == 'close' else ''}{piece.tag}>"
    first = piece.source.strip("{} ").split("|")[0]
    names = _NAME.findall(first)
    name = piece.tag or (names[-1] if names and '"' not in first else "value")
    number = 2
    place = f"{{{name}}}"
    while place in taken:
        place, number = f"{{{name}{number}}}", number + 1
    return place


def _space_round(source: str) -> tuple[str, str]:
    return source[: len(source) - len(source.lstrip())], source[len(source.rstrip()) :]


def _filled(said: str, text: str, places: dict[str, list[str]]) -> str:
    """A translation with what stands at its places."""
    if sorted(one[0] for one in _PLACE.finditer(said)) != sorted(one[0] for one in _PLACE.finditer(text)):
        raise ValueError(f"not the same places in the translation {said!r} as in {text!r}")
    left = {place: list(found) for place, found in places.items()}
    return _PLACE.sub(lambda one: left[one[0]].pop(0) if left.get(one[0]) else one[0], said)
