"""The power goes while SQLite writes: its log ends anywhere, between two pages or in the middle of one.

With synchronous=FULL a commit returns when the log is on the disk, so what a power cut leaves is the log up to the
last commit that returned, and any part of what came after. Here it is cut at every page, and inside every page:
what is found again is what stood after the last commit that is whole in it, all of it and nothing else; so nothing
that was answered is lost, nothing is half, and no mail that left the house is to be sent as if it had not.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from kdflow.actions.pass_deadlines import pass_deadlines
from kdflow.channels.mailbox import Mailbox
from kdflow.queries.proof import proof
from kdflow.store.database import Database, Tx
from tests.faults.postoffice import LETTERHEAD, PostOffice
from tests.faults.stage import DUE, SECOND, Stages, all_sent, deliver, house_on, repeats, settle, told
from tests.store.stand import SqliteGround, opened

HEADER, FRAME_HEADER = 32, 24
"""Bytes of SQLite's log before its first page, and before each page."""

Content = dict[str, list[Any]]


@dataclass
class Life:
    """What happened in a database: how long its log was after each commit with what stood in it then, and at each
    mail with its name."""

    file: Path
    commits: list[tuple[int, Content]] = field(default_factory=list)
    mails: list[tuple[int, str]] = field(default_factory=list)
    on_disk: bytes = b""
    log: bytes = b""

    def now(self) -> int:
        """How long the log is."""
        return tail(self.file).stat().st_size

    def over(self) -> None:
        """Keep what is on the disk: who closes the database last empties the log into it."""
        self.on_disk, self.log = self.file.read_bytes(), tail(self.file).read_bytes()

    def committed(self) -> None:
        """Note what stands there."""
        with closing(sqlite3.connect(self.file)) as reader:
            self.commits.append((self.now(), content(reader)))

    def cuts(self) -> list[int]:
        """Every place where a page of the log begins or ends, and one within each."""
        page = FRAME_HEADER + int.from_bytes(self.log[8:12])
        edges = range(HEADER, len(self.log) + 1, page)
        return sorted({*edges, *(end - page // 3 for end in edges[1:])})

    def left_by(self, cut: int, folder: Path) -> Path:
        """What is found after a power cut."""
        file = folder / f"left-by-{cut}.db"
        file.write_bytes(self.on_disk)
        tail(file).write_bytes(self.log[:cut])
        return file


def tail(file: Path) -> Path:
    """SQLite's log of what is not in the file yet."""
    return file.with_name(file.name + "-wal")


def content(reader: sqlite3.Connection) -> Content:
    """Everything that stands in a database."""
    names = "select name from sqlite_schema where type = 'table' and name not like 'search%' order by name"
    return {
        name: reader.execute(f"select * from {name}").fetchall()  # noqa: S608
        for (name,) in reader.execute(names).fetchall()
    }


@pytest.fixture
def stages(tmp_path: Path) -> Stages:
    """Files in a folder of this test."""
    return Stages(SqliteGround(tmp_path))


@pytest.fixture
def life(stages: Stages, monkeypatch: pytest.MonkeyPatch) -> Life:
    """A sag is opened, all that is due is told, and mails are sent, while every commit is noted."""
    url = stages.ground.copy(stages.asleep)
    life = Life(Path(url.removeprefix("sqlite:///")))
    with closing(sqlite3.connect(life.file)) as lite:
        lite.execute("pragma wal_checkpoint(truncate)")
    db, commit = Database(url), Tx.commit
    keep_in_the_log(db)

    def commit_one(tx: Tx) -> None:
        commit(tx)
        life.committed()

    with closing(db):
        with db.read():
            life.committed()
        monkeypatch.setattr(Tx, "commit", commit_one)
        act(db, lambda name: life.mails.append((life.now(), name)))
        monkeypatch.undo()
        life.over()
    return life


def keep_in_the_log(db: Database) -> None:
    """Nothing moves from the log into the file meanwhile."""
    take = db._writing.take

    def taken() -> Any:
        driver = take()
        driver.execute("pragma wal_autocheckpoint=0")
        assert driver.execute("pragma synchronous").fetchone() == (2,), "FULL"
        return driver

    db._writing.take = taken  # type: ignore[method-assign]


def act(db: Database, taken: Callable[[str], None]) -> None:
    """What people and the heart do."""
    house = house_on(db)
    house.on("2020-03-02", 9).open()
    pass_deadlines(db, now=DUE)
    deliver(db, Mailbox(LETTERHEAD, lambda _to, name, _source, _at: taken(name)), DUE)


def test_what_is_found_is_what_stood_after_the_last_whole_commit(life: Life, tmp_path: Path) -> None:
    sizes = [size for size, _ in life.commits]
    assert sizes == sorted(sizes)
    assert len(life.mails) >= 8
    seen = set()
    for cut in life.cuts():
        last = max(number for number, size in enumerate(sizes) if size <= cut)
        with closing(sqlite3.connect(life.left_by(cut, tmp_path))) as reader:
            assert content(reader) == life.commits[last][1], f"cut at {cut} of {sizes[-1]}"
        seen.add(last)
    assert len(seen) == len(set(sizes))


def test_the_house_goes_on_from_there(life: Life, tmp_path: Path, office: PostOffice) -> None:
    """The history proves itself, all is told, and only the mail comes twice that was in the server's hands."""
    *_, (last, end) = life.commits
    with opened(f"sqlite:///{life.left_by(last, tmp_path)}") as db:
        once = told(db)
    twice = []
    for size in sorted({size for size, found in life.commits if len(found["sag"]) == len(end["sag"])}):
        office.clear()
        office.taken += [("", name) for at, name in life.mails if at <= size]
        in_hand = sum(at == size for at, _ in life.mails)
        with opened(f"sqlite:///{life.left_by(size, tmp_path)}") as db:
            assert proof(db).broken is None
            settle(db, office.channel(), DUE + SECOND)
            assert len(all_sent(db, DUE)) == len(office.copies) == len(life.mails)
            assert office.duplicates == repeats(db) == in_hand
            assert told(db) == once
        twice.append(in_hand)
    assert sum(twice) == len(life.mails)
