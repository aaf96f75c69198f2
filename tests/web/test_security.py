"""What stands between a browser and the house: tokens, other sites, headers, and that reading never writes."""

import re

import pytest
from starlette.testclient import TestClient

from kdflow.actions.sign_in import make_link
from kdflow.web.gate import PUBLIC
from kdflow.web.security import HEADERS, MAX_BODY, local_path
from tests.web.forms import form, forms, send, text_of
from tests.web.house import IDA, JENS, KARIN, LARS, TITLES, House
from tests.web.walk import Place, routes


def _pages(house: House, *methods: str) -> list[str]:
    found = [path for method, path in routes(house.app) if method in methods]
    assert found
    return sorted(
        path for path in set(found) if not path.startswith(("/api", "/static")) and not path.endswith(".json")
    )


def _address(house: House, path: str) -> str:
    number = house.numbers["consent"]
    digest = house.page("consent", IDA).sag.papers[0].digest
    own = {"number": number, "seq": "2", "station": "kontaktudvalg", "digest": digest, "comment": "1"}
    return Place(house=house, open={**own, "handle": "0123456789abcdef"}).address(path)


ONE_CLICK = "/beskeder/afmeld/{token}"
"""The one address that others post to (RFC 8058); `test_unsubscribe.py` has its tests."""


def test_every_unsafe_page_route_needs_its_token(house: House) -> None:
    found = [path for path in _pages(house, "POST", "PUT", "PATCH", "DELETE") if path != ONE_CLICK]
    assert len(found) >= 12
    clients = (house.client(KARIN), house.client())
    before = house.dump()
    for client in clients:
        for path in found:
            assert client.post(_address(house, path), data={"move": "approve"}).status_code == 403, path
            wrong = client.post(_address(house, path), data={"move": "approve", "token": "x" * 32})
            assert wrong.status_code == 403, path
    assert house.dump() == before


def test_every_unsafe_page_route_refuses_other_sites(house: House) -> None:
    karin = house.client(KARIN)
    token = forms(karin.get("/").text)[0][1]["token"]
    for path in [path for path in _pages(house, "POST") if path != ONE_CLICK]:
        for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://ondt.example"}):
            answer = karin.post(_address(house, path), data={"token": token}, headers=headers)
            assert answer.status_code == 403, path
            assert "andet websted" in answer.text


def test_reading_never_writes(house: House) -> None:
    client = house.client(JENS)
    before = house.dump()
    for path in _pages(house, "GET"):
        for _ in range(2):
            assert client.get(_address(house, path)).status_code < 500, path
            assert client.head(_address(house, path)).status_code < 500, path
    assert _but_readings(house.dump()) == _but_readings(before)


def _but_readings(dump: list[str]) -> list[str]:
    """Without who opened what: who reads a closed sag is kept, and which decisions a chair has seen. Secrets that
    do not fit are counted."""
    kept = re.compile(r'INSERT INTO "(reading|opened|attempt)"|DELETE FROM "sqlite_seq')
    return [line for line in dump if not kept.match(line)]


def test_every_page_needs_somebody(house: House) -> None:
    client = house.client(follow_redirects=False)
    for path in set(_pages(house, "GET")) - set(PUBLIC):
        answer = client.get(_address(house, path))
        assert (answer.status_code, answer.headers["location"][:8]) == (303, "/log-ind"), path


def test_headers_on_every_kind_of_answer(house: House) -> None:
    client = house.client(IDA)
    for path in ("/", "/findes-ikke", "/static/kdflow.css", "/api/sager", "/healthz", "/api/nej"):
        answer = client.get(path)
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, (path, name)
    assert client.get("/").headers["cache-control"] == "no-store"
    assert client.get("/static/kdflow.css?v=1").headers["cache-control"] == "public, max-age=31536000"
    assert "unsafe" not in HEADERS["content-security-policy"]


