"""Sager as documents: the one form in which the JSON API and the command line's `--json` show them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from kdflow import rendering
from kdflow.domain.date_words import read_words
from kdflow.domain.dates import FuzzyDate
from kdflow.domain.moves import OpenMove
from kdflow.domain.sag import Event, Part
from kdflow.queries.board import Board
from kdflow.queries.metro import Stop
from kdflow.queries.sag_page import SagPage, StepPanel
from kdflow.queries.sag_rows import BoardRow
from kdflow.queries.scene import Stand


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


class StandDocument(Document):
    """One open step: where, how far, and who has it."""

    step: int
    version: int
    station: str
    body: str
    state: str
    conditional_on: tuple[str, ...]
    meeting: str | None
    meeting_on: str | None
    meeting_date: DateDocument | None
    waits_for: str | None
    holders: tuple[str, ...]
    waits_for_me: bool


class RowDocument(Document):
    """One sag of the list."""

    number: str
    title: str
    owner: str
    closed: bool
    life: str
    next_meeting_on: date | None
    next_meeting_date: DateDocument | None
    stands: tuple[StandDocument, ...]


class ListDocument(Document):
    """A page of the list. `next` is the value of `after` for the page that follows, or null."""

    data: tuple[RowDocument, ...]
    next: str | None


class MoveDocument(Document):
    """A move that could be made: possible now, or why not."""

    name: str
    title: str
    possible: bool
    fields: tuple[str, ...]
    optional: tuple[str, ...]
    reasons: tuple[str, ...]


class PartDocument(Document):
    """One part of an indstilling, and what became of it."""

    text: str
    outcome: str | None


class SentDocument(Document):
    """An indstilling that the body `by` sent along to a step that had one of its own."""

    by: str
    parts: tuple[str, ...]


class StepDocument(StandDocument):
    """One open step with its indstilling and its moves. `content` is to be sent along with a consent, and
    may be with any other move. `sent_instead` is another indstilling than its own that came with the sag."""

    asks: str
    proposes: str | None
    parts: tuple[PartDocument, ...]
    forwards: tuple[str, ...]
    outcome: str | None
    outcome_note: str | None
    decided_on: str | None
    decided_date: DateDocument | None
    sent_instead: tuple[SentDocument, ...]
    content: str
    missing_consents: tuple[str, ...]
    moves: tuple[MoveDocument, ...]


class StopDocument(Document):
    """One station of the route: what happened there, is going on, or is to come."""

    station: str
    body: str
    asks: str
    after: tuple[str, ...]
    state: str
    on: str | None
    date: DateDocument | None
    outcome: str | None


class PaperDocument(Document):
    """A paper; its content is at `/papirer/{number}/{digest}`."""

    title: str
    filename: str
    media_type: str
    size: int
    digest: str


class FlagDocument(Document):
    """Something to look at: an impossible date, a body that has ended."""

    kind: str
    station: str
    data: dict[str, str]


class SagDocument(Document):
    """One sag. A move of its life is based on `version`, a move of a step on the step's version. A station reads
    `case_text`, unless `own_case_texts` has one for it."""

    number: str
    title: str
    owner: str
    closed: bool
    life: str
    version: int
    route: str
    case_text: str
    own_case_texts: dict[str, str]
    papers: tuple[PaperDocument, ...]
    stops: tuple[StopDocument, ...]
    steps: tuple[StepDocument, ...]
    moves: tuple[MoveDocument, ...]
    flags: tuple[FlagDocument, ...]


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


def of_date(on: FuzzyDate) -> DateDocument:
    """A date as a document."""
    return DateDocument(
        written=on.text, words=rendering.fuzzy(on), precision=on.precision, earliest=on.earliest, latest=on.latest
    )


def of_board(board: Board) -> ListDocument:
    """A page of the list as a document."""
    return ListDocument(data=tuple(_row(row) for row in board.rows), next=board.more)


def of_sag(page: SagPage) -> SagDocument:
    """The page of a sag as a document."""
    sag = page.sag
    return SagDocument(
        number=sag.number,
        title=sag.title,
        owner=sag.owner,
        closed=sag.closed,
        life=sag.life,
        version=sag.version,
        route=sag.route,
        case_text=sag.case_text,
        own_case_texts={key: found.own for key, found in page.texts.items() if found.own},
        papers=tuple(
            PaperDocument(
                title=paper.title,
                filename=paper.filename,
                media_type=paper.media_type,
                size=paper.size,
                digest=paper.digest,
            )
            for paper in sag.papers
        ),
        stops=tuple(_stop(stop) for stop in page.stops),
        steps=tuple(_step(panel) for panel in page.panels),
        moves=_moves(page.life_moves),
        flags=tuple(FlagDocument(kind=f.kind, station=f.station, data=dict(f.data)) for f in page.flags),
    )


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
                decided_on=_iso(on) if (on := _decided_on(entry.event)) else None,
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


def _iso(on: FuzzyDate) -> str:
    """A date as ISO 8601 has it where it is a day, else as it was written."""
    return on.exact.isoformat() if on.exact else on.text


def _row(row: BoardRow) -> RowDocument:
    return RowDocument(
        number=row.number,
        title=row.title,
        owner=row.owner,
        closed=row.closed,
        life=row.life,
        next_meeting_on=row.first_day,
        next_meeting_date=of_date(row.next_on) if row.next_on else None,
        stands=tuple(StandDocument.model_validate(_stand(stand)) for stand in row.stands),
    )


def _stand(stand: Stand) -> dict[str, object]:
    return {
        "step": stand.step.seq,
        "version": stand.step.version,
        "station": stand.step.station,
        "body": stand.body.key,
        "state": stand.step.state,
        "conditional_on": stand.step.conditional_on,
        "meeting": stand.meeting.id if stand.meeting else None,
        "meeting_on": _iso(stand.meeting.on) if stand.meeting else None,
        "meeting_date": of_date(stand.meeting.on) if stand.meeting else None,
        "waits_for": stand.waits_for.name if stand.waits_for else None,
        "holders": stand.holders,
        "waits_for_me": stand.is_mine,
    }


def _step(panel: StepPanel) -> StepDocument:
    step = panel.stand.step
    return StepDocument.model_validate(
        {
            **_stand(panel.stand),
            "asks": step.asks,
            "proposes": step.proposes,
            "parts": tuple(_part(part) for part in step.parts),
            "forwards": step.forwards,
            "outcome": step.outcome,
            "outcome_note": step.outcome_note,
            "decided_on": _iso(step.decided_on) if step.decided_on else None,
            "decided_date": of_date(step.decided_on) if step.decided_on else None,
            "sent_instead": tuple(SentDocument(by=one.by, parts=one.texts) for one in panel.sent),
            "content": panel.content,
            "missing_consents": panel.missing,
            "moves": _moves(panel.moves),
        }
    )


def _part(part: Part) -> PartDocument:
    return PartDocument(text=part.text, outcome=part.outcome)


def _stop(stop: Stop) -> StopDocument:
    return StopDocument(
        station=stop.station.key,
        body=stop.body.key,
        asks=stop.station.asks,
        after=stop.station.after,
        state=stop.state,
        on=_iso(stop.on) if stop.on else None,
        date=of_date(stop.on) if stop.on else None,
        outcome=stop.step.outcome if stop.step else None,
    )


def _moves(found: Iterable[OpenMove]) -> tuple[MoveDocument, ...]:
    return tuple(
        MoveDocument(
            name=entry.move.name,
            title=entry.move.title,
            possible=entry.possible,
            fields=entry.fields,
            optional=entry.optional,
            reasons=tuple(reason.text for reason in entry.reasons),
        )
        for entry in found
    )
