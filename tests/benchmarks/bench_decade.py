"""Simulated years, with everything going wrong and proven all along, beside one year in which nothing does."""

from __future__ import annotations

import resource
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from kdflow import settings
from kdflow.simulation import staging

SEED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What happened in so many years, and how many seconds it took: on the clock, and of processors (those of the
    process that proves beside it included)."""

    years: float
    has_faults: bool
    sager: int
    mails: int
    wall: float
    cpu: float

    def __str__(self) -> str:
        how = "with faults" if self.has_faults else "without faults"
        return (
            f"  {self.years:5g} years {how:15} {self.sager:6,} sager {self.mails:8,} mails {self.wall:8.1f} s "
            f"{self.cpu:8.1f} s of processors; a year: {self.wall / self.years:6.1f} s"
        )


def measure(years: float) -> list[Result]:
    """So many years with faults, and a tenth of them without."""
    return [_run(years, has_faults=True), _run(years / 10, has_faults=False)]


def _run(years: float, *, has_faults: bool) -> Result:
    asked = staging.Request(settings=settings.load(), years=years, has_faults=has_faults)
    cpu, wall = _processors(), perf_counter()
    run = staging.run(asked, SEED)
    wall, cpu = perf_counter() - wall, _processors() - cpu
    return Result(years=years, has_faults=has_faults, sager=run.opened, mails=run.mails, wall=wall, cpu=cpu)


def _processors() -> float:
    """Seconds of processors that this process and those it has waited for have used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def report(results: Sequence[Result]) -> str:
    """The figures, as lines."""
    many, one = results
    times = (many.wall / many.years) / (one.wall / one.years)
    return "\n".join([*map(str, results), f"  a year with faults takes {times:.1f} times as long as one without"])
