"""Let old notices rest: they were told in another way, and no mail is sent of them."""

from __future__ import annotations

from datetime import datetime

from kdflow.store import outbox
from kdflow.store.database import Database


def settle_notices(db: Database, *, before: datetime) -> None:
    """Send no mail of what has waited since before an instant; people still read it on their pages."""
    with db.write() as tx:
        outbox.drop_older(tx, before)
