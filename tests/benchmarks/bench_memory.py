"""What a process holds on to: compiled machines, one for each version, and memory that does not grow with sager.

The sager are put in by one bulk statement each for rows of a kind, as copies of one that was really opened. A
process of its own then walks a sample of them, and says how large it has become.
"""

from __future__ import annotations

import random
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from kdflow.domain import machine
from kdflow.domain.revision import Revision
from kdflow.domain.sag import SagId, StepSeq
from kdflow.domain.situation import Inputs
from kdflow.store.database import Database
from tests.store.stand import OWNER, SECRETARY, Ground, Walker, furnish, meeting, opened

ROUNDS = (("submit", OWNER), ("accept", SECRETARY), ("postpone", SECRETARY), ("decline", SECRETARY))
GROWTH = 0.05
"""How much larger a process may be with the large database, as a share: noise, no growth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """A process after its walk."""

    sager: int
    mebibytes: float
    machines: int
    definitions: int


def fill(ground: Ground, count: int) -> str:
    """The URL of a database with `count` sager, all ready to be submitted."""
    url = furnish(ground)
    with opened(url) as db:
        walker = Walker(db)
        sag = walker.open("line@1")
        walker.revise(sag, StepSeq(1), Revision(parts=("That it be done.", "That it be paid for.")), None)
        _copy(db, sag, count)
    return url


SAG = "owner, route, life, places, fills, case_text, papers, closed, opened_at, version"
STEP = "station, body, state, asks, parts, forwards, conditional_on, approvals, version"
OF_ONE = ", ".join(f"step.{name}" for name in STEP.split(", "))
COPY_SAG = (
    "with recursive n(i) as (select 1 union all select i + 1 from n where i < ?) "  # noqa: S608  our own names
    f"insert into sag (number, title, {SAG}) "
    f"select 'SAG-2019-' || i, 'Sag ' || i, {SAG} from sag, n where id = ?"
)
COPY_STEP = (
    f"insert into step (sag, seq, {STEP}) select other.id, 1, {OF_ONE} "  # noqa: S608
    "from step, sag other where step.sag = ? and other.id <> step.sag"
)


def _copy(db: Database, sag: SagId, count: int) -> None:
    with db.write() as tx:
        tx.run(COPY_SAG, (count - 1, sag))
        tx.run(COPY_STEP, (sag,))


def walk(url: str, sample: int) -> Size:
    """Walk some sager, chosen at random, and say how large this process is then."""
    with opened(url) as db:
        with db.read() as tx:
            count = tx.run("select count(*) from sag").fetchone()[0]
        chosen = random.Random(1).sample(range(1, count + 1), min(sample, count))  # noqa: S311  no secret
        walker = Walker(db, prefix="walk")
        for sag in chosen:
            for move, by in ROUNDS:
                inputs = Inputs(reason="Because.", meeting=meeting("north", 0) if move == "submit" else None)
                walker.advance(SagId(sag), StepSeq(1), move, by, inputs)
        machines = machine.procedure_machine.cache_info().misses + machine.route_machine.cache_info().misses
        used = machine.procedure_machine.cache_info().currsize + machine.route_machine.cache_info().currsize
    return Size(sager=count, mebibytes=resident(), machines=machines, definitions=used)


def resident() -> float:
    """The memory this process has in use now, in MiB."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * 4096 / 2**20


def measure(ground: Ground, counts: tuple[int, ...], sample: int) -> list[Size]:
    """The size of one process for each number of sager."""
    found = []
    for count in counts:
        url = fill(ground, count)
        command = [sys.executable, "-m", "tests.benchmarks.bench_memory", url, str(sample)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        sager, mebibytes, machines, definitions = done.stdout.split()
        found.append(
            Size(
                sager=int(sager),
                mebibytes=float(mebibytes),
                machines=int(machines),
                definitions=int(definitions),
            )
        )
        ground.drop(url)
    return found


def report(sizes: list[Size], sample: int) -> str:
    """The figures, as lines."""
    lines = [
        f"  {size.sager:>7} sager, {sample} of them walked: {size.mebibytes:6.1f} MiB, "
        f"{size.machines} machines compiled for {size.definitions} definitions"
        for size in sizes
    ]
    growth = sizes[-1].mebibytes / sizes[0].mebibytes - 1
    once = all(size.machines == size.definitions for size in sizes)
    lines.append(f"  {'PASS' if growth <= GROWTH else 'MISS'}: {growth:+.1%} memory (target: no growth)")
    lines.append(f"  {'PASS' if once else 'MISS'}: each version is compiled once")
    return "\n".join(lines)


if __name__ == "__main__":
    size = walk(sys.argv[1], int(sys.argv[2]))
    print(size.sager, size.mebibytes, size.machines, size.definitions)
