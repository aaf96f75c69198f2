"""Files are shown to clamd: by its own protocol, and nothing is taken that it has not looked at."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kdflow.channels.antivirus import CHUNK, refuse_virus
from kdflow.domain.errors import Unreadable

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def _serve(listener: socket.socket, broken: str, seen: list[bytes]) -> None:
    """What clamd does with one file, or what a `broken` one answers."""
    connection, _ = listener.accept()
    with connection, connection.makefile("rb") as asked:
        assert asked.read(10) == b"zINSTREAM\0"
        content = b""
        while size := int.from_bytes(asked.read(4), "big"):
            content += asked.read(size)
        seen.append(content)
        verdict = "stream: Eicar-Test-Signature FOUND" if EICAR in content else "stream: OK"
        connection.sendall((broken or verdict).encode() + b"\0")


@contextmanager
def clamd(listener: socket.socket, broken: str = "") -> Iterator[list[bytes]]:
    """A clamd for one file; what it was shown is given."""
    seen: list[bytes] = []
    with listener:
        listener.listen(1)
        server = threading.Thread(target=_serve, args=(listener, broken, seen))
        server.start()
        yield seen
        server.join(10)


def by_port() -> tuple[socket.socket, str]:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    return listener, f"127.0.0.1:{listener.getsockname()[1]}"


def code_of(content: bytes, address: str) -> str:
    with pytest.raises(Unreadable) as refused:
        refuse_virus(content, clamd=address)
    return refused.value.code


def test_a_virus_is_refused_and_all_else_is_taken(tmp_path: Path) -> None:
    content = b"x" * (2 * CHUNK + 7)
    listener, address = by_port()
    with clamd(listener) as seen:
        refuse_virus(content, clamd=address)
    assert seen == [content]
    local = socket.socket(socket.AF_UNIX)
    local.bind(str(tmp_path / "clamd.ctl"))
    with clamd(local):
        assert code_of(b"%PDF-1.4 " + EICAR, str(tmp_path / "clamd.ctl")) == "file-virus"


@pytest.mark.parametrize("broken", ["INSTREAM size limit exceeded. ERROR", "\0", "UNKNOWN COMMAND"])
def test_what_it_has_not_looked_at_is_not_taken(broken: str) -> None:
    listener, address = by_port()
    with clamd(listener, broken):
        assert code_of(b"x", address) == "file-unscanned"


def test_where_nobody_answers_nothing_is_taken(tmp_path: Path) -> None:
    listener, address = by_port()
    listener.close()
    assert code_of(b"x", address) == "file-unscanned"
    assert code_of(b"x", str(tmp_path / "none.ctl")) == "file-unscanned"
