"""Where somebody signs in from, and who another provider of sign-in says they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What is believed of what a provider says: never a role. `email` is "" where its word on it does not count,
    `proved_at` the instant of the sign-in there, where it was asked for anew."""

    provider: str
    issuer: str
    subject: str
    email: str = ""
    proved_at: datetime | None = None


OPERATOR = "operator"
"""The way of who signed in by a link that an operator made: whoever runs the house has seen who they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """How somebody signed in, and in coarse words by which browser and from where."""

    way: str = ""
    browser: str = ""
    network: str = ""
