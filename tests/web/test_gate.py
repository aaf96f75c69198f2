"""Who gets in where: every route of the application, as each who can stand at the door, against one table."""

import inspect
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from kdflow.actions.sign_in import make_link
from kdflow.domain.sag import StepSeq, content_digest
from kdflow.queries.sag_page import sag_page
from kdflow.web.gate import PUBLIC, is_public
from tests.web import house as houses
from tests.web.conftest import Built
from tests.web.doors import (
    CLOSED,
    ELSEWHERE,
    FILES,
    FORMS,
    HALFWAY,
    IN_EARNEST,
    MOVES,
    OPEN,
    OTHERWISE,
    SAID_ON_THE_PAGE,
    SENT,
)
from tests.web.forms import forms
from tests.web.house import IDA, NOW
from tests.web.mails import in_earnest
from tests.web.possible import chosen_consents, make_possible, walk_further
from tests.web.walk import KNOWING, ROLES, Place, Watch, enclose, furnish, key, publish, routes


@dataclass(frozen=True)
class Walked:
    """The furnished house, and the forms that were found on its pages by where they go."""

    path: Path
    numbers: dict[str, str]
    furnished: Place
    forms: dict[str, dict[str, str]]

    def place(self, folder: Path) -> Iterator[Place]:
        """A copy to walk in."""
        with houses.opened(self.path, self.numbers, folder) as house:
            yield replace(self.furnished, house=house)


