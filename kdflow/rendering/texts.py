"""Whole texts out of `templates/`: pages, texts for the command line, notices, and letters of many notices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from kdflow.domain import letters
from kdflow.domain.dates import local_day
from kdflow.domain.pace import URGENT
from kdflow.domain.told import Told
from kdflow.rendering.environment import filled

MessagePart = Literal["subject", "body", "html"]
_MESSAGE_FILES = {"subject": "subject.txt", "body": "body.txt", "html": "body.html"}

_NOT_IN_XML = re.compile("[^\\t\\n\\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

LONGEST_SUBJECT = 120
"""How long a subject may become by saying what else there is in a letter."""


def page(name: str, **values: object) -> str:
    """One page as HTML: `templates/pages/<name>.html` with these values."""
    return filled(f"pages/{name}.html", values)


def feed(name: str, **values: object) -> str:
    """A feed as XML: `templates/feeds/<name>.xml`, without the characters that XML cannot hold."""
    return _NOT_IN_XML.sub("", filled(f"feeds/{name}.xml", values))


def text(name: str, **values: object) -> str:
    """A text for the command line: `templates/texts/<name>.txt`, without the lines that hold nothing."""
    return _closed_up(filled(f"texts/{name}.txt", values))


def message(kind: str, part: MessagePart, **values: Any) -> str:
    """A notice of one kind, from `templates/messages/<kind>/`: subject, text, or the text as HTML.

    Where it is read on a known day (`today`), it says how far off a deadline is then.
    """
    is_closed = bool(values.get("number")) and not values.get("title")
    given = {"today": None, "is_closed": is_closed, **values}
    if part == "html":
        given["said"] = message(kind, "body", **values)
    text = filled(f"messages/{kind}/{_MESSAGE_FILES[part]}", given)
    return " ".join(text.split()) if part == "subject" else _closed_up(text)


class LetterText(NamedTuple):
    """One mail, as far as it is words."""

    subject: str
    text: str
    html: str


def letter(
    parts: Sequence[letters.Part],
    *,
    name: str,
    is_digest: bool,
    site: str,
    since: datetime | None = None,
    now: datetime | None = None,
) -> LetterText:
    """One mail to `name` with all these notices (oldest first), the most important first; `templates/letters/`.

    A digest says `since` when it gathers; `now` is when it is sent, and how far off deadlines are then.
    """
    today = local_day(now) if now else None
    values: dict[str, Any] = {
        "notices": [_in_letter(told, link, today) for told, link in letters.in_order(parts)],
        "name": name,
        "is_digest": is_digest,
        "is_asked_for": all(told.notice.kind in URGENT for told, _ in parts),
        "choices": f"{site.rstrip('/')}/beskeder/valg",
        "since": local_day(since) if since else None,
        "today": today,
        "longest": LONGEST_SUBJECT,
    }
    for line in ("heading", "subject", "why") if len(parts) > 1 else ("subject", "why"):
        values[line] = " ".join(filled(f"letters/{line}.txt", values).split())
    text, html = (_closed_up(filled(f"letters/body.{kind}", values)) for kind in ("txt", "html"))
    return LetterText(values["subject"], text, html)


def _in_letter(told: Told, link: str, today: date | None) -> dict[str, object]:
    kind, values = told.notice.kind, {**told.values, "link": link, "today": today}
    subject, said = message(kind, "subject", **values), message(kind, "body", **values)
    return {**values, "kind": kind, "subject": subject, "said": said}


def _closed_up(text: str) -> str:
    """The same without more than one empty line in a row."""
    if "\n\n\n" in text:
        text = re.sub(r"\n{3,}", "\n\n", text)
    return text.strip() + "\n"
