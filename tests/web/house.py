"""A house for the pages: Ida, Jens, Karin, Lars and Dorte, and a few sager that stand where a page needs them."""

import atexit
import itertools
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI
from starlette.testclient import TestClient

from kdflow import bootstrap
from kdflow.actions.advance_sag import advance_sag
from kdflow.actions.install_catalog import install_catalog
from kdflow.actions.open_sag import open_sag
from kdflow.actions.revise_sag import add_paper, revise_sag
from kdflow.actions.set_clock import set_clock
from kdflow.actions.sign_in import sign_in
from kdflow.bootstrap import Wiring
from kdflow.domain.authority import Appointment, Office, Person, PersonId
from kdflow.domain.dates import local_instant
from kdflow.domain.revision import Revision
from kdflow.domain.sag import Sag, content_digest
from kdflow.domain.situation import Inputs
from kdflow.queries.sag_page import SagPage, plain_sag, sag_page
from kdflow.settings import Settings
from kdflow.store import schema
from kdflow.web.app import create_app
from kdflow.web.security import AwayTokens, VisitTokens

IDA, JENS, KARIN, LARS, DORTE = (PersonId(name) for name in ("ida", "jens", "karin", "lars", "dorte"))
PEOPLE = {
    IDA: "Ida Sagsejer",
    JENS: "Jens Formand",
    KARIN: "Karin Sekretær",
    LARS: "Lars Fra Anden Kommune",
    DORTE: "Dorte Formand",
}
OFFICES = (
    (JENS, Office.CHAIR, "kd-net"),
    (KARIN, Office.SECRETARY, "kd-net-sekr"),
    (KARIN, Office.SECRETARY, "dassos"),
    (LARS, Office.MEMBER, "trafik-sg"),
    (DORTE, Office.CHAIR, "dassos"),
)
NOW = local_instant(date(2020, 1, 24), 16)
TITLES = {
    "consent": "Ny forankring af samarbejdet om den nære psykiatri",
    "closed": "Hemmelig kanariesag om et lukket emne",
    "fresh": "Drøftelse af fælles klimahandlingsplan",
    "agenda": "Drøftelse med <b>COK</b> & andre",
}


_FREE: list[FastAPI] = []
"""Applications that a house is done with. The first look at all routes takes twenty times as long as any other."""


def _app_for(wiring: Wiring) -> FastAPI:
    """An application for this wiring: one that is free, where nothing but the wiring would be another."""
    if not _FREE or wiring.settings.secure_cookies:
        return create_app(wiring)
    app = _FREE.pop()
    app.state.wiring, app.state.heart = wiring, None
    secret = wiring.settings.secret.get_secret_value()
    app.state.visits, app.state.away = VisitTokens(secret), AwayTokens(secret)
    return app


@cache
def _portal() -> BlockingPortal:
    """One loop, in a thread of its own, in which all clients are answered; else each request would start both."""
    opened = ExitStack()
    atexit.register(opened.close)
    return opened.enter_context(start_blocking_portal())


@dataclass
class House:
    """A wired house with the numbers of its sager by what they are there for."""

    wiring: Wiring
    path: Path
    numbers: dict[str, str] = field(default_factory=dict)

    @cached_property
    def app(self) -> FastAPI:
        """The application; made again when a test has changed the wiring."""
        return _app_for(self.wiring)

    def page(self, what: str, who: PersonId) -> SagPage:
        """The page of one sag as the query gives it."""
        return sag_page(self.wiring.db, self.numbers[what], who, self.wiring.now())

    def sag(self, what: str) -> Sag:
        """One sag as a value."""
        return plain_sag(self.wiring.db, self.page(what, IDA).sag.id)

    def client(self, who: PersonId | None = None, **values: Any) -> TestClient:
        """A browser, signed in as somebody if named."""
        client = TestClient(self.app, **values)
        client.portal = _portal()
        if who:
            secret = sign_in(self.wiring.db, who, days=30, old_secret=None, now=self.wiring.now())
            client.cookies.set("kdflow", secret)
        return client

    def dump(self) -> list[str]:
        """Everything in the database, to compare."""
        with sqlite3.connect(self.path) as connection:
            return list(connection.iterdump())


_keys = itertools.count()


