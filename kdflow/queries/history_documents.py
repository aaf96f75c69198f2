"""What happened to a sag as a document, for the JSON API and for the command line's `--json`."""

from __future__ import annotations

from datetime import datetime

from kdflow.domain.date_words import read_words
from kdflow.domain.dates import FuzzyDate
from kdflow.domain.sag import Event
from kdflow.queries.documents import DateDocument, Document, iso_of, of_date
from kdflow.queries.sag_page import SagPage


class EntryDocument(Document):
    """One thing that happened. Where a decision was recorded or corrected, `outcome` says which, and `decided_on`
    and `decided_date` when it was made, as far as that was recorded with it."""

    seq: int
    at: datetime
    actor: str
    on_behalf_of: str | None
    machine: str
    move: str
    old: str
    new: str
    station: str | None
    step: int | None
    reason: str | None
    route: str
    outcome: str | None
    decided_on: str | None
    decided_date: DateDocument | None


class HistoryDocument(Document):
    """Everything that happened to a sag, oldest first."""

    data: tuple[EntryDocument, ...]


def of_history(page: SagPage) -> HistoryDocument:
    """The history of a sag as a document."""
    return HistoryDocument(
        data=tuple(
            EntryDocument(
                seq=entry.seq,
                at=entry.at,
                actor=entry.actor,
                on_behalf_of=entry.on_behalf_of,
                machine=entry.event.machine,
                move=entry.event.move,
                old=entry.event.old,
                new=entry.event.new,
                station=entry.event.station,
                step=entry.event.step,
                reason=entry.event.reason,
                route=entry.route,
                outcome=_outcome(entry.event),
                decided_on=iso_of(on) if (on := _decided_on(entry.event)) else None,
                decided_date=of_date(on) if on else None,
            )
            for entry in page.history
        )
    )


def _outcome(event: Event) -> str | None:
    """The outcome that an event recorded."""
    found = event.new if event.machine == "record" and event.move == "correct" else event.data.get("outcome")
    return str(found) if found else None


def _decided_on(event: Event) -> FuzzyDate | None:
    written = event.data.get("decided_on")
    return read_words(str(written)) if written else None
