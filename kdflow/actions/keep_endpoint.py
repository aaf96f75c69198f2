"""Addresses that are told of everything by webhook: add one, and end one."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime
from urllib.parse import urlsplit

from kdflow.domain.errors import NotFound, Unreadable
from kdflow.store import endpoints
from kdflow.store.database import Database
from kdflow.store.endpoints import Endpoint

SECRET_BYTES = 32


def add_endpoint(db: Database, url: str, *, now: datetime) -> Endpoint:
    """Tell an address of all that people are told from now on. Its secret signs what is sent there (Standard
    Webhooks: "whsec_" and base64).

    Raises:
        Unreadable: it is no address that a webhook can go to. Conflict: it is told already, or was.
    """
    try:
        parts = urlsplit(url)
        is_usable = parts.scheme in ("https", "http") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable or not url.isascii() or any(letter.isspace() for letter in url) or parts.username:
        raise Unreadable(f"{url!r} is no address for a webhook: write it as https://HOST/PATH")
    secret = f"whsec_{base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"
    with db.write() as tx:
        return endpoints.add(tx, url, secret, now)


def end_endpoint(db: Database, endpoint: int, *, now: datetime) -> None:
    """Tell an address nothing more; what is on its way to it still goes.

    Raises:
        NotFound: none that is told has this number.
    """
    with db.write() as tx:
        if not endpoints.end(tx, endpoint, now):
            raise NotFound("webhook", endpoint)
