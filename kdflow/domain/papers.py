"""The papers of a sag: what may be one, and what can be done with the list of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from kdflow.domain.errors import NotFound, Unreadable
from kdflow.domain.sag import Paper

MAX_PAPER = 20 * 1024 * 1024
"""The largest paper, in bytes."""

MAX_NAME = 300
"""Letters in the title of a paper."""

ZIP = b"PK\x03\x04"
"""How a zip file begins; Word, Excel and PowerPoint files are zip files with a list of their contents."""

OFFICE = {
    b"word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    b"ppt/presentation.xml": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
"""What such a zip file is, by the part that it must have; the names of its parts are never packed."""

HEADS = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
}
"""What a paper may be, told by its first bytes; anything else must be plain UTF-8 text."""

TAKEN = "papers are PDF, Word, Excel, PowerPoint, PNG, JPEG or plain text"


def media_type(content: bytes) -> str:
    """What a paper is, by its content; Unreadable when it is nothing we take."""
    if not content or len(content) > MAX_PAPER:
        raise Unreadable(f"a paper has between 1 byte and {MAX_PAPER // 1024 // 1024} MB", "file-kind", "file")
    for head, kind in HEADS.items():
        if content.startswith(head):
            return kind
    if content.startswith(ZIP) and b"[Content_Types].xml" in content:
        return next(
            (kind for part, kind in OFFICE.items() if part in content),
            "application/vnd.openxmlformats-officedocument",
        )
    return _text_type(content)


def _text_type(content: bytes) -> str:
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise Unreadable(TAKEN, "file-kind", "file") from error
    begins = text.lstrip().lower()
    if "\x00" in text or "<script" in text.lower() or begins.startswith(("<!doctype", "<html", "<svg")):
        raise Unreadable(TAKEN, "file-kind", "file")
    return "text/plain; charset=utf-8"


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
    title = " ".join(text.split())
    if not 0 < len(title) <= MAX_NAME:
        raise Unreadable(f"a paper has a title of at most {MAX_NAME} letters", "paper-title", "title")
    return title


def gone(before: tuple[Paper, ...], after: tuple[Paper, ...]) -> tuple[Paper, ...]:
    """The files that are no longer shown, in their old order."""
    still = {paper.digest for paper in after}
    return tuple(paper for paper in before if paper.digest not in still)


def _refuse_twice(papers: tuple[Paper, ...], new: Paper) -> None:
    if any(paper.digest == new.digest for paper in papers):
        raise Unreadable("the same file is a paper of the sag already", "paper-twice", "file")
