"""Addresses that end the mails to one person with one click: signed, so that nobody can guess those of others."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode

from kdflow.domain.authority import PersonId
from kdflow.store import settings
from kdflow.store.database import Tx

KEY = "unsubscribe-key"
"""The setting that holds the key; every process signs with the same one."""


def path(tx: Tx, person: PersonId) -> str:
    """The address for one person, on this site. It never changes: old mails must work too."""
    key = settings.made(tx, KEY)
    name = urlsafe_b64encode(person.encode()).decode().rstrip("=")
    return f"/beskeder/afmeld/{name}.{_signature(key, person)}"


def whose(tx: Tx, token: str) -> PersonId | None:
    """Whose mails an address ends; None where we never gave it out."""
    key, (name, _, signature) = settings.find(tx, KEY), token.partition(".")
    try:
        person = urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode()
    except ValueError:
        return None
    if key is None or not hmac.compare_digest(_signature(key, person).encode(), signature.encode()):
        return None
    row = tx.run("select id from person where id = ?", (person,)).fetchone()
    return PersonId(row[0]) if row else None


def _signature(key: str, person: str) -> str:
    return urlsafe_b64encode(hmac.digest(key.encode(), f"unsubscribe {person}".encode(), "sha256")).decode()[:43]
