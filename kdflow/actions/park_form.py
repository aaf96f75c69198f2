"""Keep a form for its person until they have proved that it is them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from kdflow.actions.consequences import refuse_unkeepable
from kdflow.domain.authority import PersonId
from kdflow.store import parked
from kdflow.store.database import Database
from kdflow.store.parked import Parked

LASTS = timedelta(minutes=45)
"""How long a form waits: longer than it takes to find one's phone, or to sign in once more."""

MOST = 10
"""Forms that wait for one person; older ones make room."""


def park_form(db: Database, person: PersonId, path: str, fields: Mapping[str, str], *, now: datetime) -> str:
    """Keep a form and the path it was sent to; the name to find it by is returned.

    Raises:
        Unreadable: a text is too long, or cannot be kept.
    """
    refuse_unkeepable(fields)
    handle = secrets.token_urlsafe(24)
    with db.write() as tx:
        form = Parked(path=path, fields=fields)
        parked.add(tx, handle, person, form, most=MOST, now=now, ends_at=now + LASTS)
    return handle
