"""The mail server of a simulated world: a channel that takes mails, refuses them, or hangs up, and keeps count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from kdflow.channels import Ambiguous, Message, Permanent, Sender, Temporary
from kdflow.domain.delivery import LEASE
from kdflow.simulation.agenda import Agenda

Trouble = Literal["", "down", "451", "hangs-up-before", "hangs-up-inside", "hangs-up-after", "flaky"]
"""What the server does now: all is well, no connection, not now, or it hangs up before, inside or after DATA."""

TROUBLES: tuple[Trouble, ...] = ("down", "451", "hangs-up-before", "hangs-up-inside", "hangs-up-after", "flaky")
LASTS = tuple(timedelta(hours=hours) for hours in (0.1, 1, 6, 30, 72))

TOO_LONG = LEASE / 2
"""From when on another process may have taken a letter over; the clocks of the two may differ."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as the server took it, and when its sender had last looked at the clock."""

    at: datetime
    to: str
    message_id: str
    decided_at: datetime


@dataclass
class Windows:
    """How often each mail was taken, and how often it was left open whether it was."""

    taken: dict[str, int] = field(default_factory=dict)
    opened: dict[str, int] = field(default_factory=dict)
    held: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    def open(self, message_id: str) -> None:
        """Nobody in the house can know whether the server took this."""
        self.opened[message_id] = self.opened.get(message_id, 0) + 1

    def hold(self, process: str, message_id: str, at: datetime) -> None:
        """A process has the server's answer in its hand, and has not noted it yet."""
        self.held[process] = (message_id, at)

    def let_go(self, process: str, now: datetime, *, died: bool = False) -> None:
        """It has noted the answer, or has died with it; where it took too long, another may have sent it again."""
        message_id, at = self.held.pop(process, ("", now))
        if message_id and (died or now - at >= TOO_LONG):
            self.open(message_id)

    def allowed(self, message_id: str, now: datetime) -> int:
        """How often it can have been left open whether the server took a mail."""
        held = sum(held == message_id and now - at >= TOO_LONG for held, at in self.held.values())
        return self.opened.get(message_id, 0) + held

    def take(self, message_id: str) -> None:
        """The server has taken it (once more)."""
        self.taken[message_id] = self.taken.get(message_id, 0) + 1


class MailServer:
    """Takes mails. `on_mail` hears of each as it is taken."""

    def __init__(self, agenda: Agenda, on_mail: Callable[[Mail], None]) -> None:
        self.agenda = agenda
        self.trouble: Trouble = ""
        self.until = agenda.now
        self.unknown: set[str] = set()
        self.windows = Windows()
        self._on_mail = on_mail

    def breaks(self) -> None:
        """Some trouble begins, which ends by itself."""
        self.trouble = self.agenda.chance.choice(TROUBLES)
        self.until = self.agenda.now + self.agenda.chance.choice(LASTS)
        self.agenda.note("mail server:", self.trouble, "until", self.until.isoformat(timespec="minutes"))

    def heals(self) -> None:
        """All is well from now on."""
        self.trouble, self.unknown = "", set()

    @property
    def is_well(self) -> bool:
        """Whether it takes mails to everybody now."""
        return not self.unknown and (not self.trouble or self.agenda.now >= self.until)

    def receive(self, message: Message, decided_at: datetime) -> None:
        """Take a mail, or do what the trouble of the moment is.

        Raises:
            NotSent.
        """
        trouble = self._now()
        if trouble == "down":
            raise Temporary("simulated: connection refused")
        if trouble == "hangs-up-before":
            raise Temporary("simulated: connection lost before DATA")
        if trouble == "451":
            raise Temporary("simulated: 451 try again later")
        if message.to in self.unknown:
            raise Permanent("simulated: 550 no such user")
        if trouble == "hangs-up-inside":
            raise Ambiguous("simulated: connection lost inside DATA")
        is_late = self.agenda.now - decided_at >= TOO_LONG
        if trouble == "hangs-up-after" or is_late:
            # Whoever slept so long may have been given up meanwhile: no code can hold a mail back in that gap.
            self.windows.open(message.message_id)
        self.windows.take(message.message_id)
        self.agenda.note("mail to", message.to, message.message_id)
        self._on_mail(Mail(self.agenda.now, message.to, message.message_id, decided_at))
        if trouble == "hangs-up-after":
            raise Ambiguous("simulated: connection lost after DATA")

    def _now(self) -> Trouble:
        if self.trouble and self.agenda.now >= self.until:
            self.trouble = ""
        if self.trouble == "flaky":
            some: tuple[Trouble, ...] = ("", "", "451", "hangs-up-inside", "hangs-up-after")
            return self.agenda.chance.choice(some)
        return self.trouble


Before = Callable[[], datetime]
"""What a process does before it hands a mail over; when it last looked at the clock is returned."""


class Line:
    """One process's line to the mail server: a channel, and the sender of each batch."""

    def __init__(self, server: MailServer, before: Before, after: Callable[[Message], None]) -> None:
        self.server, self._before, self._after = server, before, after

    @contextmanager
    def open(self) -> Iterator[Sender]:
        """Opening never fails."""
        yield self

    def send(self, message: Message) -> None:
        """Hand a mail over; the process may die before it, and with the answer in its hand."""
        self.server.receive(message, self._before())
        self._after(message)
