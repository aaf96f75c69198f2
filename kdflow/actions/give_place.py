"""Say whether a sag gets a place at a meeting that takes only so many: a word that overrules the order."""

from __future__ import annotations

from datetime import datetime

from kdflow.actions.consequences import Receipt, keep, once, receipt
from kdflow.domain.authority import PersonId
from kdflow.domain.capacity import Word
from kdflow.domain.place_words import Wish
from kdflow.domain.sag import SagId
from kdflow.domain.timetable import MeetingId
from kdflow.store import outbox, places, plans
from kdflow.store.database import Database, Tx
from kdflow.store.place_wishes import Outlook, outlook


def give_place(
    db: Database,
    meeting: MeetingId,
    sag: SagId,
    word: Word | None,
    *,
    reason: str | None = None,
    seen: str | None = None,
    key: str,
    by: PersonId,
    now: datetime,
) -> Receipt:
    """Take a sag in, let it wait, or (None) leave it to the order again. To say the same twice changes nothing.

    The owner of the sag is told, and whoever is concerned by another one that slides by it, or gets in. `seen` is
    the digest of who was said to be told what.

    Raises:
        NotFound: there is no such meeting, or no such sag that `by` may know of.
        NotAllowed: `by` is neither secretary nor chair of the meeting's body.
        Unreadable: the meeting takes as many as come, or is over, or the sag stands on its agenda or cannot come
            to it. KeyReused. Conflict: other people would be told, or something else than was seen.
    """
    wish = Wish(meeting=meeting, sag=sag, word=word, reason=(reason or "").strip() or None)

    def act(tx: Tx) -> Receipt:
        plans.lock(tx)
        found = outlook(tx, wish, by=by, now=now)
        if found.old != word:
            _keep(tx, wish, found, by, now)
        return receipt(found.here.sag, None)

    values = {"meeting": meeting, "sag": sag, "word": word, "reason": wish.reason}
    return once(Receipt, db, "give_place", values, act, seen=seen, key=key, by=by, now=now)


def _keep(tx: Tx, wish: Wish, found: Outlook, by: PersonId, now: datetime) -> None:
    """The word, who is told, and last the history: that locks its head."""
    places.keep(tx, wish.meeting, wish.sag, wish.word, by=by, now=now)
    outbox.add(tx, found.notices, now)
    keep(tx, found.here.sag, found.here.sag, [found.event], acting=found.acting, now=now)
