"""Mail by SMTP: how a message is written, and how it is handed to the mail server."""

from __future__ import annotations

import hashlib
import re
import ssl
import unicodedata
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from email.header import Header
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP, Policy
from typing import Self

from kdflow.channels import Ambiguous, Message, NotSent, Permanent, Sender, Temporary, wire
from kdflow.channels.smtp_session import Lost, Security, Session, open_session
from kdflow.channels.wire import Patience
from kdflow.domain import addresses
from kdflow.settings import Settings

CALENDAR_FILE = "moede.ics"
GOODBYE_SECONDS = 5.0


# --- Writing it ---------------------------------------------------------------------------------------


class _OneLine(UnstructuredHeader, BaseHeader):
    """A header that programs read: folding would break an address of a page or a message id into encoded words."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


class _Subject(UnstructuredHeader, BaseHeader):
    """The subject: where the standard library's own folding meets a word with an æ at the end of a line, it leaves
    two spaces for readers to show."""

    def fold(self, *, policy: Policy) -> str:
        coded = Header(str(self), None if self.isascii() else "utf-8", header_name=self.name)
        return f"{self.name}: {coded.encode(linesep=policy.linesep)}{policy.linesep}"


def _headers() -> HeaderRegistry:
    found = HeaderRegistry()
    found.map_to_type("subject", _Subject)
    for name in ("message-id", "in-reply-to", "references", "list-unsubscribe"):
        found.map_to_type(name, _OneLine)
    return found


_POLICY = SMTP.clone(header_factory=_headers(), cte_type="7bit")


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who the mails are from, and where answers go (empty: to the same): `name <address>` or an address."""

    sender: str
    reply_to: str = ""


def compose(message: Message, sender: Letterhead) -> EmailMessage:
    """The mail as it is sent. The same message gives the same bytes, so that a repeat can be recognised.

    Raises:
        Permanent: it cannot be addressed.
    """
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = _address(*addresses.mailbox(sender.sender))
    mail["To"] = _address(message.to_name, _usable(message.to))
    if sender.reply_to:
        mail["Reply-To"] = _address(*addresses.mailbox(sender.reply_to))
    mail["Subject"] = _line(message.subject)
    mail["Date"] = message.at
    mail["Message-ID"] = message.message_id
    if message.thread and message.thread != message.message_id:
        mail["In-Reply-To"] = mail["References"] = message.thread
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    if message.unsubscribe:
        mail["List-Unsubscribe"] = f"<{message.unsubscribe}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    _fill(mail, message)
    return mail


def _fill(mail: EmailMessage, message: Message) -> None:
    mail.set_content(_body(message.text), cte="quoted-printable")
    mail.add_alternative(_body(message.html), subtype="html", cte="quoted-printable")
    if message.calendar is not None:
        mail.add_attachment(
            message.calendar,
            maintype="text",
            subtype="calendar",
            filename=CALENDAR_FILE,
            params={"charset": "utf-8", "method": "PUBLISH"},
        )
    parts: Iterator[MIMEPart] = (part for part in mail.walk() if part.is_multipart())
    for number, part in enumerate(parts):
        digest = hashlib.sha256(f"{number} {message.message_id}".encode()).hexdigest()
        part.set_boundary(f"=_{digest[:40]}")  # "=_" is in no body that is quoted-printable or base64


def _usable(address: str) -> str:
    try:
        return addresses.address(address)
    except ValueError as error:
        raise Permanent(str(error)) from error


def _address(name: str, address: str) -> Address:
    return Address(display_name=_line(name), addr_spec=address)


def _line(text: str) -> str:
    """In one line, without what is not shown, and without what a reader would decode once more."""
    shown = (c if c.isprintable() else " " for c in text if unicodedata.category(c) != "Cf")
    return " ".join("".join(shown).replace("=?", "= ?").split())


