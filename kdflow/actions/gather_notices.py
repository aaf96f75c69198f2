"""Put what people must be told into letters, when its time has come: one letter to each person."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from kdflow.domain import delivery
from kdflow.domain.authority import PersonId
from kdflow.domain.dates import local_day
from kdflow.domain.notices import Notice
from kdflow.domain.pace import Pace, Preference, is_wanted, told_at
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

UNREADABLE = (LookupError, TypeError, ValueError, AttributeError)
"""What reading raises that finds something else than it expects; a database that fails raises otherwise."""

TRIED_AGAIN = timedelta(hours=1)
"""When it is tried again to tell a person something that could not be read."""

LOG = logging.getLogger("kdflow.delivery")

DIGESTS = (Pace.DAILY, Pace.WEEKLY)
"""The paces of those who get what they are told gathered."""


def gather_notices(
    db: Database, *, now: datetime, has_mail: bool = True, stop: Callable[[], bool] = lambda: False
) -> int:
    """Put what people are told into letters, one to each; what they want later waits, and what holds no longer
    is dropped. When `stop` says so, the rest is left to whoever comes next.

    Where there is no mail, all waits; only for webhooks letters are made, and those to people are held. When there
    is mail again, each person gets what was held in one letter.

    Returns:
        How many letters were made.
    """
    made = 0
    while not stop():
        try:
            letters_made, are_more = _gather_batch(db, now, has_mail)
        except UNREADABLE:
            LOG.exception("what people are told cannot be read: they are taken one by one")
            letters_made, are_more = _gather_one_by_one(db, now, has_mail)
        made += sum(one or 0 for one in letters_made)
        if not are_more or all(one is None for one in letters_made):
            break
    return made


def _gather_batch(db: Database, now: datetime, has_mail: bool) -> tuple[list[int | None], bool]:
    """How many letters were made for each of some people, and whether there may be more people."""
    with db.write() as tx:
        if has_mail:
            _release(tx, now)
        elif not endpoints.live(tx):
            return [], False
        waiting, are_more = outbox.waiting_people(tx, now, limit=BATCH)
        return [_gather_for(tx, person, now, has_mail) for person in waiting], are_more


def _gather_one_by_one(db: Database, now: datetime, has_mail: bool) -> tuple[list[int | None], bool]:
    """The same, each person in a transaction of their own: nobody waits for what another cannot be told."""
    with db.read() as tx:
        waiting, are_more = outbox.waiting_people(tx, now, limit=BATCH)
    return [_gather_alone(db, person, now, has_mail) for person in waiting], are_more


def _gather_alone(db: Database, person: PersonId, now: datetime, has_mail: bool) -> int | None:
    try:
        with db.write() as tx:
            return _gather_for(tx, person, now, has_mail)
    except UNREADABLE:
        LOG.exception("what %s is told cannot be read", person)
    with db.write() as tx:
        outbox.hold_all(tx, person, now, now + TRIED_AGAIN)
    return 0


def _gather_for(tx: Tx, person: PersonId, now: datetime, has_mail: bool) -> int | None:
    """How many letters were made; None where somebody else is at it."""
    if not people.lock(tx, person):
        return None
    found = outbox.claim(tx, person, now, limit=MOST_IN_ONE)
    if not found:
        return None
    wanted = preferences.of(tx, person)
    is_digest = wanted.pace in DIGESTS
    odd = [one for one in found if not _is_sound(one.notice)]
    for one in odd:  # alone, so that nothing else is in the letter that a person has to look at
        _add_letter(tx, person, [one.id], now, is_digest=is_digest, is_held=not has_mail)
    told = _worth_telling(tx, [one for one in found if one not in odd], wanted, now)
    if not told:
        return len(odd)
    at = told_at(wanted, [one.notice for one in told], now, min(one.at for one in told))
    if at > now:
        outbox.hold(tx, [one.id for one in told], at)
        return len(odd)
    _add_letter(tx, person, [one.id for one in told], now, is_digest=is_digest, is_held=not has_mail)
    return len(odd) + 1


def _is_sound(notice: Notice) -> bool:
    """Whether it can be said of a notice at all if it still holds."""
    try:
        _subject(notice)
        still_holds(notice, ())
    except UNREADABLE:
        LOG.exception("a notice of the kind %s cannot be read", notice.kind)
        return False
    return True


def _add_letter(
    tx: Tx, person: PersonId, numbers: Sequence[int], now: datetime, *, is_digest: bool, is_held: bool
) -> None:
    """A letter with some notices, and a copy of it for each webhook."""
    name = delivery.name_of(person, numbers)
    letter = letters.add(tx, message_id=name, now=now, person=person, is_digest=is_digest, is_held=is_held)
    outbox.put_into(tx, letter, numbers)
    for one in endpoints.live(tx):
        copy = delivery.name_of(f"{person} {one.id}", numbers)
        letters.add(tx, message_id=copy, now=now, endpoint=one.id, copy_of=letter)


def _worth_telling(tx: Tx, found: Sequence[Kept], wanted: Preference, now: datetime) -> list[Kept]:
    """The notices that still hold and that their reader wants, and is here to read; the others are dropped."""
    true = _still_true(tx, found)
    is_here = people.person(tx, wanted.person).is_here(local_day(now))
    told = [one for one in true if is_here and is_wanted(wanted, one.notice)]
    outbox.drop(tx, [one.id for one in found if one not in true], "over")
    outbox.drop(tx, [one.id for one in true if one not in told], "unwanted")
    return told


# --- letters that were held for want of a mail server ----------------------------------------------------------


def _release(tx: Tx, now: datetime) -> None:
    """Let go what was held while there was no mail."""
    for person in letters.held_people(tx, limit=BATCH):
        if people.lock(tx, person):
            _release_for(tx, person, now)


def _release_for(tx: Tx, person: PersonId, now: datetime) -> None:
    """Let one person's letters go. They become one, by the rules of any; but one whose webhook has not arrived
    goes alone, for what that tells is what is in it."""
    held, copied = letters.held(tx, person)
    wanted = preferences.of(tx, person)
    is_digest = wanted.pace in DIGESTS
    for one in held:
        if one.id in copied:
            letters.let_go(tx, one, now, is_digest=is_digest)
    together = [one for one in held if one.id not in copied]
    kept = outbox.in_letters(tx, [one.id for one in together])
    told = _worth_telling(tx, [one for found in kept.values() for one in found], wanted, now)
    for place, letter in enumerate(together):
        if some := told[place * MOST_IN_ONE : (place + 1) * MOST_IN_ONE]:
            at = told_at(wanted, [one.notice for one in some], now, min(one.at for one in some))
            outbox.put_into(tx, letter.id, [one.id for one in some])
            letters.let_go(tx, letter, max(at, now), is_digest=is_digest)
        else:
            letters.finish(tx, letter, "dropped", next_at=now)


def _still_true(tx: Tx, found: Sequence[Kept]) -> list[Kept]:
    """The notices without the reminders whose duty has been done, or has another deadline, meanwhile. Of what
    cannot be read nobody can say so."""
    sound = [one for one in found if _is_sound(one.notice)]
    subjects = {one.id: subject for one in sound if (subject := _subject(one.notice)) is not None}
    kept = duties.of(tx, list(dict.fromkeys(subjects.values())))
    return [one for one in found if one.id not in subjects or still_holds(one.notice, kept[subjects[one.id]])]


def _subject(notice: Notice) -> SagId | MeetingId | None:
    if "duty" not in notice.data:
        return None
    return notice.sag if notice.sag is not None else MeetingId(str(notice.data["meeting_id"]))
