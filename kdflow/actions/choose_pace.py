"""Choose how one is told: what waits is decided about anew."""

from __future__ import annotations

from datetime import datetime

from kdflow.domain.authority import PersonId
from kdflow.domain.errors import NotFound
from kdflow.domain.pace import Pace, Preference
from kdflow.store import outbox, preferences, unsubscribing
from kdflow.store.database import Database, Tx


def choose_pace(db: Database, wanted: Preference, *, now: datetime) -> None:
    """Keep how a person wants to be told. Choosing the same twice changes nothing."""
    with db.write() as tx:
        _keep(tx, wanted, now)


def unsubscribe(db: Database, token: str, *, now: datetime) -> PersonId:
    """End the mails of the person whose address this is: from now on they read on the pages, but for what they
    are asked for. Whose it was is returned.

    Raises:
        NotFound: the address is none of ours.
    """
    with db.write() as tx:
        person = unsubscribing.whose(tx, token)
        if person is None:
            raise NotFound("address", "")
        was = preferences.of(tx, person)
        if was.pace is not Pace.OFF:
            hours = {"weekday": was.weekday, "day_begins": was.day_begins, "day_ends": was.day_ends}
            _keep(tx, Preference(person=person, pace=Pace.OFF, **hours), now)
        return person


def _keep(tx: Tx, wanted: Preference, now: datetime) -> None:
    preferences.keep(tx, wanted)
    outbox.let_go(tx, wanted.person, now)
