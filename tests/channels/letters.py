"""Messages to send in tests, and mails read back as a mail program reads them."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

from kdflow.channels import Message
from kdflow.channels.email import Letterhead
from kdflow.domain.dates import COPENHAGEN

LETTERHEAD = Letterhead("kdflow <kdflow@region.example>", "KD-Net <kdnet@region.example>")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=COPENHAGEN)


def message(**changed: Any) -> Message:
    """A plain mail to Ida."""
    given: dict[str, Any] = {
        "to": "ida@kommune.example",
        "to_name": "Ida",
        "subject": "Frist fredag",
        "text": "Indmeld sagen senest fredag.\n",
        "html": "<p>Indmeld sagen senest <b>fredag</b>.</p>\n",
        "message_id": "<one@kdflow>",
        "thread": None,
        "at": NOON,
    }
    return Message(**(given | changed))


def read(data: bytes) -> EmailMessage:
    """What a mail program makes of it; nothing in it may be broken."""
    mail = BytesParser(policy=default).parsebytes(data)
    assert isinstance(mail, EmailMessage)
    for part in mail.walk():
        assert part.defects == []
        for value in part.values():
            assert value.defects == ()
    return mail


def body(mail: EmailMessage, kind: str) -> str:
    """The text of a mail, `plain` or `html`."""
    part = mail.get_body((kind,))
    assert part is not None
    found: str = part.get_content()
    return found.replace("\r\n", "\n")
