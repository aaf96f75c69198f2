"""The templates, and what stands ready in them: filters, words, addresses of static files. The door to jinja2."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from kdflow.rendering import dates, markdown, plans, vocabulary

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
    vocabulary.file_kind,
    vocabulary.actors,
    vocabulary.options,
)
_FILTERS: tuple[Callable[..., str | bool], ...] = (*_DATES, *_PLANS, *_WORDS)


def filled(template: str, values: Mapping[str, object]) -> str:
    """A template with these values."""
    return environment().get_template(template).render(values)


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Where templates are looked up; a filter is called what its function is called."""
    made = Environment(
        loader=PackageLoader("kdflow", "templates"),
        autoescape=select_autoescape(("html", "xml")),
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update({one.__name__: one for one in _FILTERS})
    made.filters.update(markdown=_written, unmarked=markdown.plain)
    made.globals.update(static=static, words=vocabulary.words())
    return made


def _written(text: str, level: int = 3) -> Markup:
    """Markdown as HTML that may stand in a page."""
    return Markup(markdown.html(text, level))  # noqa: S704  markdown.html lets no HTML through


@lru_cache(maxsize=64)
def static(path: str) -> str:
    """The address of a static file with a hash of its content; "" when there is no such file."""
    file = resources.files("kdflow").joinpath("static", *path.split("/"))
    if not file.is_file():
        return ""
    return f"/static/{path}?v={hashlib.sha256(file.read_bytes()).hexdigest()[:12]}"
