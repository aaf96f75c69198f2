"""Real processes beside a test: started, waited for, told to stop, and what they said."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Event
from time import monotonic

from kdflow import cli
from tests import forks
from tests.faults import worker as house
from tests.faults.worker import Orders

PATIENCE = 60.0
"""Seconds within which anything that should happen does, on a slow machine."""

FAILED = "a beat failed"


@dataclass(slots=True)
class Process:
    """A program that runs."""

    child: BaseProcess
    said: Path

    @property
    def lives(self) -> bool:
        """Whether it has not ended."""
        return self.child.is_alive()

    @property
    def words(self) -> str:
        """All it has said up to now."""
        return self.said.read_text("utf-8", "replace")

    def ends(self) -> int:
        """Wait for its end; its exit code."""
        self.child.join(PATIENCE)
        code = self.child.exitcode
        assert code is not None, f"it still runs:\n{self.words}"
        return code

    def stop(self) -> tuple[int, float]:
        """Ask it to end; its exit code, and how many seconds it took."""
        start = monotonic()
        assert self.child.pid
        os.kill(self.child.pid, signal.SIGTERM)
        return self.ends(), monotonic() - start

    def kill(self) -> None:
        """kill -9."""
        self.child.kill()
        self.ends()


@contextmanager
def program(act: Callable[[], None], *words: str, **environment: str) -> Iterator[Process]:
    """`act` as a program with these arguments as long as the block lasts; nothing that it started survives."""
    with tempfile.NamedTemporaryFile(suffix=".log") as log:
        said = Path(log.name)
        all_of_it = {**os.environ, **environment}
        argv = ["a program", *words]
        child = forks.begin(act, argv, folder=forks.ROOT, environment=all_of_it, out=said, err=said)
        process = Process(child, said)
        try:
            yield process
        finally:
            if process.lives:
                process.kill()


@contextmanager
def worker(orders: Orders, **environment: str) -> Iterator[Process]:
    """A process of the installation."""
    with program(house.main, orders.as_json(), **environment) as process:
        yield process


@contextmanager
def command(*words: str, **environment: str) -> Iterator[Process]:
    """`kdflow WORDS...`"""
    with program(cli.main, *words, **environment) as process:
        yield process


def until(holds: Callable[[], object], what: str, among: Sequence[Process] = ()) -> None:
    """Wait until something holds; the processes named must not end meanwhile."""
    end = monotonic() + PATIENCE
    pause = Event()
    while not holds():
        for process in among:
            assert process.lives, f"a process ended while waiting until {what}:\n{process.words}"
        assert monotonic() < end, f"after {PATIENCE:.0f} s still not: {what}\n" + "\n".join(p.words for p in among)
        pause.wait(0.03)
