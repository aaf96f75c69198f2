"""Words as a Danish search compares them: stems, parts of compounds, and the order of the alphabet."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import snowballstemmer

from kdflow.domain.danish_forms import in_er, singular, with_e, without_e

LONGEST = 60
"""Letters of a word that are compared; no Danish word is longer."""

_WORD = re.compile(r"[^\W_]+")
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_SPELT = {"æ": "ae", "ø": "oe", "å": "aa"}
_SPELLING = str.maketrans(_SPELT | {"ä": "ae", "ö": "oe"})
_AFTER_Z = str.maketrans({"æ": "{", "ä": "{", "ø": "|", "ö": "|", "å": "}"})
_own = threading.local()


def stems(text: str) -> list[str]:
    """The stem of each word of a text, in order: "Klimahandlingsplanerne" -> "klimahandlingsplan"."""
    return [stem(word) for word in words(text)]


def spelt(word: str) -> str:
    """A word as it is spelt where æ, ø and å are not: "Ærø Hjælp" -> "aeroe hjaelp"; so both spellings are one."""
    return word.casefold().translate(_SPELLING)


def _danish(word: str) -> str:
    """A word in the letters that the stemmer knows endings by: "arbejdsloest" -> "arbejdsløst"."""
    for letter, pair in _SPELT.items():
        word = word.replace(pair, letter)
    return word


def _letters(found: str) -> int:
    """How many letters a stem has, "ae", "oe" and "aa" being one each."""
    return len(found) - sum(map(found.count, _SPELT.values()))


_COMMON = """
af at da de dem den der det du eller en er et for fra ham han har hun hvad hvis hvor i ikke ind kan
man med men mig min nu når og om op os over på sig skal som til ud var vi vil
"""
COMMON = frozenset(map(spelt, _COMMON.split()))
"""Words that say too little to be searched for."""


class Asked(NamedTuple):
    """A word that is searched for: its stem, what it may look like in the middle of another word, and what at the
    end of one (none, or "": too short for that)."""

    stem: str
    parts: tuple[str, ...]
    end: str = ""


@lru_cache(maxsize=1024)
def question(text: str) -> tuple[Asked, ...]:
    """The words that a text asks for, each once; common words only where there is nothing else."""
    given = words(text.casefold())
    telling = [word for word in given if spelt(word) not in COMMON] or given
    return tuple(dict.fromkeys(map(_asked, telling)))[:MOST_ASKED]


def _asked(word: str) -> Asked:
    """The part is the stem, or the word itself where its stem says too little ("fælles": "fæl"). In the middle of
    a compound an e is not dropped: "cykler" is asked for in "cykelsti", and "handel" not in "handlingsplan"."""
    found, whole, with_its_e = stem(word), _coded(spelt(word)), _coded(spelt(_without_ending(word)))
    if _letters(found) < SHORTEST_PART:
        return Asked(found, (whole,) if _letters(whole) > SHORTEST_PART else ())
    if with_its_e != found:
        return Asked(found, (with_its_e,), end=found)
    return Asked(found, (found, *with_e(found)))


MOST_ASKED = 12
"""Words of a question that are looked for."""


def words(text: str) -> list[str]:
    """The words of a text; a number is a word, a hyphen ends one."""
    return _WORD.findall(unicodedata.normalize("NFKC", text))


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """One word without its ending, in the letters a-z and digits; any other letter is written as its code, so that
    every database takes the stem for one word."""
    return _coded(spelt(without_e(_without_ending(word))))


def _without_ending(word: str) -> str:
    word = _danish(word.casefold())
    return in_er(word) or str(_stemmer().stemWord(singular(word)))


def one_word(text: str) -> str:
    """A text in letters and digits that every database takes for one word."""
    return "".join(letter if letter in _PLAIN else f"u{ord(letter):x}u" for letter in text)


def _coded(word: str) -> str:
    return one_word(word[:LONGEST])


def _stemmer() -> snowballstemmer.stemmer:
    """The stemmer of this thread: it remembers the word it is at."""
    if not hasattr(_own, "stemmer"):
        _own.stemmer = snowballstemmer.stemmer("danish")
    return _own.stemmer


SHORTEST_PART = 4
"""A part of a compound that is searched for has at least so many letters."""

SHORTEST_HEAD = 6
"""So many has the last part of a compound that is found when the whole is searched for."""

_LEAST_BEFORE = 3


def heads(asked: Asked) -> tuple[str, ...]:
    """What a searched compound may end with: "klimahandlingsplan" -> ..., "handlingsplan", ..."""
    ends = (asked.stem[at:] for at in range(_LEAST_BEFORE, len(asked.stem) - SHORTEST_HEAD + 2))
    return tuple(end for end in ends if _is_head(end, asked))


def answers(found: str, asked: Asked) -> bool:
    """Whether a stem answers a searched word: it is the same, has it as a part, or is the end of it."""
    if found == asked.stem or any(part in found for part in asked.parts):
        return True
    if asked.end and found.endswith(asked.end):
        return True
    return asked.stem.endswith(found) and _is_head(found, asked)


def _is_head(end: str, asked: Asked) -> bool:
    letters = _letters(end) + bool(with_e(end))  # the e that was dropped is one of them
    return letters >= SHORTEST_HEAD and _letters(end) <= _letters(asked.stem) - _LEAST_BEFORE


def is_answer(text: str, asked: Iterable[Asked]) -> bool:
    """Whether a text has an answer to every searched word."""
    there = frozenset(stems(text))
    return all(any(answers(one, word) for one in there) for word in asked)


@lru_cache(maxsize=16384)
def order_key(text: str) -> str:
    """What texts are sorted by, letter by letter: æ, ø and å come after z."""
    plain = unicodedata.normalize("NFC", text.casefold()).translate(_AFTER_Z)
    return "".join(letter for letter in plain if letter.isprintable())[:200]
