"""Who looks at the whole house: on the spot, or beside the run, in a process of their own."""

from __future__ import annotations

import os
import pickle
import sys
from contextlib import closing
from datetime import datetime, timedelta
from subprocess import PIPE, Popen
from typing import IO, NamedTuple, Protocol, cast

from kdflow.domain.authority import PersonId
from kdflow.domain.sag import SagId
from kdflow.domain.timetable import MeetingId
from kdflow.simulation.broken import Broken
from kdflow.simulation.findings import Findings
from kdflow.simulation.invariants import INVARIANTS
from kdflow.simulation.invariants_at_end import AT_END
from kdflow.store.database import Database, Tx

Expected = tuple[datetime, MeetingId, SagId, PersonId]
"""That somebody is told, from an instant on, that a meeting their sag counts on has changed."""


class Moment(NamedTuple):
    """A moment to be looked at: nothing has gone wrong for `calm`, who must have been told since the last one is
    `expected`, and what has happened just before is `last`. At the end, more must hold."""

    now: datetime
    calm: timedelta
    expected: tuple[Expected, ...]
    last: tuple[str, ...]
    is_end: bool = False


class Inspector(Protocol):
    """Looks at the whole house."""

    def look(self, moment: Moment) -> None:
        """Look at everything.

        Raises:
            Broken: something is not, or was not at an earlier look, as it must be.
        """

    def wait(self) -> None:
        """Wait until all looks are done; Broken as for `look`."""

    def close(self) -> None:
        """Look no more."""


class InspectorHere:
    """Looks at once; the run waits."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._findings = Findings()

    def look(self, moment: Moment) -> None:
        """Look at everything; Broken where something is not as it must be."""
        with self._db.read() as tx:
            self.look_with(tx, moment)

    def look_with(self, tx: Tx, moment: Moment) -> None:
        """The same within a transaction, which sees what is looked at."""
        self._findings.expected += moment.expected
        self._findings.look(tx, moment.now, moment.calm)
        invariants = {**INVARIANTS, **AT_END} if moment.is_end else INVARIANTS
        for name, holds in invariants.items():
            for how in holds(self._findings):
                raise Broken(name, how, at=moment.now, last=moment.last)

    def wait(self) -> None:
        """There is nothing to wait for."""

    def close(self) -> None:
        """There is nothing to end."""


class InspectorBeside:
    """Looks from a second process while the run goes on; what is broken is said when it is asked to look again."""

    def __init__(self, db: Database) -> None:
        begins = f"from {__name__} import look_when_asked; look_when_asked()"
        self._process = Popen([sys.executable, "-c", begins], stdin=PIPE, stdout=PIPE)  # noqa: S603  our own words
        self._asked: Moment | None = None
        self._say(db.url.render_as_string(hide_password=False))

    def look(self, moment: Moment) -> None:
        """Have everything looked at as it is now, as soon as the look before is done."""
        self.wait()
        self._say(moment)
        self._hear()
        self._asked = moment

    def wait(self) -> None:
        """Wait for the look that is under way."""
        if self._asked is None:
            return
        asked, self._asked = self._asked, None
        said = self._hear()
        if said is not None:
            raise Broken(*said, at=asked.now, last=asked.last)

    def close(self) -> None:
        """End the second process, whatever it is doing."""
        self._process.kill()
        self._process.communicate()

    def _say(self, what: object) -> None:
        _send(cast(IO[bytes], self._process.stdin), what)

    def _hear(self) -> tuple[str, str] | None:
        try:
            said: tuple[str, str] | None = pickle.load(cast(IO[bytes], self._process.stdout))  # noqa: S301  our own
        except EOFError as error:
            raise RuntimeError("the process that inspects has ended; what it says of that stands above") from error
        return said


def inspector(db: Database) -> Inspector:
    """One that suits the machine: beside the run where there is a processor for it."""
    return InspectorBeside(db) if (os.cpu_count() or 1) > 1 else InspectorHere(db)


def look_when_asked() -> None:
    """What the second process does, told through its standard input: first which database, then moment by moment.
    It says when it sees a moment, and then what it found there."""
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    with closing(Database(pickle.load(asked))) as db:  # noqa: S301  from our own process
        found = InspectorHere(db)
        while (moment := _next(asked)) is not None:
            with db.read() as tx:
                tx.run("select count(*) from setting")
                _send(answers, None)
                _send(answers, _said(found, tx, moment))


def _next(asked: IO[bytes]) -> Moment | None:
    try:
        moment: Moment = pickle.load(asked)  # noqa: S301  from our own process
    except EOFError:
        return None
    return moment


def _send(line: IO[bytes], what: object) -> None:
    pickle.dump(what, line)
    line.flush()


def _said(found: InspectorHere, tx: Tx, moment: Moment) -> tuple[str, str] | None:
    try:
        found.look_with(tx, moment)
    except Broken as broken:
        return broken.invariant, broken.how
    return None
