"""A year of simulated work with everything going wrong: every invariant holds; a seed is always the same run."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from kdflow.domain.dates import local_instant
from kdflow.domain.terms import election_day
from kdflow.domain.timetable import MeetingStatus
from kdflow.simulation.broken import Broken
from kdflow.simulation.faults import NO_FAULTS
from kdflow.simulation.inspection import Inspection
from kdflow.simulation.running import START
from kdflow.store.database import Database
from kdflow.store.world import whole_world
from tests.simulation.worlds import simulate

AGAIN = "import sys; from tests.simulation.worlds import simulate; print(simulate(sys.argv[1], 4, 0.1).trace)"


BEFORE_ELECTIONS = {2: date(2021, 7, 1), 3: date(2021, 7, 1), 4: date(2021, 7, 1), 5: date(2021, 7, 1)}
BEFORE_BODIES_END = {6: date(2026, 7, 1), 7: date(2026, 7, 1)}
STARTS = {**BEFORE_ELECTIONS, **BEFORE_BODIES_END}
BUSY = {10: 200}


@pytest.mark.parametrize("seed", range(1, 11))
def test_a_year_with_faults(seed: int, tmp_path: Path) -> None:
    start = STARTS.get(seed, START)
    run = simulate(tmp_path, seed, 1, sager=BUSY.get(seed, 24), start=start)
    counts = run.counts
    assert run.opened > 12
    assert run.mails > 100
    assert min(counts.crashes, counts.freezes, counts.outage_hours, counts.held) > 0
    assert {"move", "cancel", "add", "submit", "decide", "approve", "hand-on"} <= run.done.keys()
    if seed in STARTS:
        _ended_and_paused(f"sqlite:///{tmp_path}/seed-{seed}.db", start)


def _ended_and_paused(url: str, start: date) -> None:
    """Sager had come to bodies that ended, and no political body met round the election."""
    end = start.replace(year=start.year + 1)
    with closing(Database(url)) as db, db.read() as tx:
        world = whole_world(tx, local_instant(end))
        bodies = {row[0] for row in tx.run("select body from step union select body from leg").fetchall()}
    ended = {key for key, body in world.bodies.items() if body.valid.end and start < body.valid.end < end}
    assert ended & bodies
    pause = (date(start.year, 12, 1), date(start.year + 1, 1, 31))
    met = [
        one.id
        for one in world.timetable.meetings
        if world.bodies[one.body].kind == "politisk" and one.status is not MeetingStatus.CANCELLED
        if one.on.earliest and pause[0] <= one.on.earliest <= pause[1]
    ]
    assert bool(met) is (election_day(start.year) is None)


@pytest.mark.timeout(300)
def test_a_year_with_faults_on_postgresql(postgres_url: str) -> None:
    run = simulate(postgres_url, 1, 1, sager=10)
    assert run.opened > 5
    assert run.counts.crashes > 0


def test_a_quiet_year_brings_each_mail_once(tmp_path: Path) -> None:
    run = simulate(tmp_path, 1, 0.3, faults=NO_FAULTS)
    assert run.copies == 0
    assert run.counts.crashes == run.counts.freezes == run.counts.held == 0
    assert run.letters.keys() == {"sent"}


def test_a_seed_is_always_the_same_run(tmp_path: Path) -> None:
    traces = []
    for number, hash_seed in enumerate(("1", "2")):
        folder = tmp_path / str(number)
        folder.mkdir()
        ended = subprocess.run(
            [sys.executable, "-c", AGAIN, f"sqlite:///{folder}/again.db"],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            timeout=100,
            check=True,
        )
        traces.append(ended.stdout.strip())
    assert traces[0] == traces[1] != ""


def test_another_seed_is_another_run(tmp_path: Path) -> None:
    assert simulate(tmp_path, 1, 0.06).trace != simulate(tmp_path, 2, 0.06).trace


def test_a_failure_says_how_to_see_it_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_inspection: Inspection) -> None:
        raise Broken("an invariant", "it does not hold")

    monkeypatch.setattr(Inspection, "holds", breaks)
    with pytest.raises(Broken) as caught:
        simulate(tmp_path, 7, 0.1)
    said = str(caught.value)
    assert said.startswith("an invariant: it does not hold\nseed 7, at 2020-01-16 ")
    assert "run it again: kdflow simulate --seed 7 --years 0.1" in said
    assert 20 < len(caught.value.last) <= 40
