"""No connection to PostgreSQL is free, in the process or at the server: beats fail and say so, and then all is
told, once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from tests.faults.postoffice import PostOffice
from tests.faults.processes import FAILED, until, worker
from tests.faults.stage import DUE, EARLY, Stages, each_once, quiet, told, undisturbed
from tests.faults.worker import Orders, set_clock
from tests.postgres import PostgresServer
from tests.store.stand import PostgresGround, opened

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def stages(postgres_server: PostgresServer) -> Stages:
    """Databases of a server whose connections can be counted."""
    return Stages(PostgresGround(postgres_server, name="connections"))


@contextmanager
def held_in_the_process(server: PostgresServer, url: str) -> Iterator[None]:
    """The sweep waits for a row with the only connection that its process may have."""
    with server.connect(str(sa.make_url(url).database)) as other, other.transaction():
        other.execute("lock table step in exclusive mode")
        yield


@contextmanager
def held_at_the_server(server: PostgresServer, url: str) -> Iterator[None]:
    """Others have every connection that the server gives: they come in as soon as somebody goes."""
    ours = "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s"
    with ExitStack() as stack:
        first = stack.enter_context(server.connect())
        full = 0
        while full < 2:
            try:
                stack.enter_context(server.connect())
            except psycopg.OperationalError:
                full += 1
                first.execute(ours, (sa.make_url(url).database,))
        yield


WAYS = {
    "in the process": (held_in_the_process, 1, "QueuePool limit of size 1 overflow 0 reached"),
    "at the server": (held_at_the_server, 15, "too many clients"),
}


@pytest.mark.parametrize("where", WAYS)
def test_no_connection_is_free(
    postgres_server: PostgresServer, stages: Stages, office: PostOffice, clock: Path, where: str
) -> None:
    held, connections, said = WAYS[where]
    once = undisturbed(stages.ground.copy(stages.asleep), [DUE])
    url = stages.ground.copy(stages.asleep)
    orders = Orders(
        task="beat", db=url, mail=office.port, clock=str(clock), connections=connections, wait=1, pace=0.05
    )
    with opened(url) as db, worker(orders) as heart:
        until(lambda: quiet(db, EARLY), "the heart beats", [heart])
        db.close()
        with held(postgres_server, url):
            set_clock(clock, DUE)
            until(lambda: FAILED in heart.words and said in heart.words, "a beat has failed", [heart])
            assert office.taken == []
        until(lambda: quiet(db, DUE), "all is told", [heart])
        assert heart.stop()[0] == 0
        each_once(db, office, DUE)
        assert told(db) == once
