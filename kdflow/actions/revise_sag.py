"""Change what a sag says: title, case text, papers, and the indstilling of one step."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from datetime import datetime

from kdflow.actions.consequences import Receipt, check_version, follow_up, once, situation
from kdflow.domain.authority import Acting, PersonId
from kdflow.domain.errors import NotAllowed, Unreadable
from kdflow.domain.revision import Revision, revise
from kdflow.domain.rights import editor
from kdflow.domain.sag import Paper, SagId, StepSeq
from kdflow.domain.situation import Inputs, Situation
from kdflow.domain.workflow import Actor
from kdflow.store import contents, sager
from kdflow.store.database import Database, Tx

MAX_PAPER = 20 * 1024 * 1024
"""The largest paper, in bytes."""

ZIP = b"PK\x03\x04"
"""How a zip file begins; Word and Excel files are zip files with a list of their contents."""

MEDIA_TYPES = {
    b"%PDF-": "application/pdf",
    ZIP: "application/vnd.openxmlformats-officedocument",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
}
"""What a paper may be, told by its first bytes; anything else must be plain UTF-8 text."""


def revise_sag(
    db: Database,
    sag: SagId,
    step: StepSeq | None,
    revision: Revision,
    *,
    reason: str | None = None,
    version: int | None,
    key: str,
    by: PersonId,
    now: datetime,
) -> Receipt:
    """Change the content; consents bound to the old content lapse, and those concerned are told.

    Raises:
        NotAllowed: `by` is neither owner, secretary of the body nor administrator. NotFound, Conflict, KeyReused.
    """

    def act(tx: Tx) -> Receipt:
        inputs = Inputs(reason=reason)
        before = situation(tx, sager.load(tx, sag), step, by=by, now=now, inputs=inputs)
        check_version(before.sag, before.step, version)
        acting = _editor(before, by)
        walk = revise(before, revision)
        return follow_up(tx, before, walk.sag, walk.events, acting=acting, seq=step)

    values = {"sag": sag, "step": step, "reason": reason, "revision": asdict(revision)}
    return once(Receipt, db, "revise_sag", values, act, key=key, by=by, now=now)


def add_paper(
    db: Database,
    sag: SagId,
    title: str,
    filename: str,
    content: bytes,
    *,
    version: int | None,
    key: str,
    by: PersonId,
    now: datetime,
) -> Receipt:
    """Add a paper to a sag; as every change of content it lets consents lapse.

    Raises:
        Unreadable: it is empty, too large, or of a kind that is not taken. Else as `revise_sag`.
    """
    kind = media_type(content)

    def act(tx: Tx) -> Receipt:
        before = situation(tx, sager.load(tx, sag), None, by=by, now=now)
        check_version(before.sag, None, version)
        acting = _editor(before, by)
        paper = Paper(
            title=title.strip() or filename,
            filename=filename,
            media_type=kind,
            size=len(content),
            digest=contents.add(tx, content),
        )
        walk = revise(before, Revision(papers=(*before.sag.papers, paper)))
        return follow_up(tx, before, walk.sag, walk.events, acting=acting)

    values: dict[str, object] = {
        "sag": sag,
        "title": title,
        "filename": filename,
        "content": hashlib.sha256(content).hexdigest(),
    }
    return once(Receipt, db, "add_paper", values, act, key=key, by=by, now=now)


def media_type(content: bytes) -> str:
    """What a paper is, by its content; Unreadable when it is nothing we take."""
    if not content or len(content) > MAX_PAPER:
        raise Unreadable(f"a paper has between 1 byte and {MAX_PAPER // 1024 // 1024} MB", "file-kind", "file")
    for head, kind in MEDIA_TYPES.items():
        if content.startswith(head) and (head != ZIP or b"[Content_Types].xml" in content):
            return kind
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise Unreadable("papers are PDF, Word, Excel, PNG, JPEG or plain text", "file-kind", "file") from error
    if (
        "\x00" in text
        or "<script" in text.lower()
        or text.lstrip().lower().startswith(("<!doctype", "<html", "<svg"))
    ):
        raise Unreadable("papers are PDF, Word, Excel, PNG, JPEG or plain text", "file-kind", "file")
    return "text/plain; charset=utf-8"


def _editor(before: Situation, by: PersonId) -> Acting:
    acting = editor(before, by)
    if acting is None:
        raise NotAllowed("revise", (Actor.OWNER, Actor.SECRETARY), "sagen")
    return acting
