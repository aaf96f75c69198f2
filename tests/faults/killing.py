"""Kill a process before its n-th statement, commit or mail, for every n there is: counted from outside."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from kdflow.channels import Channel, Message, Sender
from kdflow.store.database import Database
from tests.store.test_kill import watched

Before = Callable[[str], None]
Act = Callable[[Database, Before], object]

SEND, TAKEN = "send", "taken"
"""What is counted beside statements and commits: a mail is about to leave the house, and was taken."""


@dataclass
class Watching:
    """A channel that says before each mail, and after it, that it is there."""

    channel: Channel
    before: Before

    @contextmanager
    def open(self) -> Iterator[Sender]:
        """A batch."""
        with self.channel.open() as sender:
            yield _WatchingSender(sender, self.before)


@dataclass
class _WatchingSender:
    sender: Sender
    before: Before

    def send(self, message: Message) -> None:
        self.before(SEND)
        self.sender.send(message)
        self.before(TAKEN)


def events(url: str, act: Act) -> list[str]:
    """Act on a database, undisturbed: every statement, commit and mail, in order, and a last one after all."""
    found: list[str] = []
    watched(url, lambda db: act(db, found.append), found.append)
    return found


def forked(url: str, act: Act, before: Before) -> int:
    """Act in a child; its process id is returned."""
    child = os.fork()
    if child:
        return child
    try:
        watched(url, lambda db: act(db, before), before)
        os._exit(0)
    finally:
        os._exit(1)


def signalled(url: str, act: Act, at: int, number: int = signal.SIGKILL) -> int:
    """Act in a child that sends itself a signal before its event number `at` (from 1); its process id."""
    count = 0

    def before(_what: str) -> None:
        nonlocal count
        count += 1
        if count == at:
            os.kill(os.getpid(), number)

    return forked(url, act, before)


def killed(url: str, act: Act, at: int) -> None:
    """Act in a child that is killed before its event number `at` (from 1)."""
    dies(signalled(url, act, at), f"event {at}")


def dies(child: int, where: str) -> None:
    """Wait for a child that is killed."""
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"the child came to its end before {where}"
    assert os.WTERMSIG(status) == signal.SIGKILL
