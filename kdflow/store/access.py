"""Who may know of a sag, as SQL: the one place where a statement leaves out what somebody may not see.

It says of the rows of `sag` what `domain/visibility.may_see` says of one sag; the bodies that a sag passes
are kept in `sag_body` whenever it is written.
"""

from __future__ import annotations

from typing import Any

from kdflow.domain.sag import Sag
from kdflow.domain.standing import passage
from kdflow.domain.visibility import Sight
from kdflow.store import definitions
from kdflow.store.database import Tx, marks

EVERYTHING = ("1 = 1", ())

_ONE_BY_ONE = "limit 1 offset 0"
"""Keeps PostgreSQL from reading every sag of the bodies beforehand: only the closed ones are asked for it."""


def visible(sight: Sight | None) -> tuple[str, tuple[Any, ...]]:
    """What has to hold of `sag` for somebody to see it; None is the operator, who sees every one."""
    if sight is None or sight.sees_all:
        return EVERYTHING
    bodies = sorted(sight.bodies)
    passes = f"select 1 from sag_body b where b.sag = sag.id and b.body in ({marks(bodies)}) {_ONE_BY_ONE}"
    concerned = f" or exists ({passes})" if bodies else ""
    return f"(not sag.closed or sag.owner = ?{concerned})", (sight.person, *bodies)


def keep(tx: Tx, before: Sag | None, after: Sag) -> None:
    """Keep which bodies a sag passes, and where it stands, if that has changed."""
    if before is not None and _ground(before) == _ground(after):
        return
    old = passage(before, definitions.load(tx, before.route)) if before else None
    new = passage(after, definitions.load(tx, after.route))
    if old != new:
        put(tx, after, new)


def put(tx: Tx, sag: Sag, bodies: dict[str, bool]) -> None:
    """Keep the bodies of a sag in place of those it had."""
    tx.run("delete from sag_body where sag = ?", (sag.id,))
    tx.run_many(
        "insert into sag_body (sag, body, is_now) values (?, ?, ?)",
        [(sag.id, body, is_now) for body, is_now in bodies.items()],
    )


def _ground(sag: Sag) -> tuple[Any, ...]:
    return sag.route, sag.fills, [(step.station, step.body, step.state) for step in sag.steps]
