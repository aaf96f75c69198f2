"""What of a sag can be found by its words, and the place in it where they stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from kdflow.domain.authority import PersonId
from kdflow.domain.danish_words import Asked, answers, one_word, stem, stems
from kdflow.domain.sag import Sag, Step

Where = Literal[
    "title", "case", "indstilling", "decision", "paper", "minutes", "owner", "other", "point", "presenter", "task"
]

MARKED = ("case", "indstilling", "other")
"""The texts that are written in Markdown."""

_LINK = re.compile(r"\[([^\[\]\n]*)\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*\)")

NUMBER = re.compile(r"\s*(sag-\d{4}-\d{1,6})\s*", re.IGNORECASE)
"""A sag's number, as somebody types it."""


def number_in(text: str) -> str | None:
    """The number of a sag, where a text is nothing else: " sag-2026-0112" -> "SAG-2026-0112"."""
    found = NUMBER.fullmatch(text)
    return found[1].upper() if found and found[1].isascii() else None


class Piece(NamedTuple):
    """One text, and what it is."""

    where: Where
    text: str

    @property
    def said(self) -> str:
        """The text without the addresses that its links lead to: those are no words."""
        return _LINK.sub(r"\1", self.text) if self.where in MARKED else self.text


def pieces(sag: Sag) -> Iterator[Piece]:
    """Every text of a sag that is searched in; its title and number come first."""
    yield Piece("title", f"{sag.title} {sag.number}")
    yield Piece("case", sag.case_text)
    for station in sorted(sag.texts):
        yield Piece("case", sag.own_text(station))
    for step in sag.steps:
        yield from _of_step(step)
    for paper in sag.papers:
        yield Piece("paper", f"{paper.title} {paper.filename}")


def _of_step(step: Step) -> Iterator[Piece]:
    for part in step.parts:
        yield Piece("indstilling", part.text)
    for text in step.forwards:
        yield Piece("indstilling", text)
    outcomes = (step.outcome, *(part.outcome for part in step.parts))
    notes = (step.outcome_note, *(part.note for part in step.parts))
    for text in filter(None, (*map(str, filter(None, outcomes)), *notes)):
        yield Piece("decision", text)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchText:
    """The stems of a sag, each once and in order, as a database keeps them: those of its title and number, and
    those of everything."""

    title: str
    everything: str


def search_text(sag: Sag, others: Iterable[Piece] = ()) -> SearchText:
    """What is kept of a sag to be searched in, with what `others` have written about it."""
    found = list(pieces(sag))
    title = stems(found[0].text)
    everything = [
        *title,
        *(one for piece in (*found[1:], *others) for one in stems(piece.said)),
        owned_by(sag.owner),
    ]
    return SearchText(title=_once(title), everything=_once(everything))


def _once(found: Iterable[str]) -> str:
    return " ".join(sorted(set(found)))


OWNED = "owner0"
"""How a word begins that says whose a sag is; it is not among the words that texts are made of."""


def owned_by(owner: PersonId) -> str:
    """The word by which the sager of somebody are found, whatever they are called today."""
    return f"{OWNED}{one_word(owner)}"


def is_named(name: str, asked: Asked) -> bool:
    """Whether a word is one of somebody's names, or the beginning of one: "holms", but not "borg" in "Viborg"."""
    return any(one == asked.stem or one.startswith(asked.parts) for one in _names(name))


@lru_cache(maxsize=16384)
def _names(name: str) -> tuple[str, ...]:
    return tuple(stems(name))


def searched(sag: Sag) -> tuple[Piece, ...]:
    """What decides the search text of a sag; where two are equal nothing has to be kept anew."""
    return (*pieces(sag), Piece("owner", sag.owner))


# --- where the words stand -------------------------------------------------------------------------------------


class Bit(NamedTuple):
    """A bit of a text, and whether it is what was searched for."""

    text: str
    is_hit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """The words around the first place where something searched for stands."""

    where: Where
    bits: tuple[Bit, ...]


BEFORE, LENGTH = 60, 220
_WORD = re.compile(r"[^\W_]+")


def marked(text: str, asked: Sequence[Asked]) -> tuple[Bit, ...]:
    """A text in bits, with the words that answer a question marked."""
    bits: list[Bit] = []
    at = 0
    for word in _WORD.finditer(text):
        if _answers(word[0], asked):
            if word.start() > at:
                bits.append(Bit(text[at : word.start()], False))
            bits.append(Bit(word[0], True))
            at = word.end()
    return (*bits, Bit(text[at:], False)) if at < len(text) else tuple(bits)


def snippet(texts: Iterable[Piece], asked: Sequence[Asked], plain: Callable[[str], str]) -> Snippet | None:
    """The first of some texts (the title is shown anyway) in which an answer stands, cut to a line around it;
    `plain` makes words of Markdown."""
    for piece in texts:
        hit = None if piece.where == "title" else _first(piece.said, asked)
        if hit is None:
            continue
        if piece.where not in MARKED:
            return Snippet(where=piece.where, bits=marked(_cut(piece.said, hit), asked))
        near = _around(piece.said, hit)
        shown = plain(near.text)
        if (at := _first(shown, asked)) is not None:
            cut = _cut(shown, at, begins=near.begins, ends=near.ends)
            return Snippet(where=piece.where, bits=marked(cut, asked))
    return None


def _first(text: str, asked: Sequence[Asked]) -> int | None:
    """Where the first word that answers begins."""
    return next((word.start() for word in _WORD.finditer(text) if _answers(word[0], asked)), None)


class _Near(NamedTuple):
    """Whole paragraphs of a text, and whether they are its first and its last."""

    text: str
    begins: bool
    ends: bool


def _around(text: str, at: int) -> _Near:
    """The paragraphs around a place: all that an excerpt can show, so that not all of a long text is read."""
    before = text.rfind("\n\n", 0, max(0, at - LENGTH))
    after = text.find("\n\n", at + 2 * LENGTH)
    end = after if after >= 0 else len(text)
    return _Near(text=text[before + 1 : end], begins=before < 0, ends=after < 0)


def _answers(word: str, asked: Sequence[Asked]) -> bool:
    found = stem(word)
    return any(answers(found, one) for one in asked)


def _cut(text: str, at: int, *, begins: bool = True, ends: bool = True) -> str:
    """The words around a place in a text, on one line. It `begins` and `ends` where the whole text does."""
    start = max(0, at - BEFORE)
    if start:
        start = text.find(" ", start, at) + 1 or start
    end = start + LENGTH
    shown = text[start:end]
    if end < len(text):
        shown, ends = shown.rsplit(" ", 1)[0], False
    return ("" if begins and not start else "… ") + " ".join(shown.split()) + ("" if ends else " …")
