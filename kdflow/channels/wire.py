"""Sockets with patience: a conversation has one time limit in all, however slowly the other end drips."""

from __future__ import annotations

import io
import socket
import ssl
import time
from collections.abc import Sequence
from functools import cache
from typing import Any

Address = tuple[int, tuple[Any, ...]]
"""A family and where to connect in it, as `getaddrinfo` gives them."""

_PIECE = 16 * 1024


class Patience:
    """How long to wait, counted from when it is made."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._until = time.monotonic() + seconds

    @property
    def over(self) -> bool:
        """Whether there is nothing left of it (a hundredth of a second is nothing)."""
        return self._until - time.monotonic() < 0.01

    def left(self) -> float:
        """The seconds left.

        Raises:
            TimeoutError: there are none.
        """
        if self.over:
            raise TimeoutError(f"no answer within {self.seconds:g} seconds")
        return self._until - time.monotonic()


class _Incoming(io.RawIOBase):
    def __init__(self, sock: socket.socket, patience: Patience) -> None:
        self._sock, self.patience = sock, patience

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(self.patience.left())
        try:
            return self._sock.recv_into(buffer)
        except TimeoutError:
            self.patience.left()  # says it in our words
            raise


class Reader(io.BufferedReader):
    """What comes in; closing it leaves the socket open. `patience` may be renewed between two answers."""

    def __init__(self, sock: socket.socket, patience: Patience) -> None:
        self._incoming = _Incoming(sock, patience)
        super().__init__(self._incoming)

    def renew(self, patience: Patience) -> None:
        """Wait by another patience from now on."""
        self._incoming.patience = patience


@cache
def public_trust() -> ssl.SSLContext:
    """TLS with those whom the system trusts; made once, as reading all their certificates takes its time."""
    return ssl.create_default_context()


def connect(addresses: Sequence[Address], patience: Patience) -> socket.socket:
    """A connection to the first address that answers; none of them may use up what the others need.

    Raises:
        OSError: none did; it is the last one's.
    """
    problem: OSError = OSError("the host has no address")
    for tried, (family, where) in enumerate(addresses):
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.settimeout(patience.left() / (len(addresses) - tried))
            sock.connect(where)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            sock.close()
            problem = error
        else:
            return sock
    raise problem


def send(sock: socket.socket, data: bytes, patience: Patience) -> None:
    """Send all of it."""
    for start in range(0, len(data), _PIECE):
        sock.settimeout(patience.left())
        sock.sendall(data[start : start + _PIECE])
