"""How a person wants to be told, for the page on which they choose."""

from __future__ import annotations

from kdflow.domain.authority import PersonId
from kdflow.domain.pace import Preference
from kdflow.store import preferences, unsubscribing
from kdflow.store.database import Database


def preference_of(db: Database, person: PersonId) -> Preference:
    """How a person wants to be told."""
    with db.read() as tx:
        return preferences.of(tx, person)


def is_address(db: Database, token: str) -> bool:
    """Whether an address that ends mails is one of ours."""
    with db.read() as tx:
        return unsubscribing.whose(tx, token) is not None
