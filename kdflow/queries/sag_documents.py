"""Sager as documents: the one form in which the JSON API and the command line's `--json` show them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from kdflow.domain.moves import OpenMove
from kdflow.domain.sag import Part
from kdflow.queries.board import Board
from kdflow.queries.documents import DateDocument, Document, iso_of, of_date
from kdflow.queries.metro import Stop
from kdflow.queries.sag_page import SagPage
from kdflow.queries.sag_rows import BoardRow
from kdflow.queries.scene import Stand
from kdflow.queries.step_panel import StepPanel


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
        "meeting_on": iso_of(stand.meeting.on) if stand.meeting else None,
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
            "decided_on": iso_of(step.decided_on) if step.decided_on else None,
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
        on=iso_of(stop.on) if stop.on else None,
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
