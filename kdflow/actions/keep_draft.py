"""Keep what a person has written and not saved yet, or throw it away. Nothing about the sag changes by it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from kdflow.actions.consequences import refuse_unkeepable, situation
from kdflow.domain.authority import PersonId
from kdflow.domain.errors import Unreadable
from kdflow.domain.sag import SagId
from kdflow.store import commands, drafts, sager
from kdflow.store.database import Database

MOST_FIELDS = 60
"""Fields of one form."""

MOST_NAME = 100
"""Letters in the name of a form or a field."""


def keep_draft(
    db: Database,
    sag: SagId,
    form: str,
    texts: Mapping[str, str],
    *,
    version: int,
    key: str,
    by: PersonId,
    now: datetime,
) -> None:
    """Keep what `by` has written in a form of a sag, begun at `version`; said again, the last word stands. What
    comes after that form, the one with `key`, was sent is not kept.

    Raises:
        NotFound: there is no such sag, or `by` may not know of it. Unreadable: the texts cannot be kept.
    """
    _refuse_others([form, *texts], texts)
    with db.write() as tx:
        situation(tx, sager.load(tx, sag), None, by=by, now=now)
        if not commands.is_kept(tx, key):
            drafts.keep(tx, by, sag, form, texts, version, now)


def drop_draft(db: Database, sag: SagId, form: str, *, by: PersonId) -> None:
    """Throw away what `by` has written in a form of a sag."""
    with db.write() as tx:
        drafts.remove(tx, by, sag, form)


def keep_begun(db: Database, texts: Mapping[str, str], *, key: str, by: PersonId, now: datetime) -> None:
    """Keep what `by` has typed of a sag that is not opened yet; said again, the last word stands. What comes after
    the sag was opened, from the form with that `key`, is not kept.

    Raises:
        Unreadable: the texts cannot be kept.
    """
    _refuse_others(texts, texts)
    with db.write() as tx:
        if not commands.is_kept(tx, key):
            drafts.begin(tx, by, texts, now)


def drop_begun(db: Database, *, by: PersonId) -> None:
    """Throw away what `by` has typed of a new sag."""
    with db.write() as tx:
        drafts.forget_begun(tx, by)


def _refuse_others(names: Collection[str], texts: Mapping[str, str]) -> None:
    refuse_unkeepable([*names, texts])
    if len(texts) > MOST_FIELDS or any(len(name) > MOST_NAME for name in names):
        raise Unreadable("this is no form of ours")
