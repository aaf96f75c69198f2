"""Bodies, closing days and what was done to them: for administrators, and secretaries of the bodies they serve."""

from datetime import date
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kdflow.actions.keep_bodies import add_body, change_body, undo_change
from kdflow.actions.keep_closing_days import add_closing_day, end_closing_day
from kdflow.domain.authority import PersonId
from kdflow.domain.body_change import EVERYWHERE
from kdflow.domain.dates import local_day
from kdflow.domain.errors import NotFound
from kdflow.domain.stranding import Stranded
from kdflow.domain.timetable import Body, Chairing
from kdflow.domain.workflow import Validity
from kdflow.queries.administration import body_admin, closing_days, desk, house_history
from kdflow.queries.reforms import Preview, body_preview, closing_preview
from kdflow.web.administration_forms import (
    FORMS,
    HAPPENS,
    MOST_RUNGS,
    Reader,
    body_values,
    closing_day_of,
    faults_of,
    status_of,
)
from kdflow.web.deps import Frame, FrameDep, PersonDep, TypedDep
from kdflow.web.forms import Faults, Gap, Incomplete, Typed
from kdflow.web.notice_words import in_words

router = APIRouter(prefix="/administration")

Organ = Annotated[str, Path(max_length=60)]
Done = Annotated[str, Query(max_length=40)]
KINDS = ("administrativ", "politisk", "tværsektoriel", "forum", "sekretariat", "kommuner", "ekstern")


@router.get("")
def overview(frame: FrameDep, person: PersonDep) -> HTMLResponse:
    """The bodies that I keep."""
    return frame.page("administration", desk=desk(frame.wiring.db, person, frame.now))


@router.get("/historik")
def past(frame: FrameDep, person: PersonDep, efter: Annotated[int, Query(ge=0, le=1 << 53)] = 0) -> HTMLResponse:
    """What was changed by whom, newest first; `efter` is the row to go on before."""
    return frame.page("house_history", past=house_history(frame.wiring.db, person, frame.now, efter))


# --- bodies ----------------------------------------------------------------------------------------------------


@router.get("/organer/ny")
def new_body(frame: FrameDep, person: PersonDep) -> HTMLResponse:
    """The form for a new body."""
    return _new_body(frame, person, Typed())


def _new_body(frame: Frame, person: PersonId, typed: Typed, trouble: Faults | None = None) -> HTMLResponse:
    found = desk(frame.wiring.db, person, frame.now)
    status = status_of(trouble) if trouble else 200
    return frame.page("body_new", status=status, desk=found, kinds=KINDS, typed=typed, trouble=trouble)


@router.post("/organer/ny")
def make_body(frame: FrameDep, person: PersonDep, typed: TypedDep) -> Response:
    """Add a body."""
    try:
        read = Reader(typed)
        body, like = _wanted_body(read)
        key, reason = typed.key, typed["reason"] or None
        done = add_body(frame.wiring.db, body, like=like, reason=reason, key=key, by=person, now=frame.now)
    except HAPPENS as error:
        return _new_body(frame, person, typed, faults_of(error, "organ"))
    return RedirectResponse(f"/administration/organer/{done.body}?gjort=oprettet#kvittering", 303)


def _wanted_body(read: Reader) -> tuple[Body, str]:
    typed = read.typed
    start = read.day("valid_from")
    if not typed["like"]:
        read.gaps.append(Gap("like", "like"))
    if typed["kind"] not in KINDS:
        read.gaps.append(Gap("kind", "kind"))
    read.done()
    body = Body(
        key=typed["key_of"].lower(),
        name=typed["name"],
        short=typed["short"] or typed["name"],
        kind=typed["kind"],
        valid=Validity.model_construct(start=start, end=None),
        secretariat=typed["secretariat"] or None,
        chairing=Chairing(typed["chairing"]) if typed["chairing"] in set(Chairing) else Chairing.CHAIR,
    )
    return body, typed["like"]


@router.get("/organer/{organ}")
def one_body(frame: FrameDep, person: PersonDep, organ: Organ, gjort: Done = "") -> HTMLResponse:
    """One body; `gjort` asks for a receipt."""
    return _body_html(frame, person, organ, Typed(), done=gjort)


def _body_html(
    frame: Frame, person: PersonId, organ: str, typed: Typed, trouble: Faults | None = None, done: str = ""
) -> HTMLResponse:
    found = body_admin(frame.wiring.db, organ, person, frame.now)
    status = status_of(trouble) if trouble else 200
    today = local_day(frame.now)
    return frame.page(
        "body_admin",
        status=status,
        page=found,
        typed=typed,
        trouble=trouble,
        done=done,
        today=today,
        rungs=MOST_RUNGS,
    )