def test_a_fault_says_so_with_the_same_headers(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    client = house.client(IDA, raise_server_exceptions=False)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("kdflow.web.pages.overblik.start_page", broken)
    monkeypatch.setattr("kdflow.web.api.sager.board", broken)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "Der skete en fejl hos os" in answer.text
    assert "boom" not in answer.text
    assert answer.headers["content-security-policy"] == HEADERS["content-security-policy"]
    assert client.get("/api/sager").json()["type"] == "urn:kdflow:problem:fault"


def test_a_fault_gives_back_what_was_typed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    client, page = house.client(IDA, raise_server_exceptions=False), f"/sager/{house.numbers['fresh']}"
    fields = form(client.get(page).text, "/tekst")

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("kdflow.web.pages.sager.revise_sag", broken)
    answer = client.post(f"{page}/tekst", data={**fields, "case_text": "En <lang> tekst."})
    assert answer.status_code == 500
    assert "En &lt;lang&gt; tekst.</blockquote>" in answer.text
    assert fields["token"] not in answer.text


def test_lars_does_not_learn_of_a_closed_sag(house: House) -> None:
    lars = house.client(LARS)
    number, title = house.numbers["closed"], TITLES["closed"]
    for path in ("/", "/?q=kanarie", "/?alle=1", "/api/sager", "/api/sager?q=kanarie", "/beskeder"):
        answer = lars.get(path)
        assert answer.status_code == 200
        assert title not in answer.text, path
        assert number not in answer.text, path
    missing = "SAG-2020-9999"
    for path in (f"/sager/{number}", f"/?q={number}", f"/sager/{number}/rute.svg", f"/api/sager/{number}"):
        found, never = lars.get(path), lars.get(path.replace(number, missing))
        assert found.status_code == never.status_code == 404
        scrub = [
            re.sub(r'value="[^"]*"', "", answer.text).replace(one, "")
            for answer, one in ((found, number), (never, missing))
        ]
        assert scrub[0] == scrub[1]
    assert TITLES["closed"] in house.client(IDA).get("/").text
    assert "Lukket" in text_of(house.client(IDA).get(f"/sager/{number}").text)


def test_signing_in_and_out(house: House) -> None:
    client = house.client()
    fields = next(one for _, one in forms(client.get("/log-ind?videre=/ruter").text) if one.get("person") == JENS)
    before = client.cookies.get("kdflow-visit")
    answer = client.post("/log-ind", data=fields)
    assert answer.url.path == "/ruter"
    assert "Jens Formand" in answer.text
    assert before
    cookie = answer.history[0].headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    send(client, "/", "/log-ud")
    assert client.get("/", follow_redirects=False).status_code == 303


def test_a_signed_form_of_another_browser_signs_nobody_in(house: House) -> None:
    fields = next(one for _, one in forms(house.client().get("/log-ind").text) if one.get("person") == JENS)
    assert house.client().post("/log-ind", data=fields).status_code == 403


def test_a_link_signs_in_once_and_only_by_its_button(house: House) -> None:
    secret = make_link(house.wiring.db, IDA, now=house.wiring.now())
    client = house.client()
    for _ in range(3):
        assert client.get(f"/log-ind/{secret}").status_code == 200
        assert client.head(f"/log-ind/{secret}").status_code == 200
    answer = send(client, f"/log-ind/{secret}", f"/log-ind/{secret}")
    assert "Ida Sagsejer" in answer.text
    assert send(house.client(), f"/log-ind/{secret}", f"/log-ind/{secret}").status_code == 404


def test_what_was_typed_survives_a_session_that_has_ended(house: House) -> None:
    ida = house.client(IDA)
    page = f"/sager/{house.numbers['fresh']}"
    fields = next(one for address, one in forms(ida.get(page).text) if address.endswith("/tekst"))
    ida.cookies.clear()
    answer = ida.post(f"{page}/tekst", data={**fields, "case_text": "Lang tekst, som jeg lige har skrevet."})
    assert answer.status_code == 403
    assert "Du er logget ud" in answer.text
    assert "Lang tekst, som jeg lige har skrevet." in answer.text


def test_secure_cookies_carry_the_host_prefix(house: House) -> None:
    settings = house.wiring.settings.model_copy(update={"secure_cookies": True})
    from dataclasses import replace  # noqa: PLC0415

    house.wiring = replace(house.wiring, settings=settings)
    client = house.client(base_url="https://testserver")
    fields = next(one for _, one in forms(client.get("/log-ind").text) if one.get("person") == JENS)
    answer = client.post("/log-ind", data=fields, follow_redirects=False)
    assert answer.headers["set-cookie"].startswith("__Host-kdflow=")
    assert "Secure" in answer.headers["set-cookie"]
    assert answer.headers["strict-transport-security"]


def test_too_large_a_body_is_refused(house: House) -> None:
    client: TestClient = house.client(IDA)
    answer = client.post("/sager/ny", content=b"x" * (MAX_BODY + 1), headers={"content-type": "text/plain"})
    assert answer.status_code == 413


@pytest.mark.parametrize("wanted", ["//ondt.example", "https://ondt.example", "/\\ondt.example", "", "/a\r\nb: c"])
def test_only_our_own_paths_are_gone_on_to(wanted: str) -> None:
    assert local_path(wanted) == "/"


def test_a_wrong_method_names_the_right_ones(house: House) -> None:
    answer = house.client(IDA).get(f"/sager/{house.numbers['fresh']}/tekst")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
