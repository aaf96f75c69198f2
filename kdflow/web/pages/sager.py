"""The page of one sag, and all that can be done about it."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import HTMLResponse, Response

from kdflow import rendering
from kdflow.actions.advance_sag import advance_sag
from kdflow.actions.correct_decision import correct_decision
from kdflow.actions.revise_sag import revise_sag
from kdflow.actions.submit_ahead import submit_ahead
from kdflow.domain.authority import PersonId
from kdflow.domain.deferral import WAIT, WAIT_OVER
from kdflow.domain.revision import Downstream, Revision
from kdflow.domain.sag import SagId, StepSeq
from kdflow.domain.timetable import MeetingId
from kdflow.domain.workflow import Effect, Move
from kdflow.queries.readings import note_opened
from kdflow.queries.sag_history import history_of, names_on
from kdflow.queries.sag_page import SagPage, sag_page
from kdflow.queries.sag_work import SagWork, id_of, sag_and_work
from kdflow.queries.step_panel import StepPanel
from kdflow.web import forms
from kdflow.web.deps import Frame, FrameDep, NowDep, PersonDep, TypedDep, see_receipt
from kdflow.web.forms import Gap, Incomplete, Typed
from kdflow.web.pages.from_mail import since_mail
from kdflow.web.pages.oensker import wish_of
from kdflow.web.pages.versions import are_outcomes_outdated, differences, is_still_there, shown, taken_over
from kdflow.web.told_first import told_first

router = APIRouter()

Number = Annotated[str, Path(max_length=20)]
Seq = Annotated[int, Path(ge=1, le=100_000)]


# --- one sag -----------------------------------------------------------------------------------------------------


@router.get("/sager/{number}")
def show(
    frame: FrameDep,
    person: PersonDep,
    number: Number,
    gjort: Annotated[str, Query(max_length=40)] = "",
    mail: Annotated[str, Query(max_length=60)] = "",
    fremstilling: Annotated[str, Query(max_length=40)] = "",
) -> HTMLResponse:
    """The page of a sag; `gjort` names the move whose receipt is shown, `mail` the step as a mail found it,
    `fremstilling` the station whose case text is to be written."""
    return sag_html(frame, person, number, done=gjort, mail=mail, writes=fremstilling)


def sag_html(
    frame: Frame,
    person: PersonId,
    number: str,
    *,
    done: str = "",
    mail: str = "",
    writes: str = "",
    typed: Typed | None = None,
    trouble: object = None,
    preview: Mapping[str, Mapping[str, str]] | None = None,
    status: int = 200,
) -> HTMLResponse:
    """The page of a sag, with what was typed and why it could not be done, if so; `preview` holds the texts of a
    form that are shown as they will look."""
    page, work = sag_and_work(frame.wiring.db, number, person, frame.now)
    _note_opened(page, person)
    sent = typed or Typed()
    found = differences(page, sent)
    anew = bool(trouble) and are_outcomes_outdated(found)
    return frame.page(
        "sag",
        status=status,
        page=page,
        **names_on(page),
        lines=history_of(page),
        work=work,
        lost=_lost(page, work),
        preview=preview or {},
        panels=sorted(page.panels, key=_for_me_first),
        layers=_layers(page),
        receipt=_newest(page, person, done),
        mail=since_mail(page, person, mail),
        lapses=_lapses(page),
        differences=found,
        still_there=is_still_there(page, sent),
        shown={step.seq: shown(page, step) for step in page.sag.steps},
        viewer=person,
        writes=writes or sent.station_written,
        typed=taken_over(page, sent.without_outcomes() if anew else sent),
        anew=anew,
        trouble=trouble,
    )


def _note_opened(page: SagPage, person: PersonId) -> None:
    """What somebody is asked to consent to has been before them, as it reads now."""
    for panel in page.panels:
        if any(one.possible and one.move.does is Effect.RECORD_CONSENT for one in panel.moves):
            note_opened(person, page.sag.id, panel.stand.step.seq, panel.content)


def _for_me_first(panel: StepPanel) -> tuple[bool, bool]:
    return not panel.stand.is_mine, not any(move.possible for move in panel.moves)


def _layers(page: SagPage) -> list[list[object]]:
    """The stops of the metro line, those that run beside each other together."""
    count = max(stop.layer for stop in page.stops) + 1
    return [[stop for stop in page.stops if stop.layer == layer] for layer in range(count)]


def _newest(page: SagPage, person: PersonId, move: str) -> object:
    """The viewer's newest entry of a move in the history: a receipt shows only what really happened."""
    moves = {move, WAIT_OVER} if move == WAIT else {move}
    mine = (e for e in reversed(page.history) if e.event.move in moves and e.actor == person)
    return next(mine, None) if move else None


