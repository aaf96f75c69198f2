"""Dates in Danish words, as far as they are known: "i september 2021", "ultimo oktober 2021"."""

from __future__ import annotations

import re
from functools import lru_cache

from kdflow.domain.dates import FuzzyDate, Precision, in_words, read_date
from kdflow.domain.errors import Unreadable

_SEASON = re.compile(r"^(vinter|forår|sommer|efterår)(?:en|et)? (\d{4})$")
_DEFINITE = {"vinter": "vinteren", "forår": "foråret", "sommer": "sommeren", "efterår": "efteråret"}
_NUMERIC = re.compile(r"^[\d./ -]+$")
_WITHIN = frozenset({Precision.MONTH, Precision.SEASON, Precision.HALF_YEAR, Precision.YEAR})


@lru_cache(maxsize=4096)
def read_words(text: str) -> FuzzyDate:
    """The date that a kept text was written as; where it is none, its words."""
    try:
        return read_date(text)
    except Unreadable:
        return FuzzyDate.unknown(text)


def said(on: FuzzyDate) -> str:
    """A date as it was written, with numbers in words: "september 2021" for 2021-09; a day with its weekday."""
    if on.exact:
        return in_words(on.exact)
    if on.precision in (Precision.RELATIVE, Precision.UNKNOWN):
        return on.text
    words = " ".join(on.text.lower().split())
    if on.precision is Precision.LATEST:
        return f"senest {_end(words.removeprefix('senest '))}"
    if "/" in words:
        return _from_to(*(part.strip() for part in words.split("/", 1)))
    if season := _SEASON.match(words):
        return f"{_DEFINITE[season[1]]} {season[2]}"
    if on.precision is Precision.MONTH and _NUMERIC.match(words) and on.earliest:
        return _month(in_words(on.earliest))
    return words


def when(on: FuzzyDate) -> str:
    """The same as it stands after "mødet": "i september 2021", "fredag den 24. januar 2020"."""
    words = said(on)
    if on.precision in _WITHIN:
        return f"i {words}"
    return f"i perioden {words}" if on.precision is Precision.PERIOD and " til " in words else words


def _month(day: str) -> str:
    """ "september 2021" of "onsdag den 1. september 2021"."""
    return day.split(". ", 1)[1]


def _end(words: str) -> str:
    """A part of a longer date, without the weekday of a day: "den 15. oktober 2020"."""
    part = read_words(words)
    return in_words(part.exact).split(" ", 1)[1] if part.exact else said(part)


def _from_to(first: str, last: str) -> str:
    """ "januar til juni 2022": a year that both have is said once."""
    start, end = _end(first), _end(last)
    year = f" {end.rsplit(' ', 1)[-1]}"
    return f"{start.removesuffix(year)} til {end}"
