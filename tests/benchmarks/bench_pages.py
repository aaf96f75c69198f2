"""Pages with many sager against an empty page of the same layout, session and authorization.

The sager are put in directly, as copies of a few that were really opened, with titles and owners of their own;
they are indexed and planned as an upgrade and the clock do it with what is there. A page is asked for through the
whole application, from the request to the last byte. Their statements are counted with few sager and with many:
there are as many.
"""

from __future__ import annotations

import asyncio
import gzip
import random
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from kdflow import bootstrap
from kdflow.actions.install_catalog import install_catalog
from kdflow.actions.plan_again import plan_again
from kdflow.actions.sign_in import sign_in
from kdflow.bootstrap import Wiring
from kdflow.domain.authority import Appointment, Office, Person, PersonId
from kdflow.domain.dates import local_instant
from kdflow.domain.sag import Sag
from kdflow.domain.workflow import Outcome
from kdflow.settings import Settings
from kdflow.store import indexing, mapping, sager, schema
from kdflow.store.database import Database, Tx
from kdflow.web.app import create_app
from tests.benchmarks.bench_clock import tidied
from tests.benchmarks.bench_step import recorded
from tests.make import House
from tests.store.stand import Ground

NOW = local_instant(date(2020, 1, 20), 9)
IDA, KARIN = PersonId("ida"), PersonId("karin")
OWNERS = [PersonId(f"ejer-{n}") for n in range(200)]
TARGET = 3.0
MOST_KILOBYTES = 150
FEW = 10_000
"""Sager in the small database, with which statements are compared: enough that no list of a page is empty, for one
that is empty asks for no sager."""

OPEN_SHARE, CLOSED_SHARE, DECIDED_SHARE, MINE = 0.05, 0.1, 0.1, 25

FIRST = ("Drøftelse", "Godkendelse", "Orientering", "Evaluering", "Høring", "Revision", "Opfølgning", "Anbefaling")
MIDDLE = (
    "klima",
    "budget",
    "sundheds",
    "trafik",
    "uddannelses",
    "erhvervs",
    "turisme",
    "beredskabs",
    "psykiatri",
    "ældre",
    "kultur",
    "data",
)
LAST = (
    "handlingsplan",
    "aftale",
    "strategi",
    "rapport",
    "politik",
    "plan",
    "pulje",
    "analyse",
    "indsats",
    "samarbejde",
    "ordning",
    "projekt",
)

