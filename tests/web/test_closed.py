"""A closed sag does not exist for those it does not concern: the same answers, counts and work as without it."""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response

from kdflow.store.database import Tx
from tests.web import house as houses
from tests.web.conftest import Built
from tests.web.doors import OPEN
from tests.web.mails import deliver, mails_to, text_in
from tests.web.test_gate import is_of_sag, table, token_of
from tests.web.walk import CANARY, KNOWING, MEETING, ROLES, Place, enclose, furnish, key, publish, twins

OTHERS = tuple(role for role in ROLES if role not in KNOWING)
"""Those whom the closed sag does not concern, and nobody."""

ALSO = (
    f"/?q={CANARY}",
    f"/soeg?q={CANARY}",
    "/soeg?q=kanarie",
    f"/sager?q={CANARY}",
    "/sager?adgang=lukket",
    f"/sager?moede={MEETING}",
    "/sager?ejer=ida",
    "/sager?organ=kd-net",
    f"/sager.csv?q={CANARY}",
    f"/api/sager?q={CANARY}",
    "/api/sager?over=1",
    "/moeder?organ=kd-net",
)
"""Addresses with a question; the walk has none."""

Pair = tuple[Place, Place]


@pytest.fixture(scope="module")
def pair(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """A house with a closed sag that says the canary everywhere, and the same house without it."""
    with twins(built, tmp_path_factory) as (place, without):
        enclose(place)
        without.closed = place.closed
        publish(place)
        publish(without)
        yield place, without


def said(answer: Response) -> str:
    """What an answer says, without what is drawn anew each time."""
    if answer.content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(answer.content)) as sheet:
            return "\n".join(sheet.read(name).decode() for name in sorted(sheet.namelist()) if "core" not in name)
    drawn = r'name="(token|key)" value="[^"]*"|action="/konto/sessioner/[^"]*"|DTSTAMP:\w+'
    return f"{answer.status_code} {re.sub(drawn, '', answer.text)}"


def addresses(place: Place, *, closed: bool) -> list[str]:
    """Every address that is read, those of sager about the open or the closed one."""
    paths = [path for method, path in table(OPEN) if method == "GET" and not path.startswith("/static")]
    return [*(place.address(path, closed=closed) for path in paths), *ALSO]


@pytest.mark.parametrize("role", OTHERS)
def test_a_house_with_it_looks_as_one_without(pair: Pair, role: str) -> None:
    """Pages, search, lists, counts, exports, the API, calendars and pictures; at its own addresses too."""
    with_it, without = (place.client(role) for place in pair)
    for is_closed in (False, True):
        for address in addresses(pair[0], closed=is_closed):
            assert said(with_it.get(address)) == said(without.get(address)), address


@pytest.mark.parametrize("role", OTHERS)
def test_nothing_says_it(pair: Pair, role: str) -> None:
    """The same by what it says: neither its number nor the word that stands in all of it."""
    place = pair[0]
    client, number = place.client(role), place.closed["number"]
    for address in addresses(place, closed=False):
        found = said(client.get(address))
        assert number not in found, address
        assert place.closed["digest"] not in found, address
        assert CANARY not in found or CANARY in address, address  # what was searched for is said again


def test_those_it_concerns_find_it(pair: Pair) -> None:
    """The canary sings, or the tests above would prove nothing."""
    client, number = pair[0].client("chair"), pair[0].closed["number"]
    for address in (f"/soeg?q={CANARY}", "/sager", f"/api/sager?q={CANARY}", f"/moeder/{MEETING}"):
        assert number in said(client.get(address)), address
    assert CANARY in said(client.get("/sager.xlsx"))
    assert CANARY in said(client.get(f"/moeder/{MEETING}/dagsorden/1"))


