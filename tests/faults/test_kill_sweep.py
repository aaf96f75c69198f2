"""kill -9 before every statement and every commit of the sweep, of gathering, and of taking letters back.

What is left is always as it was between two transactions, and going on from there ends where nobody was killed.
"""

from __future__ import annotations

import pytest

from kdflow.actions.deliver_notices import take_back
from kdflow.actions.gather_notices import gather_notices
from kdflow.actions.pass_deadlines import pass_deadlines
from kdflow.domain.delivery import LEASE
from kdflow.store import letters
from kdflow.store.database import Database
from tests.faults.killing import Act, Before, events, killed
from tests.faults.stage import DUE, SECOND, Copy, Stages, lost, nowhere, settle, state, told
from tests.store.stand import opened

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")

LATER = DUE + LEASE + SECOND


def sweep(db: Database, _before: Before) -> None:
    """Two sweeps of small batches, so that there are several transactions."""
    pass_deadlines(db, now=DUE, batch=4)


def gather(db: Database, _before: Before) -> None:
    """Put what is told into letters."""
    gather_notices(db, now=DUE)


def back(db: Database, _before: Before) -> None:
    """Take letters back whose worker did not return."""
    with db.write() as tx:
        take_back(tx, now=LATER)


def survives(copy: Copy, origin: str, act: Act, *, states: int) -> None:
    """Kill at every event: only `states` different ones are left, and each of them goes on to the same end."""
    whole = copy(origin)
    happened = events(whole, act)
    end = state(whole)
    url = copy(origin)
    known = [state(url)]
    for at in range(1, len(happened) + 1):
        killed(url, act, at)
        left = state(url)
        if left != known[0]:  # something was committed: begin anew, and see that going on ends well
            if left not in known:
                known.append(left)
                with opened(url) as db:
                    act(db, lambda _: None)
                assert state(url) == end, f"going on after a kill before {happened[at - 1]}"
            url = copy(origin)
    assert len(known) == states <= happened.count("commit") + 1
    assert end in known


def test_the_sweep(copy: Copy, stages: Stages) -> None:
    survives(copy, stages.asleep, sweep, states=5)


def test_gathering(copy: Copy, stages: Stages) -> None:
    survives(copy, stages.told, gather, states=2)


def test_taking_letters_back(copy: Copy, stages: Stages) -> None:
    left = copy(stages.written)
    with opened(left) as db, db.write() as tx:
        claimed = letters.claim(tx, DUE, DUE + LEASE, limit=100)
        for letter in claimed[::2]:
            assert letters.mark_sending(tx, letter, DUE + LEASE)
    assert len(claimed) >= 8
    survives(copy, left, back, states=2)


def test_nothing_is_lost_and_nothing_is_told_twice_wherever_a_beat_was_killed(copy: Copy, stages: Stages) -> None:
    """The same with a whole beat, followed by others until all is quiet."""

    def beat(db: Database, _before: Before) -> None:
        pass_deadlines(db, now=DUE, batch=4)
        gather_notices(db, now=DUE)

    whole = copy(stages.asleep)
    happened = events(whole, beat)
    with opened(whole) as db:
        settle(db, nowhere(), DUE)
        once = told(db)
    with opened(copy(stages.asleep)) as db:
        assert (once - told(db)).total() >= 20
    commits = [at for at, what in enumerate(happened, start=1) if what == "commit"]
    for at in (number for commit in commits for number in (commit, commit + 1)):
        url = copy(stages.asleep)
        killed(url, beat, at)
        with opened(url) as db:
            settle(db, nowhere(), DUE)
            assert told(db).keys() == once.keys()
            assert told(db) == once
            assert lost(db) == []