PAGES = {
    "empty page": "/soeg",
    "start page": "/",
    "list": "/sager",
    "list, filtered": "/sager?tilstand=aabne&hos=dassos",
    "list, by title": "/sager?orden=titel",
    "search": "/soeg?q=klimahandlingsplanerne",
    "search, common": "/soeg?q=dr%C3%B8ftelse",
    "sag page": "/sager/{number}",
    "a body's desk": "/organer/dassos/bord",
    "a desk, much due": "/organer/kd-net/bord",
    "approvals": "/godkendelser",
}
EMPTY = "empty page"
OTHERS = frozenset({EMPTY, "start page", "approvals"})
"""Pages without a target, shown to compare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page: seconds of each round, statements, and bytes compressed with what it needs."""

    seconds: tuple[float, ...]
    statements: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The pages of one database."""

    sager: int
    pages: dict[str, Page]

    def ratio(self, name: str) -> float:
        """A page in empty pages, by the median."""
        return statistics.median(self.pages[name].seconds) / statistics.median(self.pages[EMPTY].seconds)


def measure(ground: Ground, count: int, *, rounds: int) -> Result:
    """Measure the pages with `count` sager."""
    url = ground.empty()
    try:
        with _house(url, count) as (wiring, number):
            return Result(sager=count, pages=_pages(wiring, number, rounds))
    finally:
        ground.drop(url)


def _pages(wiring: Wiring, number: str, rounds: int) -> dict[str, Page]:
    app = create_app(wiring)
    secret = sign_in(wiring.db, KARIN, days=30, old_secret=None, now=NOW)
    addresses = {name: path.format(number=number) for name, path in PAGES.items()}
    times: dict[str, list[float]] = {name: [] for name in PAGES}
    chance = random.Random(2)  # noqa: S311  no secret; who comes first in a round is not always the same
    with asyncio.Runner() as runner:
        ask = _Asker(app, secret, runner)
        for path in addresses.values():
            ask(path)  # what a process remembers is remembered
        for _ in range(rounds):
            for name, path in chance.sample(sorted(addresses.items()), len(addresses)):
                begun = time.perf_counter()
                ask(path)
                times[name].append(time.perf_counter() - begun)
        shared = sum(_compressed(path.read_bytes()) for path in _assets())
        found = {}
        for name, path in addresses.items():
            with recorded() as statements:
                body = ask(path)
            size = _compressed(body) + shared
            found[name] = Page(seconds=tuple(times[name]), statements=len(statements), bytes=size)
    return found


def _assets() -> list[Path]:
    """What every page needs besides: styles and scripts, without fonts."""
    folder = Path(str(resources.files("kdflow"))) / "static"
    names = ("vendor/dkfds.css", "kdflow.css", "vendor/htmx.min.js", "kdflow.js")
    return [folder / name for name in names if (folder / name).exists()]


def _compressed(content: bytes) -> int:
    return len(gzip.compress(content, 6))


class _Asker:
    """A browser that is nothing but its cookie: one request through the application."""

    def __init__(self, app: FastAPI, secret: str, runner: asyncio.Runner) -> None:
        self.app, self.runner = app, runner
        self.headers = [(b"host", b"testserver"), (b"cookie", f"kdflow={secret}".encode())]

    def __call__(self, address: str) -> bytes:
        path, _, query = address.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": self.headers,
            "client": ("127.0.0.1", 1),
            "server": ("testserver", 80),
        }
        status, body = self.runner.run(_answer(self.app, scope))
        assert status == 200, f"{address} answers {status}"
        return body


async def _answer(app: FastAPI, scope: dict[str, Any]) -> tuple[int, bytes]:
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


# --- the database ----------------------------------------------------------------------------------------------


@contextmanager
def _house(url: str, count: int) -> Iterator[tuple[Wiring, str]]:
    """A house with so many sager, and the number of one that has come a long way."""
    settings = Settings(db=url, demo=False, secure_cookies=False, synchronous="OFF")
    wiring = replace(bootstrap.wire(settings), now=lambda: NOW)
    try:
        schema.upgrade(wiring.db)
        _install(wiring)
        number, models = _models(wiring.db)
        _copy(wiring.db, models, count)
        indexing.catch_up(wiring.db, batch=2000)
        plan_again(wiring.db, now=NOW)
        tidied(wiring.db)
        yield wiring, number
    finally:
        wiring.db.close()


def _install(wiring: Wiring) -> None:
    loaded = bootstrap.load_catalog(wiring.settings)
    names = {IDA: "Ida Sagsejer", KARIN: "Karin Sekretær", **{one: f"Ejer {one[5:]}" for one in OWNERS}}
    ours = tuple(Person(id=who, name=name, email=f"{who}@kdflow.example") for who, name in names.items())
    held = tuple(Appointment(person=KARIN, office=Office.SECRETARY, body=at) for at in ("kd-net-sekr", "dassos"))
    catalog = replace(loaded, people=(*loaded.people, *ours), appointments=(*loaded.appointments, *held))
    install_catalog(wiring.db, catalog, now=NOW)


def _models(db: Database) -> tuple[str, tuple[Sag, ...]]:
    """Three sager that were really opened: one that was sent to and fro, one at its beginning, one withdrawn."""
    house = House(db=db, now=NOW)
    far = house.open("standard@1", title="Ny klimahandlingsplan for regionen")
    house.write(far, "gruppe", "Det indstilles, at planen godkendes.")
    for _ in range(12):
        house.do(far, "gruppe", "submit", by=IDA, meeting="dassos-2020-01-22")
        house.do(far, "gruppe", "decline", reason="Ikke endnu.")
    fresh = house.open("standard@1", title="En sag", case_text="Samarbejdet forankres fra 2021. Der er enighed.")
    house.write(fresh, "gruppe", "Det indstilles, at det drøftes.")
    over = house.open("standard@1", title="En sag")
    house.do(over, None, "withdraw", by=IDA, reason="Den er samlet i en anden.")
    with db.read() as tx:
        models = sager.load_many(tx, (fresh, over))
        return sager.load(tx, far).number, models


_SAG = (
    "insert into sag (id, number, title, owner, route, life, places, fills, case_text, papers, closed, opened_at, "
    "version) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)"
)
_STEP = (
    "insert into step (sag, seq, station, body, state, asks, parts, outcome, opened_at, plan_until, wake_at, "
    "forwards, conditional_on, approvals, version) values (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, '[]', '[]', '[]', 1)"
)
_GROUPS = "select key from body where plays like ?"
_LATER = 4_000_000_000
"""A civil minute that nobody here lives to see: nothing is due."""


def _copy(db: Database, models: tuple[Sag, ...], count: int) -> None:
    """Add sager until there are so many."""
    chance = random.Random(1)  # noqa: S311  no secret
    with db.write() as tx:
        first = int(tx.run("select max(id) from sag").fetchone()[0]) + 1
        groups = [row[0] for row in tx.run(_GROUPS, ("%administrativ-gruppe%",)).fetchall()]
        made = [_made(tx, models, chance, groups, number) for number in range(first, count + 1)]
        tx.run_many(_SAG, [sag for sag, _ in made])
        tx.run_many(_STEP, [step for _, step in made])
        if tx.is_postgres:
            tx.run("select setval(pg_get_serial_sequence('sag', 'id'), ?)", (count,))


def _made(
    tx: Tx, models: tuple[Sag, ...], chance: random.Random, groups: list[str], number: int
) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    fresh, over = models
    model = fresh if chance.random() < OPEN_SHARE else over
    owner = KARIN if number % 4000 < MINE * 4000 // 100_000 and model is fresh else chance.choice(OWNERS)
    title = f"{chance.choice(FIRST)} af {chance.choice(MIDDLE)}{chance.choice(LAST)} {chance.randint(1, 999)}"
    group = chance.choice(groups)
    at = tx.instant(NOW)
    step = model.steps[0]
    fills = mapping.to_json({"administrativ-gruppe": group})
    places, papers = mapping.to_json(model.places), "[]"
    head = (number, f"SAG-2019-{number:06}", title, owner, model.route, model.life, places, fills)
    closed = chance.random() < CLOSED_SHARE
    parts = mapping.parts_to_json(fresh.steps[0].parts)
    is_decided = model is fresh and chance.random() < DECIDED_SHARE
    state, outcome = ("decided", Outcome.RECOMMENDED) if is_decided else (step.state, None)
    until = 0 if model is fresh else _LATER
    return (
        (*head, fresh.case_text, papers, closed, at),
        (number, step.station, group, state, step.asks, parts, outcome, at, until, _LATER),
    )


def report(small: Result, large: Result) -> str:
    """The figures of one database, as lines."""
    lines = [f"  {'page':<16} {'median ms':>9} {'ratio':>6}  statements ({small.sager:,} / {large.sager:,})  kB"]
    for name, page in large.pages.items():
        grown = f"{small.pages[name].statements} / {page.statements}"
        took = statistics.median(page.seconds) * 1e3
        lines.append(f"  {name:<16} {took:9.1f} {large.ratio(name):5.2f}x  {grown:>9}  {page.bytes / 1000:.0f}")
    worst = max(large.pages.keys() - OTHERS, key=large.ratio)
    heaviest = max(page.bytes for page in large.pages.values()) / 1000
    is_even = all(small.pages[name].statements >= page.statements for name, page in large.pages.items())
    lines += [
        f"  {_verdict(large.ratio(worst) <= TARGET)}: {worst} {large.ratio(worst):.2f}x an empty page "
        f"(target: at most {TARGET:g}x)",
        f"  {_verdict(is_even)}: as many statements with many sager as with few (target: no more)",
        f"  {_verdict(heaviest <= MOST_KILOBYTES)}: {heaviest:.0f} kB compressed (target: {MOST_KILOBYTES})",
    ]
    return "\n".join(lines)


def _verdict(is_met: bool) -> str:
    return "PASS" if is_met else "MISS"
