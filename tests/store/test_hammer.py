"""Many threads, and many processes, act on the same sager: nothing is lost, nothing is done twice.

What happened is then told again from the history alone, and has to come to exactly the sager in the database.
"""

from __future__ import annotations

import multiprocessing
import random
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from typing import Any

import pytest

from kdflow.actions.advance_sag import advance_sag
from kdflow.actions.consequences import Receipt
from kdflow.actions.open_sag import open_sag
from kdflow.actions.revise_sag import revise_sag
from kdflow.domain import route
from kdflow.domain.authority import PersonId
from kdflow.domain.errors import Conflict, KdflowError, NoSuchMove, NotAllowed, Refused
from kdflow.domain.revision import Revision
from kdflow.domain.sag import Sag, SagId, Step, StepSeq, content_digest
from kdflow.domain.situation import Inputs
from kdflow.domain.workflow import Outcome
from kdflow.store import history, sager
from kdflow.store.database import Database
from kdflow.store.history import Entry
from tests.store.stand import (
    CO_CHAIRS,
    NOW,
    OWNER,
    SECRETARY,
    Walker,
    chair,
    load,
    meeting,
    newest,
    opened,
    proved,
    rows,
)

ALLOWED = (Conflict, Refused, NoSuchMove, NotAllowed)
SAGER, THREADS, PROCESSES, ROUNDS = 4, 8, 3, 100

fork = multiprocessing.get_context("fork")
forks = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")


@dataclass(slots=True)
class Report:
    """What one worker did: how often each move succeeded, with what receipts, and which errors it met."""

    done: list[tuple[SagId, str, Receipt]] = field(default_factory=list)
    failed: Counter[str] = field(default_factory=Counter)


# state: what a worker may try there: (move, who)
TRIES: dict[str, tuple[tuple[str, PersonId], ...]] = {
    "preparing": (("decide", OWNER), ("revise", OWNER), ("submit", OWNER), ("hand-on", OWNER)),
    "decided": (
        *(("approve", person) for person in CO_CHAIRS * 2),
        ("hand-on", OWNER),
        ("rework", SECRETARY),
        ("revise-sag", OWNER),
    ),
    "submitted": (("accept", SECRETARY), ("postpone", SECRETARY), ("decline", SECRETARY), ("return", SECRETARY)),
    "on-agenda": (("postpone", SECRETARY), ("take-off", chair("north")), ("return", chair("north"))),
}


class Worker:
    """Does what is possible, at random, and now and then what is not."""

    def __init__(self, db: Database, number: int, among: list[SagId]) -> None:
        self.db, self.number, self.among = db, number, among
        self.random = random.Random(number)  # noqa: S311  no secret
        self.report = Report()

    def run(self, rounds: int) -> Report:
        for turn in range(rounds):
            sag = load(self.db, self.random.choice(self.among))
            step = newest(sag, self.random.choice(sag.places))
            name, by = self.random.choice(TRIES[step.state])
            if self.random.random() < 0.05:
                by = chair("south")  # is nobody here
            self._try(sag, step, name, by, turn)
        return self.report

    def _try(self, sag: Sag, step: Step, name: str, by: PersonId, turn: int) -> None:
        common: dict[str, Any] = {
            "key": f"{self.number}-{turn}",
            "by": by,
            "now": instant(turn, self.number),
        }
        careless = self.random.random() < 0.3 and not name.startswith("revise")
        version = None if careless else step.version
        try:
            if name == "revise-sag":
                revision = Revision(case_text=common["key"])
                receipt = revise_sag(self.db, sag.id, None, revision, version=sag.version, **common)
            elif name == "revise":
                revision = Revision(parts=(common["key"],))
                receipt = revise_sag(self.db, sag.id, step.seq, revision, version=version, **common)
            else:
                inputs = self._inputs(sag, step, name)
                receipt = advance_sag(self.db, sag.id, step.seq, name, inputs, version=version, **common)
        except ALLOWED as error:
            self.report.failed[type(error).__name__] += 1
        else:
            self.report.done.append((sag.id, "revise" if name == "revise-sag" else name, receipt))

    def _inputs(self, sag: Sag, step: Step, name: str) -> Inputs:
        return Inputs(
            reason="Because.",
            outcome=Outcome.RECOMMENDED if name == "decide" else None,
            content=content_digest(sag, step),
            meeting=meeting("north", 0) if name == "submit" else None,
        )


