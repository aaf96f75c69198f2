"""A box that mails are put into instead of being sent: the demo's way to show them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from kdflow.channels import Message
from kdflow.channels.email import Letterhead, compose

Keep = Callable[[str, str, str, datetime], None]
"""Puts a mail into the box: its address, its name, the whole message as text, and when it came."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A channel that ends in a box. The mail in it is the one that a mail server would have got."""

    letterhead: Letterhead
    keep: Keep

    @contextmanager
    def open(self) -> Iterator[Mailbox]:
        """The box itself."""
        yield self

    def send(self, message: Message) -> None:
        """Put a mail into the box."""
        self.keep(message.to, message.message_id, compose(message, self.letterhead).as_string(), message.at)
