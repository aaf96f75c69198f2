"""What goes wrong inside a process: it dies, or it sleeps, between any two of its transactions and in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from kdflow.store.database import Database, Tx

Point = Literal["before", "in", "after"]
"""Where in a transaction: before it begins, before it commits, after it has committed."""


class SimulatedCrash(BaseException):
    """A process is killed here. Nothing in the product may catch it, as nothing catches a kill."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """How often things go wrong: chances, and days between two faults on average (0: never).

    `crash` and `freeze` are chances at each point, `outage` days between two times when no process runs, `mail`
    between two troubles of the mail server, `clock` between two clocks that are set wrong.
    """

    crash: float = 0.0055
    freeze: float = 0.0028
    outage: float = 60
    mail: float = 20
    clock: float = 60


NO_FAULTS = Faults(crash=0, freeze=0, outage=0, mail=0, clock=0)


class Watched(Database):
    """The database as one process uses it: each point of each of its transactions is one where it may die."""

    def __init__(self, inner: Database, point: Callable[[Point], None]) -> None:
        self.__dict__.update(inner.__dict__)
        self._point = point

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """A transaction as ever, with a point before, in and after it."""
        self._point("before")
        with super().write() as tx:
            yield tx
            self._point("in")
        self._point("after")
