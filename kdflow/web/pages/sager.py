"""The pages of the sager: the start page, one sag with all that can be done about it, and a new one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kdflow import rendering
from kdflow.actions.advance_sag import advance_sag
from kdflow.actions.consequences import Receipt
from kdflow.actions.correct_decision import correct_decision
from kdflow.actions.open_sag import open_sag
from kdflow.actions.revise_sag import add_paper, media_type, revise_sag
from kdflow.actions.submit_ahead import submit_ahead
from kdflow.domain.authority import PersonId
from kdflow.domain.dates import local_day
from kdflow.domain.errors import Unreadable
from kdflow.domain.notices import CONSENT_WANTED
from kdflow.domain.revision import Downstream, Revision
from kdflow.domain.sag import SagId, StepSeq
from kdflow.domain.timetable import Body, MeetingId
from kdflow.domain.workflow import BodyRole, Effect, Workflow
from kdflow.queries import routes
from kdflow.queries.board import Board, BoardRow, board
from kdflow.queries.sag_page import SagPage, StepPanel, sag_page
from kdflow.queries.scene import Stand
from kdflow.web import forms
from kdflow.web.deps import FormDep, Frame, FrameDep, NowDep, PersonDep, TypedDep, WiringDep
from kdflow.web.forms import Gap, Incomplete, Typed

router = APIRouter()

Number = Annotated[str, Path(max_length=20)]
Seq = Annotated[int, Path(ge=1, le=100_000)]


# --- the start page ----------------------------------------------------------------------------------------------


@router.get("/")
def start(
    frame: FrameDep,
    person: PersonDep,
    wiring: WiringDep,
    now: NowDep,
    q: Annotated[str, Query(max_length=200)] = "",
    efter: Annotated[str, Query(max_length=20)] = "",
    alle: bool = False,
) -> Response:
    """What waits for me, and where every other sag stands; an exact number goes straight to its sag."""
    if re.fullmatch(r"sag-\d{4}-\d{1,6}", q.strip(), re.IGNORECASE):
        return RedirectResponse(f"/sager/{q.strip().upper()}", 303)
    found = board(wiring.db, person, now, text=q, after=efter, over=alle)
    waiting, able = _in_line(found, person)
    return frame.page(
        "board",
        board=found,
        waiting=waiting,
        able=able,
        mine={row.number for row, _ in waiting},
        q=q,
        after=efter,
        all=alle,
        notices=told(found, 6),
    )


Waiting = list[tuple[BoardRow, Stand]]


def _in_line(found: Board, viewer: PersonId) -> tuple[Waiting, Waiting]:
    """What waits for the viewer first of all (consents before the rest, then by meeting), and what they may also
    do, although somebody else is the first in line."""
    mine = [(row, stand) for row in found.mine for stand in row.stands if stand.is_mine]
    mine.sort(key=lambda one: (_wants_consent(one[1]), one[0].next_on or date.max, one[0].number))
    first = [one for one in mine if viewer in one[1].holders]
    return first, [one for one in mine if one not in first]


def _wants_consent(stand: Stand) -> bool:
    return stand.waits_for is None or stand.waits_for.does is not Effect.RECORD_CONSENT


@dataclass(frozen=True, slots=True)
class Told:
    """One notice as it is read, in words."""

    subject: str
    body: str
    number: str
    at: datetime
    wants_answer: bool


def told(found: Board, limit: int = 20) -> tuple[Told, ...]:
    """The newest notices to the viewer, as a mail would say them: of a closed sag not even the title."""
    shown = []
    for one in found.notices[:limit]:
        notice = one.kept.notice
        values = {"number": one.number, "title": one.title, "link": f"/sager/{one.number}", "data": notice.data}
        shown.append(
            Told(
                subject=rendering.message(notice.kind, "subject", **values),
                body=rendering.message(notice.kind, "body", **values),
                number=one.number,
                at=one.kept.at,
                wants_answer=notice.kind == CONSENT_WANTED,
            )
        )
    return tuple(shown)


# --- a new sag ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offer:
    """A workflow that a sag can be opened on, and for each role on it the bodies that can play it."""

    workflow: Workflow
    roles: Mapping[str, tuple[Body, ...]]


def offers(frame: Frame) -> tuple[Offer, ...]:
    """What a sag can be opened on today; routes that any group can use come first."""
    bodies = routes.bodies(frame.wiring.db).values()
    today = local_day(frame.now)

    def players(role: str) -> tuple[Body, ...]:
        return tuple(body for body in bodies if role in body.plays and body.valid.covers(today))

    found = []
    for workflow in routes.workflows(frame.wiring.db, frame.now):
        named = dict.fromkeys(s.body.role for s in workflow.stations if isinstance(s.body, BodyRole))
        found.append(Offer(workflow, {role: players(role) for role in named}))
    return tuple(sorted(found, key=lambda offer: (not offer.roles, offer.workflow.title)))


@router.get("/sager/ny")
def new(frame: FrameDep, _person: PersonDep) -> HTMLResponse:
    """The form for a new sag."""
    return new_page(frame, Typed(), None)


def new_page(frame: Frame, typed: Typed, trouble: object, status: int = 200) -> HTMLResponse:
    """The form for a new sag, with what was typed before."""
    return frame.page("new", status=status, offers=offers(frame), typed=typed, trouble=trouble)


@router.post("/sager/ny")
def open_new(frame: FrameDep, person: PersonDep, wiring: WiringDep, now: NowDep, typed: TypedDep) -> Response:
    """Open a sag and set it going."""
    typed.demand("title", "route")
    route = typed["route"]
    offer = next((offer for offer in offers(frame) if offer.workflow.ref == route), None)
    roles = offer.roles if offer else {}
    fills = {role: typed[f"{route}.{role}"] for role in roles}
    if empty := [role for role, body in fills.items() if not body]:
        raise Incomplete(Gap("fills", f"{route}.{empty[0]}"))
    receipt = open_sag(
        wiring.db,
        typed["title"],
        route,
        owner=person,
        fills=fills,
        case_text=typed["case_text"],
        closed=bool(typed["closed"]),
        draft=bool(typed["draft"]),
        key=typed.key,
        by=person,
        now=now,
    )
    return _done(receipt, "start")


# --- one sag -----------------------------------------------------------------------------------------------------


@router.get("/sager/{number}")
def show(
    frame: FrameDep,
    person: PersonDep,
    number: Number,
    gjort: Annotated[str, Query(max_length=40)] = "",
) -> HTMLResponse:
    """The page of a sag; `gjort` names the move whose receipt is shown."""
    return sag_html(frame, person, number, done=gjort)


def sag_html(
    frame: Frame,
    person: PersonId,
    number: str,
    *,
    done: str = "",
    typed: Typed | None = None,
    trouble: object = None,
    status: int = 200,
) -> HTMLResponse:
    """The page of a sag, with what was typed and why it could not be done, if so."""
    page = sag_page(frame.wiring.db, number, person, frame.now)
    return frame.page(
        "sag",
        status=status,
        page=page,
        panels=sorted(page.panels, key=_for_me_first),
        layers=_layers(page),
        receipt=_newest(page, person, done),
        lapses=_lapses(page),
        viewer=person,
        typed=typed or Typed(),
        trouble=trouble,
    )


def _for_me_first(panel: StepPanel) -> tuple[bool, bool]:
    return not panel.stand.is_mine, not any(move.possible for move in panel.moves)


def _layers(page: SagPage) -> list[list[object]]:
    """The stops of the metro line, those that run beside each other together."""
    count = max(stop.layer for stop in page.stops) + 1
    return [[stop for stop in page.stops if stop.layer == layer] for layer in range(count)]


def _newest(page: SagPage, person: PersonId, move: str) -> object:
    """The viewer's newest entry of a move in the history: a receipt shows only what really happened."""
    mine = (e for e in reversed(page.history) if e.event.move == move and e.actor == person)
    return next(mine, None) if move else None


