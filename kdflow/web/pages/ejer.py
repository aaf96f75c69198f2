"""A sag is handed over to another owner."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import HTMLResponse, Response

from kdflow.actions.hand_over_sag import hand_over_sag
from kdflow.domain.authority import PersonId
from kdflow.queries.owners import ownership
from kdflow.web.administration_forms import HAPPENS, faults_of, status_of
from kdflow.web.deps import Frame, FrameDep, PersonDep, TypedDep, see_receipt
from kdflow.web.forms import Faults, Gap, Incomplete, Typed

router = APIRouter(prefix="/sager/{number}/ejer")

Number = Annotated[str, Path(max_length=40)]


@router.get("")
def form(frame: FrameDep, person: PersonDep, number: Number) -> HTMLResponse:
    """Who owns it, and who shall."""
    return _html(frame, person, number, Typed())


def _html(
    frame: Frame, person: PersonId, number: str, typed: Typed, trouble: Faults | None = None
) -> HTMLResponse:
    found = ownership(frame.wiring.db, number, person, frame.now)
    status = status_of(trouble) if trouble else 200
    return frame.page("owner", status=status, page=found, typed=typed, trouble=trouble)


@router.post("")
def hand_over(frame: FrameDep, person: PersonDep, typed: TypedDep, number: Number) -> Response:
    """Hand it over."""
    try:
        if not typed["to"]:
            raise Incomplete(Gap("new-owner", "to"))
        found = ownership(frame.wiring.db, number, person, frame.now)
        to, reason = PersonId(typed["to"]), typed["reason"] or None
        version, key = typed.version, typed.key
        hand_over_sag(
            frame.wiring.db, found.sag.id, to, reason=reason, version=version, key=key, by=person, now=frame.now
        )
    except HAPPENS as error:
        return _html(frame, person, number, typed, faults_of(error, "ejer"))
    return see_receipt(number, "hand-over")
