"""The agenda of a meeting: which points stand on it, in which order, and under which numbers.

Which sager stand on it is told by their seats and by nothing else; what is kept beside them (`Kept`) says in
which order, who presents a point, how long it takes. A point is known by its key ("sag:12:3",
"standing:eventuelt", "free:1f2e"), before and after the meeting. Open points are numbered 1, 2, 2.a; the closed
part comes last and has a series of its own (L1, L2), so that nobody can tell from a gap what they may not see. A
number that was published is never given to another point.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from kdflow.domain.sag import SagId, StepSeq

PointKey = NewType("PointKey", str)

CLOSED_PART = "L"
"""What the numbers of the closed part begin with."""


class PointKind(StrEnum):
    """What a point is about; the first word of its key."""

    SAG = "sag"
    STANDING = "standing"
    FREE = "free"


def sag_key(sag: SagId, step: StepSeq) -> PointKey:
    """The key of a sag at one treatment of it."""
    return PointKey(f"{PointKind.SAG}:{sag}:{step}")


def standing_key(name: str) -> PointKey:
    """The key of a standing item."""
    return PointKey(f"{PointKind.STANDING}:{name}")


def free_key(name: str) -> PointKey:
    """The key of a point that the secretariat wrote."""
    return PointKey(f"{PointKind.FREE}:{name}")


def kind_of(key: str) -> PointKind:
    """What the point with this key is about."""
    return PointKind(key.partition(":")[0])


def step_of(key: str) -> tuple[SagId, StepSeq] | None:
    """The sag and step that a key names; None where it is about no sag."""
    found = re.fullmatch(r"sag:([0-9]{1,18}):([0-9]{1,9})", key)
    return (SagId(int(found[1])), StepSeq(int(found[2]))) if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is kept of a point. `under` is the key of the point that it is a part of. A point that was published
    has its `number`, and says in which agenda: 0 the first, 1 its first supplement. A standing item that is left
    out at this meeting, and a free point that was removed, are `hidden`."""

    key: PointKey
    position: int
    title: str = ""
    text: str = ""
    presenter: str = ""
    minutes: int | None = None
    closed: bool = False
    under: PointKey | None = None
    why_late: str = ""
    hidden: bool = False
    number: str = ""
    supplement: int | None = None
    version: int = 0


class Place(StrEnum):
    """Where a point stands that nobody has put anywhere."""

    FIRST = "first"
    BETWEEN = "between"
    LAST = "last"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Something that belongs on an agenda now. `closed`: it can only be treated in the closed part; `is_late`: it
    was submitted after the deadline."""

    key: PointKey
    title: str
    closed: bool = False
    minutes: int | None = None
    place: Place = Place.BETWEEN
    is_late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A point of an agenda. It `is_gone` when it was published and is off the agenda now: its number stays."""

    key: PointKey
    number: str
    title: str
    closed: bool
    is_gone: bool
    is_late: bool
    minutes: int | None
    kept: Kept

    @property
    def kind(self) -> PointKind:
        """What it is about."""
        return kind_of(self.key)

    @property
    def is_published(self) -> bool:
        """Whether its number stands fast."""
        return bool(self.kept.number)

    @property
    def under(self) -> bool:
        """Whether it is a part of the point before it: 2.a."""
        return "." in self.number

    @property
    def lacks_reason(self) -> bool:
        """Whether it came late, and nobody has said why it cannot wait."""
        return self.is_late and not self.kept.why_late and not self.is_gone


def compose(kept: Iterable[Kept], subjects: Iterable[Subject]) -> tuple[Point, ...]:
    """The points of an agenda in their order, with their numbers.

    What was published comes first, as it was; then what is new: its open points, and its closed ones last.
    """
    rows = {one.key: one for one in kept}
    live = {one.key: one for one in subjects if one.key not in rows or not rows[one.key].hidden}
    order = _in_order([rows[key] for key in rows if key in live], list(live.values()))
    placed = {key: rows.get(key, Kept(key=key, position=index)) for index, key in enumerate(order)}
    fresh = [placed[key] for key in order if not placed[key].number]
    published = sorted((one for one in rows.values() if one.number), key=lambda one: _by_number(one.number))
    ordered = [(one, one.number) for one in sorted(published, key=_published_first)]
    for is_closed in (False, True):
        part = [one for one in fresh if _is_closed(one, live[one.key]) is is_closed]
        ordered += _numbered(part, published, CLOSED_PART if is_closed else "")
    return tuple(_point(one, number, live.get(one.key)) for one, number in ordered)


