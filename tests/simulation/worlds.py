"""Simulated worlds for the tests: one call, one run, on an empty database."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from kdflow import catalog
from kdflow.catalog import Catalog
from kdflow.simulation.faults import Faults
from kdflow.simulation.running import START, Run, Simulation, Wish
from kdflow.store.database import Database


@lru_cache(maxsize=1)
def shipped() -> Catalog:
    """The catalog that is shipped."""
    return catalog.load((catalog.shipped_root(),))


def simulate(
    where: Path | str,
    seed: int,
    years: float,
    *,
    faults: Faults | None = None,
    sager: int = 200,
    start: date = START,
) -> Run:
    """One run; `where` is a folder for a database of its own, or the URL of an empty one."""
    url = where if isinstance(where, str) else f"sqlite:///{where}/seed-{seed}.db"
    db = Database(url, synchronous="OFF")
    wish = Wish(seed=seed, years=years, faults=faults or Faults(), sager_a_year=sager, start=start)
    try:
        return Simulation(db, shipped(), wish).run()
    finally:
        db.close()
