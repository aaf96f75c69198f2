"""kill -9 before every statement, commit and mail of a delivery, and while the mail server has the mail in hand.

No notice is lost; a mail comes twice, under the same name, only where the worker died between the server's 250 and
its own commit; whoever is alive beside it does not send what it may have sent.
"""

from __future__ import annotations

import os
import signal
from datetime import datetime

import pytest

from kdflow.actions.deliver_notices import deliver_notices
from kdflow.domain.delivery import LEASE, REPEATS
from kdflow.store import outbox
from kdflow.store.database import Database
from tests.faults.killing import SEND, TAKEN, Act, Before, Watching, dies, events, forked, killed, signalled
from tests.faults.postoffice import PostOffice
from tests.faults.stage import (
    DUE,
    SECOND,
    Copy,
    Stages,
    all_sent,
    letters_by_state,
    lost,
    repeats,
    settle,
    told,
    waits_for,
    ways,
)
from tests.store.stand import opened

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")

LETTERS = 2


@pytest.fixture
def origin(copy: Copy, stages: Stages) -> str:
    """A database with two letters to be sent on `DUE`."""
    url = copy(stages.written)
    with opened(url) as db, db.write() as tx:
        mine = [
            row[0] for row in tx.run("select id from letter where state = 'ready' order by id limit 2").fetchall()
        ]
        others = tx.run("select id from notice where letter > ?", (mine[-1],)).fetchall()
        outbox.drop(tx, [row[0] for row in others], "old")
        tx.run("update notice set letter = null where dropped")
        tx.run("delete from letter where id > ?", (mine[-1],))
    return url


def delivery(office: PostOffice, now: datetime = DUE) -> Act:
    """A delivery, whose mails are counted too."""

    def act(db: Database, before: Before) -> None:
        deliver_notices(db, ways(Watching(office.channel(), before)), clock=lambda: now)

    return act


def goes_on(url: str, office: PostOffice, *, twice: int, doubts: int, survivor: bool = True) -> None:
    """After a kill: another worker is at it in the same moment, and then until all is quiet."""
    before = office.taken.copy()
    with opened(url) as db:
        all_told = told(db)
        if survivor:
            deliver_notices(db, ways(office.channel()), clock=lambda: DUE)
            assert office.duplicates == 0, "somebody else sent what may have been sent already"
        settle(db, office.channel(), DUE + SECOND)
        assert told(db) == all_told
        assert sorted(office.copies) == all_sent(db, DUE)
        assert len(office.copies) == LETTERS
        assert repeats(db) == doubts
    assert office.duplicates == twice, f"{before} before, {office.taken} at last"


def test_before_every_statement_commit_and_mail(copy: Copy, origin: str, office: PostOffice) -> None:
    happened = events(copy(origin), delivery(office))
    assert (happened.count(SEND), happened.count(TAKEN)) == (LETTERS, LETTERS)
    outcomes = set()
    for at in range(1, len(happened) + 1):
        office.clear()
        url = copy(origin)
        killed(url, delivery(office), at)
        twice, doubt = where(happened, at)
        goes_on(url, office, twice=twice, doubts=doubt)
        outcomes.add((twice, doubt))
    assert outcomes == {(0, 0), (0, 1), (1, 1)}


def where(happened: list[str], at: int) -> tuple[int, int]:
    """How many mails come twice, and how many are in doubt, after a kill before event number `at` (from 1)."""
    place = at - 1
    twice = doubts = 0
    for sent in (number for number, what in enumerate(happened) if what == SEND):
        marked = max(number for number, what in enumerate(happened[:sent]) if what == "commit")
        finished = happened.index("commit", sent)
        doubts += marked < place <= finished
        twice += sent < place <= finished
    return twice, doubts


@pytest.mark.parametrize("number", [1, 2])
def test_while_the_server_has_the_mail_and_has_not_answered(
    copy: Copy, origin: str, office: PostOffice, number: int
) -> None:
    url = copy(origin)
    worker = Worker()
    office.arrived = lambda count: worker.kill() if count == number else None
    worker.run(url, delivery(office))
    goes_on(url, office, twice=1, doubts=1)


@pytest.mark.parametrize("number", [1, 2])
def test_before_the_server_has_the_mail(copy: Copy, origin: str, office: PostOffice, number: int) -> None:
    url = copy(origin)
    worker = Worker()
    office.announced = lambda count: worker.kill() if count == number else None
    worker.run(url, delivery(office))
    goes_on(url, office, twice=0, doubts=1)


class Worker:
    """A child that somebody else kills."""

    def __init__(self) -> None:
        self.gate, self._open = os.pipe()
        self.pid = 0

    def run(self, url: str, act: Act) -> None:
        """Let it act until it is killed."""

        def wait(db: Database, before: Before) -> None:
            os.read(self.gate, 1)  # until its number is known here
            act(db, before)

        self.pid = forked(url, wait, lambda _: None)
        os.write(self._open, b"!")
        dies(self.pid, "it was killed")

    def kill(self) -> None:
        """Kill it."""
        os.kill(self.pid, signal.SIGKILL)


def dies_with_the_answer(what: str) -> None:
    """Killed when the server's 250 is there, before anything is written down."""
    if what == TAKEN:
        os.kill(os.getpid(), signal.SIGKILL)


def test_killed_again_and_again_a_mail_comes_five_times_at_most_and_then_a_person_is_asked(
    copy: Copy, origin: str, office: PostOffice
) -> None:
    url = copy(origin)
    kills, now = 0, DUE
    for _ in range(60):
        child = forked(url, delivery(office, now), dies_with_the_answer)
        kills += os.WIFSIGNALED(os.waitpid(child, 0)[1])
        with opened(url) as db:
            coming = waits_for(db, now)
        if coming is None:
            break
        now = coming + SECOND
    with opened(url) as db:
        found = letters_by_state(db)
        assert found.keys() == {"sent", "uncertain"}
        assert found["uncertain"] == LETTERS
        assert lost(db) == []
    assert set(office.copies.values()) == {len(REPEATS) + 1}
    assert kills == LETTERS * (len(REPEATS) + 1)


@pytest.mark.parametrize(("what", "twice"), [("claimed", 0), (SEND, 1), (TAKEN, 1)])
def test_a_worker_that_sleeps_longer_than_its_lease_does_no_harm_when_it_wakes(
    copy: Copy, origin: str, office: PostOffice, what: str, twice: int
) -> None:
    """Stopped after its claim, before it sends, or with the answer in its hands; meanwhile another takes over."""
    url = copy(origin)
    happened = events(copy(origin), delivery(office))
    office.clear()
    at = happened.index(what) + 1 if what in happened else happened.index("commit") + 2
    child = signalled(url, delivery(office), at, signal.SIGSTOP)
    _, status = os.waitpid(child, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    with opened(url) as db:
        all_told = told(db)
        deliver_notices(db, ways(office.channel()), clock=lambda: DUE + LEASE + SECOND)
    os.kill(child, signal.SIGCONT)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    with opened(url) as db:
        settle(db, office.channel(), DUE + LEASE + 2 * SECOND)
        assert told(db) == all_told
        assert sorted(office.copies) == all_sent(db, DUE)
        assert repeats(db) == twice
    assert len(office.copies) == LETTERS
    assert office.duplicates == twice