_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Control characters, but for the ends of lines and tabs."""


def _body(text: str) -> str:
    """Without what is no text: half characters, and control characters."""
    return _NO_TEXT.sub("", text.encode("utf-8", "replace").decode())


# --- Sending it ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp:
    """The mail server. A mail gets `timeout` seconds until the server asks for it (connecting included), and as
    many again for its content and the answer to it."""

    host: str
    port: int
    letterhead: Letterhead
    security: Security = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 60
    tls: ssl.SSLContext = field(default_factory=wire.public_trust, repr=False, compare=False)

    def __post_init__(self) -> None:
        """A password is never sent where others could read it."""
        if self.user and self.security == "none" and not addresses.is_loopback(self.host):
            raise ValueError(f"no password is sent to {self.host} without TLS")

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """The mail server of this installation; None where no mail is sent."""
        if not settings.mail_host:
            return None
        return cls(
            host=settings.mail_host,
            port=settings.mail_port,
            letterhead=Letterhead(settings.mail_from, settings.mail_reply_to),
            security=settings.mail_security,
            user=settings.mail_user,
            password=settings.mail_password.get_secret_value(),
            timeout=settings.mail_timeout,
        )

    def open(self) -> AbstractContextManager[Sender]:
        """A batch over one connection, which is made with the first mail."""
        return self._open()

    @contextmanager
    def _open(self) -> Iterator[Sender]:
        batch = _Batch(self)
        try:
            yield batch
        finally:
            batch.close()


class _Batch:
    """Mails over one connection. A server that cannot be reached, or falls silent, is not asked again in the same
    batch: every mail would wait as long as the first one."""

    def __init__(self, server: Smtp) -> None:
        self._server = server
        self._from = addresses.mailbox(server.letterhead.sender)[1]
        self._session: Session | None = None
        self._down: str | None = None

    def send(self, message: Message) -> None:
        """Hand over one mail (see `Sender`)."""
        to = _usable(message.to)
        mail = compose(message, self._server.letterhead).as_bytes()
        if self._down:
            raise Temporary(self._down)
        try:
            self._announce(to, len(mail)).content(mail)
        except Lost as lost:
            self._hang_up(lost.silent, str(lost))
            raise Temporary(str(lost)) from lost
        except Ambiguous as unknown:
            self._hang_up(self._session is not None and self._session.patience.over, unknown.reason)
            raise
        except NotSent:
            self._tidy()
            raise
        except BaseException:
            self._hang_up(silent=False, reason="")
            raise

    def close(self) -> None:
        """Leave politely."""
        if self._session:
            self._session.patience = self._goodbye()
            self._session.leave()
            self._session = None

    def _announce(self, to: str, size: int) -> Session:
        """A session that waits for the mail: the kept one, or a new one if the server has hung up meanwhile."""
        patience = Patience(self._server.timeout)
        kept = self._session
        if kept:
            kept.patience = patience
            try:
                return self._asked(kept, to, size)
            except Lost as lost:
                if lost.silent:
                    raise
                self._hang_up(silent=False, reason="")
        return self._asked(self._connect(patience), to, size)

    def _asked(self, session: Session, to: str, size: int) -> Session:
        session.envelope(self._from, to, size)
        session.patience = Patience(self._server.timeout)
        return session

    def _connect(self, patience: Patience) -> Session:
        server = self._server
        try:
            self._session = open_session(
                server.host,
                server.port,
                security=server.security,
                tls=server.tls,
                user=server.user,
                password=server.password,
                patience=patience,
            )
        except Temporary as error:
            self._down = error.reason
            raise
        return self._session

    def _tidy(self) -> None:
        """After a refusal: the next mail begins anew, on this connection if the server plays along."""
        if self._session:
            self._session.patience = self._goodbye()
            if not self._session.clean():
                self._hang_up(silent=False, reason="")

    def _hang_up(self, silent: bool, reason: str) -> None:
        if silent:
            self._down = reason
        if self._session:
            self._session.close()
            self._session = None

    def _goodbye(self) -> Patience:
        return Patience(min(GOODBYE_SECONDS, self._server.timeout))