def _lapses(page: SagPage) -> dict[datetime, str]:
    """For each instant at which a consent may have lapsed, why it did: a key of `words.lapsed`, or the names of
    what was changed ("case_text, papers")."""
    known = rendering.words()["lapsed"]
    changes = {e.at: e.event.new for e in page.history if e.event.move == "revise"}
    return {e.at: e.event.move for e in page.history if e.event.move in known} | changes


def _lost(page: SagPage, work: SagWork) -> list[str]:
    """The forms that the viewer has drafts of and that the page has no longer."""
    return [form for form in work.drafts if not is_still_there(page, Typed({"form": form}))]


def _sag_id(frame: Frame, person: PersonId, number: str) -> SagId:
    return id_of(frame.wiring.db, number, person, frame.now)


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
    return see_receipt(receipt.number, move)


@router.post("/sager/{number}/liv")
def move_life(frame: FrameDep, person: PersonDep, now: NowDep, typed: TypedDep, number: Number) -> Response:
    """Make a move of the sag's own life: set going, rest, resume; and withdraw or lapse, which end it for good,
    once it was shown what that does."""
    if typed["trin"] == "ret":
        return sag_html(frame, person, number, typed=typed)
    move, inputs = forms.move_of(typed)
    sag = _sag_id(frame, person, number)
    version, key = typed.version, typed.key
    command = partial(
        advance_sag, sag=sag, step=None, move=move, inputs=inputs, version=version, key=key, by=person, now=now
    )
    page = sag_page(frame.wiring.db, number, person, now)
    if (final := _final(page, move)) is None:
        command(frame.wiring.db)
    elif html := told_first(frame, person, typed, command, "life_end", page=page, move=final):
        return html
    return see_receipt(number, move)


def _final(page: SagPage, name: str) -> Move | None:
    """The move of a sag's life that ends it for good; None where it is another move, or not its turn."""
    states = page.definitions.life.by_state
    found = (one.move for one in page.life_moves if one.move.name == name)
    return next((move for move in found if move.to in states and states[move.to].final), None)


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
        frame.wiring.db,
        sag,
        station,
        meeting,
        parts,
        content=typed["content"] or None,
        version=typed.version,
        key=typed.key,
        by=person,
        now=now,
    )
    return see_receipt(receipt.number, "submit")


@router.post("/sager/{number}/tekst")
def revise_text(frame: FrameDep, person: PersonDep, typed: TypedDep, number: Number) -> Response:
    """Change the title and the case text."""
    typed.demand("title")
    wished = wish_of(typed)
    revision = Revision(
        title=typed["title"], case_text=typed["case_text"], area=typed["area"], wished=wished or ""
    )
    return _revise(frame, person, typed, number, None, revision)


@router.post("/sager/{number}/led/{seq}/indstilling")
def revise_parts(frame: FrameDep, person: PersonDep, typed: TypedDep, number: Number, seq: Seq) -> Response:
    """Change what a body is asked to decide."""
    parts = forms.parts_of(typed)
    if not parts:
        raise Incomplete(Gap("parts", "part-1"))
    revision = Revision(parts=parts, proposes=forms.asks_of(typed["proposes"]) or "")
    return _revise(frame, person, typed, number, StepSeq(seq), revision)


@router.post("/sager/{number}/led/{seq}/videre")
def revise_forwards(frame: FrameDep, person: PersonDep, typed: TypedDep, number: Number, seq: Seq) -> Response:
    """Change the indstilling that goes on to the next body; without parts nothing is sent along."""
    return _revise(frame, person, typed, number, StepSeq(seq), Revision(forwards=forms.parts_of(typed)))


def _revise(
    frame: Frame, person: PersonId, typed: Typed, number: str, step: StepSeq | None, revision: Revision
) -> Response:
    receipt = revise_sag(
        frame.wiring.db,
        _sag_id(frame, person, number),
        step,
        revision,
        reason=typed["reason"] or None,
        draft=typed.form,
        version=typed.version,
        key=typed.key,
        by=person,
        now=frame.now,
    )
    return see_receipt(receipt.number, "revise")


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
        note=typed["note"],
        confirmed=bool(typed["confirmed"]),
        content=typed["content"] or None,
        downstream=choice.get(typed["downstream"]),
        version=typed.version,
        key=typed.key,
        by=person,
        now=now,
    )
    return see_receipt(receipt.number, "correct")
