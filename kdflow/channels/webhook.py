"""Signed webhooks in the Standard Webhooks format, sent to the internet and not into the house's own network."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import http.client
import json
import re
import socket
import ssl
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from kdflow.channels import Permanent, Temporary, wire
from kdflow.channels.internal_addresses import is_outside
from kdflow.channels.wire import Address, Patience

PREFIX = "whsec_"
TOLERANCE = timedelta(minutes=5)
TIMEOUT = 15.0
GONE = "gone"

AGAIN = frozenset({408, 425, 429})
"""Answers that say "later" although they begin with a 4."""

_MOST_READ = 16 * 1024
_ID = re.compile(r"[!-\-/-~]{1,200}")  # printable ASCII without the dot that parts what is signed
_NOT_IN_A_URL = re.compile(r"[\x00-\x20\x7f\\]")

Resolve = Callable[[str, int], Sequence[Address]]


@dataclass(frozen=True, slots=True)
class _Target:
    host: str
    port: int
    path: str
    encrypted: bool
    may_be_internal: bool


def resolve(host: str, port: int) -> Sequence[Address]:
    """The addresses of a host, as the system knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(family, where) for family, _, _, _, where in found]


def post(
    url: str,
    secret: str,
    id: str,
    at: datetime,
    payload: Mapping[str, object],
    *,
    internal_hosts: Collection[str] = (),
    timeout: float = TIMEOUT,
    resolve: Resolve = resolve,
    tls: ssl.SSLContext | None = None,
) -> None:
    """Post `payload`, signed; returning means that the other end took it.

    `id` is the same at every try (who receives knows a repeat by it, so a lost answer is only `Temporary`), `at`
    is now. Hosts in `internal_hosts` may be internal and may be spoken to without TLS.

    Raises:
        Temporary: try again later.
        Permanent: never try again; the reason is `GONE` where the other end wants no more of them at all.
    """
    target = _target(url, internal_hosts)
    body = json.dumps(payload, separators=(",", ":")).encode()
    try:
        headers = signed(secret, id, at, body)
    except ValueError as error:
        raise Permanent(str(error)) from error
    patience = Patience(timeout)
    found = _addresses(target, resolve)
    try:
        status = _Connection(target, found, patience, tls).exchange(body, headers)
    except (OSError, http.client.HTTPException) as error:
        raise Temporary(f"{target.host}: {str(error) or type(error).__name__}") from error
    _judge(status)


def signed(secret: str, id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers by which the receiver knows that it is from us, is whole, and is of now.

    Raises:
        ValueError: the secret or the id cannot be used.
    """
    if not _ID.fullmatch(id):
        raise ValueError("the id of a webhook is printable ASCII without a dot")
    stamp = str(int(at.timestamp()))
    return {
        "webhook-id": id,
        "webhook-timestamp": stamp,
        "webhook-signature": _signature(secret, f"{id}.{stamp}.".encode() + body),
    }


def verify(headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> bool:
    """Whether a webhook is from who has the secret, unchanged, and not older or newer than `TOLERANCE`."""
    given = {name.lower(): value for name, value in headers.items()}
    id, stamp = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not re.fullmatch(r"[0-9]{1,12}", stamp) or abs(now.timestamp() - int(stamp)) > TOLERANCE.total_seconds():
        return False
    right = _signature(secret, f"{id}.{stamp}.".encode() + body).encode()
    offered = given.get("webhook-signature", "").encode().split()
    return any(hmac.compare_digest(one, right) for one in offered)


def _signature(secret: str, content: bytes) -> str:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(PREFIX) or not 24 <= len(key) <= 64:
        raise ValueError(f"the secret of a webhook is {PREFIX} and 24 to 64 bytes in base64")
    return f"v1,{base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()}"


def _target(url: str, internal_hosts: Collection[str]) -> _Target:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").encode("idna").decode()
        port = parts.port
    except ValueError as error:
        raise Permanent(f"the address cannot be read: {error}") from error
    trusted = host in {one.lower().rstrip(".") for one in internal_hosts}
    schemes = ("https", "http") if trusted else ("https",)
    if not host or _NOT_IN_A_URL.search(url) or not f"{parts.path}{parts.query}".isascii():
        raise Permanent("the address cannot be read")
    if parts.scheme not in schemes or "@" in parts.netloc:
        raise Permanent("the address must begin with https:// and hold no user name")
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    encrypted = parts.scheme == "https"
    return _Target(host, port or (443 if encrypted else 80), path, encrypted, trusted)


def _addresses(target: _Target, resolve: Resolve) -> Sequence[Address]:
    """Where to connect: looked up once, every address checked. Whoever is asked twice may answer differently."""
    try:
        found = resolve(target.host, target.port)
    except UnicodeError as error:
        raise Permanent(f"{target.host}: no name of a host") from error
    except OSError as error:
        raise Temporary(f"{target.host}: {error}") from error
    if not found:
        raise Temporary(f"{target.host}: the host has no address")
    if not target.may_be_internal and not all(is_outside(str(where[0])) for _, where in found):
        raise Permanent(f"{target.host}: an internal address")
    return found


def _judge(status: int) -> None:
    if status // 100 == 2:
        return
    if status == HTTPStatus.GONE:
        raise Permanent(GONE)
    if status // 100 == 3:
        raise Permanent(f"answered {status}: redirects are not followed")
    kind = Permanent if status // 100 == 4 and status not in AGAIN else Temporary
    raise kind(f"answered {status}")


class _Connection(http.client.HTTPConnection):
    """To addresses that were checked, under the name that was asked for."""

    def __init__(
        self, target: _Target, addresses: Sequence[Address], patience: Patience, tls: ssl.SSLContext | None
    ) -> None:
        super().__init__(target.host, target.port)
        self.default_port = 443 if target.encrypted else 80  # what the Host header may leave out
        self._target, self._addresses, self._patience = target, addresses, patience
        self._tls = (tls or wire.public_trust()) if target.encrypted else None

    def exchange(self, body: bytes, headers: Mapping[str, str]) -> int:
        """Post, and the status of the answer. The rest of it is read politely, up to a limit, and forgotten."""
        try:
            self.request(
                "POST",
                self._target.path,
                body,
                {"Content-Type": "application/json", "User-Agent": "kdflow", "Connection": "close", **headers},
            )
            with self.getresponse() as response:
                with suppress(OSError, http.client.HTTPException):
                    response.read(_MOST_READ)
                return response.status
        finally:
            self.close()

    def connect(self) -> None:
        sock = wire.connect(self._addresses, self._patience)
        try:
            sock.settimeout(self._patience.left())
            self.sock = self._tls.wrap_socket(sock, server_hostname=self._target.host) if self._tls else sock
        except BaseException:
            sock.close()
            raise

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        wire.send(self.sock, data, self._patience)

    def response_class(self, sock: socket.socket, **kwargs: Any) -> http.client.HTTPResponse:  # type: ignore[override]
        return http.client.HTTPResponse(_Incoming(sock, self._patience), **kwargs)  # type: ignore[arg-type]


class _Incoming:
    """What http.client wants of a socket to read an answer from, within the patience."""

    def __init__(self, sock: socket.socket, patience: Patience) -> None:
        self._sock, self._patience = sock, patience

    def makefile(self, mode: str) -> wire.Reader:
        return wire.Reader(self._sock, self._patience)
