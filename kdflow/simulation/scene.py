"""The stage of a simulated world: its database and clock, and how its people get something done there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from kdflow.catalog import Catalog
from kdflow.domain.dates import local_day
from kdflow.domain.errors import KdflowError
from kdflow.domain.network import Network
from kdflow.domain.sag import Sag, SagId
from kdflow.domain.situation import World
from kdflow.domain.workflow import Definitions
from kdflow.queries.sag_page import plain_sag
from kdflow.simulation.agenda import Agenda
from kdflow.simulation.calendars import Pattern
from kdflow.simulation.replica import Counts, Replica
from kdflow.store import definitions
from kdflow.store.database import Database
from kdflow.store.world import network_of, whole_world

_T = TypeVar("_T")


class Scene:
    """What everybody in a simulated world shares."""

    def __init__(self, db: Database, agenda: Agenda, catalog: Catalog, patterns: Mapping[str, Pattern]) -> None:
        self.db, self.agenda, self.catalog, self.patterns = db, agenda, catalog, patterns
        self.replicas: list[Replica] = []
        self.counts = Counts()
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self._keys = 0
        self._edition = 0
        self._seen: tuple[object, World, Network] | None = None
        self._routes: dict[str, Definitions] = {}

    @property
    def now(self) -> datetime:
        """The time, as everybody but a process with a wrong clock knows it."""
        return self.agenda.now

    def key(self) -> str:
        """An idempotency key that nobody has used."""
        self._keys += 1
        return f"simulated-{self._keys}"

    def do(self, what: str, action: Callable[[], _T], *, calendar: bool = False) -> _T | None:
        """Let somebody do something; None where the house refuses it. A process comes by soon."""
        try:
            result = action()
        except KdflowError as error:
            self.refused[f"{what}: {type(error).__name__}"] += 1
            self.agenda.note(what, "refused:", type(error).__name__)
            return None
        self.done[what] += 1
        self.agenda.note(what)
        self._edition += calendar
        self.agenda.chance.choice(self.replicas).beat_soon()
        return result

    def world(self) -> World:
        """Every body, meeting and office now."""
        return replace(self._look()[1], now=self.now)

    def net(self) -> Network:
        """The calendars now, as the planner sees them."""
        return self._look()[2]

    def _look(self) -> tuple[object, World, Network]:
        mark = (self._edition, local_day(self.now))
        if self._seen is None or self._seen[0] != mark:
            with self.db.read() as tx:
                world = whole_world(tx, self.now)
                self._seen = mark, world, network_of(tx, world)
        return self._seen

    def sag(self, sag: SagId) -> Sag:
        """A sag as it is now."""
        return plain_sag(self.db, sag)

    def route(self, ref: str) -> Definitions:
        """The route of a sag."""
        if ref not in self._routes:
            with self.db.read() as tx:
                self._routes[ref] = definitions.load(tx, ref)
        return self._routes[ref]
