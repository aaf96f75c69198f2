"""What closing a sag to others, or opening it again, would do; why it was done; and who has copies of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from kdflow.domain.authority import PersonId
from kdflow.domain.closing import CLOSE, Copied, copies, is_reason_told
from kdflow.domain.errors import NotAllowed
from kdflow.domain.publications import Publication
from kdflow.domain.rights import CLOSERS, closer
from kdflow.domain.sag import Sag
from kdflow.domain.situation import Situation, World
from kdflow.domain.visibility import bodies_of
from kdflow.queries.agenda_page import NOTICE_KEYS
from kdflow.queries.scene import situation
from kdflow.store import publications
from kdflow.store.database import Database, Tx
from kdflow.store.history import Entry
from kdflow.store.world import sag_by_number, whole_world


def who_stays(here: Situation, viewer: PersonId) -> tuple[str, ...]:
    """The bodies whose people can see the sag also when it is closed, by name; none where it is not for the viewer
    to close it."""
    if closer(here, viewer) is None:
        return ()
    return tuple(here.world.short(body) for body in bodies_of(here.sag, here.definitions))


def entries_seen(entries: Iterable[Entry], here: Situation, viewer: PersonId | None) -> tuple[Entry, ...]:
    """The history as somebody may read it who may know of the sag."""
    if is_reason_told(here, viewer):
        return tuple(entries)
    return tuple(
        replace(one, event=replace(one.event, reason=None)) if one.event.move == CLOSE else one for one in entries
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SentOut:
    """An agenda, or minutes, with the sag on it, as it went out first; who has got it, and when a mail first told
    them of it (None: none did)."""

    first: Publication
    readers: tuple[tuple[str, datetime | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """What went out with the sag in it, newest first."""

    sag: Sag
    rows: tuple[SentOut, ...]
    world: World


def copies_page(db: Database, number: str, viewer: PersonId, now: datetime) -> Copies:
    """Who has got agendas and minutes with the sag on them, for those who can close it.

    Raises:
        NotFound: there is no such sag, or the viewer may not know of it. NotAllowed: others can close it.
    """
    with db.read() as tx:
        world = whole_world(tx, now)
        sag = sag_by_number(tx, number, viewer, world)
        if closer(situation(tx, sag, None, world), viewer) is None:
            raise NotAllowed(CLOSE, CLOSERS, "sagens organer")
        meetings = sorted({seat.meeting for step in sag.steps for seat in step.seats})
        made = copies(sag.id, publications.of_meetings(tx, meetings))
        newest = sorted(made, key=lambda one: one.first.made_at, reverse=True)
        rows = tuple(_sent_out(tx, one, world) for one in newest)
    return Copies(sag=sag, rows=rows, world=world)


def _sent_out(tx: Tx, copied: Copied, world: World) -> SentOut:
    keys = [NOTICE_KEYS[one.kind](one, PersonId(who)) for one in copied.made for who in one.content["told"]]
    mailed: dict[PersonId, datetime] = {}
    for one in publications.sent(tx, keys):
        if one.sent_at:
            mailed[one.person] = min(one.sent_at, mailed.get(one.person, one.sent_at))
    readers = tuple((world.names.get(one, one), mailed.get(one)) for one in copied.readers)
    return SentOut(first=copied.first, readers=readers)
