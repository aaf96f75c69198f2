"""All routes of the application, addresses for them, and the eight who can stand at the door."""

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from kdflow.actions.build_agenda import Details, add_point
from kdflow.actions.keep_feed import make_feed
from kdflow.actions.open_sag import open_sag
from kdflow.actions.publish_agenda import publish_agenda
from kdflow.actions.revise_sag import add_paper
from kdflow.actions.write_comment import write_comment
from kdflow.domain.authority import Appointment, Office, Person, PersonId
from kdflow.domain.timetable import MeetingId
from kdflow.queries.feed import feeds_of
from kdflow.queries.sag_page import sag_page
from kdflow.store import people
from tests.web import house as houses
from tests.web.behind import fill
from tests.web.house import IDA, JENS, KARIN, LARS, NOW, OFFICES, PEOPLE, House, Walker

OTTO, VERA, ANNA = (PersonId(name) for name in ("otto", "vera", "anna"))
NEW_PEOPLE = {OTTO: "Otto Anden Sagsejer", VERA: "Vera Næstformand", ANNA: "Anna Administrator"}
NEW_OFFICES = ((VERA, Office.VICE_CHAIR, "kd-net"), (ANNA, Office.ADMINISTRATOR, "*"))

ROLES: Mapping[str, PersonId | None] = {
    "nobody": None,
    "owner": IDA,
    "other owner": OTTO,
    "chair": JENS,
    "vice-chair": VERA,
    "secretary": KARIN,
    "member elsewhere": LARS,
    "administrator": ANNA,
}
"""Who walks: the chair, the vice-chair and the secretary are those of KD-Net."""

KNOWING = ("owner", "chair", "vice-chair", "secretary", "administrator")
"""Who may know of a closed sag that passes KD-Net."""

MEETING = MeetingId("kd-net-2020-03-13")
CANARY = "kanarifugl"
"""A word that stands in everything that the closed sag says, and nowhere else."""

_keys = count()


def key() -> str:
    """A fresh idempotency key."""
    return f"walk-key-{next(_keys):06}"


@dataclass(kw_only=True)
class Place:
    """A house with all who walk; what addresses are made of where they are about an open sag, and a closed one,
    and (`behind` and `behind_closed`, by how a route begins) where they are about something else."""

    house: House
    open: dict[str, str]
    closed: dict[str, str] = field(default_factory=dict)
    behind: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    behind_closed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def client(self, role: str) -> TestClient:
        """The browser of one who walks; it follows no redirect."""
        return self.house.client(ROLES[role], follow_redirects=False)

    def address(self, path: str, *, closed: bool = False, **others: str) -> str:
        """An address of a route, about the closed sag if so."""
        named = path.replace("{what}", others.get("what", "{what}"))
        behind = self.behind_closed if closed else self.behind
        own = (values for begins, values in behind.items() if named.startswith(begins))
        values = {**VALUES, **(self.closed if closed else self.open), **next(own, {}), **others}
        if path[:5].lower() == "/sag-":
            values["number"] = values["number"].removeprefix("SAG-")
        return re.sub(r"\{(\w+)(:path)?\}", lambda found: _value(values, found[1], path), path)


VALUES = {
    "ref": "standard@1",
    "link": "x" * 43,
    "secret": "x" * 32,
    "token": "x.y",
    "meeting": MEETING,
    "what": "flyt",
    "version": "1",
    "letter": "1",
    "body": "kd-net",
    "organ": "kd-net",
    "who": "ida",
    "provider": "kommunen",
    "kind": "dagsorden",
    "path": "kdflow.css",
    "task": "1",
    "role": "formand",
    "language": "en",
}
"""What stands for a part of an address that is no sag's."""


def _value(values: Mapping[str, str], name: str, path: str) -> str:
    assert name in values, f"{path}: say in tests/web/walk.py (VALUES) what stands for {{{name}}}"
    return values[name]


def routes(app: Any) -> list[tuple[str, str]]:
    """Every method and path that the application answers, sorted by path."""
    found = {*_routes(app.routes, "")}
    return sorted(found, key=lambda one: (one[1], one[0]))


def _routes(some: Any, prefix: str) -> Iterator[tuple[str, str]]:
    for route in some:
        if isinstance(route, Mount):
            yield "GET", f"{prefix}{route.path}/{{path}}"
        elif isinstance(route, Route):
            yield from ((method, prefix + route.path) for method in (route.methods or ()) if method != "HEAD")
        else:
            yield from _routes(route.original_router.routes, prefix + route.include_context.prefix)


