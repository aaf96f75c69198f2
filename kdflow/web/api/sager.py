"""Sager as JSON: list, one, its history, and making a move. Signed in by the same cookie as the pages."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from kdflow.actions.advance_sag import advance_sag
from kdflow.domain.dates import FuzzyDate, read_date
from kdflow.domain.errors import Unreadable
from kdflow.domain.moves import OpenMove
from kdflow.domain.sag import StepSeq
from kdflow.domain.situation import Inputs
from kdflow.domain.timetable import MeetingId
from kdflow.domain.workflow import Outcome
from kdflow.queries.board import BoardRow, board
from kdflow.queries.sag_page import SagPage, sag_page
from kdflow.queries.scene import Stand
from kdflow.web import security
from kdflow.web.deps import NowDep, PersonDep, WiringDep


class Answer(BaseModel):
    """Base of everything that is sent out."""

    model_config = ConfigDict(frozen=True)


class StandOut(Answer):
    """One open step: where, how far, and who has it."""

    step: int
    version: int
    body: str
    state: str
    meeting_on: str | None
    waits_for: str | None
    holders: tuple[str, ...]
    waits_for_me: bool


class RowOut(Answer):
    """One sag of the list."""

    number: str
    title: str
    owner: str
    closed: bool
    life: str
    next_meeting_on: date | None
    stands: tuple[StandOut, ...]


class ListOut(Answer):
    """A page of the list. `next` is the value of `after` for the page that follows, or null."""

    data: tuple[RowOut, ...]
    next: str | None


class MoveOut(Answer):
    """A move that could be made: possible now, or why not."""

    name: str
    title: str
    possible: bool
    fields: tuple[str, ...]
    optional: tuple[str, ...]
    reasons: tuple[str, ...]


class StepOut(StandOut):
    """One open step with its indstilling and its moves. `content` is to be sent along with a consent."""

    asks: str
    parts: tuple[str, ...]
    content: str
    moves: tuple[MoveOut, ...]


class SagOut(Answer):
    """One sag. `version` goes into If-Match for a move of its life, a step's version for a move of the step."""

    number: str
    title: str
    owner: str
    closed: bool
    life: str
    version: int
    route: str
    case_text: str
    steps: tuple[StepOut, ...]
    moves: tuple[MoveOut, ...]


class EntryOut(Answer):
    """One thing that happened."""

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


class HistoryOut(Answer):
    """Everything that happened to a sag, oldest first."""

    data: tuple[EntryOut, ...]


class MoveIn(BaseModel):
    """A move to make. Without `step` it is a move of the sag's own life."""

    model_config = ConfigDict(extra="forbid")

    move: str = Field(max_length=40)
    step: int | None = Field(default=None, ge=1)
    reason: str | None = Field(default=None, max_length=5000)
    note: str | None = Field(default=None, max_length=5000)
    meeting: str | None = Field(default=None, max_length=100)
    back_to: str | None = Field(default=None, max_length=40)
    outcome: Outcome | None = None
    outcomes: dict[int, Outcome] = Field(default_factory=dict)
    confirmed: bool = False
    content: str | None = Field(default=None, max_length=64)
    decided_on: str | None = Field(default=None, max_length=60)


class ReceiptOut(Answer):
    """What a move did. `repeated`: it had been done before, with the same key."""

    number: str
    version: int
    step: int | None
    step_version: int | None
    state: str
    repeated: bool


router = APIRouter(dependencies=[Depends(security.refuse_other_sites)])
Number = Annotated[str, Path(max_length=20)]
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=8, max_length=200)]
Match = Annotated[str, Header(alias="If-Match", max_length=20)]


@router.get("/sager")
def every(
    person: PersonDep,
    wiring: WiringDep,
    now: NowDep,
    q: Annotated[str, Query(max_length=200)] = "",
    after: Annotated[str, Query(max_length=20)] = "",
    over: bool = False,
) -> ListOut:
    """The sager that the caller may know of, by number."""
    found = board(wiring.db, person, now, text=q, after=after, over=over)
    return ListOut(data=tuple(_row(row) for row in found.rows), next=found.more)


