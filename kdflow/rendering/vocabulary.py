"""Single words: the table that templates share, numbers with their words, lists, and who may make a move."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib import resources
from typing import Any

from markupsafe import Markup

from kdflow.domain.situation import listed
from kdflow.domain.timetable import Body
from kdflow.rendering import language


def words(spoken: str | None = None) -> dict[str, Any]:
    """Short words that several templates share (`templates/words.toml`), in this language or the one asked for."""
    return _table(spoken or language.spoken())


@lru_cache(maxsize=len(language.LANGUAGES))
def _table(spoken: str) -> dict[str, Any]:
    table = tomllib.loads((resources.files("kdflow") / "templates" / "words.toml").read_text("utf-8"))
    return table if spoken == language.DANISH else {key: _said(part, key, spoken) for key, part in table.items()}


def _said(part: Any, at: str, spoken: str) -> Any:
    if isinstance(part, str) and part:
        return language.pgettext(at, part, spoken)
    if isinstance(part, list):
        return [_said(one, f"{at}.{number}", spoken) for number, one in enumerate(part)]
    if isinstance(part, dict):
        return {key: _said(one, f"{at}.{key}", spoken) for key, one in part.items()}
    return part


def counted(number: int, what: str) -> str:
    """A number with its word: "1 møde", "9 hverdage"."""
    one, many = words()["counted"][what]
    return f"{number} {one if number == 1 else many}"


def as_list(items: Sequence[str]) -> str:
    """Words as a list: "a, b og c"."""
    return listed(list(items), words()["dates"]["and"])


def sentence(text: str) -> str:
    """The same with a capital first letter."""
    return text[:1].upper() + text[1:]


def soft(text: str) -> str:
    """The same with soft hyphens in words that are too long for a narrow column."""
    table = words()["hyphens"]
    pattern = re.compile(rf"(?<=\w)(?=(?:{'|'.join(table['before'])}))")
    return " ".join(pattern.sub("\u00ad", w) if len(w) > table["longest"] else w for w in text.split(" "))


def in_lines(text: str) -> tuple[list[str], list[str]]:
    """The lines of a paragraph, and those of the list in it: they begin with a dash."""
    lines = [line for line in text.split("\n") if line]
    return [one for one in lines if one[0] != "-"], [one for one in lines if one[0] == "-"]


def field_id(name: str) -> str:
    """The id of a form's field, made of its name."""
    return re.sub(r"[.@:]", "-", name)


def size(count: int) -> str:
    """The size of a file: "46 kB", "1,2 MB"."""
    if count < 1_000_000:
        return f"{max(1, round(count / 1000))} kB"
    return f"{decimal(f'{count / 1_000_000:.1f}')} MB"


def decimal(number: str) -> str:
    """A number with the decimal comma of the language: "1,2"."""
    return number.replace(".", words()["dates"]["comma"])


def file_kind(media_type: str) -> str:
    """What a paper is, in a word: "PDF"."""
    table = words()["file_kinds"]
    return str(table.get(media_type.split(";")[0], table["other"]))


def actors(who: Iterable[str], body: Body | str) -> str:
    """Who may make a move: "formanden for KD-Net eller sekretariatet"."""
    table = words()["actors"]
    short = (body if isinstance(body, str) else body.short) or str(table["any_body"])
    named = [str(table.get(str(one), one)).format(body=short) for one in who]
    return str(table["or"]).join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)


@lru_cache(maxsize=512)
def options(choices: tuple[tuple[str, str], ...], chosen: str) -> Markup:
    """The options of a list to choose from, (value, name) each; long ones are made once."""
    line = Markup('<option value="{}"{}>{}</option>')
    made = (line.format(value, Markup(" selected") if value == chosen else "", name) for value, name in choices)
    return Markup("\n").join(made)
