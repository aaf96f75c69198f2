"""A small house to test and measure in: a few bodies and routes of its own, on either database."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa

from kdflow.actions.advance_sag import advance_sag
from kdflow.actions.consequences import Receipt
from kdflow.actions.install_catalog import install_catalog
from kdflow.actions.open_sag import open_sag
from kdflow.actions.revise_sag import revise_sag
from kdflow.catalog import Catalog, parse_definition, shipped_root
from kdflow.domain.authority import Appointment, Office, Person, PersonId
from kdflow.domain.dates import FuzzyDate
from kdflow.domain.revision import Revision
from kdflow.domain.sag import Sag, SagId, Step, StepSeq, content_digest
from kdflow.domain.situation import Inputs
from kdflow.domain.timetable import Body, Chairing, Meeting, MeetingId
from kdflow.domain.workflow import Outcome, Procedure, Workflow
from kdflow.store import history, sager, schema
from kdflow.store.database import Database, Tx
from tests.postgres import PostgresServer

NOW = datetime(2020, 1, 6, 8, 0, tzinfo=UTC)
KINDS = ("sqlite", "postgres")
BODIES = ("north", "south", "east", "council")
OWNER, SECRETARY, ADMINISTRATOR = PersonId("owner"), PersonId("secretary"), PersonId("administrator")
CO_CHAIRS = (PersonId("co-chair-1"), PersonId("co-chair-2"))
MEETINGS = 24
"""Meetings in each body's calendar, one every 30 days."""

FORK = {
    "name": "fork",
    "version": 1,
    "title": "One splits in two, and they join again",
    "stations": [
        {"key": "a", "body": "north", "procedure": "preparation@1", "asks": "indstilling", "consent": "chair"},
        {"key": "b", "body": "south", "procedure": "preparation@1", "asks": "drøftelse", "after": ["a"]},
        {"key": "c", "body": "east", "procedure": "preparation@1", "asks": "drøftelse", "after": ["a"]},
        {"key": "d", "body": "council", "after": ["b", "c"], "consent": "all-co-chairs"},
    ],
}
PAIR = {
    "name": "pair",
    "version": 1,
    "title": "Two co-chairs, and then a meeting that can send the sag back to them",
    "stations": [
        {
            "key": "a",
            "body": "council",
            "procedure": "preparation@1",
            "asks": "indstilling",
            "consent": "all-co-chairs",
        },
        {"key": "b", "body": "north", "after": ["a"]},
    ],
}
LINE = {
    "name": "line",
    "version": 1,
    "title": "One meeting after another",
    "stations": [
        {"key": "m", "body": "north", "consent": "chair"},
        {"key": "n", "body": "council", "after": ["m"], "consent": "all-co-chairs"},
    ],
}


def chair(body: str) -> PersonId:
    """The chair of a body (the council has two)."""
    return PersonId(f"chair-{body}")


def meeting(body: str, number: int) -> MeetingId:
    """A meeting of a body; number 0 is held two days from `NOW`."""
    return MeetingId(f"{body}-{number}")


def house() -> Catalog:
    """Everything that is installed."""
    procedures = {ref: _procedure(ref) for ref in ("life@1", "preparation@1", "meeting@1")}
    workflows = [Workflow.model_validate(one) for one in (FORK, LINE, PAIR)]
    offices = [(chair(body), Office.CHAIR, body) for body in BODIES if body != "council"]
    offices += [(person, Office.CO_CHAIR, "council") for person in CO_CHAIRS]
    offices += [(SECRETARY, Office.SECRETARY, body) for body in BODIES]
    offices.append((ADMINISTRATOR, Office.ADMINISTRATOR, "*"))
    people = dict.fromkeys([OWNER, *(person for person, _, _ in offices)])
    return Catalog(
        workflows={workflow.ref: workflow for workflow in workflows},
        procedures=procedures,
        bodies={body: _body(body) for body in BODIES},
        people=tuple(Person(id=who, name=who.title(), email=f"{who}@kdflow.example") for who in people),
        appointments=tuple(Appointment(person=who, office=office, body=body) for who, office, body in offices),
        absences=(),
        meetings=tuple(_meeting(body, number) for body in BODIES for number in range(MEETINGS)),
        scenarios={},
    )


def _procedure(ref: str) -> Procedure:
    path = shipped_root() / "workflows" / "procedures" / f"{ref}.yaml"
    found = parse_definition(path.read_text("utf-8"), path.name)
    assert isinstance(found, Procedure)
    return found


def _body(key: str) -> Body:
    chairing = Chairing.CO_CHAIRS if key == "council" else Chairing.CHAIR
    return Body(key=key, name=key.title(), short=key.upper(), kind="administrativ", chairing=chairing)


def _meeting(body: str, number: int) -> Meeting:
    day = date(2020, 1, 8) + timedelta(days=30 * number)
    return Meeting(id=meeting(body, number), body=body, on=FuzzyDate.day(day))


# --- databases -------------------------------------------------------------------------------------------------


class Ground(Protocol):
    """Where databases stand."""

    def empty(self) -> str:
        """The URL of a new database with nothing in it."""

    def copy(self, url: str) -> str:
        """The URL of a copy of a database that nobody is connected to."""

    def drop(self, url: str) -> None:
        """Remove a database."""


