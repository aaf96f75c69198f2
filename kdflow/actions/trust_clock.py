"""Let the house go on from the clock as it is: an operator has seen that it is right."""

from __future__ import annotations

from datetime import datetime

from kdflow.domain.delivery import LEASE, REPEATS
from kdflow.store import beats, duties, letters, outbox
from kdflow.store.database import Database

TRUSTED = "trusted"
"""The mark of when an operator last said that the clock is right: every process begins anew with it."""


def trust_clock(db: Database, *, now: datetime) -> None:
    """Take `now` for the last beat of everything, whether the marks are later or long past. What a wrong clock may
    have put off is looked at again: nothing waits for a time that it made up."""
    with db.write() as tx:
        beats.set_all(tx, now)
        beats.mark(tx, TRUSTED, now)
        duties.wake_all(tx)
        outbox.let_all_go(tx, now)
        letters.wait_no_longer(tx, next_at=now + REPEATS[-1], lease_until=now + LEASE)
