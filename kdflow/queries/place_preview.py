"""Whom a word on a place would hit, and who would be told what: the same reckoning, with nothing written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kdflow.domain.authority import PersonId
from kdflow.domain.notices import digest_of
from kdflow.domain.place_words import Wish
from kdflow.domain.sag import Sag
from kdflow.domain.timetable import Body, Meeting
from kdflow.domain.visibility import may_see
from kdflow.queries.impact import ImpactRow, row_of
from kdflow.queries.recipients import Recipient, readers_of
from kdflow.store.database import Database
from kdflow.store.place_wishes import outlook


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacePreview:
    """A word before it is said: on which sag, the sager that it moves (as far as the viewer may know of them), who
    would be told and what they would read. `digest` is that of all who are told; a word that is said already is
    not `is_new`."""

    wish: Wish
    sag: Sag
    meeting: Meeting
    body: Body
    rows: tuple[ImpactRow, ...]
    recipients: tuple[Recipient, ...]
    digest: str
    is_new: bool


def place_preview(db: Database, wish: Wish, *, viewer: PersonId, now: datetime) -> PlacePreview:
    """What a word would do if `viewer` said it now.

    Raises:
        NotFound, NotAllowed, Unreadable: as for the word itself.
    """
    with db.read() as tx:
        found = outlook(tx, wish, by=viewer, now=now)
    shift, here = found.telling.shift, found.here
    sager = {here.sag.id: (here.sag, here.definitions)}
    sager |= {one.sag.id: (one.sag, one.route) for one, _ in found.hits if found.telling.hears_of(one.sag.id)}
    rows = [
        row_of(one, new, shift)
        for one, new in found.hits
        if one.is_news and may_see(one.sag, viewer, one.route, shift.world)
    ]
    return PlacePreview(
        wish=wish,
        sag=here.sag,
        meeting=found.meeting,
        body=here.world.bodies[found.meeting.body],
        rows=tuple(sorted(rows, key=lambda row: row.number)),
        recipients=readers_of(found.notices, shift.world, viewer, sager),
        digest=digest_of(found.notices),
        is_new=found.old != wish.word,
    )