def furnish(house: House) -> Place:
    """Let those move in who are not there, and let there be something behind every address."""
    everybody = {**PEOPLE, **NEW_PEOPLE}
    with house.wiring.db.write() as tx:
        known = [Person(id=p, name=name, email=f"{p}@kdflow.example") for p, name in everybody.items()]
        offices = [Appointment(person=p, office=o, body=b) for p, o, b in (*OFFICES, *NEW_OFFICES)]
        people.keep_people(tx, known, offices, ())
    db = house.wiring.db
    page = sag_page(db, house.numbers["consent"], IDA, NOW)
    remark = write_comment(db, page.sag.id, "Se her.", key=key(), by=IDA, now=NOW).comment
    make_feed(db, "person", "", command=key(), by=IDA, now=NOW)
    open_sag(db, "Ottos sag", "droeftelse-kd-net@1", owner=OTTO, fills={}, key=key(), by=OTTO, now=NOW)
    values = {"number": page.sag.number, "seq": "2", "station": "kontaktudvalg", "comment": str(remark)}
    values |= {"digest": page.sag.papers[0].digest, "handle": feeds_of(db, IDA)[0].handle}
    return Place(house=house, open=values, behind=fill(house, ANNA, values["digest"]))


def enclose(place: Place) -> None:
    """Open a closed sag that says the canary everywhere, and let it come on the agenda of a meeting."""
    db = place.house.wiring.db
    walker = Walker(place.house.wiring, f"Lukket sag om en {CANARY}", "droeftelse-kd-net@1", closed=True)
    walker.write("kdnet", f"KD-Net drøfter en {CANARY}.")
    title, name, content = f"Notat om en {CANARY}", f"{CANARY}.pdf", b"%PDF-1.4 " + CANARY.encode()
    add_paper(db, walker.id, title, name, content, version=None, key=key(), by=IDA, now=walker.at)
    walker.go("kdnet", "submit", IDA, meeting=MEETING).go("kdnet", "accept", KARIN)
    remark = write_comment(db, walker.id, f"En {CANARY}.", key=key(), by=JENS, now=walker.at).comment
    digest = sag_page(db, walker.number, IDA, NOW).sag.papers[0].digest
    own = {"number": walker.number, "seq": "1", "station": "kdnet", "digest": digest, "comment": str(remark)}
    place.closed = {**place.open, **own}


@contextmanager
def twins(
    built: tuple[Path, dict[str, str]],
    folders: pytest.TempPathFactory,
    prepare: Callable[[Place], None] = lambda _place: None,
) -> Iterator[tuple[Place, Place]]:
    """A furnished house, and the very same once more."""
    one, other = (houses.opened(*built, folders.mktemp(name)) for name in ("one", "other"))
    with one as house, other as copy:
        place = furnish(house)
        prepare(place)
        house.wiring.db.close()
        shutil.copy(house.path, copy.path)
        yield place, replace(place, house=copy)


def publish(place: Place) -> None:
    """Publish the agenda of the meeting."""
    db = place.house.wiring.db
    add_point(db, MEETING, Details(title="Åbent punkt"), key=key(), by=KARIN, now=NOW)
    publish_agenda(db, MEETING, key=key(), by=KARIN, now=NOW)


class Watch:
    """Notices whether anything is written to a database meanwhile."""

    def __init__(self, house: House) -> None:
        self._own = sqlite3.connect(house.path)
        self._seen = self._version()

    def _version(self) -> int:
        return int(self._own.execute("pragma data_version").fetchone()[0])

    def has_written(self) -> bool:
        """Whether something was written since it was last asked."""
        before, self._seen = self._seen, self._version()
        return before != self._seen

    def differs_in(self, path: Path) -> set[str]:
        """The tables in which another database says otherwise; sessions, and who read what, aside."""
        with closing(sqlite3.connect(path)) as other:
            here, there = (_contents(one) for one in (self._own, other))
        return {name for name in here if here[name] != there[name]} - {"session", "reading", "opened"}

    def bring_back(self, path: Path) -> None:
        """Let everything be as it is in another database."""
        with closing(sqlite3.connect(path)) as other:
            other.backup(self._own)


def _contents(connection: sqlite3.Connection) -> dict[str, list[tuple[Any, ...]]]:
    names = connection.execute("select name from sqlite_master where type = 'table'").fetchall()
    return {name: connection.execute(f"select * from {name}").fetchall() for (name,) in names}  # noqa: S608
