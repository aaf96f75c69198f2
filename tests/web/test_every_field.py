"""Every form of every page with every field filled in: it may be refused, but it is always answered."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.web.forms import ways
from tests.web.house import House
from tests.web.possible import make_possible, walk_further
from tests.web.walk import ROLES, Place, Watch, enclose, furnish, key, publish, routes

PLAUSIBLE = {
    r"(on|day|due|first|last|start|end|fra|til|senest|wished|decided_on|valid_from|valid_to)": "29. maj 2020",
    r"(minutes|minutes_per_item|most_items|most_minutes|days.*|every.*|times.*|place|hours)": "10",
    r"(at|clock.*|starts_at|hour.*)": "10.30",
    r"email": "nogen@kdflow.example",
    r"(url|address)": "https://krog.kdflow.example/ind",
}
"""What is written into a field that is empty, by its name; other fields get a word."""

CHOICE = re.compile(r'<(?:input type="(?:radio|checkbox)"|button)[^>]*? name="([^"]+)"[^>]*? value="([^"]*)"')
OPTION = re.compile(r'<select[^>]*? name="([^"]+)"[^>]*>(.*?)</select>', re.DOTALL)
FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)

Sent = tuple[str, dict[str, str]]


def filled(html: str) -> Iterator[Sent]:
    """Every form of a page with something in every field, once for each of its choices."""
    for text in FORM.findall(html):
        options = {name: re.findall(r'value="([^"]+)"', inside) for name, inside in OPTION.findall(text)}
        for address, fields in ways(text):
            full = {
                name: said or next(iter(options.get(name, ())), plausible(name)) for name, said in fields.items()
            }
            yield address, full
            yield from ((address, {**full, name: value}) for name, value in CHOICE.findall(text))


def plausible(name: str) -> str:
    """What may stand in a field."""
    last = name.rpartition(".")[2]
    return next((text for named, text in PLAUSIBLE.items() if re.fullmatch(named, last)), "Noget")


@pytest.mark.parametrize("role", ["owner", "secretary", "administrator"])
def test_every_form_with_every_field_is_answered(house: House, role: str) -> None:
    further = walk_further(house)
    place = furnish(house)
    enclose(place)
    publish(place)
    make_possible(place, further)
    client, known = house.client(ROLES[role]), set()
    faults: list[str] = []
    trial = Trial(house, client)
    for page in pages(place, further):
        answer = client.get(page)
        for address, fields in filled(answer.text) if "<form" in answer.text else ():
            what = (re.sub(r"\d+", "N", address), *sorted(fields), fields.get("move"), fields.get("what"))
            if what not in known and address not in ("", "/log-ud", "/log-ind") and "token" in fields:
                known.add(what)
                faults += trial.faults(address, fields)
    assert len({address for address, *_ in known}) > 25
    assert faults == []


def pages(place: Place, numbers: Sequence[str]) -> list[str]:
    """Every page, and every sag that there is to look at."""
    found = [path for method, path in routes(place.house.app) if method == "GET"]
    addresses = [place.address(path) for path in found if not path.startswith(("/static", "/api", "/log"))]
    return [*addresses, *(f"/sager/{number}" for number in (*place.house.numbers.values(), *numbers))]


class Trial:
    """Sends forms to a house that is as it was before each."""

    def __init__(self, house: House, client: TestClient) -> None:
        self.client, self.secret, self.watch = client, client.cookies["kdflow"], Watch(house)
        self.before = Path(house.path).with_suffix(".before")
        with closing(sqlite3.connect(house.path)) as now, closing(sqlite3.connect(self.before)) as then:
            now.backup(then)

    def faults(self, address: str, fields: dict[str, str]) -> Iterator[str]:
        """That a form was not answered, and why."""
        data = {**fields, **({"key": key()} if "key" in fields else {})}
        try:
            answer = self.client.post(address, data=data, follow_redirects=False)
            if answer.status_code >= 500:
                yield f"{address}: {answer.status_code}"
        except Exception as error:
            yield f"{address} with {sorted(fields)}: {type(error).__name__}: {error}"
        self.client.cookies.clear()
        self.client.cookies.set("kdflow", self.secret)
        if self.watch.has_written():
            self.watch.bring_back(self.before)
