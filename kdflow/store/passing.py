"""The running sager that pass some bodies, and which of them a change would strand."""

from __future__ import annotations

from collections.abc import Collection

from kdflow.domain.authority import PersonId
from kdflow.domain.sag import Sag, SagId
from kdflow.domain.stranding import Between, Strand, Stranded, strands, unowned, waits_for_consent
from kdflow.domain.visibility import may_see
from kdflow.domain.workflow import Definitions
from kdflow.store import sager
from kdflow.store.database import Tx, marks
from kdflow.store.world import with_routes

RUNNING = ("under-way", "resting")
"""The lives of sager that a change could strand."""


def passing(tx: Tx, bodies: Collection[str]) -> tuple[SagId, ...]:
    """The running sager that pass, or have passed, one of some bodies."""
    keys = sorted(bodies)
    rows = tx.run(
        f"select id from sag where life in ({marks(RUNNING)}) and id in "
        f"(select sag from sag_body where body in ({marks(keys) or 'null'})) order by id",
        (*RUNNING, *keys),
    ).fetchall()
    return tuple(SagId(row[0]) for row in rows)


def found_stranded(
    tx: Tx, between: Between, bodies: Collection[str], viewer: PersonId
) -> tuple[tuple[Strand, ...], int]:
    """The sager that a change of bodies would strand, as far as `viewer` may know of them, and how many more."""
    seen: list[Strand] = []
    hidden = 0
    for sag, route in with_routes(tx, passing(tx, bodies)):
        found = next(strands(sag, route, between), None)
        if found is None:
            continue
        if may_see(sag, viewer, route, between.before):
            seen.append(found)
        else:
            hidden += 1
    return tuple(sorted(seen, key=lambda one: one.number)), hidden


def refuse_stranding(
    tx: Tx, between: Between, bodies: Collection[str], by: PersonId, *, leaver: PersonId | None = None
) -> None:
    """Refuse a change that would strand running sager; where somebody leaves, also those they own.

    Raises:
        Stranded: with their list.
    """
    owned, unseen = _owned(tx, leaver, by, between) if leaver else ((), 0)
    seen, hidden = found_stranded(tx, between, bodies, by)
    known = {one.sag for one in owned}
    seen = (*owned, *(one for one in seen if one.sag not in known))
    if seen or hidden or unseen:
        raise Stranded(seen, max(hidden, unseen))


def _owned(tx: Tx, owner: PersonId, viewer: PersonId, between: Between) -> tuple[tuple[Strand, ...], int]:
    """The open sager that somebody owns, as far as `viewer` may know of them, and how many more."""
    found = list(with_routes(tx, sager.ids_of_owner(tx, owner)))
    seen = [sag for sag, route in found if may_see(sag, viewer, route, between.before)]
    return tuple(unowned(sag) for sag in sorted(seen, key=lambda one: one.number)), len(found) - len(seen)


def waiting_for_consent(tx: Tx, between: Between, body: str) -> tuple[tuple[Sag, Definitions], ...]:
    """The sager whose decision at a body waits for a consent now."""
    return tuple(
        (sag, route)
        for sag, route in with_routes(tx, passing(tx, [body]))
        if waits_for_consent(sag, route, between.before, body)
    )
