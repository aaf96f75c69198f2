"""The guide inside the product: Markdown files in `templates/help/`, each a title, a lead, and its sections."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", " ": "-"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section: the anchor that leads to it, its heading, and its text in Markdown."""

    key: str
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """What there is to say to one role."""

    title: str
    lead: str
    sections: tuple[Section, ...]


@lru_cache(maxsize=16)
def guide(name: str) -> Guide:
    """The guide that a file of this name holds."""
    file = resources.files("kdflow").joinpath("templates", "help", f"{name}.md")
    head, *parts = re.split(r"^## ", file.read_text("utf-8"), flags=re.MULTILINE)
    title, _, lead = head.removeprefix("# ").partition("\n")
    return Guide(title=title.strip(), lead=lead.strip(), sections=tuple(_section(part) for part in parts))


def _section(part: str) -> Section:
    title, _, text = part.partition("\n")
    key = re.sub(r"[^a-z0-9-]", "", title.strip().lower().translate(_LETTERS))
    return Section(key=key, title=title.strip(), text=text.strip())