@dataclass(slots=True)
class SqliteGround:
    """Databases as files in a folder."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def empty(self) -> str:
        return f"sqlite:///{self.folder / f'{next(self._numbers)}.db'}"

    def copy(self, url: str) -> str:
        new = self.empty()
        source, target = _path(url), _path(new)
        for tail in ("", "-wal"):
            if (left := source.with_name(source.name + tail)).exists():
                shutil.copyfile(left, target.with_name(target.name + tail))
        return new

    def drop(self, url: str) -> None:
        for tail in ("", "-wal", "-shm"):
            path = _path(url)
            path.with_name(path.name + tail).unlink(missing_ok=True)


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


@dataclass(slots=True)
class PostgresGround:
    """Databases of one server."""

    server: PostgresServer
    name: str = "stand"
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def empty(self) -> str:
        return self.server.create_database(self._name())

    def copy(self, url: str) -> str:
        return self.server.create_database(self._name(), template=self._named(url))

    def drop(self, url: str) -> None:
        self.server.drop_database(self._named(url))

    def _name(self) -> str:
        return f"{self.name}_{next(self._numbers)}"

    def _named(self, url: str) -> str:
        return str(sa.make_url(url).database)


def furnish(ground: Ground) -> str:
    """The URL of a new database with the whole house installed; nobody is connected to it."""
    url = ground.empty()
    with opened(url) as db:
        schema.upgrade(db)
        install_catalog(db, house(), now=NOW)
    return url


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """A database for the time of a block."""
    db = Database(url, synchronous="NORMAL")
    try:
        yield db
    finally:
        db.close()


# --- walking ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Walker:
    """Acts on sager by the ordinary actions; each command has its own key and comes a minute after the last."""

    db: Database
    prefix: str = "k"
    count: int = 0

    def open(self, route: str = "fork@1", *, title: str = "A sag") -> SagId:
        """Open a sag and set it going."""
        return open_sag(self.db, title, route, owner=OWNER, fills={}, key=self.key(), by=OWNER, now=self.now()).sag

    def move(
        self, sag: SagId, station: str, name: str, by: PersonId, inputs: Inputs | None = None, **more: Any
    ) -> Receipt:
        """Make a move at the newest step of a station."""
        step = newest(load(self.db, sag), station)
        return self.advance(sag, step.seq, name, by, inputs, **{"version": step.version, **more})

    def advance(
        self,
        sag: SagId,
        step: StepSeq | None,
        name: str,
        by: PersonId,
        inputs: Inputs | None = None,
        *,
        version: int | None = None,
        key: str | None = None,
    ) -> Receipt:
        """Make a move."""
        chosen = key or self.key()
        return advance_sag(self.db, sag, step, name, inputs, version=version, key=chosen, by=by, now=self.now())

    def revise(self, sag: SagId, step: StepSeq | None, revision: Revision, version: int | None) -> Receipt:
        """Change what a sag says."""
        return revise_sag(self.db, sag, step, revision, version=version, key=self.key(), by=OWNER, now=self.now())

    def decide(self, sag: SagId, station: str) -> None:
        """Take a step that is treated without a meeting to the point where it can be handed on."""
        self.decide_only(sag, station)
        if station == "a":
            self.approve(sag, station, chair("north"))

    def decide_only(self, sag: SagId, station: str) -> None:
        """Take a step that is treated without a meeting to its decision."""
        self.move(sag, station, "decide", OWNER, DECIDED)

    def approve(self, sag: SagId, station: str, by: PersonId) -> Receipt:
        """Consent to what the sag says now."""
        seen = load(self.db, sag)
        content = content_digest(seen, newest(seen, station))
        return self.move(sag, station, "approve", by, Inputs(content=content))

    def before_join(self) -> tuple[SagId, StepSeq]:
        """A sag whose next hand-on (of the step returned) goes through a join."""
        sag = self.open("fork@1")
        for station in ("a", "b", "c"):
            self.decide(sag, station)
            if station != "c":
                self.move(sag, station, "hand-on", OWNER)
        return sag, newest(load(self.db, sag), "c").seq

    def at_meeting(self) -> tuple[SagId, StepSeq]:
        """A sag whose first step can be submitted to a meeting of the body "north"."""
        sag = self.open("line@1")
        self.revise(sag, StepSeq(1), Revision(parts=("That it be done.", "That it be paid for.")), None)
        return sag, StepSeq(1)

    def key(self) -> str:
        """A key that no other command has."""
        self.count += 1
        return f"{self.prefix}-{self.count}"

    def now(self) -> datetime:
        """The instant of the present command."""
        return NOW + timedelta(minutes=self.count)


DECIDED = Inputs(outcome=Outcome.RECOMMENDED)


def newest(sag: Sag, station: str) -> Step:
    """The newest step at a station."""
    step = sag.at(station)
    assert step is not None
    return step


def load(db: Database, sag: SagId) -> Sag:
    """A sag as it is now."""
    with db.read() as tx:
        return sager.load(tx, sag)


def proved(db: Database) -> None:
    """The history proves itself."""
    with db.read() as tx:
        assert history.first_break(tx) is None


TABLES = ("sag", "step", "seat", "event", "chain", "command", "notice", "content", "meeting", "setting")


def snapshot(db: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that an action can write to."""
    with db.read() as tx:
        return {table: rows(tx, table) for table in TABLES}


def rows(tx: Tx, table: str) -> list[tuple[Any, ...]]:
    """All rows of a table, in an order of their own, their columns by name."""
    cursor = tx.run(f"select * from {table}")  # noqa: S608  our own names
    names = [column[0] for column in cursor.description]
    order = sorted(range(len(names)), key=names.__getitem__)
    return sorted((tuple(row[at] for at in order) for row in cursor.fetchall()), key=repr)
