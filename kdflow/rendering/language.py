"""The language of what is shown: Danish, as templates are written, or one that `locale/` has a catalog for.

Each request says which; what the house writes to people, and what is kept, is Danish whoever asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from importlib import resources
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

DANISH = "da"
ENGLISH = "en"
LANGUAGES = {DANISH: "Dansk", ENGLISH: "English"}
"""The languages there are, each as it calls itself."""

LOCALES = {DANISH: "da", ENGLISH: "en_GB"}
"""How days and months are called in each."""

_spoken: ContextVar[str] = ContextVar("language", default=DANISH)


def spoken() -> str:
    """The language that is asked for now."""
    return _spoken.get()


def speak(language: str) -> None:
    """From here on, in this request: a language, Danish where there is no such."""
    _spoken.set(language if language in LANGUAGES else DANISH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """One language for a while."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


def gettext(text: str, language: str | None = None) -> str:
    """A phrase of a template in a language (default: the one that is asked for)."""
    catalog = _catalog(language or spoken())
    return str(catalog.gettext(text)) if catalog else text


def pgettext(context: str, text: str, language: str | None = None) -> str:
    """A word of a table in a language; `context` is its place in the table."""
    catalog = _catalog(language or spoken())
    return str(catalog.pgettext(context, text)) if catalog else text


@lru_cache(maxsize=len(LANGUAGES))
def _catalog(language: str) -> Translations | None:
    """The words of a language; None for Danish, which the templates are written in."""
    if language == DANISH:
        return None
    file = resources.files("kdflow").joinpath("locale", language, "LC_MESSAGES", "kdflow.po")
    with file.open("rb") as source:
        written = read_po(source, locale=language)
    compiled = BytesIO()
    write_mo(compiled, written)
    compiled.seek(0)
    return Translations(compiled, domain="kdflow")
