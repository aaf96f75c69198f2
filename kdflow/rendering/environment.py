"""The templates, and what stands ready in them: filters, words, addresses of static files. The door to jinja2."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, MutableMapping
from functools import lru_cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from jinja2.ext import Extension
from markupsafe import Markup

from kdflow.rendering import dates, kept, language, markdown, plans, vocabulary
from kdflow.rendering.phrases import replaced

_DATES = (
    dates.day,
    dates.short_day,
    dates.weekday,
    dates.instant,
    dates.fuzzy,
    dates.held,
    dates.bounds,
    dates.in_days,
    dates.time_of_day,
    dates.time_full,
    dates.at_clock,
    dates.clock,
    dates.civil_day,
    dates.civil_short,
    dates.civil_time,
    dates.near_day,
    dates.near_date,
    dates.near_time,
    dates.rfc3339,
)
_PLANS = (
    plans.deadline_words,
    plans.deadline_sum,
    plans.provisional,
    plans.is_past,
    plans.time_left,
    plans.missed_words,
    plans.leg_words,
)
_WORDS = (
    vocabulary.counted,
    vocabulary.as_list,
    vocabulary.sentence,
    vocabulary.soft,
    vocabulary.field_id,
    vocabulary.size,
    vocabulary.decimal,
    vocabulary.file_kind,
    vocabulary.actors,
    vocabulary.options,
    kept.said,
    kept.day_off,
)
_FILTERS: tuple[Callable[..., str | bool | None], ...] = (*_DATES, *_PLANS, *_WORDS)


SHOWN = ("base.html", "pages/", "parts/")
"""The templates of what is shown on the site; all others are what the house writes to people, in Danish."""


def filled(template: str, values: Mapping[str, object]) -> str:
    """A template with these values: what is shown in the language that is asked for, all else in Danish."""
    spoken = language.spoken() if template.startswith(SHOWN) else language.DANISH
    with language.speaking(spoken):
        return environment(spoken).get_template(template).render(values)


class _Translated(Extension):
    """Templates are compiled with the phrases of a language: it costs nothing when they are filled."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The source of a page with its phrases in the language of the environment."""
        spoken = self.environment.globals["language"]
        if not name or not name.startswith(SHOWN):
            return source
        return replaced(source, lambda text: language.gettext(text, str(spoken)))


class _Environment(Environment):
    """Templates with the globals of when they were loaded: jinja2 looks through two mappings for each, which takes
    a quarter of the time of a mail."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What a template knows without being given it."""
        return {**self.globals, **(d or {})}


@lru_cache(maxsize=len(language.LANGUAGES))
def environment(spoken: str = language.DANISH) -> Environment:
    """Where the templates of a language are looked up; a filter is called what its function is called."""
    made = _Environment(
        loader=PackageLoader("kdflow", "templates"),
        autoescape=select_autoescape(("html", "xml")),
        undefined=StrictUndefined,
        auto_reload=False,
        cache_size=-1,  # all of them
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
    )
    made.filters.update({one.__name__: one for one in _FILTERS})
    made.filters.update(markdown=_written, danish=_danish, unmarked=markdown.plain, in_lines=vocabulary.in_lines)
    made.globals.update(static=static, words=vocabulary.words(spoken), language=spoken, _=str)
    if spoken != language.DANISH:
        made.add_extension(_Translated)
    return made


def _written(text: str, level: int = 3) -> Markup:
    """Markdown as HTML that may stand in a page."""
    return Markup(markdown.html(text, level))  # noqa: S704  markdown.html lets no HTML through


def _danish(text: str) -> str | Markup:
    """What people wrote, in Danish: a page in another language says so."""
    if not text or language.spoken() == language.DANISH:
        return text
    return Markup('<span lang="da">{}</span>').format(text)


@lru_cache(maxsize=64)
def static(path: str) -> str:
    """The address of a static file with a hash of its content; "" when there is no such file."""
    file = resources.files("kdflow").joinpath("static", *path.split("/"))
    if not file.is_file():
        return ""
    return f"/static/{path}?v={hashlib.sha256(file.read_bytes()).hexdigest()[:12]}"
