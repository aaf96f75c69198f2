"""One process of an installation, as a program: it beats, or serves the site, on a clock that a test sets.

Its only argument is its orders as JSON: see `Orders`.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from kdflow import bootstrap, clock, settings
from kdflow.bootstrap import Wiring
from kdflow.cli.installation import _serve
from kdflow.scheduler import Heartbeat
from tests.channels.servers import HOST, free_port
from tests.faults.postoffice import smtp
from tests.faults.stage import ways


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What a process is to do: on which database, with which mail server, by which clock (a file; "" is the real
    one), and whether it doubts it. While the file `full` is there, the database cannot grow; `busy` is how many
    milliseconds SQLite waits for a lock; of PostgreSQL's connections it takes so many, and waits so many seconds
    for one."""

    task: str
    db: str
    mail: int
    clock: str = ""
    doubts: bool = False
    pace: float = 0.1
    busy: int = 10_000
    full: str = ""
    full_by: str = ""
    site: int = 0
    connections: int = 15
    wait: int = 30

    def as_json(self) -> str:
        """As they are given on the command line."""
        return json.dumps(asdict(self))


# --- the clock -----------------------------------------------------------------------------------------------


def set_clock(file: Path, at: datetime, *, runs: bool = False) -> None:
    """Let it be some time for all processes; the clock stands still, or `runs` on from there."""
    new = file.with_suffix(".new")
    new.write_text(json.dumps([at.isoformat(), monotonic() if runs else None]), "ascii")
    os.replace(new, file)


def read_clock(file: Path) -> datetime:
    """What time it is."""
    at, since = json.loads(file.read_text("ascii"))
    found = datetime.fromisoformat(at)
    return found if since is None else found + timedelta(seconds=monotonic() - since)


# --- the process ---------------------------------------------------------------------------------------------


def wired(orders: Orders) -> Wiring:
    """The house that the orders describe."""
    chosen = settings.load(
        None,
        db=orders.db,
        db_connections=orders.connections,
        db_wait_seconds=orders.wait,
        demo=not orders.doubts,
        secure_cookies=False,
        synchronous="OFF",
        host=HOST,
    )
    chosen = chosen.model_copy(
        update={
            "sweep_seconds": orders.pace,
            "delivery_seconds": orders.pace,
            "port": orders.site or free_port(),
        }
    )
    now = (lambda: read_clock(Path(orders.clock))) if orders.clock else clock.now
    home = replace(bootstrap.wire(chosen), now=now, ways=ways(smtp(orders.mail)))
    if home.db.is_sqlite:
        _tame(home, orders)
    return home


def _tame(home: Wiring, orders: Orders) -> None:
    """Let SQLite wait for a lock, and let the disk be full, as ordered."""

    take = home.db._writing.take

    def tamed() -> Any:
        dbapi = take()
        dbapi.execute(f"PRAGMA busy_timeout={orders.busy}")
        if orders.full:
            _FULL[orders.full_by](dbapi, Path(orders.full).exists())
        return dbapi

    home.db._writing.take = tamed  # type: ignore[method-assign]


def _no_more_pages(dbapi: Any, is_full: bool) -> None:
    dbapi.execute(f"PRAGMA max_page_count={1 if is_full else 1_000_000}")


def _no_longer_files(_dbapi: Any, is_full: bool) -> None:
    longest = 64 * 1024 if is_full else resource.RLIM_INFINITY
    resource.setrlimit(resource.RLIMIT_FSIZE, (longest, resource.RLIM_INFINITY))


_FULL: dict[str, Callable[[Any, bool], None]] = {"pages": _no_more_pages, "files": _no_longer_files}


def beat(home: Wiring) -> None:
    """Beat until told to stop."""
    heart, over = Heartbeat(home), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    heart.start()
    over.wait()
    heart.stop()
    home.db.close()


TASKS: dict[str, Callable[[Wiring], None]] = {"beat": beat, "serve": _serve}


def main() -> None:
    """Do as ordered."""
    logging.basicConfig(stream=sys.stderr, level=logging.ERROR)
    orders = Orders(**json.loads(sys.argv[1]))
    TASKS[orders.task](wired(orders))
