"""Words as a Danish search compares them: stems, parts of compounds, and the order of the alphabet."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import snowballstemmer

LONGEST = 60
"""Letters of a word that are compared; no Danish word is longer."""

_WORD = re.compile(r"[^\W_]+")
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzæøå0123456789")
_AFTER_Z = str.maketrans({"æ": "{", "ä": "{", "ø": "|", "ö": "|", "å": "}"})
_own = threading.local()


def stems(text: str) -> list[str]:
    """The stem of each word of a text, in order: "Klimahandlingsplanerne" -> "klimahandlingsplan"."""
    return [stem(word) for word in words(text)]


_COMMON = """
af at da de dem den der det du eller en er et for fra ham han har hun hvad hvis hvor i ikke ind kan
man med men mig min nu når og om op os over på sig skal som til ud var vi vil
"""
COMMON = frozenset(_COMMON.split())
"""Words that say too little to be searched for."""


class Asked(NamedTuple):
    """A word that is searched for: its stem, and what words have it as a part ("": too short for that)."""

    stem: str
    part: str


def question(text: str) -> tuple[Asked, ...]:
    """The words that a text asks for, each once; common words only where there is nothing else."""
    given = words(text.casefold())
    telling = [word for word in given if word not in COMMON] or given
    return tuple(dict.fromkeys(map(_asked, telling)))[:MOST_ASKED]


def _asked(word: str) -> Asked:
    """The part is the stem, or the word itself where its stem says too little ("fælles": "fæl")."""
    found, whole = stem(word), _coded(word)
    if len(found) >= SHORTEST_PART:
        return Asked(found, found)
    return Asked(found, whole if len(whole) > SHORTEST_PART else "")


MOST_ASKED = 12
"""Words of a question that are looked for."""


def words(text: str) -> list[str]:
    """The words of a text; a number is a word, a hyphen ends one."""
    return _WORD.findall(unicodedata.normalize("NFKC", text))


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """One word without its ending, in the letters a-å and digits; any other letter is written as its code, so that
    every database takes the stem for one word."""
    return _coded(_stemmer().stemWord(word.casefold()))


def _coded(word: str) -> str:
    return "".join(letter if letter in _PLAIN else f"u{ord(letter):x}u" for letter in word[:LONGEST])


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
    return tuple(asked.stem[at:] for at in range(_LEAST_BEFORE, len(asked.stem) - SHORTEST_HEAD + 1))


def answers(found: str, asked: Asked) -> bool:
    """Whether a stem answers a searched word: it is the same, has it as a part, or is the end of it."""
    if found == asked.stem or (asked.part and asked.part in found):
        return True
    is_shorter = SHORTEST_HEAD <= len(found) <= len(asked.stem) - _LEAST_BEFORE
    return is_shorter and asked.stem.endswith(found)


def is_answer(text: str, asked: Iterable[Asked]) -> bool:
    """Whether a text has an answer to every searched word."""
    there = frozenset(stems(text))
    return all(any(answers(one, word) for one in there) for word in asked)


@lru_cache(maxsize=16384)
def order_key(text: str) -> str:
    """What texts are sorted by, letter by letter: æ, ø and å come after z."""
    plain = unicodedata.normalize("NFC", text.casefold()).translate(_AFTER_Z)
    return "".join(letter for letter in plain if letter.isprintable())[:200]