@pytest.fixture(scope="module")
def walked(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """Furnish once; every walk is in a copy."""
    folder = tmp_path_factory.mktemp("walk")
    with houses.opened(*built, folder) as house:
        further = walk_further(house)
        place = furnish(house)
        enclose(place)
        publish(place)
        make_possible(place, further)
        found = dict([*_forms(place), chosen_consents(place)])
        house.wiring.db.close()
        shutil.copy(house.path, folder / "walked.db")
    return Walked(folder / "walked.db", built[1], place, found)


@pytest.fixture
def place(walked: Walked, tmp_path: Path) -> Iterator[Place]:
    """A copy to walk in."""
    yield from walked.place(tmp_path)


def _forms(place: Place) -> Iterator[tuple[str, dict[str, str]]]:
    """The forms on all pages that those see who may do most, by their address."""
    for role in ("administrator", "secretary", "chair", "owner"):
        client = place.client(role)
        for method, path in routes(place.house.app):
            if method == "GET" and not path.startswith(("/static", "/api")):
                for closed in (False, True):
                    yield from _forms_at(client, place.address(path, closed=closed))
        for values in (*place.behind.values(), *place.behind_closed.values()):
            yield from _forms_at(client, f"/sager/{values.get('number', '1')}")


def _forms_at(client: TestClient, address: str) -> Iterator[tuple[str, dict[str, str]]]:
    html = client.get(address).text
    yield from ((action.partition("?")[0], fields) for action, fields in forms(html))


def table(text: str) -> dict[tuple[str, str], str]:
    """The rows of a table: what each gets, by method and path."""
    rows = (line.split() for line in text.strip().splitlines())
    return {(method, path): letters for method, path, letters in rows}


def letter(answer: Response) -> str:
    """An answer as the table has it; "!" is a refusal that is not for want of a right."""
    status = answer.status_code
    onward = urlsplit(answer.headers.get("location", "")).path
    if status == 401 or (status == 303 and onward == "/log-ind") or "Du er logget ud" in answer.text:
        return "-"
    assert status < 500 or status == 503, answer.text
    return {403: "x", 404: "?", 409: "!", 422: "!"}.get(status, "o" if status < 400 or status == 503 else "!")


def is_wrong(own: str, got: str, wanted: str) -> bool:
    """Whether an address gave another answer than its table says."""
    return got != wanted and not (own in HALFWAY and (got, wanted) == ("!", "o"))


def is_of_sag(path: str) -> bool:
    """Whether an address is that of a sag."""
    return "{number}" in path and not path.startswith(("/post", "/offentligt"))


def token_of(client: TestClient) -> str:
    """The token of the forms that this browser gets."""
    signed_in = forms(client.get("/tilgaengelighed").text)
    return next(one["token"] for _, one in signed_in or forms(client.get("/log-ind").text) if "token" in one)


def asked(
    walked: Walked, place: Place, role: str, method: str, path: str, *, closed: bool = False, form: str = ""
) -> str:
    """What one gets at an address; who is refused has changed nothing. Then all is as it was before."""
    client = place.client(role)
    address = place.address(path, closed=closed, **({"what": form} if form else {}))
    if method == "GET":
        if path == "/svar":  # one comes there from the link in a mail
            client.get(place.address("/svar/{secret}"))
        return letter(client.get(address)).replace("!", "o")
    token = token_of(client)
    watch = Watch(place.house)
    if path.startswith("/api/"):
        wanted, headers = move_now(place, closed=closed), {"Idempotency-Key": key()}
        headers["If-Match"] = str(wanted.pop("version"))
        answer = client.request(method, address, json=wanted, headers=headers)
    else:
        own = path.replace("{what}", form or "{what}")
        sent = {**SENT.get(own, {}), **({} if closed else MOVES.get(path, {}))}
        sent = {name: place.address(text) if text.startswith("{") else text for name, text in sent.items()}
        data = {"version": "1", **walked.forms.get(address, {}), **sent, "token": token, "key": key()}
        answer = client.request(method, address, data=data, files=FILES.get(path))
    got = "o" if path == "/log-ud" and role != "nobody" else letter(answer)
    has_written = watch.has_written()
    if got == "o" and path in SAID_ON_THE_PAGE and not (has_written and watch.differs_in(walked.path)):
        got = "x"
    changed = watch.differs_in(walked.path) if got != "o" and path not in PUBLIC and has_written else ()
    changed = set(changed) - ({"attempt"} if got == "!" else set())
    assert not changed, f"{method} {path} was refused, and changed {changed} all the same"
    watch.bring_back(walked.path)
    return got


def move_now(place: Place, *, closed: bool) -> dict[str, object]:
    """A move that is possible, on the version and the words that there are: a consent, or a point taken off."""
    number, seq = (place.address(part, closed=closed) for part in ("{number}", "{seq}"))
    page = sag_page(place.house.wiring.db, number, IDA, NOW)
    step = page.sag.step(StepSeq(int(seq)))
    wanted = {"move": "take-off", "reason": "Nej."} if closed else {"move": "approve"}
    return {**wanted, "step": step.seq, "version": step.version, "content": content_digest(page.sag, step)}


def test_every_route_has_its_row(place: Place) -> None:
    found = set(routes(place.house.app))
    known = set(table(OPEN))
    assert not found - known, f"say in tests/web/doors.py (OPEN) who gets what at {sorted(found - known)}"
    assert not known - found, f"there is no route any more for the rows {sorted(known - found)}"
    closed = {one for one in found if is_of_sag(one[1])}
    missing = closed ^ set(table(CLOSED))
    assert not missing, f"say in tests/web/doors.py (CLOSED) who gets what of a closed sag at {sorted(missing)}"


def test_what_is_for_nobody_is_named_in_one_place() -> None:
    """The gate lets nobody in but where it says so, and the table says the same."""
    open_to_all = {path for (_, path), letters in table(OPEN).items() if letters[0] != "-"}
    not_asked = {"/static/{path}", "/api/openapi.json"}
    assert open_to_all - not_asked == set(PUBLIC) & open_to_all
    assert not {path for path in PUBLIC if path not in open_to_all}
    assert not is_public("/")
    assert not is_public("/log-ind/a/b")


def test_of_a_closed_sag_only_those_know_whom_it_concerns() -> None:
    """The tables are right about it: others get the same everywhere, and nobody more than of an open one."""
    for row, letters in table(CLOSED).items():
        for role, got, otherwise in zip(ROLES, letters, table(OPEN)[row], strict=True):
            if role not in (*KNOWING, "nobody") and not row[1].lower().startswith("/sag-"):
                assert got == "?", (row, role)
            assert got != "o" or otherwise in "ox", (row, role)


def test_every_form_that_shares_an_address_is_walked() -> None:
    assert {path for _, path in table(OPEN) if path.endswith("{what}")} == set(FORMS)
    forms_of = {path.replace("{what}", form) for path, some in FORMS.items() for form in some}
    assert set(OTHERWISE) <= forms_of
    assert set(HALFWAY) <= forms_of | {path for method, path in table(OPEN) if method == "POST"}


def test_behind_every_row_there_is_something() -> None:
    """A row by which nobody gets anything would say nothing of who gets what."""
    rows = {**table(OPEN), **table(IN_EARNEST)}
    nothing = {path for (_, path), letters in rows.items() if set(letters) <= {"?", "-"}}
    only_in_a_demo = {path for (_, path), letters in table(IN_EARNEST).items() if "o" not in letters}
    assert nothing - only_in_a_demo == set(ELSEWHERE)
    for path in only_in_a_demo:
        assert any("o" in letters for (_, one), letters in table(OPEN).items() if one == path), path
    for path, module in ELSEWHERE.items():
        assert path.partition("{")[0] in inspect.getsource(import_module(f"tests.web.{module}")), path


@pytest.mark.parametrize("role", ROLES)
def test_every_route_as_each(walked: Walked, place: Place, role: str) -> None:
    """What each gets is what the tables say, at each of the forms that share an address."""
    at = list(ROLES).index(role)
    wrong = []
    for is_closed, rows in ((False, table(OPEN)), (True, table(CLOSED))):
        for (method, path), letters in rows.items():
            for form in sorted(FORMS.get(path, ("",))):
                got = asked(walked, place, role, method, path, closed=is_closed, form=form)
                own = path.replace("{what}", form)
                wanted = OTHERWISE.get(own, letters)[at]
                if is_wrong(own, got, wanted):
                    about = " (closed)" if is_closed else ""
                    wrong.append(f"{method} {own}{about}: {got}, not {wanted}")
    assert not wrong, f"as {role}: " + "; ".join(wrong)


@pytest.mark.parametrize("role", ROLES)
def test_in_a_real_installation_one_signs_in_otherwise(walked: Walked, place: Place, role: str) -> None:
    at, house = list(ROLES).index(role), in_earnest(place.house)
    link = make_link(house.wiring.db, IDA, now=house.wiring.now())
    place = replace(place, open={**place.open, "link": link})
    walk = replace(walked, path=copied(house.path))
    wrong = {
        row: got
        for row, letters in table(IN_EARNEST).items()
        if is_wrong(row[1], got := asked(walk, place, role, *row), letters[at])
    }
    assert not wrong, (role, wrong)


def copied(path: Path) -> Path:
    """A copy of a database beside it."""
    with closing(sqlite3.connect(path)) as one, closing(sqlite3.connect(path.with_suffix(".copy"))) as other:
        one.backup(other)
    return path.with_suffix(".copy")
