"""What commands would do if somebody gave them now: carried out, read, and taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from kdflow.domain.authority import PersonId
from kdflow.domain.errors import KdflowError
from kdflow.domain.notices import digest_of
from kdflow.queries.recipients import Recipient, readers_of
from kdflow.store import outbox
from kdflow.store.database import Database, Tx
from kdflow.store.rehearsal import rehearsal
from kdflow.store.world import whole_world, with_routes

Command = Callable[[Database], object]
"""A command that is ready to be given to a database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What one command would do: the digest of who is told what, or why it is refused."""

    digest: str = ""
    error: KdflowError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """What some commands would do, each in its turn; who would be told of all of them together, and what they
    would read."""

    tried: tuple[Tried, ...]
    recipients: tuple[Recipient, ...]

    @property
    def digest(self) -> str:
        """Who is told what by the only command.

        Raises:
            What it raised.
        """
        (only,) = self.tried
        if only.error:
            raise only.error
        return only.digest


def rehearsed(db: Database, commands: Sequence[Command], *, by: PersonId | None, now: datetime) -> Rehearsed:
    """What `commands` would do if `by` (None: the operator) gave them now, one after the other; nothing of it is
    kept."""
    with rehearsal(db) as house:
        tx, tried = house.tx, list[Tried]()
        for command in commands:
            before = len(tx.told)
            try:
                command(house)
            except KdflowError as error:
                tried.append(Tried(error=error))
            else:
                tried.append(Tried(digest=digest_of(tx.told[before:])))
        return Rehearsed(tried=tuple(tried), recipients=_readers(tx, by, now))


def _readers(tx: Tx, by: PersonId | None, now: datetime) -> tuple[Recipient, ...]:
    told = [outbox.as_kept(one) for one in tx.told]
    ids = tuple(dict.fromkeys(sag for one in told for sag in one.sager))
    sager = {sag.id: (sag, route) for sag, route in with_routes(tx, ids)}
    return readers_of(told, whole_world(tx, now), by, sager)
