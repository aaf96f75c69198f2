"""Processes that begin with the program in memory: each is forked from a server that did nothing but import it.

Such a process is as alone as one that is started anew, and spares the imports: more than a second of work.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import chdir
from multiprocessing.context import ForkServerProcess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CLEAN = multiprocessing.get_context("forkserver")
CLEAN.set_forkserver_preload(["tests.faults.worker", "tests.benchmarks.bench_beats", "kdflow.cli"])


def begin(
    act: Callable[[], None],
    argv: list[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    out: Path,
    err: Path,
) -> ForkServerProcess:
    """Let a process act in a folder, with these arguments and this environment; what it says is added to files."""
    process = CLEAN.Process(target=_act, args=(act, argv, folder, dict(environment), out, err))
    with chdir(ROOT):  # where the server, if it has to be started first, finds what it imports
        process.start()
    return process


def _act(
    act: Callable[[], None], argv: list[str], folder: Path, environment: dict[str, str], out: Path, err: Path
) -> None:
    for path, number in ((out, 1), (err, 2)):
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(opened, number)
        os.close(opened)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = argv
    act()
