"""How a simulation is set up: which calendars, which database, and what is forecast from a run without faults."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from kdflow import bootstrap, catalog, clock
from kdflow.catalog import Catalog
from kdflow.domain.dates import local_day
from kdflow.domain.errors import KdflowError, Unreadable
from kdflow.settings import Settings
from kdflow.simulation import calendars
from kdflow.simulation.faults import NO_FAULTS, Faults
from kdflow.simulation.forecast import Forecast, forecast_of
from kdflow.simulation.inspector import Inspector, inspector
from kdflow.simulation.running import SAGER_A_YEAR, START, Run, Simulation, Wish
from kdflow.store import schema
from kdflow.store.database import Database
from kdflow.store.world import whole_world


class NotEmpty(KdflowError):
    """The database that a simulation was given has something in it; nothing was done to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked for: `calendars` is shipped, made-up, installed (those of the database in the settings) or a
    folder; `database` the URL of an empty database, or nothing for one that is thrown away."""

    settings: Settings
    years: float = 1
    database: str = ""
    has_faults: bool = True
    calendars: str = "shipped"
    start: date | None = None
    sager_a_year: int = SAGER_A_YEAR


def run(request: Request, seed: int) -> Run:
    """One run from a seed; Broken where an invariant does not hold."""
    with _house(request.database) as db, closing(inspector(db)) as looking, _rare_collections():
        return _simulation(request, seed, db, looking).run()


def forecast(request: Request, seed: int) -> Forecast:
    """What the calendars will have to carry, by one run."""
    with _house(request.database) as db, closing(inspector(db)) as looking, _rare_collections():
        simulation = _simulation(request, seed, db, looking)
        simulation.run()
        return forecast_of(db, simulation.scene.catalog, simulation.wish)


def _simulation(request: Request, seed: int, db: Database, looking: Inspector) -> Simulation:
    found, start, installation = _catalog(request)
    wish = Wish(
        seed=seed,
        years=request.years,
        start=request.start or start,
        faults=Faults() if request.has_faults else NO_FAULTS,
        sager_a_year=request.sager_a_year,
        calendars=request.calendars,
        installation=installation,
    )
    return Simulation(db, found, wish, looking)


def _catalog(request: Request) -> tuple[Catalog, date, str]:
    """The catalog with the calendars wanted, the day on which a run begins if nobody says another, and the
    database that they were read from (without its password)."""
    if request.calendars == "installed":
        return _installed(request.settings)
    if request.calendars in ("shipped", "made-up"):
        found = bootstrap.load_catalog(request.settings)
        return (calendars.made_up(found) if request.calendars == "made-up" else found), START, ""
    folder = Path(request.calendars)
    if not folder.is_dir():
        raise Unreadable(f"{request.calendars!r} is neither shipped, made-up, installed nor a folder")
    return catalog.load((folder,)), START, ""


def _installed(settings: Settings) -> tuple[Catalog, date, str]:
    """The files of an installation, with bodies and meetings as its database has them; nothing is written."""
    home = bootstrap.open_house(settings)
    now = clock.now()
    with home.db.read() as tx:
        world = whole_world(tx, now)
    home.db.close()
    found = bootstrap.load_catalog(settings)
    named = home.db.url.render_as_string(hide_password=True)
    return replace(found, bodies=world.bodies, meetings=world.timetable.meetings), local_day(now), named


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Look for garbage in cycles rarely: a run makes hardly any, and much that only looks like it."""
    usual = gc.get_threshold()
    gc.set_threshold(50_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@contextmanager
def _house(url: str) -> Iterator[Database]:
    """An empty database: the one named, or one that is thrown away."""
    if url:
        db = Database(url)
        if schema.version(db):
            raise NotEmpty("a simulation needs an empty database: this one has been set up")
        try:
            yield db
        finally:
            db.close()
        return
    with TemporaryDirectory(prefix="kdflow-") as folder:
        db = Database(f"sqlite:///{folder}/simulated.db", synchronous="OFF")
        try:
            yield db
        finally:
            db.close()
