"""The papers of a sag: what can be done with the list of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from kdflow.domain.errors import NotFound, Unreadable
from kdflow.domain.sag import Paper, one_line

MAX_NAME = 300
"""Letters in the title of a paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What to do with the paper that has this `digest`: put the file `new` in its place, give it another `title`,
    take it away, or move it one place up or down."""

    digest: str
    what: Literal["replace", "rename", "remove", "up", "down"]
    title: str = ""
    new: Paper | None = None


def added(papers: tuple[Paper, ...], paper: Paper) -> tuple[Paper, ...]:
    """The list with one more paper; Unreadable where the same file is there already."""
    _refuse_twice(papers, paper)
    return (*papers, paper)


def changed(papers: tuple[Paper, ...], change: Change) -> tuple[Paper, ...]:
    """The list after a change.

    Raises:
        NotFound: there is no such paper (any more). Unreadable: a title is missing, or a file is there already.
    """
    place = next((n for n, paper in enumerate(papers) if paper.digest == change.digest), None)
    if place is None:
        raise NotFound("paper", change.digest)
    before, paper, after = papers[:place], papers[place], papers[place + 1 :]
    if change.what == "remove":
        return (*before, *after)
    if change.what == "rename":
        return (*before, replace(paper, title=paper_title(change.title)), *after)
    if change.what == "replace" and change.new:
        _refuse_twice(papers, change.new)
        title = paper_title(change.title or paper.title)
        return (*before, replace(change.new, title=title, version=paper.version + 1), *after)
    other = place + (-1 if change.what == "up" else 1)
    if not 0 <= other < len(papers):
        return papers
    ordered = list(papers)
    ordered[place], ordered[other] = ordered[other], ordered[place]
    return tuple(ordered)


def paper_title(text: str) -> str:
    """The title of a paper as it is kept: one line.

    Raises:
        Unreadable: it is empty or too long.
    """
    title = one_line(text)
    if not 0 < len(title) <= MAX_NAME:
        raise Unreadable(f"a paper has a title of at most {MAX_NAME} letters", "paper-title", "title")
    return title


def gone(before: tuple[Paper, ...], after: tuple[Paper, ...]) -> tuple[Paper, ...]:
    """The files that are no longer shown, in their old order."""
    still = {paper.digest for paper in after}
    return tuple(paper for paper in before if paper.digest not in still)


How = Literal["added", "replaced", "renamed", "removed", "moved"]


class Told(NamedTuple):
    """What was done with one paper: its title, and what it was called, or which one it now stands before."""

    how: How
    title: str
    was: str = ""


def told(before: tuple[Paper, ...], after: tuple[Paper, ...]) -> tuple[Told, ...]:
    """How two lists of papers differ, paper by paper."""
    old = {paper.digest: paper for paper in before}
    heirs = {paper.digest: new for paper, new in zip(before, after, strict=False) if _is_heir(new, paper, old)}
    replaced = {paper.digest for paper in heirs.values()}
    found = [
        Told("replaced", heirs[one.digest].title, one.title) if one.digest in heirs else Told("removed", one.title)
        for one in gone(before, after)
    ]
    for paper in after:
        if paper.digest not in old:
            found += [Told("added", paper.title)] if paper.digest not in replaced else []
        elif paper.title != old[paper.digest].title:
            found.append(Told("renamed", paper.title, old[paper.digest].title))
    return (*found, *_moved(before, after))


def _is_heir(new: Paper, paper: Paper, old: Mapping[str, Paper]) -> bool:
    return new.digest not in old and new.version == paper.version + 1


def _moved(before: tuple[Paper, ...], after: tuple[Paper, ...]) -> tuple[Told, ...]:
    """The paper that now stands before another, where the same papers stand in another order."""
    if {paper.digest for paper in before} != {paper.digest for paper in after}:
        return ()
    pairs = zip(before, after, strict=True)
    return tuple(Told("moved", new.title, one.title) for one, new in pairs if one.digest != new.digest)[:1]


def _refuse_twice(papers: tuple[Paper, ...], new: Paper) -> None:
    if any(paper.digest == new.digest for paper in papers):
        raise Unreadable("the same file is a paper of the sag already", "paper-twice", "file")