def _lapses(page: SagPage) -> dict[datetime, list[str]]:
    """For each instant at which content was changed: what was changed, to say why a consent has lapsed."""
    return {e.at: e.event.new.split(", ") for e in page.history if e.event.move == "revise"}


def _sag_id(frame: Frame, person: PersonId, number: str) -> SagId:
    return sag_page(frame.wiring.db, number, person, frame.now).sag.id


def _done(receipt: Receipt, move: str) -> RedirectResponse:
    return RedirectResponse(f"/sager/{receipt.number}?gjort={move}#kvittering", 303)


# --- what can be done about it ---------------------------------------------------------------------------------


@router.post("/sager/{number}/led/{seq}")
def move_step(
    frame: FrameDep, person: PersonDep, now: NowDep, typed: TypedDep, number: Number, seq: Seq
) -> Response:
    """Make a move of one step: submit, accept, decide, approve, hand on ..."""
    move, inputs = forms.move_of(typed)
    sag = _sag_id(frame, person, number)
    receipt = advance_sag(
        frame.wiring.db,
        sag,
        StepSeq(seq),
        move,
        inputs,
        version=typed.version,
        key=typed.key,
        by=person,
        now=now,
    )
    return _done(receipt, move)


@router.post("/sager/{number}/liv")
def move_life(frame: FrameDep, person: PersonDep, now: NowDep, typed: TypedDep, number: Number) -> Response:
    """Make a move of the sag's own life: set going, rest, resume, withdraw, lapse."""
    move, inputs = forms.move_of(typed)
    sag = _sag_id(frame, person, number)
    receipt = advance_sag(
        frame.wiring.db, sag, None, move, inputs, version=typed.version, key=typed.key, by=person, now=now
    )
    return _done(receipt, move)


