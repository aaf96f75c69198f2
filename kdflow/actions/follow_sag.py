"""Follow a sag, or follow it no longer: who follows hears what its owner hears."""

from __future__ import annotations

from datetime import datetime

from kdflow.actions.consequences import Receipt, once, receipt, situation
from kdflow.domain.authority import PersonId
from kdflow.domain.sag import SagId
from kdflow.store import company, sager
from kdflow.store.database import Database, Tx


def follow_sag(db: Database, sag: SagId, *, follows: bool, key: str, by: PersonId, now: datetime) -> Receipt:
    """Let `by` follow a sag, or not.

    Raises:
        NotFound: there is no such sag, or `by` may not know of it.
    """

    def act(tx: Tx) -> Receipt:
        here = situation(tx, sager.load(tx, sag), None, by=by, now=now)
        if follows:
            company.follow(tx, sag, by, now)
        else:
            company.unfollow(tx, sag, by)
        return receipt(here.sag, None)

    return once(Receipt, db, "follow_sag", {"sag": sag, "follows": follows}, act, key=key, by=by, now=now)
