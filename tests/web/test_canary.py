"""The title of a closed sag is in no log, on no page of an error, and in no subject, header or measure."""

import logging
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from kdflow.channels import Permanent
from kdflow.store import readings
from tests.actions.test_deliver_notices import Post
from tests.web import house as houses
from tests.web.conftest import Built
from tests.web.doors import OPEN
from tests.web.mails import deliver
from tests.web.test_gate import table, token_of
from tests.web.test_sendings import served_by
from tests.web.walk import CANARY, ROLES, enclose, furnish, key, publish

TITLE = f"Lukket sag om en {CANARY}"


def test_its_title_goes_nowhere_beside_its_pages(
    built: Built, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As those who know of it, who could have it written anywhere."""
    caplog.set_level(logging.DEBUG)
    with houses.opened(*built, tmp_path) as house:
        place = furnish(house)
        enclose(place)
        publish(place)
        said: dict[str, str] = {}
        for role in ROLES:
            client = place.client(role)
            for method, path in table(OPEN):
                if method == "GET":
                    address = place.address(path, closed=True)
                    answer = client.get(address)
                    said[f"headers of {address}"] = str([*answer.headers.raw])
                    if answer.status_code >= 400 or "health" in path:
                        said[f"{role} at {address}"] = answer.text
            said[f"{role} sends it"] = _sent(client, place.closed["number"])
        post = Post(answer=lambda _: Permanent("550 no such user"))
        deliver(served_by(house, post))
        with house.wiring.db.write() as tx:
            tx.run("delete from reading")
        monkeypatch.setattr(readings, "keep", _full)
        chair = house.client(ROLES["chair"], raise_server_exceptions=False)
        broken = chair.get(f"/sager/{place.closed['number']}")
        assert broken.status_code == 500
        said["a fault"] = broken.text
    said |= {f"log {number}": record.getMessage() for number, record in enumerate(caplog.records)}
    said |= {f"trace {number}": str(record.exc_text or "") for number, record in enumerate(caplog.records)}
    assert len(said) > 500
    for where, text in said.items():
        assert TITLE not in text, where
        assert quote(TITLE) not in text, where


def _sent(client: Any, number: str) -> str:
    """What is answered to forms that cannot be done."""
    token = token_of(client)
    data = {"token": token, "key": key(), "version": "999", "move": "approve"}
    answers = [client.post(f"/sager/{number}/led/99", data=data), client.post(f"/sager/{number}/liv", data=data)]
    return "".join(one.text for one in answers if one.status_code in (403, 404, 500))


def _full(*_: object) -> None:
    raise OSError("the disk is full")
