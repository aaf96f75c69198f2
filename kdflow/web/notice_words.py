"""Notices in words, as a mail says them, for the pages that show them."""

from dataclasses import dataclass
from datetime import date

from kdflow import rendering
from kdflow.domain.told import Told


@dataclass(frozen=True, slots=True)
class Words:
    """One notice as it is read: what a mail would have as its subject and as its text."""

    subject: str
    body: str


def in_words(told: Told, today: date) -> Words:
    """A notice for who reads it `today`."""
    values = {**told.values, "link": told.path, "today": today}
    return Words(
        subject=rendering.message(told.notice.kind, "subject", **values),
        body=rendering.message(told.notice.kind, "body", **values),
    )


def subject_of(told: Told) -> str:
    """A notice in one line."""
    return rendering.message(told.notice.kind, "subject", **told.values, link=told.path)
