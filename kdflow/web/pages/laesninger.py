"""Who has read of a closed sag, for its owner, the secretaries of its bodies, and administrators."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import HTMLResponse

from kdflow.queries.readings import readings_page
from kdflow.web.deps import FrameDep, PersonDep

router = APIRouter()


@router.get("/sager/{number}/laesninger")
def readings(frame: FrameDep, person: PersonDep, number: Annotated[str, Path(max_length=20)]) -> HTMLResponse:
    """What was read of the sag, newest first."""
    return frame.page("readings", found=readings_page(frame.wiring.db, number, person, frame.now))
