"""One conversation with a mail server, phase by phase, so that it is always known how far a mail came."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from typing import Any, Literal

from kdflow.channels import Ambiguous, NotSent, Permanent, Temporary, wire
from kdflow.channels.wire import Patience

Security = Literal["none", "starttls", "tls"]

AUTHENTICATION = frozenset({530, 534, 535, 538})
"""Refusals of who we are (RFC 4954, RFC 3207): about the session, so no mail fails for good by them."""

CLOSING = 421
_LINE_END = re.compile(rb"\r\n|\r|\n")
_DOT = re.compile(rb"^\.", re.MULTILINE)


class Lost(Exception):
    """The conversation cannot go on, and the mail was not handed over. `silent`: the server did not answer."""

    def __init__(self, phase: str, error: object, *, silent: bool) -> None:
        self.silent = silent
        super().__init__(f"{phase}: {error}")


class Session(smtplib.SMTP):
    """A connection to a mail server. `patience` is what is left of the time that the present mail has."""

    def __init__(self, host: str, port: int, *, tls: ssl.SSLContext | None, patience: Patience) -> None:
        """Connect; with `tls`, encrypted from the first byte."""
        self.patience = patience
        self._at_once = tls
        self._reader: wire.Reader | None = None
        super().__init__(host, port)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        sock = wire.connect([(family, where) for family, _, _, _, where in found], self.patience)
        if self._at_once is None:
            return sock
        try:
            sock.settimeout(self.patience.left())
            return self._at_once.wrap_socket(sock, server_hostname=host)
        except BaseException:
            sock.close()
            raise

    def getreply(self) -> tuple[int, bytes]:
        """As smtplib's, but within the patience, however slowly the lines come."""
        if self.file is None and self.sock:
            self.file = wire.Reader(self.sock, self.patience)
        if self.file is not None:
            self.file.renew(self.patience)
        return super().getreply()

    def send(self, s: Any) -> None:
        """As smtplib's, within the patience."""
        if not self.sock:
            raise smtplib.SMTPServerDisconnected("the connection is closed")
        data: bytes = s.encode(self.command_encoding) if isinstance(s, str) else s
        try:
            wire.send(self.sock, data, self.patience)
        except OSError as error:
            self.close()
            raise smtplib.SMTPServerDisconnected(str(error)) from error

    def encrypt(self, tls: ssl.SSLContext) -> None:
        """STARTTLS; a server that does not offer it is not talked to in the clear."""
        self.ehlo_or_helo_if_needed()
        if self.sock:
            self.sock.settimeout(self.patience.left())
        self.starttls(context=tls)

    def envelope(self, sender: str, to: str, size: int) -> None:
        """Say who writes to whom, until the server asks for the mail.

        Raises:
            Lost: the conversation broke.
            NotSent: the server said no.
        """
        options = [f"size={size}"] if self.has_extn("size") else []
        phase = "MAIL"
        try:
            self._expect(phase, self.mail(sender, options), 2)
            phase = "RCPT"
            self._expect(phase, self.rcpt(to), 2)
            phase = "DATA"
            self._expect(phase, self.docmd("DATA"), 3)
        except (OSError, smtplib.SMTPException) as error:
            raise self._lost(phase, error) from error

    def content(self, mail: bytes) -> None:
        """The mail itself. Until the dot that ends it is sent, the server cannot have accepted it; from then on
        only its answer tells.

        Raises:
            Lost: the conversation broke before the dot.
            NotSent: the server said no, or (`Ambiguous`) nobody knows what it said.
        """
        lines = _LINE_END.sub(b"\r\n", mail)
        ended = lines if lines.endswith(b"\r\n") else lines + b"\r\n"
        try:
            self.send(_DOT.sub(b"..", ended))
        except (OSError, smtplib.SMTPException) as error:
            raise self._lost("the mail itself", error) from error
        try:
            self.send(b".\r\n")
            code, reply = self.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise Ambiguous(f"after the mail: {_said(error)}") from error
        if code // 100 not in (2, 4, 5):
            raise Ambiguous(f"after the mail: unintelligible answer {code} {_text(reply)}")
        if code // 100 != 2:
            raise _refusal("after the mail", code, reply)

    def clean(self) -> bool:
        """Whether the server forgot a refused mail and can be given the next one (RSET)."""
        try:
            return self.rset()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False

    def leave(self) -> None:
        """Say goodbye, if the other end still listens; and hang up."""
        try:
            self.quit()
        except (OSError, smtplib.SMTPException):
            self.close()

    def _expect(self, phase: str, answer: tuple[int, bytes], hundreds: int) -> None:
        code, reply = answer
        if code // 100 == hundreds:
            return
        if code == CLOSING or code // 100 not in (4, 5):
            raise Lost(phase, f"{code} {_text(reply)}", silent=False)
        raise _refusal(phase, code, reply)

    def _lost(self, phase: str, error: Exception) -> Lost:
        return Lost(phase, _said(error), silent=self.patience.over)


def open_session(
    host: str, port: int, *, security: Security, tls: ssl.SSLContext, user: str, password: str, patience: Patience
) -> Session:
    """A session that mails can be given to. What goes wrong here is about the server or us, never about a mail.

    Raises:
        Temporary: there is none to be had.
    """
    session: Session | None = None
    phase = "connect"
    try:
        session = Session(host, port, tls=tls if security == "tls" else None, patience=patience)
        if security == "starttls":
            phase = "STARTTLS"
            session.encrypt(tls)
        phase = "EHLO"
        session.ehlo_or_helo_if_needed()
        if user:
            phase = "AUTH"
            session.login(user, password)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        if session:
            session.close()
        if isinstance(error, UnicodeError):  # it holds what could not be written, which may be the password
            raise Temporary(f"{phase}: cannot be written in ASCII") from None
        raise Temporary(f"{phase}: {_said(error)}") from error
    return session


def _refusal(phase: str, code: int, reply: bytes) -> NotSent:
    kind = Temporary if code < 500 or code in AUTHENTICATION else Permanent
    return kind(f"{phase}: {code} {_text(reply)}")


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return f"{error.smtp_code} {_text(said) if isinstance(said, bytes) else said}"
    return str(error).removeprefix("Connection unexpectedly closed: ") or type(error).__name__


def _text(reply: bytes) -> str:
    return reply.decode("utf-8", "replace")
