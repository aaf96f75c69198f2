"""Hand letters to the ways out of the house, each as its reader may see it at that moment.

Between the answer of a mail server and our own commit lies a window that nobody can close. So a letter is claimed
with a lease, marked in a transaction of its own before it leaves the house, and finished in another one. Where a
crash or a lost connection leaves open whether it was taken, it is sent again, rarely and under the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime

from kdflow.actions.deliver_notices.written import Post, Written
from kdflow.channels import Ambiguous, Channel, NotSent, Permanent, Sender
from kdflow.channels.webhook import GONE
from kdflow.domain import delivery
from kdflow.domain.pace import cannot_wait, is_quiet, told_at
from kdflow.domain.told import Told
from kdflow.store import beats, endpoints, letters, mail_secrets, preferences, unsubscribing
from kdflow.store.database import Database, Tx
from kdflow.store.letters import Letter

DELIVERY = "delivery"
"""The name of this part of the heartbeat."""

BATCH = 50
"""How many letters are taken at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What one round did with letters: accepted, put off (refused for now, or out of hours), and given up."""

    sent: int = 0
    put_off: int = 0
    given_up: int = 0

    def __add__(self, other: Delivered) -> Delivered:
        return Delivered(
            sent=self.sent + other.sent,
            put_off=self.put_off + other.put_off,
            given_up=self.given_up + other.given_up,
        )


Clock = Callable[[], datetime]
"""Says what time it is: it goes on while letters are sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The ways out of the house: a channel for mail (None: there is none), webhooks, the address of the site,
    which links begin with, and whom mails are from."""

    mail: Channel | None
    post: Post
    site: str
    sender: str = ""

    @property
    def domain(self) -> str:
        """The domain that the Message-IDs of this installation end in."""
        return delivery.domain_of(self.site, self.sender)


def deliver_notices(
    db: Database,
    ways: Ways,
    *,
    clock: Clock,
    batch: int = BATCH,
    stop: Callable[[], bool] = lambda: False,
) -> Delivered:
    """Take back what was left behind, and send what is due. Any number of processes may.

    When `stop` says so, the letter in hand is finished, and the others are left to whoever comes next. Where there
    is no way to send mail, letters to people go on waiting; webhooks go all the same.
    """
    total = Delivered()
    while not stop():
        with db.write() as tx:
            now = clock()
            given_up, claimed = _taken(tx, now, batch, to_people=ways.mail is not None)
            if ways.mail is not None:
                beats.mark(tx, DELIVERY, now)
        total += Delivered(given_up=given_up)
        if claimed:
            total += _deliver_batch(db, claimed, ways, clock, stop)
        if len(claimed) < batch:
            break
    return total


def _taken(tx: Tx, now: datetime, limit: int, *, to_people: bool) -> tuple[int, tuple[Letter, ...]]:
    """How many letters were given up that had been left behind, and those that are sent now; most beats find none,
    and have asked one question."""
    due = letters.next_at(tx)
    if due is None or due > now:
        return 0, ()
    given_up = take_back(tx, now=now)
    return given_up, letters.claim(tx, now, now + delivery.LEASE, limit=limit, to_people=to_people)


def take_back(tx: Tx, *, now: datetime) -> int:
    """Take letters back whose worker did not return: one that was only claimed goes at once; one that may have
    left the house goes again rarely, and after the last time a person is asked. Returns the number given up."""
    given_up = 0
    for letter in letters.left_behind(tx, now, limit=500):
        if letter.state == "claimed":
            letters.finish(tx, letter, "ready")
        else:
            given_up += _open(tx, letter, now, "the answer was lost").given_up
    return given_up


def _deliver_batch(
    db: Database,
    claimed: Sequence[Letter],
    ways: Ways,
    clock: Clock,
    stop: Callable[[], bool],
) -> Delivered:
    with db.read() as tx:
        written = Written(tx, claimed, clock(), site=ways.site, post=ways.post)
    total = Delivered()
    with ways.mail.open() if ways.mail else nullcontext() as sender:
        for place, letter in enumerate(claimed):
            if stop():
                _give_back(db, claimed[place:])
                break
            total += _deliver(db, letter, written, ways, sender, clock)
    return total


def _give_back(db: Database, unsent: Sequence[Letter]) -> None:
    with db.write() as tx:
        for letter in unsent:
            letters.finish(tx, letter, "ready")


def _deliver(
    db: Database, letter: Letter, written: Written, ways: Ways, sender: Sender | None, clock: Clock
) -> Delivered:
    told = written.told[letter.id]
    with db.write() as tx:
        now = clock()
        if not told and letter.id not in written.unreadable:
            letters.finish(tx, letter, "dropped")
            return Delivered()
        if (later := _rather_later(tx, letter, told, now)) is not None:
            letters.finish(tx, letter, "ready", next_at=later)
            return Delivered(put_off=1)
        if not letters.mark_sending(tx, letter, now + delivery.LEASE):
            return Delivered()
        parts = mail_secrets.parts_of(tx, letter.person, told, now) if letter.person else []
        if letter.person and told and not parts:
            letters.finish(tx, letter, "dropped")
            return Delivered()
        letter = _named(tx, letter, ways)
        end = _unsubscribe(tx, letter, ways.site)
    try:
        written.send(letter, parts, end, sender, now)
    except NotSent as error:
        return _not_sent(db, letter, error, clock())
    with db.write() as tx:
        letters.finish(tx, letter, "sent", sent_at=clock())
    return Delivered(sent=1)


def _rather_later(tx: Tx, letter: Letter, told: Sequence[Told], now: datetime) -> datetime | None:
    """When a letter to a person goes that was claimed before their hours of peace and would arrive in them."""
    if letter.person is None:
        return None
    wanted = preferences.of(tx, letter.person)
    if not is_quiet(wanted, now) or any(cannot_wait(one.notice, now) for one in told):
        return None
    return told_at(wanted, [one.notice for one in told], now, now)


def _named(tx: Tx, letter: Letter, ways: Ways) -> Letter:
    """The letter with its Message-ID, which is kept before it leaves: a repeat has the same, whatever the settings
    say by then. A webhook is known by its name alone."""
    if letter.person is None:
        return letter
    name = delivery.message_id(letter.message_id, ways.domain)
    if name != letter.message_id:
        letters.name(tx, letter, name)
    return replace(letter, message_id=name)


def _unsubscribe(tx: Tx, letter: Letter, site: str) -> str | None:
    """The address that ends the mails of a person who gets them gathered; mail programs only follow https."""
    if letter.person is None or not letter.is_digest or not site.startswith("https://"):
        return None
    return site + unsubscribing.path(tx, letter.person)


def _not_sent(db: Database, letter: Letter, error: NotSent, now: datetime) -> Delivered:
    with db.write() as tx:
        if isinstance(error, Ambiguous):
            return _open(tx, letter, now, error.reason)
        again = None
        if not isinstance(error, Permanent):
            again = delivery.try_again_at(now, letter.attempts + 1, letter.message_id)
        if again is None:
            if letter.endpoint is not None and error.reason == GONE:
                endpoints.end(tx, letter.endpoint, now)
            letters.finish(tx, letter, "failed", error=error.reason, refused=True)
            return Delivered(given_up=1)
        letters.finish(tx, letter, "ready", next_at=again, error=error.reason, refused=True)
    return Delivered(put_off=1)


def _open(tx: Tx, letter: Letter, now: datetime, reason: str) -> Delivered:
    """Nobody knows whether a letter was taken: send it again later, or ask a person."""
    again = delivery.repeat_at(now, letter.repeats)
    if again is None:
        letters.finish(tx, letter, "uncertain", error=reason)
        return Delivered(given_up=1)
    letters.finish(tx, letter, "ready", next_at=again, error=reason, repeated=True)
    return Delivered(put_off=1)