def _published_first(one: Kept) -> tuple[int, tuple[bool, int, int, str]]:
    return one.supplement or 0, _by_number(one.number)


def _is_closed(kept: Kept | None, subject: Subject | None) -> bool:
    return bool(kept and kept.closed) or bool(subject and subject.closed)


def _point(kept: Kept, number: str, subject: Subject | None) -> Point:
    title = subject.title if subject else kept.title
    return Point(
        key=kept.key,
        number=number,
        title=title or kept.title,
        closed=_is_closed(kept, subject),
        is_gone=subject is None,
        is_late=bool(subject and subject.is_late),
        minutes=kept.minutes if kept.minutes is not None else subject.minutes if subject else None,
        kept=kept,
    )


def _in_order(known: Sequence[Kept], live: Sequence[Subject]) -> list[PointKey]:
    """All that belongs on the agenda: what has its place there, and what is new where such things come: the first
    and the last at their ends, what is closed after them, all else before those that end it."""
    kept = {one.key: one for one in known}
    found = sorted(kept, key=lambda key: (kept[key].position, key))
    ends = {one.key for one in live if one.place is Place.LAST or _is_closed(kept.get(one.key), one)}
    new = [one for one in live if one.key not in kept]
    last = len(found)
    while last and found[last - 1] in ends:
        last -= 1
    by_place = {place: [one.key for one in new if one.place is place and not one.closed] for place in Place}
    return [
        *by_place[Place.FIRST],
        *found[:last],
        *by_place[Place.BETWEEN],
        *found[last:],
        *by_place[Place.LAST],
        *(one.key for one in new if one.closed),
    ]


# --- numbers -------------------------------------------------------------------------------------------------

_NUMBER = re.compile(r"(L?)([0-9]+)(?:\.([a-z]+))?")


def _by_number(number: str) -> tuple[bool, int, int, str]:
    """The order of numbers: 1, 2, 2.a, 2.b, 3, L1."""
    found = _NUMBER.fullmatch(number)
    if found is None:
        raise ValueError(f"{number!r} is no number of an agenda")
    letters = found[3] or ""
    return found[1] == CLOSED_PART, int(found[2]), len(letters), letters


def _numbered(part: Sequence[Kept], published: Sequence[Kept], prefix: str) -> list[tuple[Kept, str]]:
    """The new points of one part with the numbers that follow those of the part that were published."""
    taken = [_by_number(one.number)[1] for one in published if (one.number[0] == CLOSED_PART) is bool(prefix)]
    found: list[tuple[Kept, str]] = []
    for number, (top, below) in enumerate(_tree(part), start=max(taken, default=0) + 1):
        found.append((top, f"{prefix}{number}"))
        found += [(one, f"{prefix}{number}.{letters(place)}") for place, one in enumerate(below)]
    return found


def closed_up(numbers: Iterable[str]) -> Iterator[str]:
    """The numbers of points as they would be if there were no others: 1, 3, 3.b, L2 -> 1, 2, 2.a, L1."""
    last: dict[str, tuple[int, int, str]] = {}
    for number in numbers:
        part = CLOSED_PART if number.startswith(CLOSED_PART) else ""
        over, _, below = number.removeprefix(part).partition(".")
        top, count, under = last.get(part, (0, 0, ""))
        if below and over == under:
            last[part] = (top, count + 1, under)
            yield f"{part}{top}.{letters(count)}"
        else:
            last[part] = (top + 1, 0, "" if below else over)
            yield f"{part}{top + 1}"


def letters(place: int) -> str:
    """a, b, ... z, aa, ab ..."""
    found = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(ord("a") + rest) + found
    return found


def _tree(part: Sequence[Kept]) -> list[tuple[Kept, list[Kept]]]:
    """The points of a part with those that are parts of them. A point under one that is not there, or that is
    itself under another, stands by itself."""
    tops = {one.key for one in part if one.under is None}
    below: dict[PointKey, list[Kept]] = {}
    for one in part:
        if one.under in tops and one.under is not None:
            below.setdefault(one.under, []).append(one)
    return [(one, below.get(one.key, [])) for one in part if one.under not in tops]
