"""Webhooks: signed so that a stranger can check them, sent nowhere inside, and told apart when they fail."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import trustme

from kdflow.channels import NotSent, Permanent, Temporary, wire
from kdflow.channels.webhook import GONE, post, signed, verify
from kdflow.channels.wire import Address

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
PAYLOAD = {"type": "sag.besluttet", "sag": "26-1", "titel": "Aftale på Ærø \ud800"}
HERE = "127.0.0.1"


class Receiver(ThreadingHTTPServer):
    """Keeps what is posted, and answers as told."""

    daemon_threads = True

    def __init__(self) -> None:
        self.answer: int | Callable[[socket.socket], None] = 204
        self.headers_sent: dict[str, str] = {}
        self.got: list[tuple[dict[str, str], bytes, str]] = []
        super().__init__((HERE, 0), _Handler)

    @property
    def port(self) -> int:
        return self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients hang up on purpose."""


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body, self.path))
        if callable(self.server.answer):
            self.server.answer(self.connection)
            self.close_connection = True
            return
        self.send_response(self.server.answer)
        for name, value in self.server.headers_sent.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def receiving(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver that listens."""
    with Receiver() as server:
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver on this machine, without TLS."""
    with receiving() as server:
        yield server


def _post(server: Receiver, path: str = "/hook?a=1", **changed: Any) -> None:
    given: dict[str, Any] = {"internal_hosts": [HERE], "timeout": 5}
    post(f"http://{HERE}:{server.port}{path}", SECRET, "msg_1", NOW, PAYLOAD, **(given | changed))


def _never(host: str, port: int) -> Sequence[Address]:
    raise AssertionError("nothing is looked up")


def _resolving(*addresses: str) -> Callable[[str, int], Sequence[Address]]:
    def resolve(host: str, port: int) -> Sequence[Address]:
        return [(socket.AF_INET6 if ":" in one else socket.AF_INET, (one, port)) for one in addresses]

    return resolve


# --- What is sent -------------------------------------------------------------------------------------


def test_it_arrives_signed(receiver: Receiver) -> None:
    _post(receiver)
    ((headers, body, path),) = receiver.got
    assert (path, json.loads(body)) == ("/hook?a=1", PAYLOAD)
    assert (headers["Content-Type"], headers["Host"]) == ("application/json", f"{HERE}:{receiver.port}")
    assert verify(headers, body, SECRET, NOW)


def test_the_signature_is_that_of_the_standard() -> None:
    """The example of the Standard Webhooks libraries."""
    at = datetime.fromtimestamp(1614265330, UTC)
    headers = signed(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_repeat_is_known_by_its_id_and_says_the_same(receiver: Receiver) -> None:
    _post(receiver)
    _post(receiver)
    first, second = receiver.got
    assert first[0]["webhook-id"] == second[0]["webhook-id"] == "msg_1"
    assert first[1] == second[1]


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": "msg_2"},
        {"webhook-timestamp": str(int(NOW.timestamp()) + 1)},
        {"webhook-timestamp": "now"},
        {"webhook-timestamp": ""},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": "v2,æ"},
    ],
)
def test_anything_changed_is_found_out(changed: dict[str, str]) -> None:
    headers = signed(SECRET, "msg_1", NOW, b"{}")
    assert verify(headers, b"{}", SECRET, NOW)
    assert not verify(headers | changed, b"{}", SECRET, NOW)


def test_another_body_or_another_secret_is_found_out() -> None:
    headers = signed(SECRET, "msg_1", NOW, b"{}")
    assert not verify(headers, b"{ }", SECRET, NOW)
    assert not verify(headers, b"{}", SECRET[:-4] + "AAAA", NOW)


@pytest.mark.parametrize(("minutes", "good"), [(-6, False), (-4, True), (4, True), (6, False)])
def test_it_is_good_for_five_minutes(minutes: int, good: bool) -> None:
    headers = signed(SECRET, "msg_1", NOW, b"{}")
    assert verify(headers, b"{}", SECRET, NOW + timedelta(minutes=minutes)) is good


