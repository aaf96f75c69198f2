"""Keep what a request has shown: who read of a closed sag, and which steps a chair has had before them."""

from __future__ import annotations

import logging
from datetime import datetime

from kdflow.store import readings
from kdflow.store.database import Database
from kdflow.store.readings import AT_HAND, Shown, What

__all__ = ["Shown", "begin", "keep_readings"]

log = logging.getLogger("kdflow.readings")


def begin(what: What | None) -> Shown:
    """Begin a request: nothing has been shown yet. `what` is what all of it is called, whatever the query says."""
    shown = Shown(what=what)
    AT_HAND.set(shown)
    return shown


def keep_readings(db: Database, shown: Shown, *, now: datetime) -> None:
    """Keep what is new of what a request shows, before its answer leaves: a closed sag that could not be noted as
    read is not shown. That a step was opened only makes something possible, so a failure is logged."""
    with db.read() as tx:
        read = readings.not_kept(tx, shown.read, now)
        opened = [one for one in shown.opened if not readings.is_opened(tx, one)]
    if read:
        with db.write() as tx:
            for one in read:
                readings.keep(tx, one, now)
    if opened:
        _keep_opened(db, opened, now)


def _keep_opened(db: Database, opened: list[readings.Opened], now: datetime) -> None:
    try:
        with db.write() as tx:
            for one in opened:
                readings.keep_opened(tx, one, now)
    except Exception:
        log.exception("it was not kept that %s steps were opened", len(opened))