class Counted:
    """The statements that are run meanwhile, without their values."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.run: list[str] = []
        plain = Tx.run

        def run(tx: Tx, statement: str, *values: Any) -> Any:
            self.run.append(statement)
            return plain(tx, statement, *values)

        monkeypatch.setattr(Tx, "run", run)


GUESSED = "SAG-2020-9999"


@pytest.mark.parametrize("role", ["member elsewhere", "other owner"])
def test_a_number_that_is_guessed_tells_nothing(pair: Pair, role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """At every address of a sag, read or sent: byte by byte the same as where there is none, by the same work."""
    place, counted = pair[0], Counted(monkeypatch)
    client, number = place.client(role), place.closed["number"]
    token = token_of(client)
    client.get("/moeder")  # what is remembered of the calendar is read, whichever test comes first
    for method, path in table(OPEN):
        if not is_of_sag(path) or path.lower().startswith("/sag-"):
            continue
        told, work = [], []
        for one in (number, GUESSED):
            counted.run.clear()
            address = place.address(path, closed=True, number=one)
            data = {"token": token, "key": key(), "form": "tekst", "text": "x", "title": "x", "other": "x"}
            data |= {"move": "approve", "part-1": "x", "outcome": "godkendt", "reason": "x", "meeting": MEETING}
            headers = {"If-Match": "1", "Idempotency-Key": key()}
            more = {"data": data} if "/api/" not in path else {"json": {"move": "approve"}, "headers": headers}
            answer = client.request(method, address, **(more if method != "GET" else {}))  # type: ignore[arg-type]
            told.append(said(answer).replace(one, "").replace(one[4:], ""))
            work.append(list(counted.run))
        assert told[0][:3] == "404", (method, path)
        assert told[0] == told[1], (method, path)
        assert work[0] == work[1], (method, path)


def test_it_is_not_named_in_forms_of_other_things(pair: Pair) -> None:
    """A relation, a feed and a place: to name it is to name what there is not."""
    place = pair[0]
    client = place.client("other owner")
    token = token_of(client)
    number = _number_of(client.get("/api/sager?q=Ottos").json())
    for path, field in ((f"/sager/{number}/relaterede", "other"), ("/abonnementer", "about")):
        told = []
        for one in (place.closed["number"], GUESSED):
            value = f"sag:{one}" if field == "about" else one
            answer = client.post(path, data={"token": token, "key": key(), field: value})
            told.append(said(answer).replace(one, ""))
        assert told[0] == told[1], path


def _number_of(found: Any) -> str:
    return str(found["data"][0]["number"])


def test_a_paper_is_had_by_the_number_of_its_own_sag(pair: Pair) -> None:
    """A digest opens nothing: neither at an open sag, nor taken along in a copy."""
    place = pair[0]
    client, digest = place.client("other owner"), place.closed["digest"]
    stolen = client.get(f"/papirer/{place.open['number']}/{digest}")
    assert said(stolen) == said(client.get(f"/papirer/{place.open['number']}/{'0' * 64}")).replace(
        "0" * 64, digest
    )
    assert stolen.status_code == 404


def test_a_remark_is_changed_at_its_own_sag(pair: Pair) -> None:
    """The number of a comment on the closed sag is none at an open one."""
    place = pair[0]
    client = place.client("chair")
    sent = {"token": token_of(client), "key": key(), "text": "Rettet."}
    answer = client.post(f"/sager/{place.open['number']}/kommentarer/{place.closed['comment']}", data=sent)
    assert answer.status_code == 404


def test_no_mail_says_what_it_is_about(built: Built, tmp_path: Path) -> None:
    """No subject and no text says more than its number; and who it does not concern hears nothing at all."""
    with houses.opened(*built, tmp_path) as house:
        place = furnish(house)
        enclose(place)
        publish(place)
        deliver(house)
        heard = {role: mails_to(house, who) for role, who in ROLES.items() if who}
    assert any(place.closed["number"] in text_in(mail) for mail in heard["secretary"])
    for role, mails in heard.items():
        for mail in mails:
            whole = f"{mail['Subject']} {text_in(mail)} {text_in(mail, 'html')}"
            assert CANARY not in whole, (role, mail["Subject"])
            assert role in KNOWING or place.closed["number"] not in whole, (role, mail["Subject"])
