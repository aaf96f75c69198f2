"""Codes of an authenticator (RFC 6238: six digits, SHA-1, 30 seconds): the only door to pyotp."""

from __future__ import annotations

import hmac
from datetime import datetime

import pyotp

STEP = 30
"""Seconds that one code lasts."""

DRIFT = 1
"""Time steps that a phone's clock may be off."""


def new_secret() -> str:
    """A secret to share with a phone."""
    return pyotp.random_base32()


def address(secret: str, account: str, issuer: str) -> str:
    """The otpauth address that an authenticator reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def code_at(secret: str, at: datetime) -> str:
    """The code of an instant."""
    return pyotp.TOTP(secret).at(int(at.timestamp()))


def fitting_step(secret: str, code: str, now: datetime, *, after: int) -> int | None:
    """The time step that a code belongs to, among those about now and later than `after`; None where it fits none.

    A code of a step that was used, or of one before it, never fits again.
    """
    typed = "".join(code.split())
    here = int(now.timestamp()) // STEP
    found = None
    for step in range(here - DRIFT, here + DRIFT + 1):
        fits = hmac.compare_digest(pyotp.TOTP(secret).at(step * STEP).encode(), typed.encode())
        if fits and step > after:
            found = step
    return found
