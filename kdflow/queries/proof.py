"""Whether the history proves itself, and whether a command was carried out."""

from __future__ import annotations

from dataclasses import dataclass

from kdflow.domain.errors import Unreadable
from kdflow.store import commands, history
from kdflow.store.database import Database
from kdflow.store.history import Break, Head


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The end of the chain, and the first row that does not prove itself (None: every row does)."""

    head: Head
    broken: Break | None


def head_from(text: str) -> Head:
    """A head that was noted down as ROWS:DIGEST.

    Raises:
        Unreadable: it is not of that form.
    """
    rows, _, digest = text.partition(":")
    if not (rows.isascii() and rows.isdigit()) or not digest:
        raise Unreadable("a head is ROWS:DIGEST, as `kdflow verify` prints it")
    return Head(seq=int(rows), digest=digest)


def proof(db: Database, known: Head | None = None) -> Proof:
    """Prove the chain of the history; `known` is a head that was noted down outside the database."""
    with db.read() as tx:
        return Proof(head=history.head(tx), broken=history.first_break(tx, known))


def step_done(db: Database, key: str) -> int | None:
    """The step that the command with this key was about; None for a new key, or a command about no step."""
    with db.read() as tx:
        return commands.step_of(tx, key)


def is_done(db: Database, key: str) -> bool:
    """Whether a command with this idempotency key was carried out."""
    with db.read() as tx:
        return commands.is_kept(tx, key)
