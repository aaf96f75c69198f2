"""The JSON API: the same sager, moves once by key and on a known version, errors as problem+json."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.web.house import IDA, JENS, KARIN, House


def _sag(client: TestClient, number: str) -> Any:
    return client.get(f"/api/sager/{number}").json()


def _move(
    client: TestClient, number: str, body: dict[str, object], key: str = "a-good-key", match: str = ""
) -> Any:
    headers = {"Idempotency-Key": key, **({"If-Match": match} if match else {})}
    return client.post(f"/api/sager/{number}/moves", json=body, headers=headers)


def test_the_list_and_one_sag(house: House) -> None:
    ida = house.client(IDA)
    rows = ida.get("/api/sager").json()
    assert rows["next"] is None
    assert house.numbers["closed"] in {row["number"] for row in rows["data"]}
    sag = _sag(ida, house.numbers["consent"])
    assert sag["steps"][0]["body"] == "kd-net"
    assert {move["name"] for move in sag["steps"][0]["moves"]} >= {"approve", "hand-on"}
    history = ida.get(f"/api/sager/{house.numbers['consent']}/history").json()["data"]
    assert [entry["move"] for entry in history][:2] == ["register", "start"]


def test_a_move_once_by_its_key_and_on_a_known_version(house: House) -> None:
    jens, number = house.client(JENS), house.numbers["consent"]
    step = _sag(jens, number)["steps"][0]
    body = {"move": "approve", "step": step["step"], "content": step["content"]}
    stale = _move(jens, number, body, match='"1"')
    assert stale.status_code == 409
    assert stale.headers["content-type"] == "application/problem+json"
    assert stale.json()["type"] == "urn:kdflow:problem:conflict"
    assert stale.json()["actual"] == step["version"]
    match = f'"{step["version"]}"'
    first = _move(jens, number, body, match=match).json()
    again = _move(jens, number, body, match=match).json()
    assert (first["repeated"], again["repeated"]) == (False, True)
    other = _move(jens, number, {**body, "move": "return"}, match=match)
    assert (other.status_code, other.json()["title"]) == (409, "key reused")


def test_refusals_name_the_rule(house: House) -> None:
    jens, number = house.client(JENS), house.numbers["consent"]
    step = _sag(jens, number)["steps"][0]
    answer = _move(jens, number, {"move": "return", "step": step["step"]}, match=str(step["version"]))
    assert answer.status_code == 422
    assert answer.json()["reasons"][0]["guard"] == "reason_given"


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ({"move": "approve", "step": 2}, 403, "not-allowed"),
        ({"move": "fly", "step": 2}, 409, "no-such-move"),
        ({"move": "approve", "step": 99}, 404, "not-found"),
        ({"move": "approve", "step": 2, "odd": 1}, 422, "invalid"),
        ({"move": "decide", "step": 2, "decided_on": "2020-02-30"}, 422, "unreadable"),
    ],
)
def test_errors_are_problems(house: House, body: dict[str, object], status: int, kind: str) -> None:
    karin, number = house.client(KARIN), house.numbers["consent"]
    version = str(_sag(karin, number)["steps"][0]["version"])
    answer = _move(karin, number, body, match=version)
    assert answer.status_code == status
    assert answer.json()["type"] == f"urn:kdflow:problem:{kind}"
    assert answer.json()["status"] == status


def test_headers_are_demanded(house: House) -> None:
    jens, number = house.client(JENS), house.numbers["consent"]
    assert jens.post(f"/api/sager/{number}/moves", json={"move": "approve"}).status_code == 422
    assert _move(jens, number, {"move": "approve"}, match="abc").status_code == 422


def test_strangers_and_other_sites_are_kept_out(house: House) -> None:
    assert house.client().get("/api/sager").json()["type"] == "urn:kdflow:problem:sign-in-needed"
    jens, number = house.client(JENS), house.numbers["consent"]
    headers = {"Idempotency-Key": "a-good-key", "If-Match": "1", "sec-fetch-site": "cross-site"}
    answer = jens.post(f"/api/sager/{number}/moves", json={"move": "approve"}, headers=headers)
    assert answer.status_code == 403
    assert jens.post(f"/api/sager/{number}/moves", data={"move": "approve"}).status_code in (415, 422)
    assert jens.get("/api/nej").json()["status"] == 404


def test_the_api_describes_itself_and_nothing_else(house: House) -> None:
    paths = house.client(IDA).get("/api/openapi.json").json()["paths"]
    assert set(paths) == {
        "/api/health",
        "/api/sager",
        "/api/sager/{number}",
        "/api/sager/{number}/history",
        "/api/sager/{number}/moves",
        "/api/sager/{number}/plan",
        "/forbindelser.json",
    }


def test_an_owner_does_not_submit_to_a_meeting_that_was_held(house: House) -> None:
    number = house.numbers["fresh"]
    step = _sag(house.client(IDA), number)["steps"][0]
    body = {"move": "submit", "step": step["step"], "meeting": "kd-net-2019-10-25"}
    match = f'"{step["version"]}"'
    answer = _move(house.client(IDA), number, body, key="too-late-key", match=match)
    assert answer.status_code == 422
    assert "er holdt" in answer.json()["reasons"][0]["text"]
    assert _move(house.client(KARIN), number, body, key="afterwards-key", match=match).status_code == 200
