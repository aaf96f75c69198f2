"""What a word on a place would do: to whom it may be said, which sager it moves, and who is told what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from kdflow.domain.authority import Acting, PersonId
from kdflow.domain.capacity import Word
from kdflow.domain.errors import NotAllowed, NotFound
from kdflow.domain.impact import Hit, shift_of
from kdflow.domain.impact_told import Line, Telling
from kdflow.domain.notices import Notice
from kdflow.domain.place_words import Wish, event_of, notices_of, refuse_word
from kdflow.domain.rights import PLACE_GIVERS, place_giver
from kdflow.domain.sag import Event
from kdflow.domain.situation import Situation, World
from kdflow.domain.timetable import Meeting
from kdflow.domain.visibility import may_see
from kdflow.store import definitions, places, sager
from kdflow.store.competing import hits_of_word
from kdflow.store.database import Tx
from kdflow.store.world import whole_world


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What a word that may be said would do: `old` is what was said before, `hits` all sager that it moves, each
    with what is new to it. To say the same again does nothing."""

    here: Situation
    meeting: Meeting
    acting: Acting
    old: Word | None
    event: Event
    telling: Telling
    hits: tuple[tuple[Hit, tuple[Line, ...]], ...] = ()
    notices: tuple[Notice, ...] = ()


def outlook(tx: Tx, wish: Wish, *, by: PersonId, now: datetime) -> Outlook:
    """What a word would do if it were said now; nothing is written.

    Raises:
        NotFound: there is no such meeting, or no such sag that `by` may know of.
        NotAllowed: `by` is neither secretary nor chair of the meeting's body.
        Unreadable: there is no place to give (see `refuse_word`).
    """
    world = whole_world(tx, now)
    here = _situation(tx, wish, world, by)
    meeting = world.timetable.find(wish.meeting)
    if meeting is None:
        raise NotFound("meeting", wish.meeting)
    acting = place_giver(world.authority, world.bodies[meeting.body], by)
    if acting is None:
        raise NotAllowed("give-place", PLACE_GIVERS, world.short(meeting.body))
    refuse_word(here, meeting)
    said = places.said(tx, [meeting.id]).get((meeting.id, wish.sag))
    old = said.word if said else None
    event = event_of(here, meeting, old, wish)
    telling = Telling(shift_of([], world, by=by, reason=wish.reason))
    found = Outlook(here=here, meeting=meeting, acting=acting, old=old, event=event, telling=telling)
    if old == wish.word:
        return found
    words = {(meeting.id, wish.sag): wish.word}
    hits = tuple((one, telling.hear(one)) for one in hits_of_word(tx, telling.shift, meeting.id, words))
    return replace(found, hits=hits, notices=notices_of(here, event, telling, acting))


def _situation(tx: Tx, wish: Wish, world: World, by: PersonId) -> Situation:
    sag = sager.load(tx, wish.sag)
    route = definitions.load(tx, sag.route)
    if not may_see(sag, by, route, world):
        raise NotFound("sag", sag.id)
    return Situation(sag=sag, step=None, definitions=route, world=world)
