"""Bodies and what was done to them: for administrators, and secretaries of the bodies they serve."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kdflow.actions.keep_bodies import add_body, change_body, undo_change
from kdflow.domain.authority import PersonId
from kdflow.domain.dates import local_day
from kdflow.domain.errors import TOLD, Conflict, NotFound
from kdflow.domain.stranding import Stranded
from kdflow.domain.timetable import Body, Chairing
from kdflow.domain.workflow import Validity
from kdflow.queries.administration import body_admin, desk, house_history
from kdflow.queries.reforms import body_preview
from kdflow.web.administration_forms import (
    FORMS,
    HAPPENS,
    MOST_RUNGS,
    Reader,
    body_values,
    faults_of,
    status_of,
)
from kdflow.web.deps import Frame, FrameDep, PersonDep, TypedDep
from kdflow.web.forms import Faults, Gap, Incomplete, Typed
from kdflow.web.told_first import reform_html, told_first

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

    def seen(trouble: Conflict | None = None) -> HTMLResponse:
        found = body_preview(frame.wiring.db, organ, values, start, reason=reason, viewer=person, now=frame.now)
        return reform_html(frame, found, typed, f"/administration/organer/{organ}", start, trouble)

    if typed["trin"] != "gem":
        return seen()
    save = partial(change_body, frame.wiring.db, organ, values, start, reason=reason, version=version)
    try:
        done = save(seen=typed["seen"] or None, key=key, by=person, now=frame.now)
    except Conflict as error:
        if error.kind != TOLD:
            raise
        return seen(error)
    return _to_body(organ, "gemt" if done.in_force else "planlagt")


def _undo(frame: Frame, person: PersonId, typed: Typed, organ: str) -> Response:
    """Two steps as well: who is told that a change is taken back, and then that."""
    if not typed["change"].isdecimal():
        raise Incomplete(Gap("form", ""))
    undo = partial(
        undo_change,
        body=organ,
        change=int(typed["change"]),
        version=typed.version,
        key=typed.key,
        by=person,
        now=frame.now,
    )
    return told_first(frame, person, typed, undo) or _to_body(organ, "fortrudt")


def _to_body(organ: str, done: str) -> RedirectResponse:
    return RedirectResponse(f"/administration/organer/{organ}?gjort={done}#kvittering", 303)


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