class Walker:
    """Walks one sag by the ordinary actions."""

    def __init__(self, wiring: Wiring, title: str, route: str, *, closed: bool = False) -> None:
        self.wiring = wiring
        fills = {"administrativ-gruppe": "dassos"} if route.startswith(("standard", "kun-kd-net")) else {}
        self.at = local_instant(date(2020, 1, 6), 10)
        receipt = open_sag(
            wiring.db,
            title,
            route,
            owner=IDA,
            fills=fills,
            case_text="Sagen handler om, hvordan samarbejdet forankres fra 2021.\n\nDer er enighed om retningen.",
            closed=closed,
            key=self.key(),
            by=IDA,
            now=self.at,
        )
        self.id, self.number = receipt.sag, receipt.number

    def key(self) -> str:
        """A fresh idempotency key."""
        return f"house-key-{next(_keys)}"

    def on(self, day: str) -> "Walker":
        """Let it be the afternoon of another day."""
        self.at = local_instant(date.fromisoformat(day), 16)
        return self

    def write(self, station: str, *parts: str) -> "Walker":
        """Write the indstilling."""
        step = plain_sag(self.wiring.db, self.id).at(station)
        assert step
        revision = Revision(parts=parts)
        revise_sag(self.wiring.db, self.id, step.seq, revision, version=None, key=self.key(), by=IDA, now=self.at)
        return self

    def go(self, station: str, move: str, who: PersonId, **inputs: Any) -> "Walker":
        """Make one move of the newest step at a station."""
        sag = plain_sag(self.wiring.db, self.id)
        step = sag.at(station)
        assert step
        given = replace(Inputs(**inputs), content=content_digest(sag, step))
        advance_sag(
            self.wiring.db,
            self.id,
            step.seq,
            move,
            given,
            version=None,
            key=self.key(),
            by=who,
            now=self.at,
        )
        return self


def build(path: Path) -> dict[str, str]:
    """Build the house into an empty file; the numbers of its sager are returned."""
    wiring = wire(path)
    schema.upgrade(wiring.db)
    catalog = replace(
        bootstrap.load_catalog(wiring.settings),
        people=tuple(Person(id=p, name=name, email=f"{p}@kdflow.example") for p, name in PEOPLE.items()),
        appointments=tuple(Appointment(person=p, office=o, body=b) for p, o, b in OFFICES),
        absences=(),
    )
    install_catalog(wiring.db, catalog, now=NOW)
    numbers = {
        "consent": _consent(wiring).number,
        "closed": Walker(wiring, TITLES["closed"], "droeftelse-kd-net@1", closed=True).number,
        "fresh": Walker(wiring, TITLES["fresh"], "droeftelse-kd-net@1")
        .write("kdnet", "KD-Net drøfter planen.")
        .number,
        "agenda": _agenda(wiring).number,
    }
    set_clock(wiring.db, NOW)
    wiring.db.close()
    return numbers


def _fresh(wiring: Wiring) -> Walker:
    """Written, but not submitted to a meeting yet."""
    return Walker(wiring, TITLES["fresh"], "droeftelse-kd-net@1").write("kdnet", "KD-Net drøfter planen.")


def _consent(wiring: Wiring) -> Walker:
    """Decided in KD-Net on the day of the meeting; Jens' consent is missing."""
    walker = Walker(wiring, TITLES["consent"], "standard@1")
    walker.write("gruppe", "DASSOS indstiller forankringen til KD-Net.")
    add_paper(
        wiring.db,
        walker.id,
        "Notat om forankring",
        "../notat <æ>.pdf",
        b"%PDF-1.4 " + b"x" * 46_000,
        version=None,
        key=walker.key(),
        by=IDA,
        now=walker.at,
    )
    walker.go("gruppe", "submit", IDA, meeting="dassos-2020-01-22").go("gruppe", "accept", KARIN)
    walker.on("2020-01-22").go("gruppe", "treat", KARIN).go("gruppe", "decide", KARIN, outcome="anbefalet")
    walker.go("gruppe", "approve", DORTE).go("gruppe", "hand-on", KARIN)
    walker.write("kdnet", "KD-Net godkender forankringen.", "KD-Net bevilger 150.000 kr.")
    walker.go("kdnet", "submit", IDA, meeting="kd-net-2020-01-24").go("kdnet", "accept", KARIN)
    walker.on("2020-01-24").go("kdnet", "treat", KARIN)
    return walker.go("kdnet", "decide", KARIN, outcome="anbefalet")


def _agenda(wiring: Wiring) -> Walker:
    """On the agenda of the same meeting; the meeting has been held."""
    walker = Walker(wiring, TITLES["agenda"], "droeftelse-kd-net@1").write("kdnet", "KD-Net drøfter <i>det</i>.")
    return walker.go("kdnet", "submit", IDA, meeting="kd-net-2020-01-24").go("kdnet", "accept", KARIN)


def wire(path: Path) -> Wiring:
    """The wiring of a demo on a database file."""
    return bootstrap.wire(Settings(db=f"sqlite:///{path}", demo=True, secure_cookies=False, synchronous="OFF"))


@contextmanager
def opened(template: Path, numbers: dict[str, str], folder: Path) -> Iterator[House]:
    """A copy of the built house, for one test."""
    path = folder / "house.db"
    shutil.copy(template, path)
    wiring = wire(path)
    house = House(wiring, path, dict(numbers))
    yield house
    wiring.db.close()
    app = vars(house).get("app")
    if app is not None and app.state.wiring is house.wiring and not house.wiring.settings.secure_cookies:
        _FREE.append(app)