def instant(turn: int, worker: int) -> datetime:
    """An instant that no other command has."""
    return NOW + timedelta(milliseconds=1 + turn, microseconds=worker)


def prepare(db: Database) -> list[SagId]:
    """Some sager to act on."""
    walker = Walker(db, prefix="prepare")
    return [walker.open("pair@1", title=f"Sag {n}") for n in range(SAGER)]


def in_threads(db: Database, among: list[SagId]) -> list[Report]:
    """What some threads did at once."""
    start = threading.Barrier(THREADS)

    def work(number: int) -> Report:
        start.wait()
        return Worker(db, number, among).run(ROUNDS)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, range(THREADS)))


def in_processes(url: str, among: list[SagId]) -> list[Report]:
    """What some processes did at once."""
    pipes = [fork.Pipe(duplex=False) for _ in range(PROCESSES)]
    workers = [
        fork.Process(target=_process, args=(url, number, among, sender))
        for number, (_, sender) in enumerate(pipes)
    ]
    for worker in workers:
        worker.start()
    for _, sender in pipes:
        sender.close()
    found = [receiver.recv() for receiver, _ in pipes]
    for worker in workers:
        worker.join(30)
        assert worker.exitcode == 0
    for one in found:
        assert isinstance(one, Report), one
    return found


def _process(url: str, number: int, among: list[SagId], sender: Connection) -> None:
    try:
        with opened(url) as db:
            sender.send(Worker(db, number, among).run(ROUNDS * 2))
    except BaseException as error:
        sender.send(repr(error))
        raise


# --- the story told again --------------------------------------------------------------------------------------


@dataclass(slots=True)
class Told:
    """One sag as its history tells it."""

    life: str = ""
    places: set[str] = field(default_factory=set)
    states: dict[StepSeq, str] = field(default_factory=dict)
    standing: dict[StepSeq, set[tuple[PersonId, str]]] = field(default_factory=lambda: defaultdict(set))
    touched: dict[StepSeq, set[datetime]] = field(default_factory=lambda: defaultdict(set))
    sag_touched: set[datetime] = field(default_factory=set)

    def tell(self, entry: Entry) -> None:
        {"step": self._step, "route": self._route, "life": self._life, "record": self._record}[
            entry.event.machine
        ](entry)

    def _step(self, entry: Entry) -> None:
        event, seq = entry.event, entry.event.step
        assert seq is not None
        assert self.states.get(seq, "") == event.old, f"row {entry.seq}: somebody's change was lost"
        self.states[seq] = event.new
        self.touched[seq].add(entry.at)
        if event.move == "approve":
            consent = (PersonId(entry.actor), str(event.data["content"]))
            assert consent not in self.standing[seq], f"row {entry.seq}: approved twice"
            self.standing[seq].add(consent)
        if event.move == "rework":
            self.standing[seq].clear()
        if event.move == "hand-on" and event.station == "a":
            people = sorted(person for person, _ in self.standing[seq])
            assert people == sorted(CO_CHAIRS), f"row {entry.seq}: handed on with the consent of {people}"
            assert len({content for _, content in self.standing[seq]}) == 1

    def _route(self, entry: Entry) -> None:
        event = entry.event
        if event.old == event.new:
            return
        assert event.old == route.OUTSIDE or event.old in self.places, f"row {entry.seq}: no branch is there"
        self.places = self.places - {event.old} | {event.new} - {route.FINISHED, route.RECALLED}
        self.sag_touched.add(entry.at)

    def _life(self, entry: Entry) -> None:
        assert self.life == entry.event.old
        self.life = entry.event.new
        self.sag_touched.add(entry.at)

    def _record(self, entry: Entry) -> None:
        event = entry.event
        if event.move == "consent-lapsed" and event.step:
            kept = {(who, content) for who, content in self.standing[event.step] if content == event.new}
            assert kept != self.standing[event.step], f"row {entry.seq}: no consent was there to lapse"
            self.standing[event.step] = kept
        if event.step:
            self.touched[event.step].add(entry.at)
        else:
            assert event.new == "case_text"
            self.sag_touched.add(entry.at)


