"""Browsers that somebody has signed in with before: each keeps a signed mark, which opens nothing."""

from __future__ import annotations

import hmac
import secrets

from kdflow.domain.authority import PersonId
from kdflow.store import settings
from kdflow.store.database import Tx

KEY = "remembered-key"
"""The setting that holds the key; every process signs with the same one."""


def mark(tx: Tx, person: PersonId) -> str:
    """A new mark for a browser of this person; whoever finds it cannot read whose it is."""
    nonce = secrets.token_urlsafe(16)
    return f"{nonce}.{_signature(settings.made(tx, KEY), nonce, person)}"


def is_of(tx: Tx, marked: str, person: PersonId | None) -> bool:
    """Whether we gave a mark to a browser of this person; it takes as long for nobody."""
    key, (nonce, _, signature) = settings.find(tx, KEY), marked.partition(".")
    wanted = _signature(key or "", nonce, person or PersonId(""))
    return hmac.compare_digest(wanted.encode(), signature.encode()) and bool(key and person)


def _signature(key: str, nonce: str, person: PersonId) -> str:
    return hmac.digest(key.encode(), f"{nonce} {person}".encode(), "sha256").hex()
