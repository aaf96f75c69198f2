"""Out of office: my own absences with a stand-in, and those of a chair whom I serve."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import HTMLResponse, RedirectResponse, Response

from kdflow.actions.keep_absence import end_absence, enter_absence
from kdflow.domain.authority import Absence, PersonId
from kdflow.queries.absences import absences
from kdflow.web.administration_forms import HAPPENS, Reader, faults_of, status_of
from kdflow.web.deps import Frame, FrameDep, PersonDep, TypedDep
from kdflow.web.forms import Faults, Gap, Incomplete, Typed

router = APIRouter(prefix="/konto/fravaer")

Who = Annotated[str, Query(max_length=60)]


@router.get("")
def mine(
    frame: FrameDep, person: PersonDep, hvem: Who = "", gjort: Annotated[str, Query(max_length=10)] = ""
) -> HTMLResponse:
    """Absences from today on: mine, or those of who is named."""
    return _html(frame, person, hvem or person, Typed(), done=gjort)


def _html(
    frame: Frame, person: PersonId, who: str, typed: Typed, trouble: Faults | None = None, done: str = ""
) -> HTMLResponse:
    found = absences(frame.wiring.db, PersonId(who), person, frame.now)
    status = status_of(trouble) if trouble else 200
    return frame.page("absence", status=status, page=found, typed=typed, trouble=trouble, done=done)


@router.post("")
def enter(frame: FrameDep, person: PersonDep, typed: TypedDep) -> Response:
    """Enter an absence; where nobody would answer in a body of which the form did not say so, that comes first."""
    who = PersonId(typed["who"] or person)
    try:
        read = Reader(typed)
        valid = read.period()
        read.done()
        stand_in = PersonId(typed["stand_in"]) if typed["stand_in"] else None
        wanted = Absence(person=who, valid=valid, stand_in=stand_in)
        found = absences(frame.wiring.db, who, person, frame.now, wanted)
        if not stand_in and not set(found.uncovered) <= set(typed["uncovered"].split()):
            return frame.page("absence", status=422, page=found, typed=typed, trouble=None, done="")
        enter_absence(frame.wiring.db, wanted, version=None, key=typed.key, by=person, now=frame.now)
    except HAPPENS as error:
        return _html(frame, person, who, typed, faults_of(error, "fravaer"))
    return _done(who, person, "gemt")


@router.post("/slut")
def end(frame: FrameDep, person: PersonDep, typed: TypedDep) -> Response:
    """End an absence."""
    who = PersonId(typed["who"] or person)
    try:
        if not typed["away"].isdecimal():
            raise Incomplete(Gap("form", ""))
        end_absence(
            frame.wiring.db, int(typed["away"]), who, version=None, key=typed.key, by=person, now=frame.now
        )
    except HAPPENS as error:
        return _html(frame, person, who, typed, faults_of(error, "slut"))
    return _done(who, person, "slut")


def _done(who: PersonId, person: PersonId, what: str) -> RedirectResponse:
    whose = f"hvem={who}&" if who != person else ""
    return RedirectResponse(f"/konto/fravaer?{whose}gjort={what}#kvittering", 303)
