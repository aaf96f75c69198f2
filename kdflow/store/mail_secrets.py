"""What is made only when a mail is written, so that nothing else holds it: links that point, and sign-in codes.

A mail that is sent again has its own; the links of the first one hold too, its code not.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import quote

from kdflow.domain.authority import PersonId
from kdflow.domain.letters import Part
from kdflow.domain.pace import URGENT
from kdflow.domain.told import Told
from kdflow.store import codes, pointers, sessions
from kdflow.store.database import Tx
from kdflow.store.pointers import Pointer

LINK_LASTS = timedelta(days=30)
"""How long a link in a mail leads anywhere."""

CODE_LASTS = timedelta(minutes=15)
"""How long a code, and the link beside it, can be used to sign in."""


def parts_of(tx: Tx, person: PersonId, told: Iterable[Told], now: datetime) -> list[Part]:
    """What one mail tells this person, each with the path that it leads to; what nobody waits for any longer (a
    code that was asked for too long ago) is left out."""
    parts = []
    for one in told:
        if one.notice.kind in URGENT:
            parts += _sign_in(tx, person, one, now)
        else:
            parts.append((one, _pointing(tx, person, one, now) or one.path))
    return parts


def _pointing(tx: Tx, person: PersonId, told: Told, now: datetime) -> str | None:
    notice = told.notice
    if not (told.wants_answer and notice.sag and notice.step and told.version):
        return None
    secret = secrets.token_urlsafe(32)
    pointer = Pointer(person=person, sag=notice.sag, step=notice.step, version=told.version, content=told.content)
    pointers.add(tx, secret, pointer, now=now, ends_at=now + LINK_LASTS)
    return f"/svar/{secret}"


def _sign_in(tx: Tx, person: PersonId, told: Told, now: datetime) -> list[Part]:
    asked = told.notice.data.get("asked")
    code = codes.make(tx, asked, person, now) if isinstance(asked, int) else None
    if code is None:
        return []
    secret = secrets.token_urlsafe(32)
    sessions.add_link(tx, secret, person, now=now, ends_at=now + CODE_LASTS)
    notice = replace(told.notice, data={"code": code, "minutes": int(CODE_LASTS.total_seconds() // 60)})
    onward = told.notice.data.get("onward", "/")
    further = f"?videre={quote(str(onward))}" if onward != "/" else ""
    return [(replace(told, notice=notice), f"/log-ind/{secret}{further}")]
