"""Dates as somebody writes them in English: "29 May 2020", "Friday 13 March 2020", "autumn 2021"."""

from __future__ import annotations

import re

from kdflow.domain.dates import FuzzyDate, Precision, read_date

_DANISH = {
    "january": "januar",
    "february": "februar",
    "march": "marts",
    "may": "maj",
    "june": "juni",
    "july": "juli",
    "october": "oktober",
    "oct": "okt",
    "monday": "mandag",
    "tuesday": "tirsdag",
    "wednesday": "onsdag",
    "thursday": "torsdag",
    "friday": "fredag",
    "saturday": "lørdag",
    "sunday": "søndag",
    "mon": "man",
    "tue": "tir",
    "wed": "ons",
    "thu": "tor",
    "fri": "fre",
    "sat": "lør",
    "sun": "søn",
    "winter": "vinter",
    "spring": "forår",
    "summer": "sommer",
    "autumn": "efterår",
    "early": "primo",
    "mid": "medio",
    "late": "ultimo",
    "by": "senest",
}
_WORD = re.compile(rf"\b(?:{'|'.join(_DANISH)})\b", re.IGNORECASE)
_ORDINAL = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)\b", re.IGNORECASE)


def read_either(text: str) -> FuzzyDate:
    """A date in Danish, or the same in English; it is kept as Danish writes it.

    Raises:
        Unreadable: as `read_date` does.
    """
    danish = _ORDINAL.sub(r"\1", text.replace("mid-", "mid ").replace("Mid-", "mid "))
    danish = _WORD.sub(lambda found: _DANISH[found[0].lower()], danish)
    if danish == text:
        return read_date(text)
    found = read_date(danish)
    return read_date(text) if found.precision in (Precision.RELATIVE, Precision.UNKNOWN) else found
