"""Whoever inspects from a second process sees the moment asked for, and says all that one on the spot does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kdflow.domain.dates import local_instant
from kdflow.simulation.broken import Broken
from kdflow.simulation.inspector import Inspector, InspectorBeside, InspectorHere, Moment
from kdflow.simulation.running import START, Simulation, Wish
from kdflow.store.database import Database
from tests.simulation.worlds import shipped, simulate

LOSES = "update notice set due_at = null, letter = null where id = (select min(id) from notice)"

BOTH: tuple[Callable[[Database], Inspector], ...] = (InspectorHere, InspectorBeside)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/world.db"


@pytest.fixture
def db(url: str) -> Iterator[Database]:
    """A house after a month of work."""
    simulate(url, 3, 0.08, sager=150)
    with closing(Database(url)) as opened:
        yield opened


def _moment(minutes: int = 0, *, last: str = "") -> Moment:
    now = local_instant(START, 8) + timedelta(days=60, minutes=minutes)
    return Moment(now, timedelta(0), (), (last,))


def _look_and_wait(inspector: Inspector, moment: Moment) -> None:
    inspector.look(moment)
    inspector.wait()


def _lose_a_notice(db: Database) -> None:
    with db.write() as tx:
        tx.run(LOSES)


def test_a_run_is_the_same_wherever_it_is_inspected(tmp_path: Path) -> None:
    wish = Wish(seed=6, years=0.06, sager_a_year=150)
    traces = []
    for number, kind in enumerate(BOTH):
        with closing(Database(f"sqlite:///{tmp_path}/{number}.db")) as db, closing(kind(db)) as inspector:
            traces.append(Simulation(db, shipped(), wish, inspector).run().trace)
    assert traces[0] == traces[1]


def test_both_see_what_is_broken(db: Database) -> None:
    _lose_a_notice(db)
    said = []
    for kind in BOTH:
        with closing(kind(db)) as inspector, pytest.raises(Broken) as caught:
            _look_and_wait(inspector, _moment(last="what happened before"))
        said.append((caught.value.invariant, caught.value.how, caught.value.at, tuple(caught.value.last)))
    assert said[0] == said[1]
    assert said[0][0] == "one place"
    assert said[0][2:] == (_moment().now, ("what happened before",))


def test_what_is_broken_is_said_at_the_next_look_as_of_when_it_was_seen(db: Database) -> None:
    with closing(InspectorBeside(db)) as inspector:
        inspector.look(_moment())
        _lose_a_notice(db)
        inspector.look(_moment(10, last="lost"))  # the first look saw nothing of it
        with pytest.raises(Broken) as caught:
            inspector.look(_moment(20, last="later"))
    assert (caught.value.at, tuple(caught.value.last)) == (_moment(10).now, ("lost",))


def test_a_second_process_that_dies_is_no_good_news(db: Database) -> None:
    with closing(InspectorBeside(db)) as inspector:
        inspector._process.kill()
        inspector._process.wait()
        with pytest.raises((RuntimeError, BrokenPipeError)):
            inspector.look(_moment())


def test_a_broken_run_says_when_it_was_seen(tmp_path: Path) -> None:
    class Late(InspectorHere):
        def look(self, moment: Moment) -> None:
            raise Broken("one place", "notice 1 is nowhere", at=datetime(2020, 1, 7, 9, tzinfo=moment.now.tzinfo))

    with (
        closing(Database(f"sqlite:///{tmp_path}/late.db")) as empty,
        pytest.raises(Broken, match="2020-01-07 10:00"),
    ):
        Simulation(empty, shipped(), Wish(years=0.06), Late(empty)).run()
