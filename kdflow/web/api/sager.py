"""Sager as JSON: list, one, its history, and making a move. Signed in by the same cookie as the pages."""

import re
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from kdflow.actions.advance_sag import advance_sag
from kdflow.domain.dates import FuzzyDate, read_date
from kdflow.domain.errors import Unreadable
from kdflow.domain.sag import MAX_TEXT, StepSeq
from kdflow.domain.situation import Inputs
from kdflow.domain.timetable import MeetingId
from kdflow.domain.workflow import Outcome
from kdflow.queries.board import board
from kdflow.queries.documents import Document
from kdflow.queries.history_documents import HistoryDocument, of_history
from kdflow.queries.plan_documents import PlanDocument, of_plan
from kdflow.queries.plan_page import plan_page
from kdflow.queries.sag_documents import ListDocument, SagDocument, of_board, of_sag
from kdflow.queries.sag_page import sag_page
from kdflow.queries.what_if import WhatIf
from kdflow.web import security
from kdflow.web.deps import NowDep, PersonDep, WiringDep


class MoveIn(BaseModel):
    """A move to make. Without `step` it is a move of the sag's own life."""

    model_config = ConfigDict(extra="forbid")

    move: str = Field(max_length=40)
    step: int | None = Field(default=None, ge=1)
    reason: str | None = Field(default=None, max_length=MAX_TEXT)
    note: str | None = Field(default=None, max_length=MAX_TEXT)
    meeting: str | None = Field(default=None, max_length=100)
    back_to: str | None = Field(default=None, max_length=40)
    outcome: Outcome | None = None
    outcomes: dict[int, Outcome] = Field(default_factory=dict)
    confirmed: bool = False
    content: str | None = Field(default=None, max_length=64)
    decided_on: str | None = Field(default=None, max_length=60)


class ReceiptOut(Document):
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
) -> ListDocument:
    """The sager that the caller may know of, by number."""
    return of_board(board(wiring.db, person, now, text=q, after=after, over=over))


@router.get("/sager/{number}")
def one(person: PersonDep, wiring: WiringDep, now: NowDep, number: Number, response: Response) -> SagDocument:
    """One sag, with the moves that the caller can make now."""
    page = sag_page(wiring.db, number, person, now)
    response.headers["etag"] = f'"{page.sag.version}"'
    return of_sag(page)


@router.get("/sager/{number}/plan")
def plan(
    person: PersonDep,
    wiring: WiringDep,
    now: NowDep,
    number: Number,
    by: date | None = None,
    start: Annotated[date | None, Query(alias="from")] = None,
) -> PlanDocument:
    """The plan of one sag; `by` counts back from a day, `from` supposes that the papers are ready on another."""
    return of_plan(plan_page(wiring.db, number, person, now, WhatIf(by=by, start=start)))


@router.get("/sager/{number}/history")
def history(person: PersonDep, wiring: WiringDep, now: NowDep, number: Number) -> HistoryDocument:
    """Everything that happened to one sag."""
    return of_history(sag_page(wiring.db, number, person, now))


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
