"""Keep what a person has written and not saved yet, or throw it away. Nothing about the sag changes by it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kdflow.actions.consequences import refuse_unkeepable, situation
from kdflow.domain.authority import PersonId
from kdflow.domain.errors import Unreadable
from kdflow.domain.sag import SagId
from kdflow.store import drafts, sager
from kdflow.store.database import Database

MOST_FIELDS = 60
"""Fields of one form."""


def keep_draft(
    db: Database,
    sag: SagId,
    form: str,
    texts: Mapping[str, str],
    *,
    version: int,
    by: PersonId,
    now: datetime,
) -> None:
    """Keep what `by` has written in a form of a sag, begun at `version`; said again, the last word stands.

    Raises:
        NotFound: there is no such sag, or `by` may not know of it. Unreadable: the texts cannot be kept.
    """
    refuse_unkeepable([form, texts])
    if len(texts) > MOST_FIELDS or max(map(len, (form, *texts))) > 100:
        raise Unreadable("this is no form of ours")
    with db.write() as tx:
        situation(tx, sager.load(tx, sag), None, by=by, now=now)
        drafts.keep(tx, by, sag, form, texts, version, now)


def drop_draft(db: Database, sag: SagId, form: str, *, by: PersonId) -> None:
    """Throw away what `by` has written in a form of a sag."""
    with db.write() as tx:
        drafts.remove(tx, by, sag, form)
