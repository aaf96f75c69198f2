"""Mail servers on this machine: a real one (aiosmtpd), and one that misbehaves at a chosen point."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Server
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

HOST = "127.0.0.1"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as sock:
        sock.bind((HOST, 0))
        port: int = sock.getsockname()[1]
        return port


# --- A real one ---------------------------------------------------------------------------------------


@dataclass
class Mailbox:
    """What a server was given, and by whom."""

    port: int = 0
    mails: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str | None, list[str]]] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    refused: frozenset[str] = frozenset()

    async def handle_RCPT(
        self, server: Server, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take everybody but those who are refused."""
        if address in self.refused:
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Server, session: Session, envelope: Envelope) -> str:
        """Keep it."""
        assert isinstance(envelope.content, bytes)
        self.mails.append(envelope.content)
        self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
        self.sessions.append(session)
        return "250 OK"


class _Plain(Controller):
    def factory(self) -> Server:
        return Server(self.handler, **self.SMTP_kwargs)


def sign_in(server: Server, session: Session, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
    """Only kdflow with its password comes in."""
    right = isinstance(given, LoginPassword) and (given.login, given.password) == (b"kdflow", b"secret word")
    return AuthResult(success=right, handled=False)


@contextmanager
def real_server(*, tls_from_start: ssl.SSLContext | None = None, **options: Any) -> Iterator[Mailbox]:
    """A real mail server that keeps what it is given."""
    mailbox = Mailbox(port=free_port())
    controller = _Plain(mailbox, hostname=HOST, port=mailbox.port, ssl_context=tls_from_start, **options)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


# --- One that misbehaves ------------------------------------------------------------------------------

Answer = str | Callable[[socket.socket], None]
"""What is said, or what is done instead; "" hangs up."""

USUAL: Mapping[str, Answer] = {
    "banner": "220 here",
    "EHLO": "250 here",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    "inside": "",
    "end": "250 taken",
    "RSET": "250 ok",
    "QUIT": "221 bye",
}


class Faulty:
    """A mail server that answers as scripted, one script for each connection (the last one for all that follow).

    `whole` counts the mails that it saw the end of, `inside` (if scripted) happens after some lines of a mail.
    """

    def __init__(self, *scripts: Mapping[str, Answer]) -> None:
        self.scripts = scripts or ({},)
        self.connections = 0
        self.whole = 0
        self.taken: list[bytes] = []
        self.commands: list[str] = []
        self._stop = threading.Event()
        self._listening = socket.create_server((HOST, 0))
        self.port: int = self._listening.getsockname()[1]
        self._threads = [threading.Thread(target=self._listen)]
        self._threads[0].start()

    def silence(self, sock: socket.socket) -> None:
        """Say nothing until the test is over."""
        self._stop.wait(30)

    def close(self) -> None:
        """Stop, and wait until all is quiet."""
        self._stop.set()
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for thread in self._threads:
            thread.join(10)

    def _listen(self) -> None:
        while not self._stop.is_set():
            try:
                sock, _ = self._listening.accept()
            except OSError:
                return
            script = {**USUAL, **self.scripts[min(self.connections, len(self.scripts) - 1)]}
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(sock, script))
            self._threads.append(thread)
            thread.start()

    def _serve(self, sock: socket.socket, script: Mapping[str, Answer]) -> None:
        sock.settimeout(10)
        try:
            with sock, sock.makefile("rb") as lines:
                self._converse(sock, lines, script)
        except OSError:
            pass

    def _converse(self, sock: socket.socket, lines: Any, script: Mapping[str, Answer]) -> None:
        if not self._answer(sock, script["banner"]):
            return
        for line in lines:
            command = line[:4].decode(errors="replace").upper().strip()
            self.commands.append(command)
            answer = script.get(command, "502 what?")
            if not self._answer(sock, answer) or command == "QUIT":
                return
            if command == "DATA" and str(answer).startswith("354") and not self._mail(sock, lines, script):
                return

    def _mail(self, sock: socket.socket, lines: Any, script: Mapping[str, Answer]) -> bool:
        read: list[bytes] = []
        for line in lines:
            if line == b".\r\n":
                self.whole += 1
                answer = script["end"]
                if isinstance(answer, str) and answer.startswith("2"):
                    self.taken.append(b"".join(read))
                return self._answer(sock, answer)
            read.append(line)
            if len(read) == 3 and script["inside"] != "":
                return self._answer(sock, script["inside"])
        return False

    def _answer(self, sock: socket.socket, answer: Answer) -> bool:
        """Whether the conversation goes on."""
        if callable(answer):
            answer(sock)
            return False
        if answer:
            sock.sendall(f"{answer}\r\n".encode())
        return bool(answer)


def hang_up(sock: socket.socket) -> None:
    """Close the connection in good order."""


def reset(sock: socket.socket) -> None:
    """Break the connection off."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


def drip(answer: bytes) -> Callable[[socket.socket], None]:
    """Answer so slowly that no single wait is long."""

    def slowly(sock: socket.socket) -> None:
        pause = threading.Event()
        for byte in answer * 50:
            sock.sendall(bytes([byte]))
            pause.wait(0.05)

    return slowly


@contextmanager
def faulty(*scripts: Mapping[str, Answer]) -> Iterator[Faulty]:
    """A server that misbehaves, until the test is over."""
    server = Faulty(*scripts)
    try:
        yield server
    finally:
        server.close()
