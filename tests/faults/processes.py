"""Real processes beside a test: started, waited for, told to stop, and what they said."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import monotonic
from typing import IO

from tests.faults.worker import Orders

PATIENCE = 60.0
"""Seconds within which anything that should happen does, on a slow machine."""

FAILED = "a beat failed"
ROOT = Path(__file__).resolve().parents[2]


@dataclass(slots=True)
class Process:
    """A program that runs."""

    popen: subprocess.Popen[bytes]
    said: IO[bytes]

    @property
    def lives(self) -> bool:
        """Whether it has not ended."""
        return self.popen.poll() is None

    @property
    def words(self) -> str:
        """All it has said up to now."""
        return Path(self.said.name).read_text("utf-8", "replace")

    def stop(self) -> tuple[int, float]:
        """Ask it to end; its exit code, and how many seconds it took."""
        start = monotonic()
        self.popen.send_signal(signal.SIGTERM)
        code = self.popen.wait(PATIENCE)
        return code, monotonic() - start

    def kill(self) -> None:
        """kill -9."""
        self.popen.kill()
        self.popen.wait(PATIENCE)


@contextmanager
def program(*words: str, **environment: str) -> Iterator[Process]:
    """`python WORDS...` as long as the block lasts; nothing that it started survives."""
    with tempfile.NamedTemporaryFile(suffix=".log") as said:
        popen = subprocess.Popen(
            [sys.executable, *words],
            cwd=ROOT,
            stdout=said,
            stderr=said,
            env={**os.environ, **environment},
        )
        process = Process(popen, said)
        try:
            yield process
        finally:
            if process.lives:
                process.kill()


@contextmanager
def worker(orders: Orders, **environment: str) -> Iterator[Process]:
    """A process of the installation."""
    with program("-m", "tests.faults.worker", orders.as_json(), **environment) as process:
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
