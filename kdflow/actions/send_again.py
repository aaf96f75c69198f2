"""Let a letter that was given up be tried once more."""

from __future__ import annotations

from datetime import datetime

from kdflow.domain.authority import PersonId
from kdflow.domain.errors import NotFound
from kdflow.store import letters, overseen
from kdflow.store.database import Database
from kdflow.store.world import whole_world


def send_again(db: Database, letter: int, *, by: PersonId, now: datetime) -> bool:
    """Try a letter that was given up from the start, under the same name: pressed twice it goes once.

    Returns:
        Whether it was let go now; False where it was on its way already.

    Raises:
        NotFound: there is no such letter, or `by` does not look after it.
    """
    with db.write() as tx:
        found = letters.find(tx, letter)
        if found is None or not overseen.is_overseer(tx, by, now):
            raise NotFound("letter", letter)
        if not overseen.seen_letters(tx, [found], by, whole_world(tx, now)):
            raise NotFound("letter", letter)
        return letters.send_again(tx, letter, now)
