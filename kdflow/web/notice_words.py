"""Notices in words, as a mail says them, for the pages that show them."""

import logging
from dataclasses import dataclass
from datetime import date
from typing import Any

from kdflow import rendering
from kdflow.domain.told import Told

LOG = logging.getLogger("kdflow.web")


@dataclass(frozen=True, slots=True)
class Words:
    """One notice as it is read: what a mail would have as its subject and as its text."""

    subject: str
    body: str


def in_words(told: Told, today: date) -> Words:
    """A notice for who reads it `today`, without the last line of a mail: the page itself has the link."""
    values = {**told.values, "link": told.path, "today": today}
    text, _, last = _said(told, "body", values).rstrip().rpartition("\n")
    body = text.rstrip() if last.endswith(f": {told.path}") else f"{text}\n{last}".strip()
    return Words(subject=_said(told, "subject", values), body=body)


def subject_of(told: Told) -> str:
    """A notice in one line."""
    return _said(told, "subject", {**told.values, "link": told.path})


def _said(told: Told, part: rendering.MessagePart, values: dict[str, Any]) -> str:
    """A notice in words. One that cannot be put into words takes no page with it on which it is one of many."""
    try:
        return rendering.message(told.notice.kind, part, **values)
    except Exception:
        LOG.exception("a notice of the kind %s cannot be put into words", told.notice.kind)
        return str(rendering.words()["unreadable"]["notice"])