def check(db: Database, among: list[SagId], reports: Iterable[Report]) -> None:
    """Everything that must hold afterwards."""
    reports = list(reports)
    done = [one for report in reports for one in report.done]
    proved(db)
    for sag in among:
        with db.read() as tx:
            entries = history.of_sag(tx, sag)
            found = sager.load(tx, sag)
        _check_story(found, entries)
        _check_counts(found, entries, [(move, receipt) for id_, move, receipt in done if id_ == sag])
    with db.read() as tx:
        assert len(rows(tx, "command")) == len(done) + SAGER  # those that opened them
    failed = sum((report.failed for report in reports), Counter())
    assert set(failed) >= {"Conflict", "Refused"}, "they did not get in each other's way"
    assert len({move for _, move, _ in done}) >= 8, "hardly anything was possible"
    assert all(report.done for report in reports)


def _check_story(found: Sag, entries: tuple[Entry, ...]) -> None:
    told = Told()
    for entry in entries:
        told.tell(entry)
    assert found.life == told.life
    assert set(found.places) == told.places
    assert {step.seq: step.state for step in found.steps} == told.states
    assert {step.seq: step.version for step in found.steps} == {s: len(at) for s, at in told.touched.items()}
    assert found.version == 1 + len(told.sag_touched)
    for step in found.steps:
        standing = [(one.counts_for, one.content) for one in step.standing_approvals]
        assert sorted(standing) == sorted(told.standing[step.seq])


def _check_counts(found: Sag, entries: tuple[Entry, ...], done: list[tuple[str, Receipt]]) -> None:
    receipts = Counter(move for move, _ in done)
    written = Counter(e.event.move for e in entries if e.event.machine in ("step", "record"))
    for move in {*receipts, *(name for tries in TRIES.values() for name, _ in tries)} - {"revise-sag"}:
        assert written[move] == receipts[move], f"{found.number}: {move}"
    versions = Counter((r.step, r.step_version) if r.step else (None, r.version) for _, r in done)
    assert max(versions.values()) == 1, "two commands made the same version: one of them is lost"


# --- tests -----------------------------------------------------------------------------------------------------


def test_eight_threads(db: Database) -> None:
    among = prepare(db)
    check(db, among, in_threads(db, among))


@forks
def test_three_processes(url: str) -> None:
    with opened(url) as db:
        among = prepare(db)
    reports = in_processes(url, among)
    with opened(url) as db:
        check(db, among, reports)


def test_the_check_sees_a_lost_update(db: Database) -> None:
    among = prepare(db)
    worker = Worker(db, 0, among)
    worker.run(ROUNDS)
    found = load(db, among[0])
    with db.read() as tx:
        entries = history.of_sag(tx, found.id)
    _check_story(found, entries)
    with pytest.raises(AssertionError):
        _check_story(replace(found, version=found.version - 1), entries)
    with pytest.raises(AssertionError):
        _check_story(found, tuple(e for e in entries if e.event.move != "enter:a"))
    one = [r for r in worker.report.done if r[0] == found.id]
    with pytest.raises(AssertionError):
        _check_counts(found, entries, [(move, receipt) for _, move, receipt in one[1:]])


def all_at_once(count: int, act: Callable[[int], Receipt]) -> tuple[list[Receipt], list[KdflowError]]:
    """The receipts and the errors of the same act in many threads at once."""
    start = threading.Barrier(count)

    def run(number: int) -> Receipt | KdflowError:
        start.wait()
        try:
            return act(number)
        except ALLOWED as error:
            return error

    with ThreadPoolExecutor(count) as pool:
        found = list(pool.map(run, range(count)))
    return [r for r in found if isinstance(r, Receipt)], [e for e in found if isinstance(e, KdflowError)]


