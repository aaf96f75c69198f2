"""How a letter is tried again and when it is given up: backoff, and few repeats of what may have arrived."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from kdflow.domain import addresses

LEASE = timedelta(minutes=5)
"""How long a worker has for a letter before another may take it."""

BACKOFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
"""Waits after a refusal that may pass; the last one is repeated."""

MOST_ATTEMPTS = 60
"""Refusals after which a letter is given up: nearly five days."""

REPEATS = (timedelta(minutes=30), timedelta(hours=6), timedelta(hours=24), timedelta(hours=72))
"""Waits before a letter is sent again that may have arrived; after these a person is asked."""

JITTER = 0.2
"""The share of a wait by which it may be longer, so that many letters do not come back at once."""


def try_again_at(now: datetime, attempts: int, message_id: str) -> datetime | None:
    """When a letter that was refused for the `attempts`-th time is tried again; None: never."""
    if attempts >= MOST_ATTEMPTS:
        return None
    wait = BACKOFF[min(attempts, len(BACKOFF)) - 1]
    return now + wait * (1 + JITTER * _share(message_id, attempts))


def repeat_at(now: datetime, repeats: int) -> datetime | None:
    """When a letter that may have arrived goes again after `repeats` repeats; None: never, a person is asked."""
    return now + REPEATS[repeats] if repeats < len(REPEATS) else None


def _share(message_id: str, attempts: int) -> float:
    """A number from 0 to 1 that is another for each letter and try, and always the same for one of them."""
    digest = hashlib.sha256(f"{message_id} {attempts}".encode()).digest()
    return int.from_bytes(digest[:4]) / 2**32


def name_of(addressee: str, notices: Sequence[int]) -> str:
    """The name of a letter within this installation: the same however often it is sent, and of no other."""
    text = f"{addressee} {','.join(map(str, sorted(notices)))}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def domain_of(site: str, sender: str) -> str:
    """The domain under which names are this installation's own (RFC 5322, 3.6.4): the host of its site, or the
    domain that its mails are from, where the site has only a number or is this machine."""
    host = (urlsplit(site).hostname or "").rstrip(".")
    if addresses.is_domain(host):
        return host
    return addresses.mailbox(sender)[1].rpartition("@")[2].lower() if sender else "localhost"


def message_id(name: str, domain: str) -> str:
    """The Message-ID of a letter, by its name. It is made when the letter is first tried, and kept: one that has
    one already has no other, whatever the installation is called by now."""
    return name if "@" in name else f"<{name}@{domain}>"


def domain_in(message_id: str) -> str:
    """The domain of a Message-ID."""
    return message_id.rpartition("@")[2].rstrip(">")


def thread_of(number: str, domain: str) -> str:
    """What the mails about one sag refer to, so that programs show them together."""
    return f"<{number.lower()}@{domain}>"
