"""The ways out of the house: a message to one person, and what a channel says when it could not be sent.

A channel only hands over: when to try again, and when to give up, is decided by whoever holds the outbox.
"""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from kdflow.domain.errors import KdflowError

_MESSAGE_ID = re.compile(r"<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+>")
_WEB_ADDRESS = re.compile(r"https://[!-;=?-~]+")  # printable ASCII without < and >
_LONGEST_LINE = 900  # RFC 5322 stops at 998


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One mail to one person.

    `message_id` ("<...@...>") is the same at every try, `thread` is that of the first mail of the thread.
    `calendar` is iCalendar text to attach, `unsubscribe` where one click stops mails of this sort (digests only).
    """

    to: str
    to_name: str
    subject: str
    text: str
    html: str
    message_id: str
    thread: str | None
    at: datetime
    calendar: bytes | None = None
    unsubscribe: str | None = None

    def __post_init__(self) -> None:
        """These come from the house itself; people's own words are made harmless where the mail is composed."""
        for found in (self.message_id, self.thread):
            if found is not None and not (_MESSAGE_ID.fullmatch(found) and len(found) <= _LONGEST_LINE):
                raise ValueError(f"{found!r} is not a message id")
        if self.at.tzinfo is None:
            raise ValueError(f"{self.message_id}: an hour without a zone")
        url = self.unsubscribe
        if url is not None and not (_WEB_ADDRESS.fullmatch(url) and len(url) <= _LONGEST_LINE):
            raise ValueError(f"{url!r} cannot stand in List-Unsubscribe")


class NotSent(KdflowError):
    """The message was not sent, or nobody knows; `reason` says why, in one short line for the operator."""

    def __init__(self, reason: str) -> None:
        self.reason = shown(reason)
        super().__init__(self.reason)


class Temporary(NotSent):
    """It was certainly not accepted; a later try may succeed."""


class Permanent(NotSent):
    """It was certainly not accepted, and no later try will be."""


class Ambiguous(NotSent):
    """It was handed over, and the answer was lost: it may have been accepted."""


class Sender(Protocol):
    """Sends messages, one after the other."""

    def send(self, message: Message) -> None:
        """Hand it over; returning means that it was accepted.

        Raises:
            NotSent: one of `Temporary`, `Permanent`, `Ambiguous`, and nothing else.
        """


class Channel(Protocol):
    """A way to reach people."""

    def open(self) -> AbstractContextManager[Sender]:
        """A sender for a batch of messages. Opening it never fails; what is wrong is said of each message."""


def shown(reason: str, longest: int = 200) -> str:
    """A reason in one line that can be printed: others wrote parts of it."""
    line = " ".join("".join(c if c.isprintable() else " " for c in reason).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
