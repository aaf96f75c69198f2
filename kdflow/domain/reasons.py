"""Why a guard says no: the author's reason with its facts filled in, or the sentence of a case it does not fit."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources

Facts = Mapping[str, str]
"""What a reason is filled in with."""

CASE = "case"
"""The fact that names a case; it is a key of `templates/reasons.toml`."""

CASE_FIELDS: Mapping[str, str | None] = {
    "no-earlier-station": None,
    "meeting-not-later": "meeting",
    "decided-not-handed-on": None,
    "not-across-term": "meeting",
    "before-condition": "meeting",
    "condition-failed": None,
    "meeting-cancelled": None,
    "meeting-minutes-sent": "meeting",
    "meeting-held": "meeting",
    "no-later-meeting": None,
    "no-later-meeting-submitted": None,
    "content-missing": "content",
    "waits-for-none": "meeting",
    "waits-for-later": "meeting",
    "not-under-way": None,
}
"""Every case, with the form field that would mend it (None: no field can, whatever the guard's own may be)."""

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


class Sentence(str):
    """A reason with its facts filled in, that still knows its pattern: it can be said in another language."""

    pattern: str
    facts: Facts

    def __new__(cls, pattern: str, facts: Facts) -> Sentence:
        """Fill the pattern in."""
        made = super().__new__(cls, fill(pattern, facts))
        made.pattern, made.facts = pattern, facts
        return made

    def filled(self, pattern: str, say: Callable[[str], str]) -> str:
        """The same facts, as they are said in another language, in its pattern."""
        return fill(pattern, {name: say(fact) for name, fact in self.facts.items()})


@cache
def _sentences() -> Mapping[str, str]:
    file = resources.files("kdflow") / "templates" / "reasons.toml"
    return tomllib.loads(file.read_text("utf-8"))


def sentence(reason: str, facts: Facts) -> Sentence:
    """What a person is told when a guard says no with these facts; `reason` is its author's."""
    return Sentence(_sentences()[facts[CASE]] if CASE in facts else reason, facts)


def field_of(facts: Mapping[str, str], own: str | None) -> str | None:
    """The form field that would mend it; `own` is the guard's."""
    return CASE_FIELDS[facts[CASE]] if CASE in facts else own


def fill(text: str, facts: Mapping[str, str]) -> str:
    """Replace `{name}` by its fact; nothing in `text` or in the facts is ever evaluated."""
    return _PLACEHOLDER.sub(lambda match: facts.get(match[1], ""), text)
