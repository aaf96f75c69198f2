"""What is found by words of the points of a meeting that are about no sag, and of the tasks that it gave.

Two texts are kept of a point: what those who build the agenda may read of it, and what has been sent of it. So
nobody finds by a word that stands in a draft only, and each of them finds a point once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from kdflow.domain.agenda import PointKind, kind_of
from kdflow.domain.authority import PersonId
from kdflow.domain.danish_words import stems
from kdflow.domain.minutes import Task
from kdflow.domain.publications import Content, PublicationKind
from kdflow.domain.searching import Piece, owned_by


class Kind(StrEnum):
    """Which text it is: of a point as it is `built`, or as it was `sent`; or a task."""

    BUILT = "built"
    SENT = "sent"
    TASK = "task"


class Stands(StrEnum):
    """Where a text can be read."""

    DRAFT = "draft"
    AGENDA = "agenda"
    MINUTES = "minutes"


@dataclass(frozen=True, slots=True, kw_only=True)
class PointText:
    """A text that is found. `task` is the number of the task, 0 for a point, and `person` who has it. It is
    `closed` when what was sent of its point last was; a task `is_out` when the minutes that say it were sent."""

    kind: Kind
    key: str
    task: int = 0
    person: PersonId | None = None
    closed: bool = False
    is_out: bool = False
    title: str = ""
    stands: Stands = Stands.DRAFT
    pieces: tuple[Piece, ...] = ()

    @property
    def told(self) -> list[str]:
        """The stems of what people wrote, each once."""
        texts = (self.title, *(piece.text for piece in self.pieces))
        return sorted({one for text in texts for one in stems(text)})

    @property
    def words(self) -> str:
        """All by which it is found, in order: a task also by who has it, whatever they are called today."""
        return " ".join(sorted([*self.told, *([owned_by(self.person)] if self.person else ())]))


class Item(NamedTuple):
    """What is kept of a point while an agenda is built."""

    key: str
    title: str
    text: str
    presenter: str
    hidden: bool


class _Sent(NamedTuple):
    """What one publication says of a point."""

    point: Mapping[str, Any]
    stands: Stands
    pieces: tuple[Piece, ...]


def texts_of(
    items: Iterable[Item], sent: Mapping[PublicationKind, Content], tasks: Iterable[Task]
) -> Iterator[PointText]:
    """All that is found of a meeting, by what is `sent` of it and newest."""
    drafts = {one.key: one for one in items if not one.hidden and _has_no_sag(one.key)}
    said = {stands: sent[kind] for kind, stands in _STANDS.items() if kind in sent}
    published: dict[str, list[_Sent]] = {}
    for stands, content in said.items():
        for point in content["points"]:
            if _has_no_sag(point["key"]):
                published.setdefault(point["key"], []).append(_Sent(point, stands, tuple(_pieces(point))))
    for key in dict.fromkeys([*drafts, *published]):
        yield from _of_point(key, drafts.get(key), published.get(key, []))
    yield from (_of_task(task, sent.get(PublicationKind.MINUTES)) for task in tasks)


_STANDS = {PublicationKind.AGENDA: Stands.AGENDA, PublicationKind.MINUTES: Stands.MINUTES}


def _has_no_sag(key: str) -> bool:
    return kind_of(key) is not PointKind.SAG


def _of_point(key: str, draft: Item | None, sent: Sequence[_Sent]) -> Iterator[PointText]:
    """A standing item is found where something is written at it: its title stands on every agenda."""
    built = _built(key, draft, sent)
    if kind_of(key) is PointKind.FREE or built.pieces:
        yield built
    if sent and (kind_of(key) is PointKind.FREE or any(one.pieces for one in sent)):
        closed = sent[-1].point["closed"]
        told = [one for one in sent if closed or not one.point["closed"]]
        yield _as_sent(Kind.SENT, key, told, closed=closed)


def _built(key: str, draft: Item | None, sent: Sequence[_Sent]) -> PointText:
    """What is written now, with all that was sent; it is read in the draft when that says something else."""
    told = _as_sent(Kind.BUILT, key, sent, closed=False) if sent else None
    new = tuple(_pieces(draft._asdict())) if draft else ()
    title = draft.title if draft else ""
    if told and set(new) <= set(told.pieces) and title in ("", told.title):
        return told
    pieces = tuple(dict.fromkeys([*new, *(told.pieces if told else ())]))
    return PointText(kind=Kind.BUILT, key=key, title=title or (told.title if told else ""), pieces=pieces)


def _as_sent(kind: Kind, key: str, sent: Sequence[_Sent], *, closed: bool) -> PointText:
    last = sent[-1]
    return PointText(
        kind=kind,
        key=key,
        closed=closed,
        title=last.point["title"],
        stands=last.stands,
        pieces=tuple(dict.fromkeys(piece for one in reversed(sent) for piece in one.pieces)),
    )


def _pieces(point: Mapping[str, Any]) -> Iterator[Piece]:
    """The texts of a point, as it is kept or as an agenda or minutes say it."""
    is_minutes = "remarks" in point
    if point["text"]:
        yield Piece("minutes" if is_minutes else "point", point["text"])
    for one in point.get("remarks", ()):
        yield Piece("minutes", one["text"])
    if point["presenter"]:
        yield Piece("presenter", point["presenter"])


def _of_task(task: Task, minutes: Content | None) -> PointText:
    points = minutes["points"] if minutes else ()
    at = next((one for one in points if one["key"] == task.point), None)
    is_out = bool(at and any(one.get("id") == task.id for one in at["tasks"]))
    return PointText(
        kind=Kind.TASK,
        key=task.point,
        task=task.id,
        person=task.person,
        closed=bool(at and is_out and at["closed"]),
        is_out=is_out,
        stands=Stands.MINUTES if is_out else Stands.DRAFT,
        pieces=(Piece("task", task.text),),
    )
