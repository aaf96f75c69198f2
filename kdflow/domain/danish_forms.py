"""Forms of Danish words that a stemmer does not bring together: "børn" is "barn", "somre" is "sommer".

A vowel that changes follows no rule, so those words are listed. Words in -er lose their e and then look like verbs
in -re, so they are listed too. Words in -el need no list: a stem ends in a consonant and l where an e was dropped.
All of it looks at the end of a word, so that a compound is found by its last part; "børn" is a child wherever it
stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_CHANGED = {
    "hænder": "hånd",
    "fødder": "fod",
    "rødder": "rod",
    "nætter": "nat",
    "stæder": "stad",
    "mænd": "mand",
    "bøger": "bog",
    "bønder": "bonde",
    "stænger": "stang",
    "fædre": "far",
    "mødre": "mor",
    "brødre": "bror",
    "døtre": "datter",
}
"""Plurals with another vowel; a compound may end in one: "nordmænd"."""

_CHANGED_ALONE = {
    "ænder": "and",
    "tænder": "tand",
    "kræfter": "kraft",
    "øjne": "øje",
    "øjet": "øje",
    "gæs": "gås",
    "åbne": "åben",
    "åbent": "åben",
    "gammelt": "gammel",
    "simpelt": "simpel",
}
"""The same where words of another kind end alike ("sender", "bekræfter"): they stand alone, or after an s."""

_IN_ER = """
center mester minister sommer vinter nummer kammer teater register kalender semester kloster mønster søster
"""
_IN_ER_ALONE = "alder lager offer finger feber skulder filter"
"""Words in -er that lose their e; the second as above, for there are "falder" and "beklager"."""

_PLURAL = "(?:ne|ene)?s?"
_WITH_E = "(?:en|et|ne|t)?s?"
_WITHOUT_E = "e(?:n|t|ne)?s?"


def _any(words: Iterable[str]) -> str:
    return "|".join(words)


def _in_er(words: str) -> dict[str, str]:
    """Words by what they are without their e: "numr" -> "nummer"."""
    return {_without_er(word) + "r": word for word in words.split()}


def _without_er(word: str) -> str:
    root = word[:-2]
    return root[:-1] if root[-1] == root[-2] else root


def _losing(table: dict[str, str]) -> str:
    return f"(?:{_any(table.values())}){_WITH_E}|(?:{_any(table)}){_WITHOUT_E}"


_ER, _ER_ALONE = _in_er(_IN_ER), _in_er(_IN_ER_ALONE)
_WORDS = _CHANGED | _CHANGED_ALONE
_PLURALS = re.compile(f"(?:(?:^|s)(?P<alone>{_any(_CHANGED_ALONE)})|(?P<end>{_any(_CHANGED)})){_PLURAL}$")
_FORMS = re.compile(f"(?:(?:^|s)(?P<alone>{_losing(_ER_ALONE)})|(?P<end>{_losing(_ER)}))$")


def singular(word: str) -> str:
    """A listed plural as the word it is the plural of, else the word: "skolebørnene" -> "skolebarnene"."""
    word = word.replace("børn", "barn")
    if found := _PLURALS.search(word):
        plural = found["alone"] or found["end"]
        return word[: found.start("alone" if found["alone"] else "end")] + _WORDS[plural]
    return word


def in_er(word: str) -> str | None:
    """A form of a listed word in -er, or of a compound that ends in one, as that word: "sundhedscentrene" ->
    "sundhedscenter"; None: it is none."""
    found = _FORMS.search(word)
    if found is None:
        return None
    form = found["alone"] or found["end"]
    table = _ER_ALONE if found["alone"] else _ER
    base = next(base for short, base in table.items() if form.startswith((base, short)))
    return word.removesuffix(form) + base


_VOWEL, _CONSONANT = "[aeiouyæøå]", "[bcdfghjklmnpqrstvwxz]"
_EL = re.compile(f"(?<={_VOWEL})({_CONSONANT}*?)({_CONSONANT})\\2?el$")
_L = re.compile(f"(?<={_VOWEL}){_CONSONANT}*[bcdfghjkmnpqrstvwxz]l$")


def without_e(stem: str) -> str:
    """A stem in -el as it is where the e is dropped: "middel" -> "midl"; "del" never drops it."""
    return _EL.sub(r"\1\2l", stem)


def with_e(stem: str) -> tuple[str, ...]:
    """What a stem whose e is dropped may be with it: "midl" -> "midel", "middel"."""
    if not _L.search(stem):
        return ()
    return f"{stem[:-1]}el", f"{stem[:-2]}{stem[-2] * 2}el"
