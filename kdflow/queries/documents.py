"""What every document is that is sent out as JSON, and how a date is said in one."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict

from kdflow import rendering
from kdflow.domain.dates import FuzzyDate


class Document(BaseModel):
    """Base of everything that is sent out."""

    model_config = ConfigDict(frozen=True)


class DateDocument(Document):
    """A date with all that is known of it: as it was `written`, in Danish `words`, and its bounds (null: none)."""

    written: str
    words: str
    precision: str
    earliest: date | None
    latest: date | None


def of_date(on: FuzzyDate) -> DateDocument:
    """A date as a document."""
    return DateDocument(
        written=on.text, words=rendering.fuzzy(on), precision=on.precision, earliest=on.earliest, latest=on.latest
    )


def iso_of(on: FuzzyDate) -> str:
    """A date as ISO 8601 has it where it is a day, else as it was written."""
    return on.exact.isoformat() if on.exact else on.text