def test_while_a_secret_is_changed_either_signature_will_do() -> None:
    headers = signed(SECRET, "msg_1", NOW, b"{}")
    both = {name.title(): value for name, value in headers.items()}
    both["Webhook-Signature"] = f"v1,AAAA {headers['webhook-signature']}"
    assert verify(both, b"{}", SECRET, NOW)


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_short", "whsec_!!!!", SECRET.removeprefix("whsec_"), "whsec_æ"]
)
def test_a_secret_that_cannot_be_used_is_said_to_be_so_without_it(secret: str) -> None:
    with pytest.raises(Permanent) as caught:
        post("https://a.example/", secret, "msg_1", NOW, PAYLOAD, resolve=_never)
    assert caught.value.reason == "the secret of a webhook is whsec_ and 24 to 64 bytes in base64"


@pytest.mark.parametrize("id", ["", "a.b", "a b", "a\r\nX-Evil: 1", "æ"])
def test_an_id_that_would_blur_what_is_signed_is_refused(id: str) -> None:
    with pytest.raises(Permanent, match="id of a webhook"):
        post("https://a.example/", SECRET, id, NOW, PAYLOAD, resolve=_never)


# --- What the answer means ----------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_taken(receiver: Receiver, status: int) -> None:
    receiver.answer = status
    _post(receiver)


@pytest.mark.parametrize(
    ("status", "kind", "reason"),
    [
        (301, Permanent, "answered 301: redirects are not followed"),
        (302, Permanent, "answered 302: redirects are not followed"),
        (307, Permanent, "answered 307: redirects are not followed"),
        (400, Permanent, "answered 400"),
        (401, Permanent, "answered 401"),
        (404, Permanent, "answered 404"),
        (408, Temporary, "answered 408"),
        (410, Permanent, GONE),
        (425, Temporary, "answered 425"),
        (429, Temporary, "answered 429"),
        (500, Temporary, "answered 500"),
        (503, Temporary, "answered 503"),
        (999, Temporary, "answered 999"),
    ],
)
def test_not_taken(receiver: Receiver, status: int, kind: type[NotSent], reason: str) -> None:
    receiver.answer = status
    receiver.headers_sent = {"Location": f"http://{HERE}:{receiver.port}/other"}
    with pytest.raises(NotSent) as caught:
        _post(receiver)
    assert (type(caught.value), caught.value.reason) == (kind, reason)
    assert len(receiver.got) == 1


def _say(text: bytes) -> Callable[[socket.socket], None]:
    return lambda sock: sock.sendall(text)


def _drip(sock: socket.socket) -> None:
    for _ in range(100):
        sock.sendall(b"H")
        threading.Event().wait(0.05)


