"""The guide inside the product: Markdown files in `templates/help/`, each a title, a lead, and its sections.
The other languages stand in a folder each, with the same sections in the same order."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources

from kdflow.rendering import language

_LINK = re.compile(r"\[([^\]]*)\]\((/[^)#]*)[^)]*\)")
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


def guide(name: str) -> Guide:
    """The guide of this name, in the language that is asked for; its anchors are the same in all."""
    return _read(name, language.spoken())


def with_links(found: Guide, may_open: Callable[[str], bool]) -> Guide:
    """A guide whose links lead only where the reader may go; the others are the words alone."""

    def kept(link: re.Match[str]) -> str:
        return link[0] if may_open(link[2]) else link[1]

    sections = tuple(replace(one, text=_LINK.sub(kept, one.text)) for one in found.sections)
    return replace(found, lead=_LINK.sub(kept, found.lead), sections=sections)


@lru_cache(maxsize=32)
def _read(name: str, spoken: str) -> Guide:
    folder = resources.files("kdflow").joinpath("templates", "help")
    file = folder.joinpath(f"{name}.md") if spoken == language.DANISH else folder.joinpath(spoken, f"{name}.md")
    head, *parts = re.split(r"^## ", file.read_text("utf-8"), flags=re.MULTILINE)
    title, _, lead = head.removeprefix("# ").partition("\n")
    sections = [_section(part) for part in parts]
    if spoken != language.DANISH:
        keys = [one.key for one in _read(name, language.DANISH).sections]
        sections = [replace(one, key=key) for one, key in zip(sections, keys, strict=True)]
    return Guide(title=title.strip(), lead=lead.strip(), sections=tuple(sections))


def _section(part: str) -> Section:
    title, _, text = part.partition("\n")
    key = re.sub(r"[^a-z0-9-]", "", title.strip().lower().translate(_LETTERS))
    return Section(key=key, title=title.strip(), text=text.strip())