@router.post("/sager/{number}/forud/{station}")
def ahead(
    frame: FrameDep, person: PersonDep, now: NowDep, typed: TypedDep, number: Number, station: str
) -> Response:
    """Submit to a later body on condition of what is still open."""
    parts = forms.parts_of(typed)
    typed.demand("meeting")
    if not parts:
        raise Incomplete(Gap("parts", "part-1"))
    sag = _sag_id(frame, person, number)
    meeting = MeetingId(typed["meeting"])
    receipt = submit_ahead(
        frame.wiring.db, sag, station, meeting, parts, version=typed.version, key=typed.key, by=person, now=now
    )
    return _done(receipt, "submit")


@router.post("/sager/{number}/tekst")
def revise_text(frame: FrameDep, person: PersonDep, now: NowDep, typed: TypedDep, number: Number) -> Response:
    """Change the title and the case text."""
    typed.demand("title")
    revision = Revision(title=typed["title"], case_text=typed["case_text"])
    sag = _sag_id(frame, person, number)
    receipt = revise_sag(
        frame.wiring.db,
        sag,
        None,
        revision,
        reason=typed["reason"] or None,
        version=typed.version,
        key=typed.key,
        by=person,
        now=now,
    )
    return _done(receipt, "revise")


@router.post("/sager/{number}/led/{seq}/indstilling")
def revise_parts(
    frame: FrameDep, person: PersonDep, now: NowDep, typed: TypedDep, number: Number, seq: Seq
) -> Response:
    """Change what a body is asked to decide."""
    parts = forms.parts_of(typed)
    if not parts:
        raise Incomplete(Gap("parts", "part-1"))
    revision = Revision(parts=parts, proposes=forms.asks_of(typed["proposes"]))
    sag = _sag_id(frame, person, number)
    receipt = revise_sag(
        frame.wiring.db,
        sag,
        StepSeq(seq),
        revision,
        reason=typed["reason"] or None,
        version=typed.version,
        key=typed.key,
        by=person,
        now=now,
    )
    return _done(receipt, "revise")


@router.post("/sager/{number}/led/{seq}/videre")
def revise_forwards(
    frame: FrameDep, person: PersonDep, now: NowDep, typed: TypedDep, number: Number, seq: Seq
) -> Response:
    """Change the indstilling that goes on to the next body; without parts nothing is sent along."""
    sag = _sag_id(frame, person, number)
    receipt = revise_sag(
        frame.wiring.db,
        sag,
        StepSeq(seq),
        Revision(forwards=forms.parts_of(typed)),
        reason=typed["reason"] or None,
        version=typed.version,
        key=typed.key,
        by=person,
        now=now,
    )
    return _done(receipt, "revise")


@router.post("/sager/{number}/papirer")
def upload(
    frame: FrameDep, person: PersonDep, now: NowDep, typed: TypedDep, form: FormDep, number: Number
) -> Response:
    """Add a paper."""
    name, content = forms.uploaded(form, "file")
    try:
        media_type(content)
    except Unreadable as error:
        raise Incomplete(Gap("file-kind", "file")) from error
    sag = _sag_id(frame, person, number)
    receipt = add_paper(frame.wiring.db, sag, typed["title"], name, content, key=typed.key, by=person, now=now)
    return _done(receipt, "revise")


@router.post("/sager/{number}/led/{seq}/rettelse")
def correct(
    frame: FrameDep, person: PersonDep, now: NowDep, typed: TypedDep, number: Number, seq: Seq
) -> Response:
    """Correct a recorded decision, and say what becomes of what stands on it."""
    parts, outcome = forms.outcomes_of(typed, ""), forms.outcome_of(typed["outcome"])
    gaps = [] if parts or outcome else [Gap("outcome", "outcome")]
    if gaps or not typed["reason"]:
        raise Incomplete(*gaps, *([] if typed["reason"] else [Gap("reason", "reason")]))
    choice: Mapping[str, Downstream] = {"recall": "recall", "note": "note"}
    sag = _sag_id(frame, person, number)
    receipt = correct_decision(
        frame.wiring.db,
        sag,
        StepSeq(seq),
        parts,
        outcome,
        reason=typed["reason"],
        note=typed["note"] or None,
        downstream=choice.get(typed["downstream"]),
        version=typed.version,
        key=typed.key,
        by=person,
        now=now,
    )
    return _done(receipt, "correct")
