"""Letters as those who look after them may see them.

Secretaries see what is about sager that they may know of; administrators everything, also who asks for a code to
sign in with, and what goes to webhooks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from kdflow.domain.authority import Office, PersonId
from kdflow.domain.dates import local_day
from kdflow.domain.notices import Notice
from kdflow.domain.pace import URGENT
from kdflow.domain.situation import World
from kdflow.domain.told import Told, as_seen
from kdflow.domain.visibility import may_see
from kdflow.store import letters, outbox, people
from kdflow.store.database import Tx
from kdflow.store.letters import Letter
from kdflow.store.world import whole_world, with_routes

OVERSEERS = (Office.SECRETARY, Office.ADMINISTRATOR)
"""The offices, of any body, whose holders look after letters."""


def is_overseer(tx: Tx, person: PersonId, now: datetime) -> bool:
    """Whether somebody looks after letters today."""
    today = local_day(now)
    return any(one.office in OVERSEERS and one.valid.covers(today) for one in people.offices_of(tx, person))


def seen_notices(tx: Tx, notices: Iterable[Notice], viewer: PersonId, world: World) -> list[Told | None]:
    """Notices, in order, as far as their overseer may see them (None: not at all)."""
    listed, is_administrator = list(notices), world.authority.is_administrator(viewer)
    ids = sorted({sag for one in listed for sag in one.sager})
    seen = {sag.id: sag for sag, route in with_routes(tx, ids) if may_see(sag, viewer, route, world)}
    return [None if one.kind in URGENT and not is_administrator else as_seen(one, seen) for one in listed]


def seen_letters(
    tx: Tx, found: Sequence[Letter], viewer: PersonId, world: World
) -> list[tuple[Letter, tuple[Told, ...]]]:
    """Letters with what they tell, as far as their overseer may see it; the others are left out."""
    is_administrator = world.authority.is_administrator(viewer)
    kept = outbox.in_letters(tx, [one.copy_of or one.id for one in found])
    flat = [(number, one.notice) for number, those in kept.items() for one in those]
    told: dict[int, list[Told]] = {number: [] for number in kept}
    for (number, _), one in zip(flat, seen_notices(tx, [n for _, n in flat], viewer, world), strict=True):
        told[number] += [one] if one else []
    shown = [(letter, tuple(told[letter.copy_of or letter.id])) for letter in found]
    return [(letter, those) for letter, those in shown if those and (letter.person or is_administrator)]


def given_up(tx: Tx, viewer: PersonId, now: datetime) -> int:
    """How many letters were given up, as far as the viewer looks after them."""
    found = letters.given_up(tx)
    if not found or not is_overseer(tx, viewer, now):
        return 0
    return len(seen_letters(tx, found, viewer, whole_world(tx, now)))
