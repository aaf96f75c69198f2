"""Put what people must be told into letters, when its time has come: one letter to each person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from kdflow.domain import delivery
from kdflow.domain.authority import PersonId
from kdflow.domain.notices import Notice
from kdflow.domain.pace import Pace, is_wanted, told_at
from kdflow.domain.sag import SagId
from kdflow.domain.timetable import MeetingId
from kdflow.domain.watch import still_holds
from kdflow.store import duties, endpoints, letters, outbox, people, preferences
from kdflow.store.database import Database, Tx
from kdflow.store.outbox import Kept

BATCH = 50
"""How many people are taken at a time."""

MOST_IN_ONE = 1000
"""How many notices go into one letter; the others follow in the next."""


def gather_notices(db: Database, *, now: datetime, stop: Callable[[], bool] = lambda: False) -> int:
    """Put what people are told into letters, one to each; what they want later waits, and what holds no longer
    is dropped. When `stop` says so, the rest is left to whoever comes next.

    Returns:
        How many letters were made.
    """
    made = 0
    while not stop():
        with db.write() as tx:
            waiting = outbox.waiting_people(tx, now, limit=BATCH)
            letters_made = [_gather_for(tx, person, now) for person in waiting]
        made += sum(one or 0 for one in letters_made)
        if all(one is None for one in letters_made):
            break
    return made


def _gather_for(tx: Tx, person: PersonId, now: datetime) -> int | None:
    """How many letters were made; None where somebody else is at it."""
    if not people.lock(tx, person):
        return None
    found = outbox.claim(tx, person, now, limit=MOST_IN_ONE)
    if not found:
        return None
    wanted = preferences.of(tx, person)
    true = _still_true(tx, found)
    told = [one for one in true if is_wanted(wanted, one.notice)]
    outbox.drop(tx, [one.id for one in found if one not in true], "over")
    outbox.drop(tx, [one.id for one in true if one not in told], "unwanted")
    if not told:
        return 0
    at = told_at(wanted, [one.notice for one in told], now, min(one.at for one in told))
    if at > now:
        outbox.hold(tx, [one.id for one in told], at)
        return 0
    numbers = [one.id for one in told]
    name = delivery.message_id(person, numbers)
    is_digest = wanted.pace in (Pace.DAILY, Pace.WEEKLY)
    letter = letters.add(tx, message_id=name, now=now, person=person, is_digest=is_digest)
    outbox.put_into(tx, letter, numbers)
    for one in endpoints.live(tx):
        copy = delivery.message_id(f"{person} {one.id}", numbers)
        letters.add(tx, message_id=copy, now=now, endpoint=one.id, copy_of=letter)
    return 1


def _still_true(tx: Tx, found: Sequence[Kept]) -> list[Kept]:
    """The notices without the reminders whose duty has been done, or has another deadline, meanwhile."""
    subjects = {one.id: subject for one in found if (subject := _subject(one.notice)) is not None}
    kept = duties.of(tx, list(dict.fromkeys(subjects.values())))
    return [one for one in found if one.id not in subjects or still_holds(one.notice, kept[subjects[one.id]])]


def _subject(notice: Notice) -> SagId | MeetingId | None:
    if "duty" not in notice.data:
        return None
    return notice.sag if notice.sag is not None else MeetingId(str(notice.data["meeting_id"]))
