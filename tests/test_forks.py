"""The helper that begins processes: what they are given, what they say, and how they end."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import forks


def say_all() -> None:
    sys.stdout.write(f"{sys.argv} {os.getcwd()} {sorted(os.environ.items())}")
    sys.stderr.write("blåbær")
    sys.exit(3)


def fall() -> None:
    raise ValueError("a slip")


def leave() -> None:
    os.kill(os.getpid(), 9)


def begun(folder: Path, act: Callable[[], None]) -> tuple[int | None, str, str]:
    out, err = folder / "out", folder / "err"
    process = forks.begin(act, ["me", "x"], folder=folder, environment={"A": "1"}, out=out, err=err)
    process.join(60)
    assert process.pid != os.getpid()
    return process.exitcode, out.read_text("utf-8"), err.read_text("utf-8")


def test_it_has_what_it_was_given_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KDFLOW_DB", "sqlite:///of-the-test.db")
    assert begun(tmp_path, say_all) == (3, f"['me', 'x'] {tmp_path} [('A', '1')]", "blåbær")


def test_a_fault_is_said_and_ends_it(tmp_path: Path) -> None:
    code, out, err = begun(tmp_path, fall)
    assert (code, out) == (1, "")
    assert err.rstrip().endswith("ValueError: a slip")
    assert "Traceback" in err


def test_a_signal_ends_it(tmp_path: Path) -> None:
    assert begun(tmp_path, leave)[0] == -9
