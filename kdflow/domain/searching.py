"""What of a sag can be found by its words, and the place in it where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from kdflow.domain.authority import PersonId
from kdflow.domain.danish_words import Asked, answers, one_word, stem, stems
from kdflow.domain.sag import Sag, Step

Where = Literal["title", "case", "indstilling", "decision", "paper", "minutes", "owner", "other"]

NUMBER = re.compile(r"\s*(sag-\d{4}-\d{1,6})\s*", re.IGNORECASE)
"""A sag's number, as somebody types it."""


def number_in(text: str) -> str | None:
    """The number of a sag, where a text is nothing else: " sag-2026-0112" -> "SAG-2026-0112"."""
    found = NUMBER.fullmatch(text)
    return found[1].upper() if found and found[1].isascii() else None


class Piece(NamedTuple):
    """One text of a sag, and what it is."""

    where: Where
    text: str


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
        *(one for piece in (*found[1:], *others) for one in stems(piece.text)),
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
    return any(one == asked.stem or (asked.part and one.startswith(asked.part)) for one in _names(name))


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


def snippet(texts: Iterable[Piece], asked: Sequence[Asked]) -> Snippet | None:
    """The first of some texts (the title is shown anyway) in which an answer stands, cut to a line around it."""
    for where, text in texts:
        if where == "title":
            continue
        hit = next((word for word in _WORD.finditer(text) if _answers(word[0], asked)), None)
        if hit is not None:
            return Snippet(where=where, bits=marked(_cut(text, hit.start()), asked))
    return None


def _answers(word: str, asked: Sequence[Asked]) -> bool:
    found = stem(word)
    return any(answers(found, one) for one in asked)


def _cut(text: str, at: int) -> str:
    """The words around a place in a text, on one line."""
    start = max(0, at - BEFORE)
    if start:
        start = text.find(" ", start, at) + 1 or start
    end = start + LENGTH
    shown = text[start:end]
    if end < len(text):
        shown = shown.rsplit(" ", 1)[0] + " …"
    return ("… " if start else "") + " ".join(shown.split())
