"""The demo's mailbox: mails as they would have been sent, taken apart for a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email import message_from_string, policy
from email.message import EmailMessage

from kdflow.domain.errors import NotFound
from kdflow.store import mailbox, offices, people
from kdflow.store.database import Database
from kdflow.store.mailbox import Mail

SHOWN = ("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "List-Unsubscribe")
"""The headers that a page shows, where a mail has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRow:
    """A mail in the list."""

    id: int
    address: str
    name: str
    subject: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPage:
    """One mail: its headers, its two bodies, and what is attached; `person` is whose address it went to."""

    row: MailRow
    person: str | None
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str
    attachments: tuple[str, ...]


def mails(db: Database, address: str = "") -> tuple[tuple[MailRow, ...], tuple[tuple[str, str], ...]]:
    """The newest mails, to one address or to all; and everybody's address with their name."""
    with db.read() as tx:
        names = {one.email.lower(): one.name for one in people.people(tx).values()}
        rows = tuple(_row(one, _parsed(one), names) for one in mailbox.newest(tx, address))
    return rows, tuple(sorted(names.items(), key=lambda one: one[1]))


def mail(db: Database, number: int) -> MailPage:
    """One mail.

    Raises:
        NotFound: there is none with that number.
    """
    with db.read() as tx:
        kept = mailbox.find(tx, number)
        if kept is None:
            raise NotFound("mail", number)
        names = {one.email.lower(): one.name for one in people.people(tx).values()}
        person = offices.with_address(tx, kept.address)
    parsed = _parsed(kept)
    return MailPage(
        row=_row(kept, parsed, names),
        person=person,
        headers=tuple((name, str(parsed[name])) for name in SHOWN if parsed[name]),
        text=_body(parsed, "plain"),
        html=_body(parsed, "html"),
        attachments=tuple(part.get_filename() or part.get_content_type() for part in parsed.iter_attachments()),
    )


def _parsed(kept: Mail) -> EmailMessage:
    return message_from_string(kept.source, EmailMessage, policy=policy.default)


def _row(kept: Mail, parsed: EmailMessage, names: dict[str, str]) -> MailRow:
    return MailRow(
        id=kept.id,
        address=kept.address,
        name=names.get(kept.address, kept.address),
        subject=str(parsed["Subject"]),
        at=kept.at,
    )


def _body(parsed: EmailMessage, kind: str) -> str:
    part = parsed.get_body((kind,))
    return str(part.get_content()) if part is not None else ""
