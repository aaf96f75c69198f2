"""Change one paper of a sag: a new file in its place, another title, its place in the list, or take it away."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from kdflow.actions.consequences import Receipt, check_version, follow_up, once, situation
from kdflow.domain.authority import PersonId
from kdflow.domain.errors import NotAllowed
from kdflow.domain.file_kinds import media_type, name_of
from kdflow.domain.papers import Change, changed
from kdflow.domain.revision import Revision, revise
from kdflow.domain.rights import editor
from kdflow.domain.sag import Paper, SagId
from kdflow.domain.workflow import Actor
from kdflow.store import contents, sager
from kdflow.store.database import Database, Tx


class File(NamedTuple):
    """A file that shall be shown in place of another."""

    name: str
    content: bytes


def change_papers(
    db: Database,
    sag: SagId,
    change: Change,
    file: File | None = None,
    *,
    version: int | None,
    key: str,
    by: PersonId,
    now: datetime,
) -> Receipt:
    """Change one paper; as every change of content it lets consents lapse. A file that is no longer shown stays
    in the history, and can be read there by those who may see the sag.

    Raises:
        NotFound: there is no such sag, or no such paper. NotAllowed: `by` may not change the content.
        Unreadable: the title or the file cannot be used. Frozen, Conflict, KeyReused.
    """
    kind = media_type(file.content, file.name) if file else ""

    def act(tx: Tx) -> Receipt:
        before = situation(tx, sager.load(tx, sag), None, by=by, now=now)
        acting = editor(before, by)
        if acting is None:
            raise NotAllowed("revise", (Actor.OWNER, Actor.SECRETARY), "sagen")
        check_version(before.sag, None, version)
        wanted = replace(change, new=_paper(tx, file, kind)) if file else change
        walk = revise(before, Revision(papers=changed(before.sag.papers, wanted)))
        return follow_up(tx, before, walk.sag, walk.events, acting=acting)

    values = {
        "sag": sag,
        "digest": change.digest,
        "what": change.what,
        "title": change.title,
        "content": hashlib.sha256(file.content).hexdigest() if file else "",
    }
    return once(Receipt, db, "change_papers", values, act, key=key, by=by, now=now)


def _paper(tx: Tx, file: File, kind: str) -> Paper:
    digest = contents.add(tx, file.content)
    name = name_of(file.name, kind)
    return Paper(title="", filename=name, media_type=kind, size=len(file.content), digest=digest)
