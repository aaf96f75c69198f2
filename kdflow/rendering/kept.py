"""What is kept in Danish, as another language shows it: words of ours, reasons of procedures, and their facts."""

from __future__ import annotations

import re

from kdflow.domain.reasons import Sentence
from kdflow.rendering import dates, language
from kdflow.rendering.vocabulary import as_list, words

_PARTS = re.compile(r"del [\d, og]+")


def said(text: str | None) -> str | None:
    """The text in the language that is asked for, where it is ours; a text of somebody else's stays as it is."""
    if not text or language.spoken() == language.DANISH:
        return text
    if isinstance(text, Sentence):
        return text.filled(language.gettext(text.pattern), _fact)
    return _word(text)


def day_off(name: str) -> str:
    """What a day that is not worked is called, as it stands in a sentence: "langfredag", "Good Friday"."""
    return name.lower() if language.spoken() == language.DANISH else _word(name)


def _word(text: str) -> str:
    return str(words()["said"].get(text) or language.gettext(text))


def _fact(text: str) -> str:
    """A fact that fills a reason: a date, parts of an indstilling, or a word."""
    on = dates.known(text)
    if on.earliest or on.latest:
        return dates.fuzzy(on)
    if _PARTS.fullmatch(text):
        return str(words()["fields"]["part_short"]).format(number=as_list(re.findall(r"\d+", text)))
    return _word(text)
