"""A terminal for the tests: run the command line in this process or in one of its own, and keep what it said."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kdflow.cli import main
from tests import forks

PROGRAM = Path(sys.executable).parent / "kdflow"


@dataclass(frozen=True, slots=True)
class Said:
    """What one command said, and with what code it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which must be one JSON document and nothing else."""
        return json.loads(self.out)

    @property
    def words(self) -> str:
        """Everything on standard error in one line, without the frame that Typer draws."""
        return " ".join(re.sub(r"[│╭╮╰╯─]", " ", self.err).split())

    def done(self) -> Said:
        """It went well and complained of nothing."""
        assert (self.code, self.err) == (0, ""), self.err or self.out
        return self

    def refused(self, *sentences: str) -> Said:
        """It ended with 1, wrote nothing to standard output, and said these things without a traceback."""
        assert self.code == 1, self
        assert self.out == ""
        assert "Traceback" not in self.err
        for sentence in sentences:
            assert sentence in self.err
        return self

    def misused(self, *sentences: str) -> Said:
        """It ended with 2 and said on standard error how it is used."""
        assert self.code == 2, self
        assert self.out == ""
        for sentence in sentences:
            assert sentence in self.words
        return self


@dataclass
class Terminal:
    """A terminal in a folder, with a database; `--db` is given before every command."""

    folder: Path
    db: str
    numbers: dict[str, str] = field(default_factory=dict)

    def run(self, *words: str, db: str | None = None, answer: str = "") -> Said:
        """Run a command in this process."""
        out, err = io.StringIO(), io.StringIO()
        argv = ["kdflow", *self._url(db), *words]
        with _seated(argv, answer), redirect_stdout(out), redirect_stderr(err):
            try:
                main()
                code: object = 0
            except SystemExit as end:
                code = end.code
        return Said(code if isinstance(code, int) else 0, out.getvalue(), err.getvalue())

    def process(self, *words: str, db: str | None = None, **environment: str) -> Said:
        """Run a command in a process of its own that has imported the program before."""
        out, err = (Path(tempfile.mkstemp(dir=self.folder, suffix=".said")[1]) for _ in range(2))
        argv = ["kdflow", *self._url(db), *words]
        process = forks.begin(main, argv, folder=self.folder, environment=_kept(environment), out=out, err=err)
        process.join(100)
        assert process.exitcode is not None, "it does not end"
        said = Said(process.exitcode, out.read_text("utf-8"), err.read_text("utf-8"))
        for file in (out, err):
            file.unlink()
        return said

    def program(self, *words: str, db: str | None = None, **environment: str) -> Said:
        """Run a command as an operator does."""
        return start([str(PROGRAM), *self._url(db), *words], self.folder, environment)

    def sag(self, what: str) -> Any:
        """The document of a sag."""
        return self.run("sag", "show", self.numbers.get(what, what), "--json").done().json

    def history(self, what: str) -> list[tuple[str, str]]:
        """What happened to a sag: who did what."""
        rows = self.run("sag", "history", self.numbers.get(what, what), "--json").done().json["data"]
        return [(row["actor"], row["move"]) for row in rows]

    def _url(self, db: str | None) -> list[str]:
        url = self.db if db is None else db
        return ["--db", url] if url else []


def start(command: Sequence[str], folder: Path, environment: dict[str, str] | None = None) -> Said:
    """Run a program to its end; nothing of the environment's KDFLOW_ settings reaches it but what is given."""
    ended = subprocess.run(
        command,
        cwd=folder,
        env=_kept(environment or {}),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    return Said(ended.returncode, ended.stdout, ended.stderr)


def _kept(given: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("KDFLOW_")} | {**given}


@contextmanager
def _seated(argv: list[str], answer: str) -> Iterator[None]:
    """The arguments and the keyboard of one command; Typer's own hook for tracebacks is taken away again."""
    before = sys.argv, sys.stdin, sys.excepthook
    sys.argv, sys.stdin = argv, io.StringIO(answer)
    try:
        yield
    finally:
        sys.argv, sys.stdin, sys.excepthook = before
