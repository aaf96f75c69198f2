"""What went out of the house and what did not, person by person, for those who look after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from kdflow.domain.authority import PersonId
from kdflow.domain.errors import NotAllowed
from kdflow.domain.situation import World
from kdflow.domain.told import Told
from kdflow.domain.workflow import Actor
from kdflow.store import endpoints, letters, outbox, overseen
from kdflow.store.database import Database, Tx
from kdflow.store.letters import GIVEN_UP, Letter
from kdflow.store.outbox import Outstanding
from kdflow.store.world import whole_world

SHOWN = 50
"""Letters that are shown on one page."""

OVERSEERS = frozenset(overseen.OVERSEERS)
"""The offices whose holders may see what became of mails."""

LOOK_AFTER_LETTERS = (Actor.SECRETARY, Actor.ADMINISTRATOR)
"""Who may see what became of mails, as a refusal names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """A letter with what it tells, and to whom."""

    letter: Letter
    to: str
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """A notice that is in no letter: it waits `until`, or no mail is sent of it, and `why`."""

    to: str
    told: Told
    at: datetime
    until: datetime | None
    why: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sendings:
    """What was given up, what else there is of letters (newest first), what waits, and what is not sent. There are
    more letters before number `older` (None: these are all)."""

    given_up: tuple[Sending, ...]
    newest: tuple[Sending, ...]
    waiting: tuple[Unsent, ...]
    dropped: tuple[Unsent, ...]
    older: int | None = None


def sendings(db: Database, viewer: PersonId, now: datetime, *, before: int | None = None) -> Sendings:
    """What became of letters (of those before number `before`), as far as the viewer may know of what they are
    about.

    Raises:
        NotAllowed: only secretaries and administrators look after letters.
    """
    with db.read() as tx:
        if not overseen.is_overseer(tx, viewer, now):
            raise NotAllowed("see_letters", LOOK_AFTER_LETTERS, "")
        world = whole_world(tx, now)
        some = letters.newest(tx, before=before, limit=SHOWN)
        newest = [one for one in some if one.state not in GIVEN_UP]
        return Sendings(
            given_up=_sendings(tx, letters.given_up(tx), viewer, world),
            newest=_sendings(tx, newest, viewer, world),
            waiting=_unsent(tx, outbox.outstanding(tx), viewer, world),
            dropped=_unsent(tx, outbox.newest_dropped(tx), viewer, world),
            older=some[-1].id if len(some) == SHOWN else None,
        )


def _sendings(tx: Tx, found: Sequence[Letter], viewer: PersonId, world: World) -> tuple[Sending, ...]:
    hosts = {one.id: urlsplit(one.url).hostname or one.url for one in endpoints.every(tx)}
    return tuple(
        Sending(letter=letter, to=_name(letter.person, world) or hosts[letter.endpoint or 0], told=told)
        for letter, told in overseen.seen_letters(tx, found, viewer, world)
    )


def _unsent(tx: Tx, found: Sequence[Outstanding], viewer: PersonId, world: World) -> tuple[Unsent, ...]:
    seen = overseen.seen_notices(tx, [one.kept.notice for one in found], viewer, world)
    return tuple(
        Unsent(
            to=_name(one.kept.notice.person, world) or "",
            told=told,
            at=one.kept.at,
            until=one.until,
            why=one.why,
        )
        for one, told in zip(found, seen, strict=True)
        if told
    )


def _name(person: PersonId | None, world: World) -> str | None:
    return world.names.get(person, person) if person else None
