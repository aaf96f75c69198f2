"""Hand letters to the ways out of the house, each as its reader may see it at that moment.

Between the answer of a mail server and our own commit lies a window that nobody can close. So a letter is claimed
with a lease, marked in a transaction of its own before it leaves the house, and finished in another one. Where a
crash or a lost connection leaves open whether it was taken, it is sent again, rarely and under the same name.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from kdflow import writing
from kdflow.channels import Ambiguous, Channel, Message, NotSent, Permanent, Sender
from kdflow.channels.webhook import GONE
from kdflow.domain import delivery
from kdflow.domain.authority import Person, PersonId
from kdflow.domain.letters import Part
from kdflow.domain.pace import cannot_wait, is_quiet, told_at
from kdflow.domain.sag import Sag, SagId
from kdflow.domain.timetable import Meeting
from kdflow.domain.told import Told, as_seen
from kdflow.domain.visibility import may_see
from kdflow.store import beats, endpoints, letters, mail_secrets, outbox, people, preferences, unsubscribing
from kdflow.store.database import Database, Tx
from kdflow.store.letters import Letter
from kdflow.store.outbox import Kept
from kdflow.store.world import whole_world, with_routes

LOG = logging.getLogger("kdflow.delivery")

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


Post = Callable[..., None]
"""Sends one webhook: `channels.webhook.post`, with what the installation allows."""


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
    clock: Callable[[], datetime],
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
            letters.finish(tx, letter, "ready", next_at=now)
        else:
            given_up += _open(tx, letter, now, "the answer was lost").given_up
    return given_up


def _deliver_batch(
    db: Database,
    claimed: Sequence[Letter],
    ways: Ways,
    clock: Callable[[], datetime],
    stop: Callable[[], bool],
) -> Delivered:
    with db.read() as tx:
        written = _Writing(tx, claimed, ways, clock())
    total = Delivered()
    with ways.mail.open() if ways.mail else nullcontext() as sender:
        for place, letter in enumerate(claimed):
            if stop():
                _give_back(db, claimed[place:])
                break
            total += _deliver(db, letter, written, sender, clock)
    return total


def _give_back(db: Database, unsent: Sequence[Letter]) -> None:
    with db.write() as tx:
        for letter in unsent:
            letters.finish(tx, letter, "ready")


def _deliver(
    db: Database, letter: Letter, written: _Writing, sender: Sender | None, clock: Callable[[], datetime]
) -> Delivered:
    told = written.told[letter.id]
    with db.write() as tx:
        now = clock()
        if not told:
            letters.finish(tx, letter, "dropped")
            return Delivered()
        if (later := _rather_later(tx, letter, told, now)) is not None:
            letters.finish(tx, letter, "ready", next_at=later)
            return Delivered(put_off=1)
        if not letters.mark_sending(tx, letter, now + delivery.LEASE):
            return Delivered()
        parts = mail_secrets.parts_of(tx, letter.person, told, now) if letter.person else []
        if letter.person and not parts:
            letters.finish(tx, letter, "dropped")
            return Delivered()
        letter = _named(tx, letter, written.ways)
        end = _unsubscribe(tx, letter, written.ways.site)
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


# --- what letters say ----------------------------------------------------------------------------------------


class _Writing:
    """What a batch of letters tells, each as its reader may see it at this moment, and how it is sent."""

    def __init__(self, tx: Tx, claimed: Sequence[Letter], ways: Ways, now: datetime) -> None:
        self.ways, self.now = ways, now
        self.endpoints = {one.id: one for one in endpoints.every(tx)}
        found = outbox.in_letters(tx, [one.copy_of or one.id for one in claimed])
        self.people = people.people(tx, [one.person for one in claimed if one.person])
        self.world = whole_world(tx, now)
        ids = {sag for kept in found.values() for one in kept for sag in one.notice.sager}
        self.sager = {sag.id: (sag, route) for sag, route in with_routes(tx, sorted(ids))}
        named = outbox.first_named(tx, sorted(self.sager))
        self.threads = {self.sager[one][0].number: name for one, name in named.items()}
        self.calendars: dict[tuple[Meeting, ...], bytes | None] = {}
        self.told = {one.id: self._told(found[one.copy_of or one.id]) for one in claimed}
        self.since = {
            one.id: min((kept.at for kept in found[one.id]), default=now) for one in claimed if one.person
        }

    def _told(self, kept: Sequence[Kept]) -> tuple[Told, ...]:
        told = (as_seen(one.notice, self._seen(one.notice.person, one.notice.sager)) for one in kept)
        return tuple(one for one in told if one)

    def _seen(self, person: PersonId, ids: Sequence[SagId]) -> dict[SagId, Sag]:
        among = [self.sager[one] for one in ids if one in self.sager]
        return {sag.id: sag for sag, route in among if may_see(sag, person, route, self.world)}

    def send(
        self, letter: Letter, parts: Sequence[Part], unsubscribe: str | None, sender: Sender | None, now: datetime
    ) -> None:
        """Write a letter and hand it over. One that cannot be written is given up, for a person to look at: no
        other letter waits for it.

        Raises:
            NotSent: it was not taken, or nobody knows.
        """
        try:
            hand_over = self._written(letter, parts, unsubscribe, sender, now)
        except Exception as error:
            LOG.exception("letter %s cannot be written", letter.id)
            raise Permanent(f"it could not be written: {error!r}") from error
        hand_over()

    def _written(
        self, letter: Letter, parts: Sequence[Part], unsubscribe: str | None, sender: Sender | None, now: datetime
    ) -> Callable[[], None]:
        if letter.person is not None and sender is not None:
            return partial(sender.send, self._message(letter, self.people[letter.person], parts, unsubscribe, now))
        to = self.endpoints[letter.endpoint or 0]
        name = letter.message_id.strip("<>").partition("@")[0]
        payload = writing.payload(self.told[letter.id], letter.made_at, self.ways.site)
        return partial(self.ways.post, to.url, to.secret, name, now, payload)

    def _message(
        self, letter: Letter, person: Person, parts: Sequence[Part], unsubscribe: str | None, now: datetime
    ) -> Message:
        return writing.mail(
            person,
            [(one, self.ways.site + path) for one, path in parts],
            message_id=letter.message_id,
            thread=self._thread(letter, parts),
            at=letter.made_at,
            now=now,
            since=self.since.get(letter.id) if letter.is_digest else None,
            site=self.ways.site,
            unsubscribe=unsubscribe,
            calendar=self._calendar(tuple(self._meetings(one for one, _ in parts))),
        )

    def _thread(self, letter: Letter, parts: Sequence[Part]) -> str | None:
        """What the mails about its sag refer to, under the domain of the first of them; None where it is about
        several."""
        numbers = {one.number for one, _ in parts if one.number}
        if len(numbers) != 1:
            return None
        (number,) = numbers
        first = self.threads.get(number, letter.message_id)
        return delivery.thread_of(number, delivery.domain_in(first))

    def _calendar(self, meetings: tuple[Meeting, ...]) -> bytes | None:
        """The calendar with these meetings; letters that say the same have the same one, written once."""
        if meetings not in self.calendars:
            named = [(one, self.world.bodies[one.body].short) for one in meetings]
            self.calendars[meetings] = writing.calendar(named, self.now)
        return self.calendars[meetings]

    def _meetings(self, told: Iterable[Told]) -> list[Meeting]:
        """The meetings that a letter is about, each once."""
        wanted = dict.fromkeys(meeting for one in told for meeting in one.meetings)
        return [found for one in wanted if (found := self.world.timetable.find(one))]
