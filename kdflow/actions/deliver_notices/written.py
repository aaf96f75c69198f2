"""What letters say: each as its reader may see it at this moment, as a mail or as the body of a webhook."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial

from kdflow import writing
from kdflow.channels import Message, Permanent, Sender
from kdflow.domain import delivery
from kdflow.domain.authority import Person, PersonId
from kdflow.domain.letters import Part
from kdflow.domain.sag import Sag, SagId
from kdflow.domain.timetable import Meeting
from kdflow.domain.told import Told, as_seen
from kdflow.domain.visibility import may_see
from kdflow.store import endpoints, outbox, people
from kdflow.store.database import Tx
from kdflow.store.letters import Letter
from kdflow.store.outbox import Kept
from kdflow.store.world import whole_world, with_routes

LOG = logging.getLogger("kdflow.delivery")

Post = Callable[..., None]
"""Sends one webhook: `channels.webhook.post`, with what the installation allows."""


class Written:
    """What a batch of letters tells, each as its reader may see it at this moment, and how it is sent.

    Letters that are `unreadable`, with why, tell nothing; the others of the batch do not wait for them.
    """

    def __init__(self, tx: Tx, claimed: Sequence[Letter], now: datetime, *, site: str, post: Post) -> None:
        self.now, self.site, self.post = now, site, post
        self.endpoints = {one.id: one for one in endpoints.every(tx)}
        self.unreadable: dict[int, Exception] = {}
        found = outbox.in_letters(tx, [one.copy_of or one.id for one in claimed])
        self.people = people.people(tx, [one.person for one in claimed if one.person])
        self.world = whole_world(tx, now)
        ids = {sag for kept in found.values() for one in kept for sag in one.notice.sager}
        self.sager = {sag.id: (sag, route) for sag, route in with_routes(tx, sorted(ids))}
        named = outbox.first_named(tx, sorted(self.sager))
        self.threads = {self.sager[one][0].number: name for one, name in named.items()}
        self.calendars: dict[tuple[Meeting, ...], bytes | None] = {}
        self.told = {one.id: self._read(one, found[one.copy_of or one.id]) for one in claimed}
        self.since = {
            one.id: min((kept.at for kept in found[one.id]), default=now) for one in claimed if one.person
        }

    def _read(self, letter: Letter, kept: Sequence[Kept]) -> tuple[Told, ...]:
        if letter.person and not self.people[letter.person].is_here(self.world.today):
            return ()
        try:
            return self._told(kept)
        except Exception as error:
            self.unreadable[letter.id] = error
            return ()

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
        if letter.id in self.unreadable:
            raise self.unreadable[letter.id]
        if letter.person is not None and sender is not None:
            return partial(sender.send, self._message(letter, self.people[letter.person], parts, unsubscribe, now))
        to = self.endpoints[letter.endpoint or 0]
        name = letter.message_id.strip("<>").partition("@")[0]
        payload = writing.payload(self.told[letter.id], letter.made_at, self.site)
        return partial(self.post, to.url, to.secret, name, now, payload)

    def _message(
        self, letter: Letter, person: Person, parts: Sequence[Part], unsubscribe: str | None, now: datetime
    ) -> Message:
        return writing.mail(
            person,
            [(one, self.site + path) for one, path in parts],
            message_id=letter.message_id,
            thread=self._thread(letter, parts),
            at=letter.made_at,
            now=now,
            since=self.since.get(letter.id) if letter.is_digest else None,
            site=self.site,
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
