"""Note that somebody opened a link that was for somebody else."""

from __future__ import annotations

import hashlib
from datetime import datetime

from kdflow.actions.consequences import Answer, once
from kdflow.domain.authority import Acting, PersonId
from kdflow.domain.sag import Event
from kdflow.store import history, pointers
from kdflow.store.database import Database, Tx

REFUSED = "link-refused"
"""The move by which the history tells of it."""


def refuse_reader(db: Database, secret: str, *, by: PersonId, now: datetime) -> None:
    """Append to the history, once for each link and reader, that `by` opened a link that was for another. It is no
    part of the history of the sag, which others read; of the secret only a hash is kept, with the command."""

    def act(tx: Tx) -> Answer:
        found = pointers.find(tx, secret, now)
        if found is not None:
            data = {"link_for": found.person, "about": found.sag, "at_step": found.step}
            event = Event(machine="record", move=REFUSED, old="", new="", data=data)
            history.append(tx, [event], sag=None, route="", acting=Acting(person=by), at=now)
        return Answer()

    mark = hashlib.sha256(f"reader {secret}".encode()).hexdigest()
    once(Answer, db, "refuse_reader", {"link": mark}, act, key=f"{REFUSED}-{mark[:32]}-{by}", by=by, now=now)
