"""Dates as somebody searches for them: "24. januar", "2026-01-24", "24/1", "januar 2026"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from kdflow.domain.dates import FuzzyDate, Precision
from kdflow.domain.english_dates import read_either
from kdflow.domain.errors import Unreadable

LONGEST = 60
_BEGINS = re.compile(r"(?:[a-zæøå]{3,6}da[gy],? )?(?:den )?\d")
_MONTH = re.compile(r"[a-zæøå]{3,9}\.? \d{4}")

Span = tuple[date, date]


def asked_days(text: str, years: Iterable[int]) -> tuple[Span, ...]:
    """The first and last day of each date that a text is, and is nothing but: one, or one in each of `years` where
    it names no year. None where it is no day or month."""
    words = " ".join(text.lower().split())
    if len(words) > LONGEST or not (_BEGINS.match(words) or _MONTH.fullmatch(words)):
        return ()
    return tuple(_spans([words])) or tuple(_spans(f"{words} {year}" for year in years))


def _spans(texts: Iterable[str]) -> Iterator[Span]:
    for text in texts:
        on = _read(text)
        if on and on.precision in (Precision.DAY, Precision.MONTH) and on.earliest and on.latest:
            yield on.earliest, on.latest


def _read(text: str) -> FuzzyDate | None:
    try:
        return read_either(text)
    except Unreadable:
        return None
