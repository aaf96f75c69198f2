"""Files that people send us are shown to clamd, where an installation has one, before they are kept."""

from __future__ import annotations

import socket
import struct

from kdflow.domain.errors import Unreadable

TIMEOUT = 30
"""Seconds until clamd must have said something."""

CHUNK = 64 * 1024


def refuse_virus(content: bytes, *, clamd: str) -> None:
    """Ask clamd about a file; `clamd` is the path of its socket, or its host and port. Where it does not answer
    nothing is kept: a file that nobody has looked at is not taken.

    Raises:
        Unreadable: there is a virus in it, or clamd did not say.
    """
    try:
        answer = _asked(content, clamd)
    except OSError as error:
        raise Unreadable(f"clamd does not answer: {error}", "file-unscanned", "file") from error
    if answer.endswith("FOUND"):
        raise Unreadable(f"clamd says: {answer}", "file-virus", "file")
    if answer != "stream: OK":
        raise Unreadable(f"clamd says: {answer or 'nothing'}", "file-unscanned", "file")


def _asked(content: bytes, clamd: str) -> str:
    """What clamd answers to a file, sent to it piece by piece."""
    with _connected(clamd) as connection:
        connection.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), CHUNK):
            piece = content[start : start + CHUNK]
            connection.sendall(struct.pack("!I", len(piece)) + piece)
        connection.sendall(struct.pack("!I", 0))
        with connection.makefile("rb") as answer:
            return answer.read(1000).rstrip(b"\0\n").decode("utf-8", "replace")


def _connected(clamd: str) -> socket.socket:
    if not clamd.startswith("/"):
        host, _, port = clamd.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=TIMEOUT)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(TIMEOUT)
    try:
        connection.connect(clamd)
    except OSError:
        connection.close()
        raise
    return connection