@router.post("/organer/{organ}/{what}")
def change(frame: FrameDep, person: PersonDep, typed: TypedDep, organ: Organ, what: str) -> Response:
    """See whom a change of a body would hit, and make it; or take one back."""
    if what not in FORMS | {"fortryd"}:
        raise NotFound("form", what)
    if typed["trin"] == "ret":
        return _body_html(frame, person, organ, typed)
    try:
        return (
            _undo(frame, person, typed, organ) if what == "fortryd" else _change(frame, person, typed, organ, what)
        )
    except Stranded as error:
        return _stranded(frame, person, organ, error)
    except HAPPENS as error:
        return _body_html(frame, person, organ, typed, faults_of(error, typed.form))


def _change(frame: Frame, person: PersonId, typed: Typed, organ: str, what: str) -> Response:
    read = Reader(typed)
    start = read.day("from") or local_day(frame.now)
    values = body_values(what, read)
    key, version, reason = typed.key, typed.version, typed["reason"] or None
    if typed["trin"] != "gem":
        found = body_preview(frame.wiring.db, organ, values, start, reason=reason, viewer=person, now=frame.now)
        return _preview(frame, found, typed, f"/administration/organer/{organ}", start)
    done = change_body(
        frame.wiring.db, organ, values, start, reason=reason, version=version, key=key, by=person, now=frame.now
    )
    return RedirectResponse(
        f"/administration/organer/{organ}?gjort={'gemt' if done.in_force else 'planlagt'}#kvittering", 303
    )


def _undo(frame: Frame, person: PersonId, typed: Typed, organ: str) -> Response:
    if not typed["change"].isdecimal():
        raise Incomplete(Gap("form", ""))
    undo_change(
        frame.wiring.db,
        organ,
        int(typed["change"]),
        version=typed.version,
        key=typed.key,
        by=person,
        now=frame.now,
    )
    return RedirectResponse(f"/administration/organer/{organ}?gjort=fortrudt#kvittering", 303)


def _preview(frame: Frame, found: Preview, typed: Typed, back: str, start: date | None = None) -> HTMLResponse:
    return frame.page(
        "reform",
        impact=found,
        typed=typed,
        back=back,
        start=start,
        is_later=start is not None and start > local_day(frame.now),
        letter_of=partial(in_words, today=local_day(frame.now)),
    )


def _stranded(frame: Frame, person: PersonId, organ: str, error: Stranded) -> HTMLResponse:
    page = body_admin(frame.wiring.db, organ, person, frame.now)
    back = f"/administration/organer/{organ}"
    return frame.page(
        "stranded",
        status=422,
        seen=error.seen,
        hidden=error.hidden,
        world=page.world,
        back=back,
        about=page.body.short,
    )


# --- closing days ----------------------------------------------------------------------------------------------


@router.get("/lukkedage")
def days(
    frame: FrameDep,
    person: PersonDep,
    organ: Annotated[str, Query(max_length=60)] = EVERYWHERE,
    gjort: Done = "",
) -> HTMLResponse:
    """The closing days of all bodies, or of one."""
    return _days_html(frame, person, organ, Typed(), done=gjort)


def _days_html(
    frame: Frame, person: PersonId, organ: str, typed: Typed, trouble: Faults | None = None, done: str = ""
) -> HTMLResponse:
    found = closing_days(frame.wiring.db, organ, person, frame.now)
    status = status_of(trouble) if trouble else 200
    return frame.page(
        "closing_days", status=status, page=found, organ=organ, typed=typed, trouble=trouble, done=done
    )


@router.post("/lukkedage/ny")
def close(frame: FrameDep, person: PersonDep, typed: TypedDep) -> Response:
    """See whom a closing day would hit, and keep it."""
    organ = typed["organ"] or EVERYWHERE
    if typed["trin"] == "ret":
        return _days_html(frame, person, organ, typed)
    try:
        wanted = closing_day_of(Reader(typed))
        key, reason = typed.key, typed["reason"] or None
        if typed["trin"] != "gem":
            found = closing_preview(frame.wiring.db, wanted, reason=reason, viewer=person, now=frame.now)
            return _preview(frame, found, typed, f"/administration/lukkedage?organ={organ}")
        add_closing_day(frame.wiring.db, wanted, reason=reason, key=key, by=person, now=frame.now)
    except HAPPENS as error:
        return _days_html(frame, person, organ, typed, faults_of(error, "dag"))
    return RedirectResponse(f"/administration/lukkedage?organ={organ}&gjort=gemt#kvittering", 303)


@router.post("/lukkedage/slut")
def open_again(frame: FrameDep, person: PersonDep, typed: TypedDep) -> Response:
    """End what was closed or opened by hand."""
    organ = typed["organ"] or EVERYWHERE
    try:
        if not typed["day"].isdecimal():
            raise Incomplete(Gap("form", ""))
        end_closing_day(frame.wiring.db, int(typed["day"]), key=typed.key, by=person, now=frame.now)
    except HAPPENS as error:
        return _days_html(frame, person, organ, typed, faults_of(error, "slut"))
    return RedirectResponse(f"/administration/lukkedage?organ={organ}&gjort=slut#kvittering", 303)
