"""What a sag is connected with: who follows it, related sager, and the copy that is next year's sag."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kdflow.actions.copy_sag import copy_sag
from kdflow.actions.follow_sag import follow_sag
from kdflow.actions.relate_sager import relate_sager
from kdflow.domain.authority import PersonId
from kdflow.domain.opening import next_year
from kdflow.queries.new_plan import plan_of_copy
from kdflow.queries.sag_work import id_of, sag_to_copy, seen_sag
from kdflow.web.deps import FormDep, Frame, FrameDep, NowDep, PersonDep, TypedDep, see_receipt
from kdflow.web.forms import Typed

router = APIRouter()

Number = Annotated[str, Path(max_length=20)]


@router.post("/sager/{number}/foelg")
def follow(frame: FrameDep, person: PersonDep, now: NowDep, typed: TypedDep, number: Number) -> Response:
    """Follow a sag, or follow it no longer."""
    db = frame.wiring.db
    sag = id_of(db, number, person, now)
    follow_sag(db, sag, follows=typed["follows"] == "1", key=typed.key, by=person, now=now)
    return RedirectResponse(f"/sager/{number}", 303)


@router.post("/sager/{number}/relaterede")
def relate(frame: FrameDep, person: PersonDep, now: NowDep, typed: TypedDep, number: Number) -> Response:
    """Relate a sag to another one, or take that back."""
    typed.demand("other")
    db = frame.wiring.db
    is_related = typed["what"] != "unrelate"
    sag = id_of(db, number, person, now)
    relate_sager(db, sag, typed["other"], is_related=is_related, key=typed.key, by=person, now=now)
    return see_receipt(number, "relate" if is_related else "unrelate")


@router.get("/sager/{number}/kopi")
def copy_form(frame: FrameDep, person: PersonDep, number: Number) -> HTMLResponse:
    """What the copy of a sag shall take along."""
    return copy_html(frame, person, number, Typed(), None)


def copy_html(
    frame: Frame, person: PersonId, number: str, typed: Typed, trouble: object, status: int = 200
) -> HTMLResponse:
    """The same with what was typed, and the plan of the copy."""
    sag = sag_to_copy(frame.wiring.db, number, person, frame.now)
    chosen = {name for name in typed.values if name.startswith("paper-")}
    return frame.page(
        "copy",
        status=status,
        sag=sag,
        title=next_year(sag.title),
        typed=typed,
        chosen=chosen,
        trouble=trouble,
        warning=None,
        is_copy=True,
        is_piece=False,
        plan_of_new=plan_of_copy(frame.wiring.db, sag, owner=person, now=frame.now),
    )


@router.post("/sager/{number}/kopi")
def copy(
    frame: FrameDep, person: PersonDep, now: NowDep, typed: TypedDep, form: FormDep, number: Number
) -> Response:
    """Open the copy as a draft, where its plan was seen."""
    typed.demand("title")
    db = frame.wiring.db
    sag = seen_sag(db, number, person, now)
    plan = plan_of_copy(db, sag, owner=person, now=now)
    if plan and typed["seen"] != plan.digest:
        return copy_html(frame, person, number, typed, None)
    receipt = copy_sag(
        db,
        sag.id,
        typed["title"],
        with_text=bool(typed["with_text"]),
        with_parts=bool(typed["with_parts"]),
        papers=_digests(form),
        key=typed.key,
        by=person,
        now=now,
    )
    return see_receipt(receipt.number, "copy")


def _digests(form: FormData) -> list[str]:
    """The papers that were ticked."""
    return [name.removeprefix("paper-") for name in form if name.startswith("paper-")]
