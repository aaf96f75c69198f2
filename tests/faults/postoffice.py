"""A real mail server that keeps every mail it took, and can be made to do something when one arrives."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Server
from aiosmtpd.smtp import Envelope, Session

from kdflow.channels.email import Letterhead, Smtp
from tests.channels.servers import HOST, free_port

LETTERHEAD = Letterhead("kdflow <kdflow@region.example>")


def _nothing(_number: int) -> None:
    """What is done when a mail arrives, unless a test wants something else."""


@dataclass
class PostOffice:
    """What was taken: who got which mail, in order. The hooks are called, with its number from 1, before a mail's
    content is asked for, and when it is here whole and not yet answered; `answer` may refuse instead of taking."""

    port: int
    taken: list[tuple[str, str]] = field(default_factory=list)
    announced: Callable[[int], None] = _nothing
    arrived: Callable[[int], None] = _nothing
    answer: Callable[[str], str | None] = lambda _to: None
    _announced: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    async def handle_RCPT(
        self, server: Server, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take everybody but those who are refused."""
        refused = self.answer(address)
        if refused:
            return refused
        envelope.rcpt_tos.append(address)
        self._announced += 1
        self.announced(self._announced)
        return "250 OK"

    async def handle_DATA(self, server: Server, session: Session, envelope: Envelope) -> str:
        """Keep it."""
        assert isinstance(envelope.content, bytes)
        name = BytesHeaderParser().parsebytes(envelope.content)["Message-ID"]
        with self._lock:
            self.taken.append((envelope.rcpt_tos[0], name.strip()))
            number = len(self.taken)
        self.arrived(number)
        return "250 OK"

    @property
    def copies(self) -> Counter[str]:
        """How often each mail was taken."""
        return Counter(name for _, name in self.taken)

    @property
    def duplicates(self) -> int:
        """How many mails came although they had come before."""
        return sum(count - 1 for count in self.copies.values())

    def clear(self) -> None:
        """Forget everything, and behave."""
        self.taken.clear()
        self._announced = 0
        self.announced = self.arrived = _nothing
        self.answer = lambda _to: None

    def channel(self, timeout: float = 30) -> Smtp:
        """The way to it."""
        return smtp(self.port, timeout)


def smtp(port: int, timeout: float = 30) -> Smtp:
    """The product's channel to a mail server on this machine."""
    return Smtp(host=HOST, port=port, letterhead=LETTERHEAD, security="none", timeout=timeout)


class _Plain(Controller):
    def factory(self) -> Server:
        return Server(self.handler, **self.SMTP_kwargs)


@contextmanager
def post_office(port: int = 0) -> Iterator[PostOffice]:
    """A mail server, until the test is over."""
    office = PostOffice(port=port or free_port())
    with opened_at(office):
        yield office


@contextmanager
def opened_at(office: PostOffice) -> Iterator[None]:
    """A mail server listens as long as the block lasts."""
    controller = _Plain(office, hostname=HOST, port=office.port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()