@router.get("/sager/{number}")
def one(person: PersonDep, wiring: WiringDep, now: NowDep, number: Number, response: Response) -> SagOut:
    """One sag, with the moves that the caller can make now."""
    page = sag_page(wiring.db, number, person, now)
    response.headers["etag"] = f'"{page.sag.version}"'
    return SagOut(
        number=page.sag.number,
        title=page.sag.title,
        owner=page.sag.owner,
        closed=page.sag.closed,
        life=page.sag.life,
        version=page.sag.version,
        route=page.sag.route,
        case_text=page.sag.case_text,
        steps=_steps(page),
        moves=_moves(page.life_moves),
    )


@router.get("/sager/{number}/history")
def history(person: PersonDep, wiring: WiringDep, now: NowDep, number: Number) -> HistoryOut:
    """Everything that happened to one sag."""
    page = sag_page(wiring.db, number, person, now)
    return HistoryOut(
        data=tuple(
            EntryOut(
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
            )
            for entry in page.history
        )
    )


@router.post("/sager/{number}/moves")
def move(
    person: PersonDep,
    wiring: WiringDep,
    now: NowDep,
    number: Number,
    wanted: MoveIn,
    key: Key,
    match: Match,
) -> ReceiptOut:
    """Make a move on the version named by If-Match; the same Idempotency-Key does it only once."""
    sag = sag_page(wiring.db, number, person, now).sag.id
    step = StepSeq(wanted.step) if wanted.step else None
    receipt = advance_sag(
        wiring.db, sag, step, wanted.move, _inputs(wanted), version=_version(match), key=key, by=person, now=now
    )
    return ReceiptOut(
        number=receipt.number,
        version=receipt.version,
        step=receipt.step,
        step_version=receipt.step_version,
        state=receipt.state,
        repeated=receipt.repeated,
    )


def _version(match: str) -> int:
    found = re.fullmatch(r'"?(\d{1,9})"?', match.strip())
    if found is None:
        raise Unreadable('If-Match is the version that was seen, as in "7"')
    return int(found[1])


def _inputs(wanted: MoveIn) -> Inputs:
    return Inputs(
        reason=wanted.reason,
        note=wanted.note,
        meeting=MeetingId(wanted.meeting) if wanted.meeting else None,
        back_to=wanted.back_to,
        outcome=wanted.outcome,
        outcomes=wanted.outcomes,
        confirmed=wanted.confirmed,
        content=wanted.content,
        decided_on=_date(wanted.decided_on),
    )


def _date(text: str | None) -> FuzzyDate | None:
    return read_date(text) if text else None


def _row(row: BoardRow) -> RowOut:
    return RowOut(
        number=row.number,
        title=row.title,
        owner=row.owner,
        closed=row.closed,
        life=row.life,
        next_meeting_on=row.next_on,
        stands=tuple(StandOut.model_validate(_stand(stand)) for stand in row.stands),
    )


def _stand(stand: Stand) -> dict[str, object]:
    return {
        "step": stand.step.seq,
        "version": stand.step.version,
        "body": stand.body.key,
        "state": stand.step.state,
        "meeting_on": stand.meeting.on.text if stand.meeting else None,
        "waits_for": stand.waits_for.name if stand.waits_for else None,
        "holders": stand.holders,
        "waits_for_me": stand.is_mine,
    }


def _steps(page: SagPage) -> tuple[StepOut, ...]:
    return tuple(
        StepOut.model_validate(
            {
                **_stand(panel.stand),
                "asks": panel.stand.step.asks,
                "parts": tuple(part.text for part in panel.stand.step.parts),
                "content": panel.content,
                "moves": _moves(panel.moves),
            }
        )
        for panel in page.panels
    )


def _moves(found: Iterable[OpenMove]) -> tuple[MoveOut, ...]:
    return tuple(
        MoveOut(
            name=entry.move.name,
            title=entry.move.title,
            possible=entry.possible,
            fields=entry.fields,
            optional=entry.optional,
            reasons=tuple(reason.text for reason in entry.reasons),
        )
        for entry in found
    )
