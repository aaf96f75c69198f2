"""Personal numbers (CPR) in what would be published and open: found before, not after everybody has read them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from kdflow.domain.errors import Reason, Refused
from kdflow.domain.public import POINT, WHOLE
from kdflow.domain.publications import Content, Publication
from kdflow.domain.sag import Event

ALLOWED = "personal-numbers-allowed"
"""What the history calls it that somebody said that what looks like personal numbers may be published."""

_NUMBER = re.compile(
    r"(?<![^\W_])(?<![\d+][-./+])(?<!\+)"  # part of no longer number, nor of a word
    r"(\d{6})(\s?[-\u2010-\u2013\u2212]\s?|[ \u00a0])?(\d{4})"
    r"(?![^\W_])(?![-./]\d)"
)
_NAMED = re.compile(r"(cpr|person-?(nummer|nr)|pers\.? ?nr)[^\d\n]{0,20}$", re.IGNORECASE)
_OTHER = re.compile(
    r"(tlf|telefon\w*|mobil\w*|p-?(nr|nummer)|produktionsenhed\w*|j\.? ?nr|journal\w*|sags?-?(nr|nummer)|"
    r"konto\w*|faktura\w*|ean\w*)[^\w\n]{0,3}((nr|nummer)[^\w\n]{0,3})?$",
    re.IGNORECASE,
)
_LOOKS_BACK = 40
_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_NEVER_TEXT = frozenset({"digest", "id", "key", "media_type"})


def holds_number(text: str) -> bool:
    """Whether a personal number stands in a text. Written with a hyphen its first six digits are a day; without
    one its check digit must be right too (those of today need none), or a word before it must say what it is."""
    return any(_is_number(found, text) for found in _NUMBER.finditer(text))


def _is_number(found: re.Match[str], text: str) -> bool:
    digits, between = found[1] + found[3], (found[2] or "").strip()
    if not _is_day(digits):
        return False
    before = text[max(0, found.start() - _LOOKS_BACK) : found.start()]
    if between or _NAMED.search(before):
        return True
    return _is_checked(digits) and not _OTHER.search(before)


def _is_day(digits: str) -> bool:
    day, month, year, seventh = int(digits[:2]), int(digits[2:4]), int(digits[4:6]), int(digits[6])
    if seventh < 4:
        century = 1900
    elif seventh in (4, 9):
        century = 2000 if year < 37 else 1900
    else:
        century = 2000 if year < 58 else 1800
    try:
        date(century + year, month, day)
    except ValueError:
        return False
    return True


def _is_checked(digits: str) -> bool:
    return sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True)) % 11 == 0


# --- in what would be published ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a personal number stands: the `number` of a point ("" for the meeting itself), the field of it
    (`where`), and the `name` of a paper. The number itself is told to nobody."""

    number: str
    where: str
    name: str = ""


def plain_papers(content: Content) -> Mapping[str, str]:
    """The papers of the open points that can be read as they are: the media types of plain text by digest."""
    return {
        paper["digest"]: paper["media_type"]
        for point in _open_points(content)
        for paper in _papers(point)
        if paper["media_type"].startswith("text/")
    }


def places(content: Content, papers: Mapping[str, bytes]) -> tuple[Place, ...]:
    """Where personal numbers stand in the open part of what would be published; `papers` are the contents of its
    plain papers."""
    texts = {digest: _read(papers[digest], kind) for digest, kind in plain_papers(content).items()}
    found = [Place(number="", where=name) for name in WHOLE if any(map(holds_number, _strings(content.get(name))))]
    for point in _open_points(content):
        found += (
            Place(number=point["number"], where=where, name=name)
            for where, name, text in _texts(point, texts)
            if holds_number(text)
        )
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """Whether somebody says that what looks like personal numbers may be published for everybody, and why."""

    confirmed: bool = False
    reason: str = ""


NONE_SEEN = Allowed()
"""What somebody says who saw no such number."""


def refuse_numbers(found: Collection[Place], allowed: Allowed) -> None:
    """Refuse to publish personal numbers for everybody, unless somebody says that it is right, and why.

    Raises:
        Refused: with the field that would mend it.
    """
    if not found:
        return
    if not allowed.confirmed:
        said = ", ".join(f"{one.number} {one.where} {one.name}".strip() for one in found)
        raise Refused(
            [Reason("personal_numbers", f"what looks like a personal number stands in {said}", "numbers")]
        )
    if not allowed.reason.strip():
        rule = "personal_numbers_reason"
        raise Refused([Reason(rule, "say why the numbers may be published", "numbers_reason")])


def allowed_events(found: Collection[Place], allowed: Allowed, made: Publication) -> tuple[Event, ...]:
    """What the history keeps of it; nothing where there was none."""
    if not found:
        return ()
    data = {
        "body": made.content["meeting"]["body"],
        "meeting": made.meeting,
        "digest": made.digest,
        "places": [asdict(one) for one in found],
    }
    version = str(made.version)
    return (Event(machine="record", move=ALLOWED, old="", new=version, reason=allowed.reason.strip(), data=data),)


def _open_points(content: Content) -> Iterator[Mapping[str, Any]]:
    return (point for point in content["points"] if not point["closed"])


def _papers(point: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from (point["sag"] or {}).get("papers", ())


def _texts(point: Mapping[str, Any], papers: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """The texts of a point that everybody would read: the field, the name of the paper, and the text."""
    for name in POINT:
        if name != "sag":
            yield from ((name, "", text) for text in _strings(point.get(name)))
    for name, value in (point["sag"] or {}).items():
        if name != "papers":
            yield from ((name, "", text) for text in _strings(value))
    for paper in _papers(point):
        yield from (("paper_name", "", text) for text in _strings(paper))
        yield "paper", paper["title"], papers.get(paper["digest"], "")


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            if name not in _NEVER_TEXT:
                yield from _strings(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _strings(inner)


def _read(content: bytes, media_type: str) -> str:
    return content.decode(media_type.partition("charset=")[2] or "utf-8", "replace")