@pytest.mark.parametrize(
    "answer",
    [
        _say(b""),
        _say(b"what?\r\n\r\n"),
        _say(b"HTTP/1.1 200"[:6]),
        _say(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000 + b"\r\n"),
        _say(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n"),
        _drip,
    ],
)
def test_an_answer_that_is_lost_or_none_means_again(
    receiver: Receiver, answer: Callable[[socket.socket], None]
) -> None:
    receiver.answer = answer
    with pytest.raises(Temporary):
        _post(receiver, timeout=0.5)


def test_no_more_is_read_than_needed(receiver: Receiver) -> None:
    receiver.answer = _say(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n" + b"x" * 50_000)
    _post(receiver, timeout=2)


def test_nobody_listens() -> None:
    with socket.create_server((HERE, 0)) as sock:
        port = sock.getsockname()[1]
    with pytest.raises(Temporary):
        post(f"http://{HERE}:{port}/", SECRET, "msg_1", NOW, PAYLOAD, internal_hosts=[HERE])


# --- Where it goes ------------------------------------------------------------------------------------

LOOPBACK_IN_DISGUISE = ["127.1", "0x7f000001", "2130706433", "0177.0.0.1", "127.0.0.1", "localhost", "LOCALHOST."]


@pytest.mark.parametrize(
    "host",
    [
        *LOOPBACK_IN_DISGUISE,
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[2002:7f00:1::]",
        "[64:ff9b::7f00:1]",
        "169.254.169.254",
        "10.1.2.3",
        "192.168.0.1",
        "0.0.0.0",  # noqa: S104
        "[::]",
        "127.0.0.1:25",
    ],
)
def test_an_internal_address_gets_nothing(host: str) -> None:
    with pytest.raises(Permanent, match="an internal address"):
        post(f"https://{host}/", SECRET, "msg_1", NOW, PAYLOAD)


@pytest.mark.parametrize(
    "found", [["10.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["2606:4700::1", "::1"], ["169.254.169.254"], ["fe80::1%1"]]
)
def test_a_host_with_one_internal_address_gets_nothing(found: list[str]) -> None:
    with pytest.raises(Permanent, match="an internal address"):
        post("https://hook.example/", SECRET, "msg_1", NOW, PAYLOAD, resolve=_resolving(*found))


def test_a_name_is_looked_up_once_and_the_checked_address_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rebinding: the second look-up would lead inside."""
    answers = ["8.8.8.8", HERE]
    asked: list[str] = []
    called: list[object] = []

    def resolve(host: str, port: int) -> Sequence[Address]:
        asked.append(host)
        return _resolving(answers[min(len(asked), len(answers)) - 1])(host, port)

    def connect(addresses: Sequence[Address], patience: object) -> socket.socket:
        called.extend(addresses)
        raise OSError("not from a test")

    monkeypatch.setattr(wire, "connect", connect)
    with pytest.raises(Temporary):
        post("https://hook.example/", SECRET, "msg_1", NOW, PAYLOAD, resolve=resolve)
    assert (asked, called) == (["hook.example"], [(socket.AF_INET, ("8.8.8.8", 443))])


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hook.example",
        "ftp://hook.example/",
        "file:///etc/passwd",
        "http://hook.example/",
        "https://",
        "https:///path",
        "https://user@hook.example/",
        "https://user:word@hook.example/",
        "https://hook.example:0x50/",
        "https://hook.example:99999/",
        "https://[::1/",
        "https://hook.example\\@127.0.0.1/",
        "https://hook.example/\r\nX-Evil: 1",
        "https://hook.example/ HTTP/1.1",
        "https://hook.example/på",
        f"https://{'x' * 64}.example/",
        "https://a..b/",
    ],
)
def test_an_address_that_is_no_plain_https_gets_nothing(url: str) -> None:
    with pytest.raises(Permanent):
        post(url, SECRET, "msg_1", NOW, PAYLOAD, resolve=_never)


def test_a_name_that_is_not_known_may_be_known_later() -> None:
    def unknown(host: str, port: int) -> Sequence[Address]:
        raise socket.gaierror("unknown")

    with pytest.raises(Temporary):
        post("https://hook.example/", SECRET, "msg_1", NOW, PAYLOAD, resolve=unknown)
    with pytest.raises(Temporary):
        post("https://hook.example/", SECRET, "msg_1", NOW, PAYLOAD, resolve=_resolving())


def test_only_the_hosts_that_are_named_may_be_inside(receiver: Receiver) -> None:
    with pytest.raises(Permanent):
        _post(receiver, internal_hosts=["localhost"])
    assert receiver.got == []


def test_over_tls_the_receiver_proves_the_name_that_was_asked_for() -> None:
    authority = trustme.CA()
    theirs, ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("hook.example").configure_cert(theirs)
    authority.configure_trust(ours)
    named: list[str | None] = []
    theirs.sni_callback = lambda sock, name, context: named.append(name)
    with receiving(theirs) as server:
        given: dict[str, Any] = {"resolve": _resolving(HERE), "tls": ours, "timeout": 5}
        hosts = ["hook.example", "other.example"]
        post(f"https://hook.example:{server.port}/", SECRET, "1", NOW, PAYLOAD, internal_hosts=hosts, **given)
        assert named == ["hook.example"]
        assert server.got[0][0]["Host"] == f"hook.example:{server.port}"
        with pytest.raises(Temporary, match="certificate"):
            post(f"https://other.example:{server.port}/", SECRET, "2", NOW, PAYLOAD, internal_hosts=hosts, **given)
        assert len(server.got) == 1
