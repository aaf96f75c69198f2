"""Closing days, of all bodies or of one: for administrators, and secretaries of the bodies they serve."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kdflow.actions.keep_closing_days import add_closing_day, end_closing_day
from kdflow.domain.authority import PersonId
from kdflow.domain.body_change import EVERYWHERE, ClosingDay
from kdflow.domain.errors import Conflict
from kdflow.queries.administration import closing_days
from kdflow.queries.reforms import closing_preview
from kdflow.web.administration_forms import HAPPENS, Reader, closing_day_of, faults_of, status_of
from kdflow.web.deps import Frame, FrameDep, PersonDep, TypedDep
from kdflow.web.forms import Faults, Gap, Incomplete, Typed
from kdflow.web.told_first import reform_html, told_first, told_otherwise

router = APIRouter(prefix="/administration/lukkedage")

Done = Annotated[str, Query(max_length=40)]


@router.get("")
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


@router.post("/ny")
def close(frame: FrameDep, person: PersonDep, typed: TypedDep) -> Response:
    """See whom a closing day would hit, and keep it."""
    organ = typed["organ"] or EVERYWHERE
    if typed["trin"] == "ret":
        return _days_html(frame, person, organ, typed)
    try:
        return _close(frame, person, typed, organ, closing_day_of(Reader(typed)))
    except HAPPENS as error:
        return _days_html(frame, person, organ, typed, faults_of(error, "dag"))


def _close(frame: Frame, person: PersonId, typed: Typed, organ: str, wanted: ClosingDay) -> Response:
    db, now, reason, seen = frame.wiring.db, frame.now, typed["reason"] or None, typed["seen"] or None
    keep = partial(add_closing_day, db, wanted, reason=reason, seen=seen, key=typed.key, by=person, now=now)
    trouble: Conflict | None = None
    if typed["trin"] == "gem" and (trouble := told_otherwise(keep)) is None:
        return RedirectResponse(f"/administration/lukkedage?organ={organ}&gjort=gemt#kvittering", 303)
    found = closing_preview(db, wanted, reason=reason, viewer=person, now=now)
    return reform_html(frame, found, typed, f"/administration/lukkedage?organ={organ}", trouble=trouble)


@router.post("/slut")
def open_again(frame: FrameDep, person: PersonDep, typed: TypedDep) -> Response:
    """See who is told that what was closed or opened by hand ends, and end it."""
    organ = typed["organ"] or EVERYWHERE
    if typed["trin"] == "ret":
        return _days_html(frame, person, organ, typed)
    try:
        if not typed["day"].isdecimal():
            raise Incomplete(Gap("form", ""))
        end = partial(end_closing_day, day=int(typed["day"]), key=typed.key, by=person, now=frame.now)
        if page := told_first(frame, person, typed, end):
            return page
    except HAPPENS as error:
        return _days_html(frame, person, organ, typed, faults_of(error, "slut"))
    return RedirectResponse(f"/administration/lukkedage?organ={organ}&gjort=slut#kvittering", 303)