@pytest.mark.parametrize("version", ["seen", None])
def test_one_person_approves_once_however_often_they_press(db: Database, version: str | None) -> None:
    walker = Walker(db)
    sag = walker.open("pair@1")
    walker.decide_only(sag, "a")
    seen = load(db, sag)
    step = newest(seen, "a")
    inputs = Inputs(content=content_digest(seen, step))

    def press(number: int) -> Receipt:
        return advance_sag(
            db,
            sag,
            step.seq,
            "approve",
            inputs,
            version=step.version if version else None,
            key=f"press-{number}",
            by=CO_CHAIRS[0],
            now=NOW,
        )

    receipts, errors = all_at_once(8, press)
    assert (len(receipts), len(errors)) == (1, 7)
    assert {type(error) for error in errors} == {Conflict if version else Refused}
    assert [a.person for a in newest(load(db, sag), "a").approvals] == [CO_CHAIRS[0]]
    proved(db)


def test_one_command_sent_by_many_at_once_is_carried_out_once(db: Database) -> None:
    walker = Walker(db)
    sag, step = walker.before_join()

    def send(_number: int) -> Receipt:
        return advance_sag(db, sag, step, "hand-on", version=None, key="the same", by=OWNER, now=NOW)

    receipts, errors = all_at_once(8, send)
    assert not errors
    assert sorted(receipt.repeated for receipt in receipts) == [False] + [True] * 7
    assert len({replace(receipt, repeated=False) for receipt in receipts}) == 1
    with db.read() as tx:
        assert [e.event.move for e in history.of_sag(tx, sag)].count("join:d") == 2  # one for each branch
    proved(db)


def test_both_branches_come_to_a_join_at_once(db: Database) -> None:
    walker = Walker(db)
    among = []
    for _ in range(6):
        sag = walker.open("fork@1")
        walker.decide(sag, "a")
        walker.move(sag, "a", "hand-on", OWNER)
        walker.decide(sag, "b")
        walker.decide(sag, "c")
        among.append(sag)

    def hand_on(number: int) -> Receipt:
        sag = among[number // 2]
        step = newest(load(db, sag), "bc"[number % 2])
        key = f"branch-{number}"
        return advance_sag(db, sag, step.seq, "hand-on", version=step.version, key=key, by=OWNER, now=NOW)

    receipts, errors = all_at_once(12, hand_on)
    assert not errors
    assert len(receipts) == 12
    for sag in among:
        found = load(db, sag)
        assert found.places == ("d",)
        assert [step.station for step in found.steps].count("d") == 1
    proved(db)


def test_numbers_are_unique(db: Database) -> None:
    def open_one(number: int) -> Receipt:
        return [
            open_sag(
                db,
                "A sag",
                "line@1",
                owner=OWNER,
                fills={},
                key=f"{number}-{turn}",
                by=OWNER,
                now=NOW,
                draft=turn % 2 == 0,
            )
            for turn in range(6)
        ][-1]

    receipts, errors = all_at_once(8, open_one)
    assert not errors
    assert len(receipts) == 8
    with db.read() as tx:
        numbers = [row[0] for row in tx.run("select number from sag order by id").fetchall()]
    assert len(set(numbers)) == len(numbers) == 48
    assert all(number.startswith("SAG-2020-") for number in numbers)
    proved(db)


def test_a_number_bears_the_year_in_copenhagen(db: Database) -> None:
    opened_at = datetime(2020, 12, 31, 23, 30, tzinfo=UTC)
    receipt = open_sag(db, "A sag", "line@1", owner=OWNER, fills={}, key="k", by=OWNER, now=opened_at)
    assert receipt.number.startswith("SAG-2021-")


def test_numbers_go_on_after_the_ten_thousandth(db: Database) -> None:
    walker = Walker(db)
    sag = walker.open("line@1")
    with db.write() as tx:
        tx.run("update sag set number = 'SAG-2020-9999' where id = ?", (sag,))
    found = [int(load(db, walker.open("line@1")).number.removeprefix("SAG-2020-")) for _ in range(6)]
    assert found == sorted(set(found))
    assert 10_000 <= found[0] <= 10_002
