"""Change what a sag says: title, case text (of all stations or of one), papers, the indstilling of one step."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from datetime import datetime

from kdflow.actions.consequences import Receipt, check_version, follow_up, once, situation
from kdflow.domain.authority import Acting, PersonId
from kdflow.domain.errors import NotAllowed, NotFound
from kdflow.domain.file_kinds import media_type, name_of
from kdflow.domain.papers import added, paper_title
from kdflow.domain.revision import Revision, revise
from kdflow.domain.rights import editor, text_editor
from kdflow.domain.sag import Paper, SagId, StepSeq
from kdflow.domain.situation import Inputs, Situation, body_at
from kdflow.domain.workflow import Actor
from kdflow.store import contents, drafts, sager
from kdflow.store.database import Database, Tx


def revise_sag(
    db: Database,
    sag: SagId,
    step: StepSeq | None,
    revision: Revision,
    *,
    reason: str | None = None,
    draft: str = "",
    version: int | None,
    key: str,
    by: PersonId,
    now: datetime,
) -> Receipt:
    """Change the content; consents bound to the old content lapse, and those concerned are told. What `by` had
    written in the form `draft` is no longer kept beside it.

    Raises:
        NotAllowed: `by` is neither owner, secretary of the body nor administrator. NotFound, Conflict, KeyReused.
    """

    def act(tx: Tx) -> Receipt:
        inputs = Inputs(reason=reason)
        before = situation(tx, sager.load(tx, sag), step, by=by, now=now, inputs=inputs)
        acting = _writer(before, revision.own_text.station, by) if revision.own_text else _editor(before, by)
        check_version(before.sag, before.step, version)
        walk = revise(before, revision)
        drafts.remove(tx, by, sag, draft)
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
        Unreadable: it is empty, too large, of a kind that is not taken, or there already. Else as `revise_sag`.
    """
    kind = media_type(content, filename)
    name = name_of(filename, kind)

    def act(tx: Tx) -> Receipt:
        before = situation(tx, sager.load(tx, sag), None, by=by, now=now)
        acting = _editor(before, by)
        check_version(before.sag, None, version)
        paper = Paper(
            title=paper_title(title if title.strip() else name),
            filename=name,
            media_type=kind,
            size=len(content),
            digest=contents.add(tx, content),
        )
        walk = revise(before, Revision(papers=added(before.sag.papers, paper)))
        return follow_up(tx, before, walk.sag, walk.events, acting=acting)

    values: dict[str, object] = {
        "sag": sag,
        "title": title,
        "filename": filename,
        "content": hashlib.sha256(content).hexdigest(),
    }
    return once(Receipt, db, "add_paper", values, act, key=key, by=by, now=now)


def _writer(before: Situation, station: str, by: PersonId) -> Acting:
    there = before.definitions.workflow.by_key.get(station)
    if there is None:
        raise NotFound("station", station)
    acting = text_editor(before, station, by)
    if acting is None:
        at = before.world.short(body_at(there, before.sag.fills))
        raise NotAllowed("revise", (Actor.OWNER, Actor.SECRETARY), at)
    return acting


def _editor(before: Situation, by: PersonId) -> Acting:
    acting = editor(before, by)
    if acting is None:
        raise NotAllowed("revise", (Actor.OWNER, Actor.SECRETARY), "sagen")
    return acting
